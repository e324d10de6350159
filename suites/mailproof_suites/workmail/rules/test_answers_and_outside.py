"""Rules that answer with a text, and what rules send outside (RULE-03, RULE-04, RULE-06)."""

import pytest

from mailproof_suites.case import expect, needs, requirement
from mailproof_suites.workmail.stage import Mail, Received, Stage

pytestmark = needs("role:other", "role:carol")

_TEXT = {"Text": "We have got your order.", "Subject": "Your order"}
_REPLY = {"conditions": {"ContainsSubjectStrings": ["order"]}, "actions": {"ServerReplyWithMessage": _TEXT}}
_FORWARD, _REDIRECT = "ForwardToRecipients", "RedirectToRecipients"


def _answer(stage: Stage) -> Received:
    stage.rules(_REPLY)
    stage.send(Mail("order {token}"))
    return stage.wait(f'FROM "{stage.owner.address}"', stage.sender, what="the answer of the rule")


@requirement("RULES:actions.ServerReplyWithMessage-1", "RULE-03")
def test_a_rule_answers_with_its_text(stage: Stage) -> None:
    """Under its own subject."""
    got = _answer(stage)
    expect.contains(got.raw, b"We have got your order.", "text of the answer")
    expect.equal(got.field("Subject"), "Your order", "Subject of the answer")


@pytest.mark.parametrize(("name", "value"), [("Return-Path", "<>"), ("Auto-Submitted", "auto-replied")])
@requirement("RULES:actions.ServerReplyWithMessage-1", "RULE-03")
def test_the_answer_of_a_rule_is_automatic_mail(stage: Stage, name: str, value: str) -> None:
    """Nobody answers it by himself."""
    expect.equal(_answer(stage).field(name).lower(), value, name)


@pytest.mark.parametrize("name", ["Auto-Submitted", "List-Id", "Precedence"])
@requirement("RULES:actions.ServerReplyWithMessage-2", "RULE-09")
def test_a_rule_answers_no_automatic_mail(stage: Stage, name: str) -> None:
    """The first answer is that to a later message."""
    value = {"Auto-Submitted": "auto-generated", "List-Id": "<list.mailproof.test>", "Precedence": "bulk"}[name]
    stage.rules({**_REPLY, "actions": {"ServerReplyWithMessage": {"Text": "Answer."}}})
    stage.send(Mail("silent order {token}", headers={name: value}))
    stage.send(Mail("control order {token}"))
    got = stage.wait(f'FROM "{stage.owner.address}"', stage.sender)
    expect.contains(got.field("Subject"), "control", "Subject of the first answer")


@requirement("RULES:actions.ServerReplyWithMessage-1", "RULE-03")
def test_a_rule_answers_every_message(stage: Stage) -> None:
    """Unlike an automatic reply."""
    stage.rules(_REPLY)
    for number in (1, 2):
        stage.send(Mail("order {token}"))
        for _ in stage.turns():
            if stage.count(f'FROM "{stage.owner.address}"', stage.sender) == number:
                break
        expect.equal(stage.count(f'FROM "{stage.owner.address}"', stage.sender), number, "number of answers")


@needs("control:outside.list")
@pytest.mark.parametrize("action", [_FORWARD, _REDIRECT])
@requirement("RULES:recipients-6", "RULE-04")
def test_mail_that_a_rule_sends_outside_goes_there(stage: Stage, action: str) -> None:
    """With the text of the original."""
    friend = f"friend-{stage.world.token}@outside.mailproof.test".lower()
    stage.rules({"actions": {action: [friend]}})
    stage.send(Mail(body="Unmistakable words.\n"))
    expect.contains(stage.gone_outside(friend).raw, b"Unmistakable words.", "the message outside")


@needs("control:outside.send", "control:outside.list")
@requirement("RULES:recipients-7", "RULE-06")
def test_a_redirect_from_outside_to_outside_is_sent_by_the_owner(stage: Stage) -> None:
    """No domain lets another one send in its name, and From stays as it is."""
    token = stage.world.token.lower()
    friend, author = f"friend-{token}@outside.mailproof.test", f"author-{token}@elsewhere.mailproof.test"
    stage.rules({"actions": {_REDIRECT: [friend]}})
    stage.send_from_outside(Mail(sender=author), author)
    got = stage.gone_outside(friend)
    expect.equal(got.field("From"), author, "From of the message outside")
    expect.equal(got.field("Return-Path").lower(), f"<{stage.owner.address.lower()}>", "sender of the envelope")


@needs("control:outside.send", "control:outside.list")
@requirement("RULES:bounces-2", "RULE-06")
def test_a_bounce_from_outside_does_not_leave_again(stage: Stage) -> None:
    """Only the later message does."""
    friend = f"friend-{stage.world.token}@outside.mailproof.test".lower()
    stage.rules({"actions": {_REDIRECT: [friend]}})
    stage.send_from_outside(Mail("bounce {token}", sender="MAILER-DAEMON@outside.mailproof.test"), "")
    stage.send(Mail("second {token}"))
    expect.contains(stage.gone_outside(friend).field("Subject"), "second", "Subject of the message outside")
    expect.equal(len(stage.control.call("outside", "list", "--to", friend)), 1, "messages outside")


@needs("control:outside.send")
@requirement("RULES:conditions.FromAddresses-1", "RULE-02")
def test_rules_see_mail_from_outside(stage: Stage) -> None:
    """Conditions hold of it as of any other."""
    author = f"author-{stage.world.token}@elsewhere.mailproof.test".lower()
    stage.rules({"conditions": {"FromAddresses": [author]}, "actions": {"MoveToFolder": "{folder}"}})
    mark = stage.send_from_outside(Mail(sender=author), author)
    expect.equal(stage.place(mark), stage.folder, "folder that the message came to")
