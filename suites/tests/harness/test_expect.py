"""Each expectation holds when it should, and tells expected and actual when it does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailproof_suites import expect
from mailproof_suites.clients.smtp import Reply, parse_reply
from mailproof_suites.expect import Violation
from mailproof_suites.verdicts import Verdict

REPLY: Reply = parse_reply([b"550 5.7.1 not you\r\n"])


@pytest.mark.parametrize(
    "holds",
    [
        lambda: expect.equal(1, 1, "x"),
        lambda: expect.one_of("NO", {"NO", "BAD"}, "x"),
        lambda: expect.contains([1, 2], 2, "x"),
        lambda: expect.lacks([1, 2], 3, "x"),
        lambda: expect.that(True, "x", expected="a", actual="b"),
        lambda: expect.reply(REPLY, 550, 553, enhanced="5.7."),
        lambda: expect.reply(REPLY, 550, enhanced={"5.7.1", "5.7.60"}),
        lambda: expect.reply(parse_reply([b"250 ok\r\n"])),
    ],
)
def test_it_holds(holds: Callable[[], None]) -> None:
    holds()


@pytest.mark.parametrize(
    ("breaks", "expected", "actual"),
    [
        (lambda: expect.equal(b"a\r\n", b"b", "x"), "b", "a\\r\\n"),
        (lambda: expect.one_of("OK", {"NO", "BAD"}, "x"), "BAD or NO", "OK"),
        (lambda: expect.contains("abc", "d", "x"), "d among them", "abc"),
        (lambda: expect.lacks(["d"], "d", "x"), "no d", "['d']"),
        (lambda: expect.that(0, "x", expected="a", actual=None), "a", "None"),
        (lambda: expect.given(None, "x"), "it in the answer", "an answer without it"),
        (lambda: expect.reply(REPLY, 250), "250", "550 5.7.1 not you"),
        (lambda: expect.reply(REPLY), "a 2xx reply", "550 5.7.1 not you"),
        (lambda: expect.reply(REPLY, 550, enhanced="5.1."), "550 with 5.1.", "550 5.7.1 not you"),
    ],
)
def test_it_breaks_and_says_why(breaks: Callable[[], None], expected: str, actual: str) -> None:
    with pytest.raises(Violation) as caught:
        breaks()
    assert (caught.value.expected, caught.value.actual) == (expected, actual)


def test_long_octets_are_shown_around_their_first_difference() -> None:
    with pytest.raises(Violation) as caught:
        expect.equal(b"a" * 500 + b"X" + b"b" * 500, b"a" * 500 + b"Y" + b"b" * 400, "the body", requirement="RFC1:2-3")
    assert caught.value.message == "the body (first difference at octet 500)"
    assert "901 octets" in caught.value.expected
    assert "1001 octets" in caught.value.actual
    assert "aX" in caught.value.actual
    assert len(caught.value.actual) < 200
    assert caught.value.requirement == "RFC1:2-3"


def test_very_long_values_are_shortened() -> None:
    assert expect.show(b"x" * 10_000).endswith("… (10000 octets)")
    assert len(expect.show("x" * 10_000)) < 2_000


def test_steps_and_notes_are_kept_with_their_verdict() -> None:
    notebook = expect.open_notebook()
    with expect.step("fine"):
        expect.note("seen")
        expect.note("seen")
    with pytest.raises(Violation), expect.step("broken"):
        expect.equal(1, 2, "a figure")
    with pytest.raises(KeyError), expect.step("ours"):
        raise KeyError("x")
    assert [(step.name, step.verdict) for step in notebook.steps] == [
        ("fine", Verdict.PASS),
        ("broken", Verdict.FAIL),
        ("ours", Verdict.ERROR),
    ]
    assert notebook.notes == ["seen"]


def test_an_allowed_outcome_that_is_not_the_best_leaves_a_note() -> None:
    notebook = expect.open_notebook()
    expect.graded("alert", {"alert": "", "EOF": "no alert"}, "the refusal")
    expect.graded("EOF", {"alert": "", "EOF": "no alert"}, "the refusal")
    assert notebook.notes == ["the refusal: no alert"]
    with pytest.raises(Violation):
        expect.graded("accepted", {"alert": "", "EOF": "no alert"}, "the refusal")
