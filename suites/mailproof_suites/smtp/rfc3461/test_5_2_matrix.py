"""Who is told of what, RFC 3461 sections 5.1, 5.2.6 to 5.2.8, 5.4 and 6.2: the matrix of NOTIFY.

The failures are those of the profile's role `grace`, whose mailbox is too small for the message.
"""

import pytest

from mailproof_suites.case import MakeMessage, SmtpClient, World, expect, needs, requirement
from mailproof_suites.messages import mark_of
from mailproof_suites.smtp.dialogue import Copies, ReportOf, Reports, status_of

pytestmark = needs("smtp:DSN")
_ABOVE_QUOTA = (b"0123456789" * 7 + b"\r\n") * 32_000
_FAILURE = {
    "not_said": ("", True),
    "failure": ("NOTIFY=FAILURE", True),
    "success_failure": ("NOTIFY=SUCCESS,FAILURE", True),
    "failure_delay": ("NOTIFY=DELAY,FAILURE", True),
    "never": ("NOTIFY=NEVER", False),
    "success": ("NOTIFY=SUCCESS", False),
    "delay": ("NOTIFY=DELAY", False),
}


def _fails(smtp: SmtpClient, world: World, own: str, message: bytes, notify: str, *mail: str) -> None:
    """A message that one recipient gets and the other has no room for, taken all the same; else the case is skipped."""
    grace = world.lease("grace", exclusive=True)
    world.uses_inbox(grace, sends=True)
    smtp.mail(own, *mail).require(250)
    smtp.rcpt(own, "NOTIFY=NEVER").require(250)
    answer = smtp.rcpt(grace.address, *notify.split())
    if not answer.positive:
        pytest.skip(f"the server refuses at RCPT already: {answer.line}")
    smtp.data(message, timeout_s=30).require(250)


@requirement("RFC3461:5.2.6-1", "RFC3461:5.2.6-2")
@needs("exclusive:grace")
@pytest.mark.parametrize("kind", _FAILURE)
def test_failure_is_told_to_who_wants_to_know(
    smtp: SmtpClient, own: str, world: World, make_message: MakeMessage, copies: Copies, reports: Reports, kind: str
) -> None:
    """FAILURE or no NOTIFY at all: a report with Action failed. NEVER, or NOTIFY without FAILURE: none."""
    notify, told = _FAILURE[kind]
    message = make_message(to=own, body=_ABOVE_QUOTA)
    _fails(smtp, world, own, message, notify)
    expect.equal(copies(mark_of(message)), 1, "copies for the recipient who has room")
    wanted = "RFC3461:5.2.6-1" if told else "RFC3461:5.2.6-2"
    expect.equal(len(reports(mark_of(message))), int(told), "reports of the failure", requirement=wanted)


@requirement("RFC3461:6.2-2", "RFC3461:5.2.8-1", "RFC3464:2.3-1")
@needs("exclusive:grace")
@pytest.mark.parametrize("mail", ["RET=FULL", "RET=HDRS"])
def test_a_report_of_failure_returns_what_was_asked_for(
    smtp: SmtpClient, own: str, world: World, make_message: MakeMessage, report_of: ReportOf, mail: str
) -> None:
    """FULL: the whole message comes back; HDRS: its header. Only the recipient who failed is in the report."""
    message = make_message(to=own, body=_ABOVE_QUOTA)
    _fails(smtp, world, own, message, "NOTIFY=FAILURE", mail)
    raw, report = report_of(mark_of(message))
    status = status_of(report)
    expect.equal(status.get("action"), "failed", "Action", requirement="RFC3464:2.3-1")
    expect.that(status.get("status", "")[:1] in "45", "Status", expected="4 or 5", actual=status.get("status"))
    recipients = raw.lower().count(b"\r\nfinal-recipient:")
    expect.equal(recipients, 1, "recipients in the report", requirement="RFC3461:5.2.8-1")
    whole = raw.count(_ABOVE_QUOTA[:720]) > 0
    if mail == "RET=FULL" and not whole:
        expect.note("only the header of a long message comes back, which section 6.2 allows")
    else:
        expect.equal(whole, mail == "RET=FULL", "whether the text is in the report", requirement="RFC3461:6.2-2")


@requirement("RFC3461:5.2.8-1")
@needs("role:other")
def test_a_report_names_only_who_was_asked_about(
    smtp: SmtpClient, own: str, world: World, make_message: MakeMessage, report_of: ReportOf
) -> None:
    """Two recipients, SUCCESS for one and NEVER for the other: the report does not speak of the second."""
    other = world.lease("other")
    world.uses_inbox(other)
    message = make_message(to=own)
    smtp.mail(own).require(250)
    smtp.rcpt(own, "NOTIFY=SUCCESS").require(250)
    smtp.rcpt(other.address, "NOTIFY=NEVER").require(250)
    smtp.data(message).require(250)
    raw, _ = report_of(mark_of(message))
    expect.lacks(raw.lower(), f"final-recipient: rfc822; {other.address}".lower().encode(), "the report")


@requirement("RFC3461:5.2.7-1")
def test_delivery_to_a_group_is_reported(
    smtp: SmtpClient, own: str, domain: str, make_message: MakeMessage, report_of: ReportOf, world: World
) -> None:
    """NOTIFY=SUCCESS for an address that leads to several mailboxes: delivered, expanded or relayed."""
    smtp.mail(own).require(250)
    group = f"everyone@{domain}"
    if not smtp.rcpt(group, "NOTIFY=SUCCESS").positive:
        pytest.skip(f"the server has no {group}")
    message = make_message(to=group)
    for account in world.target.accounts:
        world.uses_inbox(account)
    smtp.data(message).require(250)
    status = status_of(report_of(mark_of(message))[1])
    expect.one_of(status.get("action"), {"delivered", "expanded", "relayed"}, "Action")


@requirement("RFC3461:5.1-3", "RFC3461:5.1-4")
@pytest.mark.parametrize("words", ["NOTIFY=NEVER", "NOTIFY=SUCCESS,FAILURE,DELAY", "ORCPT=rfc822;a@mailproof.test"])
def test_parameters_do_not_change_the_verdict(smtp: SmtpClient, own: str, unknown: str, words: str) -> None:
    """A recipient who is unknown is unknown with parameters, too; and MAIL with RET and ENVID is what MAIL is."""
    plain = smtp.mail(own).code
    first = smtp.rcpt(unknown).code
    smtp.rset().require(250)
    expect.equal(smtp.mail(own, "RET=HDRS", "ENVID=x").code, plain, "code of MAIL", requirement="RFC3461:5.1-3")
    expect.equal(smtp.rcpt(unknown, words).code, first, "code of RCPT", requirement="RFC3461:5.1-4")


@requirement("RFC3461:5.4-1", "RFC3461:5.4-2")
def test_long_parameters_are_taken(smtp: SmtpClient, own: str) -> None:
    """ENVID of 100 octets, ORCPT of 500, NOTIFY with all its words, in command lines far above 512 octets."""
    size = ["SIZE=00000000000000001000"] if "SIZE" in smtp.extensions else []
    expect.reply(smtp.mail(own, "RET=FULL", f"ENVID={'e' * 100}", *size, "AUTH=" + "a" * 400 + "@mailproof.test"), 250)
    original = "ORCPT=rfc822;" + "o" * (500 - len("rfc822;@mailproof.test")) + "@mailproof.test"
    expect.reply(smtp.rcpt(own, "NOTIFY=SUCCESS,FAILURE,DELAY", original), 250)
    smtp.rset().require(250)
