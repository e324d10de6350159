"""What a case expects of its target, and the Violation raised when the target does something else.

A Violation is the target's defect and becomes the verdict `fail`; every other exception of a case is our own mistake
and becomes `error`. So cases never use a bare `assert`: each function here says what was expected and what came.

    expect.equal(size, len(message), "RFC822.SIZE", requirement="RFC9051:6.4.5-8")
    expect.one_of(answer, {"NO", "BAD"}, "the answer to a name that no server accepts")
    with expect.step("the moved message has a new UID"): ...

Where a case proves several requirements, `requirement=` says which one broke; without it all of them count as broken.
Answers of the line protocols have verbs of their own: `ok`, `no`, `bad`, `refused` for IMAP, `reply` for SMTP.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from mailproof_suites.clients.imap import Completion
from mailproof_suites.clients.smtp import Reply
from mailproof_suites.verdicts import Step, Verdict

V = TypeVar("V")

_SHOWN = 1500
"""Longest expected or actual text, characters; a report that repeats a whole message helps nobody."""


class Violation(AssertionError):  # noqa: N818 -- the project's word; it is a finding, not an error of ours
    """The target broke a requirement.

    Attributes:
        message: one line, what was looked at.
        expected, actual: texts, shown side by side.
        requirement: the catalogue id that broke, or "" for all ids of the case.
    """

    def __init__(self, message: str, *, expected: str, actual: str, requirement: str | None = None) -> None:
        super().__init__(f"{message}: expected {expected}, got {actual}")
        self.message = message
        self.expected = expected
        self.actual = actual
        self.requirement = requirement or ""


class Notebook:
    """What a running case leaves behind beside its verdict: steps and notes."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._began = clock()
        self.steps: list[Step] = []
        self.notes: list[str] = []

    def now_s(self) -> float:
        """Seconds since the case began."""
        return self._clock() - self._began


_notebook = Notebook()


def open_notebook() -> Notebook:
    """A fresh notebook for the next case; the plugin calls this once per case."""
    global _notebook  # noqa: PLW0603 -- one case runs at a time in a process
    _notebook = Notebook()
    return _notebook


@contextmanager
def step(name: str) -> Iterator[None]:
    """Name a part of a case; the reports show it with its time and whether it held."""
    notebook = _notebook
    entry = Step(name=name, at_s=round(notebook.now_s(), 4))
    notebook.steps.append(entry)
    try:
        yield
    except Violation as violation:
        entry.verdict, entry.message = Verdict.FAIL, violation.message
        raise
    except Exception as problem:
        entry.verdict, entry.message = Verdict.ERROR, f"{type(problem).__name__}: {problem}"
        raise
    finally:
        entry.seconds = round(notebook.now_s() - entry.at_s, 4)


def note(text: str) -> None:
    """Tell something worth reading that is no verdict ("refused without an alert")."""
    if text not in _notebook.notes:
        _notebook.notes.append(text)


def show(value: object) -> str:
    """A value as the reports print it: bytes as text with escapes, long ones shortened with their length."""
    if isinstance(value, bytes | bytearray | memoryview):
        raw = bytes(value)
        text = raw.decode("utf-8", "backslashreplace").replace("\r", "\\r").replace("\n", "\\n").replace("\0", "\\0")
        unit, size = "octets", len(raw)
    else:
        text = value if isinstance(value, str) else repr(value)
        unit, size = "characters", len(text)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}… ({size} {unit})"


def fail(message: str, *, expected: object, actual: object, requirement: str | None = None) -> Violation:
    """A Violation ready to raise: `raise expect.fail("no EXISTS came", expected=…, actual=…)`."""
    return Violation(message, expected=show(expected), actual=show(actual), requirement=requirement)


def that(condition: object, message: str, *, expected: object, actual: object, requirement: str | None = None) -> None:
    """The condition holds. `expected` and `actual` are what a reader compares when it does not."""
    if not condition:
        raise fail(message, expected=expected, actual=actual, requirement=requirement)


def equal(actual: V, expected: V, what: str, *, requirement: str | None = None) -> None:
    """`actual == expected`; octets are compared to the first difference."""
    if actual == expected:
        return
    if isinstance(actual, bytes) and isinstance(expected, bytes) and max(len(actual), len(expected)) > 80:
        raise _bytes_differ(actual, expected, what, requirement)
    raise fail(what, expected=expected, actual=actual, requirement=requirement)


def one_of(actual: V, allowed: Collection[V], what: str, *, requirement: str | None = None) -> None:
    """`actual` is one of the outcomes that the specification allows: the whole set, not the usual one."""
    if actual not in allowed:
        choices = " or ".join(sorted(show(value) for value in allowed))
        raise fail(what, expected=choices, actual=actual, requirement=requirement)


def graded(actual: V, allowed: Mapping[V, str], what: str, *, requirement: str | None = None) -> None:
    """Like `one_of`, where some allowed outcomes are worth a note.

    `allowed` maps each outcome to the note that it leaves in the report, or to "" for the best one.
    """
    one_of(actual, allowed.keys(), what, requirement=requirement)
    if text := allowed[actual]:
        note(f"{what}: {text}")


def contains(container: Collection[Any], item: object, what: str, *, requirement: str | None = None) -> None:
    """`item in container`; for bytes and str, a part of it."""
    if item not in container:
        raise fail(what, expected=f"{show(item)} among them", actual=container, requirement=requirement)


def lacks(container: Collection[Any], item: object, what: str, *, requirement: str | None = None) -> None:
    """`item not in container`."""
    if item in container:
        raise fail(what, expected=f"no {show(item)}", actual=container, requirement=requirement)


def given(value: V | None, what: str, *, requirement: str | None = None) -> V:
    """The value itself, when the answer held it: `flags = expect.given(data.flags, "FLAGS")`."""
    if value is None:
        raise fail(what, expected="it in the answer", actual="an answer without it", requirement=requirement)
    return value


def _bytes_differ(actual: bytes, expected: bytes, what: str, requirement: str | None) -> Violation:
    at = next(
        (i for i, (a, b) in enumerate(zip(actual, expected, strict=False)) if a != b), min(len(actual), len(expected))
    )
    start = max(at - 30, 0)

    def around(data: bytes) -> str:
        return f"{len(data)} octets, from octet {start}: {show(data[start : at + 50])}"

    message = f"{what} (first difference at octet {at})"
    return Violation(message, expected=around(expected), actual=around(actual), requirement=requirement)


# -- replies of IMAP ---------------------------------------------------------------------------------------------------


def ok(answer: Completion, *, code: str | None = None, requirement: str | None = None) -> None:
    """The command was completed with OK (and this response code, tagged or untagged)."""
    _completed(answer, ("OK",), code, requirement)


def no(answer: Completion, *, code: str | None = None, requirement: str | None = None) -> None:
    """The command was refused with NO (and this response code)."""
    _completed(answer, ("NO",), code, requirement)


def bad(answer: Completion, *, requirement: str | None = None) -> None:
    """The command was rejected with BAD: the mandated answer to what is not grammatical."""
    _completed(answer, ("BAD",), None, requirement)


def refused(answer: Completion, *, requirement: str | None = None) -> None:
    """The command was not done, where the specification leaves the choice between NO and BAD."""
    _completed(answer, ("NO", "BAD"), None, requirement)


def _completed(answer: Completion, statuses: tuple[str, ...], code: str | None, requirement: str | None) -> None:
    found = answer.find_code(code) if code else None
    if answer.status not in statuses or (code and found is None):
        wanted = " or ".join(statuses) + (f" [{code}]" if code else "")
        raise fail(f"the answer to {answer.name}", expected=wanted, actual=answer.line, requirement=requirement)


# -- replies of SMTP ---------------------------------------------------------------------------------------------------


def reply(
    answer: Reply, *codes: int, enhanced: str | Collection[str] | None = None, requirement: str | None = None
) -> None:
    """The reply has one of these codes (any 2xx when none is given).

    Args:
        answer: what came.
        codes: the whole set that the specification allows.
        enhanced: the enhanced status code, or all that are allowed; a beginning such as "5.7." stands for its class.
        requirement: the id that is violated otherwise.
    """
    fits = answer.code in codes if codes else answer.positive
    allowed = [enhanced] if isinstance(enhanced, str) else list(enhanced or ())
    if allowed:
        fits = fits and any((answer.enhanced or "").startswith(each) for each in allowed)
    if not fits:
        wanted = " or ".join(map(str, codes)) or "a 2xx reply"
        wanted += f" with {' or '.join(allowed)}" if allowed else ""
        raise fail("the reply", expected=wanted, actual=answer.line, requirement=requirement)
