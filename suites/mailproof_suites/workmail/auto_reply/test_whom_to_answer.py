"""Which messages are answered, and which never (RULE-10; RFC 3834 section 2, RFC 5230 section 4.5)."""

import pytest

from mailproof_suites.case import expect, needs, requirement
from mailproof_suites.workmail.auto_reply.asking import answer, from_owner, unanswered
from mailproof_suites.workmail.stage import Mail, Stage

pytestmark = needs("role:other", "role:carol")


def _headed(name: str, value: str) -> Mail:
    return Mail("silent {token}", headers={name: value})


def _report(kind: str) -> Mail:
    headers = {"Content-Type": f'multipart/report; report-type={kind}; boundary="b"'}
    return Mail("silent {token}", headers=headers, body="--b\nContent-Type: text/plain\n\nA report.\n--b--\n")


_AUTOMATIC = ("RFC3834:2-1", "RFC5230:4.6-1")
_LIST = ("AUTO-REPLY:whom-1", "RFC5230:4.6-2")
_SILENT = [
    ("auto-replied", _AUTOMATIC, _headed("Auto-Submitted", "auto-replied")),
    ("auto-generated", _AUTOMATIC, _headed("Auto-Submitted", "auto-generated")),
    ("auto-notified", _AUTOMATIC, _headed("Auto-Submitted", "auto-notified; owner-email=x@mailproof.test")),
    ("auto-in-capitals", _AUTOMATIC, _headed("Auto-Submitted", "AUTO-REPLIED")),
    ("auto-with-comment", _AUTOMATIC, _headed("Auto-Submitted", "auto-generated (nightly)")),
    ("auto-unknown", _AUTOMATIC, _headed("Auto-Submitted", "auto-something-new")),
    ("precedence-bulk", ("AUTO-REPLY:whom-2",), _headed("Precedence", "bulk")),
    ("precedence-list", ("AUTO-REPLY:whom-2",), _headed("Precedence", "List")),
    ("precedence-junk", ("AUTO-REPLY:whom-2",), _headed("Precedence", "junk")),
    *(
        (name.lower(), _LIST, _headed(name, "<mailto:list@mailproof.test>"))
        for name in (
            "List-Id",
            "List-Post",
            "List-Help",
            "List-Subscribe",
            "List-Unsubscribe",
            "List-Owner",
            "List-Archive",
        )
    ),
    ("suppress-oof", ("AUTO-REPLY:whom-3",), _headed("X-Auto-Response-Suppress", "OOF")),
    ("suppress-all", ("AUTO-REPLY:whom-3",), _headed("X-Auto-Response-Suppress", "All")),
    ("suppress-several", ("AUTO-REPLY:whom-3",), _headed("X-Auto-Response-Suppress", "DR, RN, AutoReply")),
    ("report-of-delivery", ("AUTO-REPLY:whom-4",), _report("delivery-status")),
    ("receipt", ("AUTO-REPLY:whom-4",), _report("disposition-notification")),
    ("not-named", ("RFC3834:2-3", "RFC5230:4.5-1"), Mail("silent {token}", to=("{sender}",))),
    ("blind", ("RFC3834:2-3", "RFC5230:4.5-1"), Mail("silent {token}", to=("{sender}",), headers={"Bcc": "{owner}"})),
    ("named-by-display-name", ("RFC3834:2-3", "RFC5230:4.5-1"), _headed("To", '"{owner}" <{sender}>')),
    ("undisclosed", ("RFC3834:2-3", "RFC5230:4.5-1"), _headed("To", "undisclosed-recipients:;")),
]


@pytest.mark.parametrize(
    "mail", [pytest.param(mail, id=name, marks=requirement(*ids, "RULE-10")) for name, ids, mail in _SILENT]
)
def test_some_messages_are_never_answered(stage: Stage, mail: Mail) -> None:
    """Automatic mail, lists, reports, and what does not name the owner."""
    stage.reply()
    stage.send(mail)
    unanswered(stage)


_ANSWERED = [
    ("ordinary", Mail()),
    ("auto-submitted-no", _headed("Auto-Submitted", "no")),
    ("auto-submitted-no-in-capitals", _headed("Auto-Submitted", "No")),
    ("precedence-normal", _headed("Precedence", "normal")),
    ("suppresses-receipts-only", _headed("X-Auto-Response-Suppress", "DR, RN, NRN")),
    ("in-cc", Mail(to=("{sender}",), headers={"Cc": "{owner}"})),
    ("among-others", Mail(to=("{sender}", "{owner}"))),
    ("in-capitals", Mail(to=("{OWNER}",))),
    ("with-a-name", Mail(headers={"To": "The Owner <{owner}>"})),
    ("in-a-group-of-addresses", Mail(headers={"To": "Us: {sender}, {owner};"})),
    ("resent-to", Mail(to=("{sender}",), headers={"Resent-From": "{sender}", "Resent-To": "{owner}"})),
    ("sub-address", Mail(to=("{owner+tag}",))),
    ("alias", Mail(to=("{alias}",))),
]


@pytest.mark.parametrize("mail", [pytest.param(mail, id=name) for name, mail in _ANSWERED])
@requirement("AUTO-REPLY:whom-5", "RULE-10")
def test_what_somebody_writes_to_the_owner_is_answered(stage: Stage, mail: Mail) -> None:
    """Whatever the name and place of the owner in the header."""
    stage.reply()
    answer(stage, mail)


@requirement("RFC3834:2-2", "RULE-10")
def test_a_null_sender_is_not_answered(stage: Stage) -> None:
    """Not even at the address in From."""
    stage.reply()
    stage.send(Mail("silent {token}"), return_path="")
    unanswered(stage)


@pytest.mark.parametrize(
    "local", ["mailer-daemon", "listserv", "majordomo", "owner-mp{token}", "mp{token}-request", "mp{token}-bounces"]
)
@requirement("RFC3834:2-4", "AUTO-REPLY:whom-6", "RULE-10")
def test_names_of_programs_are_not_answered(stage: Stage, local: str) -> None:
    """Their mail is read by nobody, or by everybody."""
    program = stage.person(local.replace("{token}", stage.world.token.lower()))
    stage.reply()
    stage.send(Mail("silent {token}", sender=program.address), sender=program)
    unanswered(stage, program)


@requirement("RFC3834:2-3", "RFC5230:4.5-1", "RULE-10")
def test_mail_to_a_group_is_not_answered_by_a_member(stage: Stage) -> None:
    """The group's address is not the owner's."""
    group = stage.group(stage.owner.address)
    stage.reply()
    stage.send(Mail("silent {token}", to=(group,)), to=[group])
    unanswered(stage)


@requirement("AUTO-REPLY:whom-7", "RULE-10")
def test_the_owner_is_not_answered(stage: Stage) -> None:
    """What one writes to oneself."""
    stage.reply()
    stage.send(Mail("silent {token}", sender="{owner}"), sender=stage.owner)
    unanswered(stage)
    replies = stage.count(f'{from_owner(stage)} HEADER Auto-Submitted ""', stage.owner)
    expect.equal(replies, 0, "replies to oneself")


@requirement("RFC3834:2-5", "RULE-10")
def test_two_absent_people_write_to_each_other_once(stage: Stage) -> None:
    """The reply of the one is not answered by the other."""
    stage.reply()
    stage.reply(owner=stage.other)
    stage.send(Mail("first {token}", sender="{other}"), sender=stage.other)
    stage.wait(from_owner(stage), stage.other, what="the reply to the other absent one")
    stage.send(Mail("control {token}", to=("{other}",)), to=[stage.other.address])
    stage.wait(f'FROM "{stage.other.address}"', stage.sender, what="the other's reply to somebody present")
    expect.equal(stage.count(f'FROM "{stage.other.address}"', stage.owner), 1, "messages from the other one")


@requirement("AUTO-REPLY:whom-8", "RULE-10")
def test_mail_that_a_rule_moves_is_answered(stage: Stage) -> None:
    """Rules and replies do not know each other."""
    stage.reply()
    stage.rules({"actions": {"MoveToFolder": "{folder}", "StopProcessingRules": True}})
    answer(stage)
