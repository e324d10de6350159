"""What rules never send on: bounces, and what they have sent on before (RULE-05, RULE-06, RULE-09)."""

from itertools import pairwise

import pytest

from mailproof_suites.case import expect, needs, requirement
from mailproof_suites.workmail.rules.rows import typed
from mailproof_suites.workmail.stage import Mail, Stage

pytestmark = needs("role:other", "role:carol")

FORWARD, ATTACH, REDIRECT = "ForwardToRecipients", "ForwardAsAttachmentToRecipients", "RedirectToRecipients"
sending = pytest.mark.parametrize("action", [FORWARD, ATTACH, REDIRECT])
_LOOP = "X-MS-Exchange-Inbox-Rules-Loop"


def _bounce(action: str = "failed") -> Mail:
    mail = typed(
        'multipart/report; report-type=delivery-status; boundary="b"',
        "--b\nContent-Type: text/plain\n\nIt could not be delivered.\n--b\nContent-Type: message/delivery-status\n\n"
        "Reporting-MTA: dns; mailproof.test\n\nFinal-Recipient: rfc822; x@mailproof.test\n"
        f"Action: {action}\nStatus: 5.1.1\n--b--\n",
        {"Auto-Submitted": "auto-replied"},
    )
    return Mail("bounce {token}", headers=mail.headers, body=mail.body)


def _only_the_second(stage: Stage, subject: str) -> None:
    """A later message is sent on; of the one with this subject nothing has come."""
    stage.send(Mail("second {token}"))
    stage.wait(f'SUBJECT "second {stage.world.token}"', stage.other)
    count = stage.count(f'SUBJECT "{subject} {stage.world.token}"', stage.other)
    expect.equal(count, 0, f"number of messages with the subject {subject!r} that were sent on")


@sending
@requirement("RULES:bounces-1", "RULES:bounces-2", "RULE-05", "RULE-06")
def test_a_bounce_is_not_sent_on(stage: Stage, action: str) -> None:
    """A report of failure with the null return path stays where it is; a later message is sent on."""
    stage.rules({"actions": {action: ["{other}"]}})
    expect.equal(stage.place(stage.send(_bounce(), return_path="")), "INBOX", "folder of the bounce")
    _only_the_second(stage, "bounce")


@sending
@requirement("RULES:bounces-3", "RULE-05", "RULE-06")
def test_a_bounce_is_not_lost_by_a_rule_that_deletes(stage: Stage, action: str) -> None:
    """It was not sent on, so it is kept."""
    stage.rules({"actions": {action: ["{other}"], "PermanentDelete": True}})
    expect.equal(stage.place(stage.send(_bounce(), return_path="")), "INBOX", "folder of the bounce")


@requirement("RULES:bounces-2", "RULE-06")
def test_a_redirect_keeps_a_null_return_path(stage: Stage) -> None:
    """What must not be answered with a report is not given a sender who would get one."""
    stage.rules({"actions": {REDIRECT: ["{other}"]}})
    stage.send(return_path="")
    got = stage.wait(f'SUBJECT "{stage.world.token}"', stage.other)
    expect.equal(got.field("Return-Path"), "<>", "Return-Path")


@sending
@requirement("RULES:loops-1", "RULES:loops-4", "RULE-09")
def test_two_rules_to_one_another_end(stage: Stage, action: str) -> None:
    """A sends to B and B to A: A gets its message back and does not send it again."""
    stage.rules({"actions": {action: ["{other}"]}})
    stage.rules({"actions": {action: ["{owner}"]}}, owner=stage.other)
    stage.send(Mail("first {token}"))
    first = f'SUBJECT "first {stage.world.token}"'
    for _ in stage.turns():
        if stage.count(first, stage.owner) > 1:
            break
    stage.send(Mail("second {token}"))
    stage.wait(f'SUBJECT "second {stage.world.token}"', stage.other)
    expect.equal(stage.count(first, stage.other), 1, "number of times that the message came to B")
    expect.equal(stage.count(first, stage.owner), 2, "number of copies with A: the original, and what came back")


@sending
@requirement("RULES:loops-2", "RULE-09")
def test_three_rules_in_a_ring_end(stage: Stage, action: str) -> None:
    """A to B, B to C, C to A: each has sent it on once."""
    third = stage.person()
    stage.rules({"actions": {action: ["{other}"]}})
    stage.rules({"actions": {action: [third.address]}}, owner=stage.other)
    stage.rules({"actions": {action: ["{owner}"]}}, owner=third)
    stage.send(Mail("first {token}"))
    first = f'SUBJECT "first {stage.world.token}"'
    for _ in stage.turns():
        if stage.count(first, stage.owner) > 1:
            break
    stage.send(Mail("second {token}"))
    stage.wait(f'SUBJECT "second {stage.world.token}"', stage.other)
    expect.equal(stage.count(first, stage.other), 1, "number of times that the message came to B")


@requirement("RULES:loops-2", "RULE-09")
def test_a_rule_to_a_group_that_holds_the_owner_ends(stage: Stage) -> None:
    """The copy that comes back is not sent on again."""
    stage.rules({"actions": {FORWARD: [stage.group(stage.owner.address, stage.other.address)]}})
    stage.send(Mail("first {token}"))
    stage.wait(f'SUBJECT "FW: first {stage.world.token}"', stage.owner)
    stage.send(Mail("second {token}"))
    stage.wait(f'SUBJECT "second {stage.world.token}"', stage.other)
    first = f'SUBJECT "first {stage.world.token}"'
    expect.equal(stage.count(first, stage.other), 1, "number of copies with the other member")


@sending
@requirement("RULES:loops-5", "RULE-09")
def test_a_message_with_the_owners_loop_field_is_not_sent_on(stage: Stage, action: str) -> None:
    """Exchange's field names whose rules have sent it on already."""
    stage.rules({"actions": {action: ["{other}"]}})
    stage.send(Mail("loop {token}", headers={_LOOP: "{owner}"}))
    _only_the_second(stage, "loop")


@requirement("RULES:loops-5", "RULE-09")
def test_a_loop_field_of_another_keeps_no_rule_from_sending(stage: Stage) -> None:
    """It has come through one other account."""
    stage.rules({"actions": {REDIRECT: ["{other}"]}})
    stage.send(Mail(headers={_LOOP: "{sender}"}))
    stage.wait(f'SUBJECT "{stage.world.token}"', stage.other)


@requirement("RULES:loops-3", "RULE-09")
def test_a_chain_of_forwards_ends(stage: Stage) -> None:
    """Of a chain of six people the last one gets nothing, and the rule before shows why."""
    chain = [stage.owner, *(stage.person() for _ in range(4)), stage.other]
    for giver, taker in pairwise(chain):
        stage.rules({"actions": {FORWARD: [taker.address]}}, owner=giver)
    stage.send(Mail("first {token}"))
    stage.wait(f'SUBJECT "first {stage.world.token}"', chain[-2])
    stage.send(Mail("direct {token}"), to=[stage.other.address])
    stage.wait(f'SUBJECT "direct {stage.world.token}"', stage.other)
    expect.equal(stage.count(f'SUBJECT "first {stage.world.token}"', stage.other), 0, "copies with the last one")
    shown = stage.settings.rules_of(chain[-2])[0]["error"]
    expect.that(bool(shown), "error of the last rule", expected="says why", actual="empty")


@requirement("RULES:actions.ForwardToRecipients-3", "RULE-10", "RULE-09")
def test_a_forward_is_not_answered_automatically(stage: Stage) -> None:
    """Whom a rule forwards to may be absent: the owner gets no reply, and somebody who writes himself does."""
    stage.settings.set_reply(stage.other, {"state": "enabled", "internal_reply": "I am away."})
    stage.rules({"actions": {FORWARD: ["{other}"]}})
    stage.send(Mail("first {token}"))
    stage.wait(f'SUBJECT "FW: first {stage.world.token}"', stage.other)
    stage.send(Mail("second {token}", to=("{other}",)), to=[stage.other.address])
    stage.wait(f'SUBJECT "second {stage.world.token}" FROM "{stage.other.address}"', stage.sender)
    expect.equal(stage.count(f'FROM "{stage.other.address}"', stage.owner), 0, "replies to the forward")
