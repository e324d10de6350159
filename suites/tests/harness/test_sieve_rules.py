"""The translation of rules and replies into Sieve: what is said, what is required, and what cannot be said."""

from __future__ import annotations

from typing import Any

import pytest

from mailproof_suites.workmail.sieve_rules import Unsayable, script_of

ME = "jo@example.test"


def script(*rules: dict[str, Any], **reply: str) -> str:
    return script_of(rules, reply, ME, "Trash", "h1")


def test_a_rule_is_an_if_with_its_conditions_and_exceptions() -> None:
    rule = {
        "conditions": {"ContainsSubjectStrings": ["a", 'b"']},
        "exceptions": {"Importance": "High"},
        "actions": {"MoveToFolder": "x", "MarkAsRead": True},
    }
    lines = script(rule).splitlines()
    assert lines[0] == 'require ["fileinto", "imap4flags"];'
    assert lines[1].startswith('if allof(header :contains "subject" ["a", "b\\""], not anyof(header :is "importance"')
    assert lines[2].strip() == 'addflag "\\\\Seen"; fileinto "x";'


def test_a_rule_without_conditions_is_always_true() -> None:
    assert "if true {\n  discard;\n}" in script({"actions": {"PermanentDelete": True}})


def test_a_rule_that_is_off_is_left_out() -> None:
    assert "discard" not in script({"enabled": False, "actions": {"PermanentDelete": True}})


@pytest.mark.parametrize(
    ("rule", "missed"),
    [
        ({"actions": {"ForwardToRecipients": [ME]}}, "ForwardToRecipients"),
        ({"conditions": {"ContainsHeaderStrings": ["x"]}, "actions": {"Delete": True}}, "ContainsHeaderStrings"),
        ({"conditions": {"ContainsBodyStrings": ["été"]}, "actions": {"Delete": True}}, "beyond ASCII"),
    ],
)
def test_what_cannot_be_said_is_named(rule: dict[str, Any], missed: str) -> None:
    with pytest.raises(Unsayable, match=missed):
        script(rule)


def test_a_reply_is_a_vacation_with_the_handle_of_this_absence() -> None:
    assert 'vacation :days 7 :handle "h1" "Away.";' in script(state="enabled", internal_reply="Away.")


def test_a_scheduled_reply_is_a_test_of_the_date() -> None:
    said = script(state="scheduled", internal_reply="x", start="2030-01-01T00:00:00Z", end="2030-01-02T00:00:00Z")
    assert said.startswith('require ["vacation", "date", "relational"];')
    assert ':value "ge" "iso8601" "2030-01-01T00:00:00"' in said
    assert ':value "lt" "iso8601" "2030-01-02T00:00:00"' in said


def test_a_reply_that_is_off_says_nothing() -> None:
    assert "vacation" not in script(state="disabled", internal_reply="x")


def test_another_text_for_people_outside_cannot_be_said() -> None:
    with pytest.raises(Unsayable, match="outside"):
        script(state="enabled", internal_reply="a", external_reply="b")
