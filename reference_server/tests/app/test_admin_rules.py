"""`mailproof admin rules` and `auto-reply`: what is set is listed, and what is wrong is told by name."""

import json
from pathlib import Path

import pytest

ADMIN = "mailproof_server.app.admin"


@pytest.fixture
def admin(run, tmp_path: Path):
    def call(*arguments: str, given: str = "", status: int = 0):
        done = run("--data", str(tmp_path / "kept"), *arguments, module=ADMIN, given=given)
        assert done.returncode == status, done.stderr
        assert "Traceback" not in done.stderr
        return done

    call("domain", "add", "example.org")
    call("user", "add", "ann@example.org")
    return call


RULES = """
[[rules]]
name = "news"
conditions.ContainsSubjectStrings = ["news"]
actions.MoveToFolder = "Archive"

[[rules]]
name = "rest"
enabled = false
actions.MarkAsRead = true
"""


def listed(admin):
    return json.loads(admin("--json", "rules", "list", "ann@example.org").stdout)


def test_rules_are_put_listed_switched_ordered_and_removed(admin) -> None:
    admin("rules", "put", "ann@example.org", "-", given=RULES)
    admin("rules", "put", "ann@example.org", "-", given=json.dumps({"name": "last", "actions": {"Delete": True}}))
    assert [(each["name"], each["priority"], each["enabled"]) for each in listed(admin)] == [
        ("news", 1, True),
        ("rest", 2, False),
        ("last", 3, True),
    ]
    assert listed(admin)[0]["actions"]["MoveToFolder"]["Path"] == "Archive"
    admin("rules", "enable", "ann@example.org", "rest")
    admin("rules", "disable", "ann@example.org", "news")
    admin("rules", "order", "ann@example.org", "last", "rest")
    admin("rules", "remove", "ann@example.org", "rest")
    assert [(each["name"], each["enabled"]) for each in listed(admin)] == [("last", True), ("news", False)]
    assert admin("rules", "list", "ann@example.org").stdout.split() == ["1", "on", "last", "2", "off", "news"]
    # What is listed can be put again as it is.
    again = [{key: value for key, value in each.items() if key not in ("state", "trouble")} for each in listed(admin)]
    admin("rules", "put", "ann@example.org", "-", given=json.dumps(again))
    assert [each["id"] for each in listed(admin)] == [each["id"] for each in again]


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ('{"name": "x"}', "x: A rule does something"),
        (
            '[{"name": "x", "actions": {"Fly": true}}, {"actions": {"Delete": true}}]',
            "x: Unknown action: Fly; rule 2: ",
        ),
        ("[]", "a rule is an object"),
        ("[7]", "a rule is an object"),
        ("{", "not JSON"),
    ],
)
def test_a_wrong_rule_is_told_by_name_and_none_is_put(admin, given: str, complaint: str) -> None:
    assert complaint in admin("rules", "put", "ann@example.org", "-", given=given, status=2).stderr
    assert listed(admin) == []


def test_automatic_replies_are_set_and_shown(admin) -> None:
    admin("auto-reply", "set", "ann@example.org", "enabled", "--text", "Away", "--audience", "known")
    shown = json.loads(admin("--json", "auto-reply", "show", "ann@example.org").stdout)
    assert shown["on"] is True
    assert (shown["internal_reply"], shown["external_reply"], shown["external_audience"]) == ("Away", "Away", "known")
    admin("auto-reply", "set", "ann@example.org", "disabled")
    shown = json.loads(admin("--json", "auto-reply", "show", "ann@example.org").stdout)
    assert (shown["on"], shown["internal_reply"]) == (False, "Away")
    complaint = admin("auto-reply", "set", "ann@example.org", "scheduled", "--start", "soon", status=2).stderr
    assert "start is a moment" in complaint
