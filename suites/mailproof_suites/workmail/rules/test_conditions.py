"""Every condition of a rule where it holds and where it does not; as an exception the other way round (RULE-02)."""

import pytest

from mailproof_suites.case import expect, needs, requirement
from mailproof_suites.workmail.rules import rows_kind, rows_people, rows_words
from mailproof_suites.workmail.rules.rows import Row
from mailproof_suites.workmail.stage import Stage

pytestmark = needs("role:other", "role:carol")

ALL_ROWS: tuple[Row, ...] = (*rows_people.ROWS, *rows_words.ROWS, *rows_kind.ROWS)
_FIRSTS = {(row.condition, row.holds): row for row in reversed(ALL_ROWS)}.values()
_FEATURES = {
    "ContainsBodyStrings": ("RULE-02", "RULE-08"),
    "SentToAddresses": ("RULE-02", "RULE-07", "ADDR-04"),
    "ContainsRecipientStrings": ("RULE-02", "RULE-07", "ADDR-04"),
}


def _parameters(rows: tuple[Row, ...], *more: str) -> list[object]:
    return [
        pytest.param(
            row,
            id=row.name,
            marks=requirement(*(more or (row.id,)), *_FEATURES.get(row.condition, ("RULE-02",))),
        )
        for row in rows
    ]


@pytest.mark.parametrize("row", _parameters(tuple(each for each in ALL_ROWS if each.holds)))
def test_a_rule_runs_where_its_condition_holds(stage: Stage, row: Row) -> None:
    """A message of which the condition holds is moved by the rule."""
    stage.rules({"conditions": row.conditions, "actions": {"MoveToFolder": "{folder}"}})
    expect.equal(stage.place(stage.send(row.mail)), stage.folder, "folder that the message came to")


@pytest.mark.parametrize("row", _parameters(tuple(each for each in ALL_ROWS if not each.holds)))
def test_a_rule_does_not_run_where_its_condition_does_not_hold(stage: Stage, row: Row) -> None:
    """A message of which the condition does not hold stays in the inbox."""
    stage.rules({"conditions": row.conditions, "actions": {"MoveToFolder": "{folder}"}})
    expect.equal(stage.place(stage.send(row.mail)), "INBOX", "folder that the message came to")


@pytest.mark.parametrize("row", _parameters(tuple(each for each in _FIRSTS if each.holds), "RULES:exceptions-1"))
def test_a_rule_does_not_run_where_an_exception_holds(stage: Stage, row: Row) -> None:
    """A rule for every message, with the condition as its exception, leaves the message in the inbox."""
    stage.rules({"exceptions": row.conditions, "actions": {"MoveToFolder": "{folder}"}})
    expect.equal(stage.place(stage.send(row.mail)), "INBOX", "folder that the message came to")


@pytest.mark.parametrize("row", _parameters(tuple(each for each in _FIRSTS if not each.holds), "RULES:exceptions-2"))
def test_a_rule_runs_where_no_exception_holds(stage: Stage, row: Row) -> None:
    """A rule for every message, with the condition as its exception, moves a message of which that does not hold."""
    stage.rules({"exceptions": row.conditions, "actions": {"MoveToFolder": "{folder}"}})
    expect.equal(stage.place(stage.send(row.mail)), stage.folder, "folder that the message came to")
