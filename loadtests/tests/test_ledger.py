"""The ledger: what was promised against what is found, each difference under its own rule."""

import pytest

from mailproof_loadtests.ledger import Kept, Ledger, Seen, flag_set
from mailproof_loadtests.letters import Letters, body_of, mark_of
from mailproof_loadtests.rules import RULES, WrongAnswerError
from mailproof_suites.requirements import catalogue

FLAGGED = frozenset({b"\\flagged"})


def ledger_of_one(**changes: object) -> tuple[Ledger, Kept]:
    ledger = Ledger("box")
    kept = Kept("m.1", "aa", FLAGGED)
    ledger.enter(kept)
    ledger.acknowledge(kept, 7, 1)
    for name, value in changes.items():
        setattr(kept, name, value)
    return ledger, kept


def rules(ledger: Ledger, *found: Seen) -> list[str]:
    return [wrong.rule for wrong in ledger.compare(found)]


GOOD = Seen("m.1", 7, "aa", FLAGGED)


@pytest.mark.parametrize(
    ("found", "rule"),
    [
        ((), "an acknowledged message is there"),
        ((GOOD, Seen("m.1", 8, "aa", FLAGGED)), "an acknowledged message is there once"),
        ((Seen("m.1", 7, "bb", FLAGGED),), "a message keeps every octet"),
        ((Seen("m.1", 7, "aa", frozenset()),), "flags are as last set"),
        ((Seen("m.1", 9, "aa", FLAGGED),), "a message keeps its UID"),
        ((GOOD, Seen("x.1", 8, "aa", FLAGGED)), "a folder holds no other message"),
    ],
)
def test_each_difference_has_its_rule(found: tuple[Seen, ...], rule: str) -> None:
    ledger, _ = ledger_of_one()
    assert rules(ledger, GOOD) == []
    assert rules(ledger, *found) == [rule]


def test_flags_of_an_append_have_a_rule_of_their_own() -> None:
    ledger, _ = ledger_of_one(given_flags=True)
    assert rules(ledger, Seen("m.1", 7, "aa", frozenset())) == ["flags given to APPEND are set"]


@pytest.mark.parametrize(
    ("how", "rule"),
    [("expunged", "an expunged message stays away"), ("moved", "a moved message is not left behind")],
)
def test_what_was_removed_does_not_come_back(how: str, rule: str) -> None:
    ledger, kept = ledger_of_one()
    ledger.strike(kept, how)
    assert rules(ledger) == []
    assert rules(ledger, GOOD) == [rule]


def test_doubt_allows_both_outcomes_but_no_second_copy() -> None:
    ledger, kept = ledger_of_one()
    with pytest.raises(ConnectionError), ledger.doubt(kept):
        raise ConnectionError
    assert rules(ledger) == []
    assert rules(ledger, GOOD) == []
    assert rules(ledger, GOOD, Seen("m.1", 8, "aa", FLAGGED)) == ["an acknowledged message is there once"]
    assert not ledger.known()


def test_doubt_about_flags_ends_with_the_answer() -> None:
    ledger, kept = ledger_of_one()
    with ledger.doubt_flags(kept):
        assert rules(ledger, Seen("m.1", 7, "aa", frozenset())) == []
    assert rules(ledger, Seen("m.1", 7, "aa", frozenset())) == ["flags are as last set"]


def test_a_uid_is_given_once_and_uidvalidity_stays() -> None:
    ledger, _ = ledger_of_one()
    with pytest.raises(WrongAnswerError, match="a UID is given once"):
        ledger.acknowledge(Kept("m.2", "bb"), 7, 1)
    with pytest.raises(WrongAnswerError, match="UIDVALIDITY stays"):
        ledger.acknowledge(Kept("m.3", "bb"), 9, 2)


def test_flags_compare_without_case_and_recent() -> None:
    assert flag_set([b"\\Seen", b"$Work", b"\\Recent"]) == {b"\\seen", b"$work"}


def test_a_letter_is_known_by_its_mark_and_has_its_size() -> None:
    letters = Letters("token.1", 3)
    for size_bytes in (500, 20_000, 300_000):
        mark, message = letters.write("a@example.test", ["b@example.test"], size_bytes)
        assert mark_of(message) == mark
        assert size_bytes * 0.8 < len(body_of(message)) < size_bytes + 400
        assert b"\n" not in message.replace(b"\r\n", b"")


def test_rules_rest_on_requirements_of_the_catalogue() -> None:
    assert {each for ids in RULES.values() for each in ids} <= set(catalogue())
