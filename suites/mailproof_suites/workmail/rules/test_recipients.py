"""Whom rules send to (RULE-04), and what they never tell: blind recipients (RULE-07)."""

import pytest

from mailproof_suites.case import expect, needs, requirement
from mailproof_suites.workmail.stage import Mail, Stage

pytestmark = needs("role:other", "role:carol")

_SENDING = ("ForwardToRecipients", "ForwardAsAttachmentToRecipients", "RedirectToRecipients")
sending = pytest.mark.parametrize("action", _SENDING)


@sending
@requirement("RULES:recipients-1", "RULE-04", "CONT-06")
def test_a_rule_sends_to_a_group(stage: Stage, action: str) -> None:
    """A member of the group gets it."""
    group = stage.group(stage.other.address)
    stage.rules({"actions": {action: [group]}})
    stage.send()
    stage.wait(f'SUBJECT "{stage.world.token}"', stage.other)


@sending
@needs("role:room")
@requirement("RULES:recipients-1", "RULE-04")
def test_a_rule_sends_to_a_resource(stage: Stage, action: str) -> None:
    """The room's mailbox gets it."""
    room = stage.world.lease("room")
    stage.world.uses_inbox(room)
    stage.rules({"actions": {action: [room.address]}})
    stage.send()
    stage.wait(f'SUBJECT "{stage.world.token}"', room)


@requirement("RULES:recipients-1", "RULE-04", "ADDR-01")
def test_a_rule_sends_to_an_alias(stage: Stage) -> None:
    """The user gets it."""
    stage.rules({"actions": {"RedirectToRecipients": [stage.alias(stage.other)]}})
    stage.send()
    stage.wait(f'SUBJECT "{stage.world.token}"', stage.other)


@sending
@requirement("RULES:recipients-5", "RULE-04")
def test_each_of_several_recipients_gets_it(stage: Stage, action: str) -> None:
    """Two people."""
    second = stage.person()
    stage.rules({"actions": {action: ["{other}", second.address]}})
    stage.send()
    for each in (stage.other, second):
        stage.wait(f'SUBJECT "{stage.world.token}"', each)


@sending
@requirement("RULES:recipients-5", "RULE-04")
def test_a_recipient_named_twice_gets_it_once(stage: Stage, action: str) -> None:
    """The same person under two spellings."""
    stage.rules({"actions": {action: ["{other}", stage.other.address.upper()]}})
    stage.send(Mail("first {token}"))
    stage.send(Mail("second {token}"))
    stage.wait(f'SUBJECT "second {stage.world.token}"', stage.other)
    expect.equal(stage.count(f'SUBJECT "first {stage.world.token}"', stage.other), 1, "number of copies")


@sending
@requirement("RULES:recipients-2", "RULE-04", "CONT-03")
def test_a_personal_distribution_list_is_refused(stage: Stage, action: str) -> None:
    """The refusal says so."""
    friends = {"Name": "Friends", "EmailAddress": "Friends", "MailboxType": "PrivateDL"}
    text = stage.rules_refused({"actions": {action: [friends]}})
    expect.contains(text.lower(), "personal distribution list", "text of the refusal")


@sending
@requirement("RULES:recipients-2", "RULE-04")
def test_a_bare_name_is_refused(stage: Stage, action: str) -> None:
    """What is no address cannot be sent to."""
    expect.contains(stage.rules_refused({"actions": {action: ["Friends"]}}).lower(), "friends", "text of the refusal")


@sending
@requirement("RULES:recipients-3", "RULE-04")
def test_an_unknown_address_inside_is_refused_by_name(stage: Stage, action: str) -> None:
    """The refusal names it."""
    address = f"nobody-{stage.world.token}@{stage.domain}".lower()
    expect.contains(stage.rules_refused({"actions": {action: [address]}}), address, "text of the refusal")


@pytest.mark.parametrize("whose", ["{owner}", "{OWNER}", "{owner+tag}", "{alias}"])
@requirement("RULES:recipients-4", "RULE-09")
def test_a_rule_to_oneself_is_refused(stage: Stage, whose: str) -> None:
    """Under whichever address."""
    stage.rules_refused({"actions": {"RedirectToRecipients": [whose]}})


@sending
@requirement("RULES:recipients-6", "RULE-04")
def test_a_rule_sends_outside(stage: Stage, action: str) -> None:
    """The rule is taken and shows no error after a message; what comes out is seen where mail outside is."""
    stage.rules({"actions": {action: ["friend@outside.mailproof.test"]}})
    expect.equal(stage.place(stage.send()), "INBOX", "folder of the original")
    expect.equal(stage.error_of(), "", "error of the rule")


@sending
@requirement("RULES:bcc-2", "RULE-07")
def test_what_is_sent_on_tells_no_blind_recipient(stage: Stage, action: str) -> None:
    """Neither a field Bcc nor the address."""
    secret = f"secret-{stage.world.token}@outside.mailproof.test"
    stage.rules({"actions": {action: ["{other}"]}})
    stage.send(Mail(headers={"Bcc": secret}))
    got = stage.wait(f'SUBJECT "{stage.world.token}"', stage.other)
    expect.that(secret.encode() not in got.raw, "the message", expected="without the blind recipient", actual="with it")


@pytest.mark.parametrize(
    "conditions",
    [
        {"SentToAddresses": ["{owner}"]},
        {"SentToMe": True},
        {"SentToOrCcMe": True},
        {"ContainsRecipientStrings": ["{owner}"]},
    ],
    ids=["SentToAddresses", "SentToMe", "SentToOrCcMe", "ContainsRecipientStrings"],
)
@requirement("RULES:bcc-1", "RULE-07")
def test_a_rule_does_not_match_a_blind_recipient(stage: Stage, conditions: dict[str, object]) -> None:
    """A copy that was sent to the owner as Bcc stays in the inbox."""
    stage.rules({"conditions": conditions, "actions": {"MoveToFolder": "{folder}"}})
    mail = Mail(to=("{sender}",), headers={"Bcc": "{owner}"})
    expect.equal(stage.place(stage.send(mail)), "INBOX", "folder that the message came to")
