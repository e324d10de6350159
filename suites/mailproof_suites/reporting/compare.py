"""Two runs side by side: what the second breaks, mends and lacks (contract, `mailproof compare RUN_A RUN_B`).

The rule in one sentence: something is *lost* when a case that showed a requirement to hold in A does not show it in B.

    A \\ B      pass      known     fail/error   skip      absent
    pass       –         broken    broken       lacking   lacking
    known      mended    –         changed      changed   lacking
    fail/error mended    changed   changed      changed   changed
    skip       new       changed   broken       –         changed
    absent     new       new       new          new

`skip` in A and `fail` in B is broken, not new: B claims what A left out and gets it wrong. A failure that A had
already is no loss, whatever B calls it. A failure in a case that A did not have is new: nobody knows what A would
have answered.
"""

from __future__ import annotations

import msgspec

from mailproof_suites.reporting.text import one_line
from mailproof_suites.verdicts import CaseResult, Run, Verdict

_BAD = frozenset({Verdict.FAIL, Verdict.ERROR})


class Change(msgspec.Struct, kw_only=True, frozen=True):
    """One case whose verdict differs between two runs."""

    id: str
    requirements: tuple[str, ...]
    before: Verdict | None
    """Verdict in A; None when A has no such case."""
    after: Verdict | None
    """Verdict in B; None when B has no such case."""
    message: str
    """B's message, or A's when B has no such case."""


class Comparison(msgspec.Struct, kw_only=True, frozen=True):
    """What run B does differently from run A; each list in the order of the cases of the runs."""

    broken: list[Change]
    """Held in A (or was not claimed there), violated in B."""
    mended: list[Change]
    """Violated in A, holds in B."""
    lacking: list[Change]
    """Shown in A, skipped or absent in B."""
    new: list[Change]
    """Shown by B only: absent from A, or skipped there."""
    changed: list[Change]
    """Another verdict, but neither a loss nor a gain (fail -> known)."""
    same: int
    """Number of cases with the same verdict in both."""
    incomplete: str = ""
    """Why B may lack cases through no fault of its target ("interrupted"); empty when it ran to its end."""

    @property
    def lost(self) -> list[Change]:
        """What makes `mailproof compare` exit with 1."""
        return [*self.broken, *self.lacking]

    @property
    def exit_status(self) -> int:
        """0 nothing lost, 1 something lost (contract, "Commands")."""
        return 1 if self.lost else 0


def compare(a: Run, b: Run) -> Comparison:
    """Compare two runs case by case; they may be of one target at two times, or of two targets."""
    before = {case.id: case for case in a.cases}
    after = {case.id: case for case in b.cases}
    lists: dict[str, list[Change]] = {name: [] for name in ("broken", "mended", "lacking", "new", "changed")}
    same = 0
    for case_id in dict.fromkeys([*before, *after]):
        kind = _kind(before.get(case_id), after.get(case_id))
        if kind == "same":
            same += 1
        else:
            lists[kind].append(_change(before.get(case_id), after.get(case_id)))
    incomplete = "its target could not be reached" if b.unreachable else "it was interrupted" if b.interrupted else ""
    return Comparison(**lists, same=same, incomplete=incomplete)


def _kind(a: CaseResult | None, b: CaseResult | None) -> str:
    """The cell of the table at the top of this module."""
    was, now = (a.verdict if a else None), (b.verdict if b else None)
    if was == now or (was in _BAD and now in _BAD):
        return "same" if was == now else "changed"
    if was is None:
        return "new"
    if was is Verdict.PASS:
        return "lacking" if now in (Verdict.SKIP, None) else "broken"
    if now is Verdict.PASS:
        return "new" if was is Verdict.SKIP else "mended"
    if was is Verdict.KNOWN and now is None:
        return "lacking"
    if was is Verdict.SKIP and now in _BAD:
        return "broken"
    return "changed"


def _change(a: CaseResult | None, b: CaseResult | None) -> Change:
    case = b or a
    if case is None:
        raise ValueError("a change needs a case in at least one run")
    return Change(
        id=case.id,
        requirements=tuple(case.requirements),
        before=a.verdict if a else None,
        after=b.verdict if b else None,
        message=one_line(case.message),
    )


_HEADINGS = (
    ("broken", "Broken: held before, or was not claimed, and is violated now"),
    ("lacking", "Lacking: was shown before and is not any more"),
    ("mended", "Mended: was violated before and holds now"),
    ("new", "New: not shown before"),
    ("changed", "Changed: neither a loss nor a gain"),
)


def render_text(comparison: Comparison, a: Run, b: Run, *, limit: int = 0) -> str:
    """The comparison as plain lines for a terminal or a log; at most `limit` cases per heading (0: all)."""
    lines = [_describe("A", a), _describe("B", b), ""]
    for name, heading in _HEADINGS:
        changes: list[Change] = getattr(comparison, name)
        if not changes:
            continue
        lines.append(f"{heading} ({len(changes)})")
        lines += [_line(change) for change in (changes[:limit] if limit else changes)]
        if limit and len(changes) > limit:
            lines.append(f"  … and {len(changes) - limit} more")
        lines.append("")
    if comparison.incomplete:
        lines.append(f"B did not run to its end ({comparison.incomplete}), so cases may lack for that reason.")
    lines.append(_verdict(comparison))
    return "\n".join(lines) + "\n"


def _describe(letter: str, run: Run) -> str:
    counts = ", ".join(f"{count} {name}" for name, count in run.summary().items() if count) or "no case"
    return f"{letter}: {one_line(run.target)}, {one_line(run.started)}: {counts}"


def _line(change: Change) -> str:
    before = change.before.value if change.before else "absent"
    after = change.after.value if change.after else "absent"
    ids = " ".join(one_line(name) for name in change.requirements) or "no requirement"
    message = f" — {one_line(change.message, 160)}" if change.message and change.after is not Verdict.PASS else ""
    return f"  {before:>6} → {after:<6} {ids} ({one_line(change.id)}){message}"


def _verdict(comparison: Comparison) -> str:
    counts = [
        f"{len(changes)} {name}"
        for name in ("broken", "lacking", "mended", "new", "changed")
        if (changes := getattr(comparison, name))
    ]
    counts.append(f"{comparison.same} the same")
    return f"{'Something' if comparison.lost else 'Nothing'} is lost: {', '.join(counts)}."
