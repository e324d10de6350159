"""Rules that cannot be carried out, cannot be meant, or are many: nothing is lost and the rule says why (RULE-01)."""

from typing import Any

import pytest

from mailproof_suites.case import expect, needs, requirement
from mailproof_suites.workmail.rules.rows import typed
from mailproof_suites.workmail.rules.test_conditions import ALL_ROWS
from mailproof_suites.workmail.stage import Mail, Stage

pytestmark = needs("role:other", "role:carol")

_MOVE = {"MoveToFolder": "{folder}"}
_PLACED = pytest.mark.parametrize("action", ["MoveToFolder", "CopyToFolder"])


def _vanish(stage: Stage) -> None:
    client = stage.imap(stage.owner)
    client.delete(stage.folder)


@_PLACED
@requirement("RULES:errors-1", "RULE-01")
def test_mail_for_a_deleted_folder_is_in_the_inbox(stage: Stage, action: str) -> None:
    """The rule names a folder that is gone."""
    stage.rules({"actions": {action: "{folder}"}})
    _vanish(stage)
    got = stage.wait(f'HEADER X-Mailproof "{stage.send()}"', stage.owner, what="the message in the inbox")
    expect.that(bool(got.raw), "the message", expected="whole", actual="empty")


@_PLACED
@requirement("RULES:errors-2", "RULE-01")
def test_a_rule_to_a_deleted_folder_shows_it(stage: Stage, action: str) -> None:
    """Its error names the folder."""
    stage.rules({"actions": {action: "{folder}"}})
    _vanish(stage)
    stage.wait(f'HEADER X-Mailproof "{stage.send()}"', stage.owner)
    expect.contains(stage.error_of(), stage.folder, "error of the rule")


@requirement("RULES:errors-8", "RULE-01")
def test_a_mended_rule_shows_no_error(stage: Stage) -> None:
    """Put again with a folder that is there."""
    stage.rules({"actions": _MOVE})
    _vanish(stage)
    stage.wait(f'HEADER X-Mailproof "{stage.send()}"', stage.owner)
    stage.imap(stage.owner).create(stage.folder)
    stage.rules({"actions": _MOVE})
    expect.equal(stage.place(stage.send()), stage.folder, "folder that the message came to")
    expect.equal(stage.error_of(), "", "error of the rule")


@requirement("RULES:errors-7", "RULE-01")
def test_a_rule_follows_its_folder(stage: Stage) -> None:
    """The folder is renamed, and mail goes there all the same."""
    stage.rules({"actions": _MOVE})
    renamed = f"{stage.folder}-renamed"
    stage.imap(stage.owner).rename(stage.folder, renamed)
    stage.__dict__.pop("folder")
    expect.equal(stage.place(stage.send(), renamed), renamed, "folder that the message came to")


@pytest.mark.parametrize("action", ["ForwardToRecipients", "RedirectToRecipients"])
@requirement("RULES:errors-3", "RULES:errors-2", "RULE-01")
def test_a_vanished_recipient_costs_no_mail(stage: Stage, action: str) -> None:
    """The message stays although the rule deletes what it sends on, and the rule shows why."""
    stage.rules({"actions": {action: ["{other}"], "Delete": True}})
    stage.control.call("user", "remove", stage.other.address, "--yes")
    expect.equal(stage.place(stage.send()), "INBOX", "folder that the message came to")
    expect.contains(stage.error_of(), stage.other.address.lower(), "error of the rule", requirement="RULES:errors-2")


@requirement("RULES:errors-4", "RULE-01")
def test_a_broken_rule_does_not_hold_up_the_others(stage: Stage) -> None:
    """The next one marks the message as read."""
    stage.rules({"actions": _MOVE}, {"actions": {"MarkAsRead": True}})
    _vanish(stage)
    got = stage.wait(f'HEADER X-Mailproof "{stage.send()}"', stage.owner)
    expect.contains(got.flags, "\\seen", "flags")


@requirement("RULES:errors-4", "RULE-01")
def test_a_broken_action_does_not_hold_up_the_other_actions(stage: Stage) -> None:
    """The same rule marks the message as read."""
    stage.rules({"actions": {**_MOVE, "MarkAsRead": True}})
    _vanish(stage)
    got = stage.wait(f'HEADER X-Mailproof "{stage.send()}"', stage.owner)
    expect.contains(got.flags, "\\seen", "flags")


@pytest.mark.parametrize(
    "rule",
    [
        {"actions": {"Delete": True, "MoveToFolder": "{folder}"}},
        {"actions": {"Delete": True, "PermanentDelete": True}},
        {"conditions": {"SentToMe": True, "NotSentToMe": True}, "actions": {"Delete": True}},
        {"conditions": {"HasAttachments": True}, "exceptions": {"HasAttachments": True}, "actions": {"Delete": True}},
    ],
    ids=["delete-and-move", "delete-twice", "to-me-and-not-to-me", "condition-and-exception"],
)
@requirement("RULES:errors-5", "RULE-01")
def test_a_contradictory_rule_is_refused(stage: Stage, rule: dict[str, Any]) -> None:
    """The refusal names what contradicts."""
    text = stage.rules_refused(rule)
    named = [name for part in rule.values() for name in part if name in text]
    expect.that(bool(named), "text of the refusal", expected="what contradicts, by name", actual=text)


@requirement("RULES:errors-6", "RULE-01")
def test_several_rules_are_put_or_none(stage: Stage) -> None:
    """One of two is wrong, and neither is there."""
    stage.rules_refused({"actions": _MOVE}, {"actions": {}})
    expect.equal(stage.settings.rules_of(stage.owner), [], "rules after the refusal")


@requirement("RULES:limits-2", "RULE-01")
def test_five_hundred_rules_are_run(stage: Stage) -> None:
    """The last of them moves the message."""
    many = [
        {"conditions": {"ContainsSubjectStrings": [f"never {number}"]}, "actions": {"Delete": True}}
        for number in range(500)
    ]
    stage.rules(*many, {"actions": _MOVE})
    expect.equal(stage.place(stage.send()), stage.folder, "folder that the message came to")


_ODD = {
    "no-end-of-multipart": typed('multipart/mixed; boundary="b"', "--b\nContent-Type: text/plain\n\nHello.\n"),
    "no-boundary": typed("multipart/mixed", "Hello.\n"),
    "bad-base64": typed("text/html", "%%%=\n", {"Content-Transfer-Encoding": "base64"}),
    "unknown-charset": typed("text/plain; charset=x-nobody-knows", b"\xff\xfe\xfa\r\n"),
    "broken-words": Mail("=?utf-8?Q?=FF=?= =?nope?B?!!!?= {token}"),
    "broken-calendar": typed("text/calendar; method=REQUEST", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nRRULE:FREQ=NEVER\n"),
    "deep": typed(
        'multipart/mixed; boundary="0"',
        "".join(f'--{n}\nContent-Type: multipart/mixed; boundary="{n + 1}"\n\n' for n in range(150)),
    ),
    "empty-body": Mail(body=b""),
}


@pytest.mark.parametrize("mail", _ODD.values(), ids=_ODD)
@requirement("RULES:errors-9", "RULE-01")
def test_no_message_stops_delivery(stage: Stage, mail: Mail) -> None:
    """Every condition looks at an odd message, and it arrives."""
    rules = {row.condition: {"conditions": row.conditions, "actions": {"AssignCategories": ["x"]}} for row in ALL_ROWS}
    stage.rules(*rules.values())
    expect.equal(stage.place(stage.send(mail)), "INBOX", "folder that the message came to")
