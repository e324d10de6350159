"""What a rule does with the message itself: move, copy, delete, mark, categorise (RULE-03)."""

from typing import Any

import pytest

from mailproof_suites.case import expect, needs, requirement
from mailproof_suites.workmail.stage import Mail, Stage

pytestmark = needs("role:other", "role:carol")

_MOVE = {"MoveToFolder": "{folder}"}


@requirement("RULES:actions.MoveToFolder-1", "RULES:order-7", "RULE-03", "RULE-01")
def test_a_moved_message_is_not_in_the_inbox(stage: Stage) -> None:
    """MoveToFolder puts it into the folder, and the inbox never has it."""
    stage.rules({"actions": _MOVE})
    before = stage.imap(stage.owner).status("INBOX", "UIDNEXT").items["UIDNEXT"]
    mark = stage.send()
    expect.equal(stage.place(mark), stage.folder, "folder that the message came to")
    expect.that(not stage.has(mark), "the inbox", expected="without the message", actual="with it")
    after = stage.imap(stage.owner).status("INBOX", "UIDNEXT").items["UIDNEXT"]
    expect.equal(after, before, "UIDNEXT of the inbox, which never had a message")


@pytest.mark.parametrize("path", ["{folder}/child", "{folder} & Söhne"], ids=["a-subfolder", "a-name-beyond-ascii"])
@requirement("RULES:actions.MoveToFolder-1", "RULE-03")
def test_a_message_can_be_moved_to_any_folder(stage: Stage, path: str) -> None:
    """The folder may be below another, and have a name in any script."""
    name = stage.said(path).replace("/", stage.world.capabilities.delimiter)
    stage.imap(stage.owner).create(name)
    stage.rules({"actions": {"MoveToFolder": name}})
    expect.equal(stage.place(stage.send(), name), name, "folder that the message came to")


@requirement("RULES:actions.CopyToFolder-1", "RULE-03")
def test_a_copied_message_is_in_both_places(stage: Stage) -> None:
    """CopyToFolder leaves the message in the inbox."""
    stage.rules({"actions": {"CopyToFolder": "{folder}"}})
    mark = stage.send()
    expect.equal(stage.place(mark), stage.folder, "folder that the copy came to")
    stage.wait(f'HEADER X-Mailproof "{mark}"', stage.owner, what="the message in the inbox")


@requirement("RULES:actions.Delete-1", "RULE-03")
def test_a_deleted_message_is_in_deleted_items(stage: Stage) -> None:
    """Delete puts it into Deleted Items, and the inbox does not have it."""
    stage.rules({"actions": {"Delete": True}})
    trash = stage.special(rb"\Trash")
    mark = stage.send()
    expect.equal(stage.place(mark, trash), trash, "folder that the message came to")
    expect.that(not stage.has(mark), "the inbox", expected="without the message", actual="with it")


@requirement("RULES:actions.PermanentDelete-1", "RULE-03")
def test_a_message_deleted_for_good_is_nowhere(stage: Stage) -> None:
    """PermanentDelete leaves nothing, not even in Deleted Items."""
    stage.rules({"conditions": {"ContainsSubjectStrings": ["goodbye"]}, "actions": {"PermanentDelete": True}})
    mark = stage.send(Mail("goodbye {token}"))
    expect.equal(stage.place(stage.send()), "INBOX", "folder of a message that came later")
    for folder in ("INBOX", stage.special(rb"\Trash")):
        expect.that(not stage.has(mark, folder), folder, expected="without the message", actual="with it")


@requirement("RULES:actions.MarkAsRead-1", "RULE-03")
def test_a_message_marked_as_read_arrives_as_seen(stage: Stage) -> None:
    r"""MarkAsRead gives it \Seen."""
    stage.rules({"actions": {"MarkAsRead": True}})
    got = stage.wait(f'HEADER X-Mailproof "{stage.send()}"', stage.owner)
    expect.contains(got.flags, "\\seen", "flags")


@requirement("RULES:actions.MarkAsRead-1", "RULE-03")
def test_a_message_that_no_rule_marks_arrives_as_unseen(stage: Stage) -> None:
    r"""A rule that only moves gives it no \Seen."""
    stage.rules({"actions": _MOVE})
    got = stage.wait(f'HEADER X-Mailproof "{stage.send()}"', stage.owner, stage.folder)
    expect.lacks(got.flags, "\\seen", "flags")


@pytest.mark.parametrize("categories", [["Travel"], ["Travel", "Invoices"]], ids=["one", "two"])
@requirement("RULES:actions.AssignCategories-1", "RULE-03")
def test_categories_arrive_as_keywords(stage: Stage, categories: list[str]) -> None:
    """AssignCategories gives the message a keyword for each."""
    stage.rules({"actions": {"AssignCategories": categories}})
    got = stage.wait(f'HEADER X-Mailproof "{stage.send()}"', stage.owner)
    expect.equal(set(map(str.lower, categories)) - got.flags, set(), "categories that are no keyword of the message")


@requirement("RULES:actions-4", "RULE-03")
def test_every_copy_has_the_flags(stage: Stage) -> None:
    """A message that is copied and marked as read is seen in both places."""
    stage.rules({"actions": {"CopyToFolder": "{folder}", "MarkAsRead": True}})
    mark = stage.send()
    for folder in ("INBOX", stage.folder):
        got = stage.wait(f'HEADER X-Mailproof "{mark}"', stage.owner, folder)
        expect.contains(got.flags, "\\seen", f"flags of the copy in {folder}")


@requirement("RULES:actions-1", "RULE-03")
def test_all_actions_of_a_rule_are_done(stage: Stage) -> None:
    """Moved, marked and put into a category by one rule."""
    stage.rules({"actions": {**_MOVE, "MarkAsRead": True, "AssignCategories": ["Travel"]}})
    got = stage.wait(f'HEADER X-Mailproof "{stage.send()}"', stage.owner, stage.folder)
    expect.equal({"\\seen", "travel"} - got.flags, set(), "flags that the message lacks")


@pytest.mark.parametrize("action", ["MoveToFolder", "CopyToFolder"])
@requirement("RULES:actions-3", "RULE-03")
def test_a_rule_changes_no_octet(stage: Stage, action: str) -> None:
    """What was sent is the end of what lies in the folder, octet by octet."""
    sent = stage.message(Mail(headers={"X-Folded": "one\r\n\ttwo  "}, body=b"8-bit \xe9 and a lone dot\r\n.\r\n \r\n"))
    stage.rules({"actions": {action: "{folder}"}})
    mark = stage.send(sent)
    got = stage.wait(f'HEADER X-Mailproof "{mark}"', stage.owner, stage.folder)
    expect.equal(got.raw[-len(sent) :], sent, "octets of the message")


@pytest.mark.parametrize(
    ("actions", "named"),
    [
        ({}, "action"),
        ({"FlyToMoon": True}, "FlyToMoon"),
        ({"Delete": False}, "Delete"),
        ({"MoveToFolder": "no such folder"}, "no such folder"),
        ({"MoveToFolder": "Calendar"}, "Calendar"),
        ({"ForwardToRecipients": []}, "ForwardToRecipients"),
        ({"MarkImportance": "Urgent"}, "MarkImportance"),
        ({"AssignCategories": [""]}, "AssignCategories"),
        ({"SendSMSAlertToRecipients": ["+15550100"]}, "SendSMSAlertToRecipients"),
    ],
    ids=["none", "unknown", "false", "no-folder", "a-calendar", "nobody", "importance", "empty-category", "sms"],
)
@requirement("RULES:actions-2", "RULE-03")
def test_an_action_that_cannot_be_meant_is_refused_by_name(stage: Stage, actions: dict[str, Any], named: str) -> None:
    """The refusal says what is wrong with the rule."""
    expect.contains(stage.rules_refused({"actions": actions}), named, "text of the refusal")


@pytest.mark.parametrize(
    ("conditions", "named"),
    [
        ({"Weather": "rain"}, "Weather"),
        ({"SentToMe": False}, "SentToMe"),
        ({"FromAddresses": ["nobody"]}, "FromAddresses"),
        ({"ContainsSubjectStrings": []}, "ContainsSubjectStrings"),
        ({"ContainsBodyStrings": [""]}, "ContainsBodyStrings"),
        ({"Importance": "Urgent"}, "Importance"),
        ({"WithinSizeRange": {"MinimumSize": 9, "MaximumSize": 1}}, "WithinSizeRange"),
        ({"WithinDateRange": {"StartDateTime": "tomorrow"}}, "WithinDateRange"),
    ],
    ids=["unknown", "false", "no-address", "no-text", "empty-text", "importance", "size", "date"],
)
@requirement("RULES:conditions-3", "RULE-02")
def test_a_condition_that_cannot_be_meant_is_refused_by_name(
    stage: Stage, conditions: dict[str, Any], named: str
) -> None:
    """The refusal says what is wrong with the rule."""
    text = stage.rules_refused({"conditions": conditions, "actions": {"MarkAsRead": True}})
    expect.contains(text, named, "text of the refusal")
