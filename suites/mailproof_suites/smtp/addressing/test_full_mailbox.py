"""A full mailbox: FEATURES MAIL-18, with the codes of RFC 5321 section 4.2.3 and RFC 3463 section 3.3.

The profile's role `grace` is a user whose quota is 2 MiB, as in the made-up company of the reference server.
"""

import pytest

from mailproof_suites.case import MakeMessage, SmtpClient, World, expect, needs, requirement
from mailproof_suites.messages import mark_of
from mailproof_suites.smtp.dialogue import ReportOf, Stored, begin, status_of

pytestmark = needs("exclusive:grace")
_ABOVE_QUOTA = (b"0123456789" * 7 + b"\r\n") * 32_000


@pytest.fixture
def grace(world: World) -> str:
    """The address of the user with the small quota."""
    account = world.lease("grace", exclusive=True)
    world.uses_inbox(account, sends=True)
    return account.address


def _is_not_taken(smtp: SmtpClient, own: str, grace: str, message: bytes, report_of: ReportOf) -> None:
    """Refused after its text; or taken first, and then its sender gets a report of the failure."""
    begin(smtp, own, grace)
    answer = smtp.data(message, timeout_s=30)
    if answer.positive:
        status = status_of(report_of(mark_of(message))[1])
        expect.equal(status.get("action"), "failed", "Action in the report")
        expect.note("a message that does not fit is accepted first, and returned then")
        return
    expect.reply(answer, 552, 452, 550, 554)
    if answer.enhanced is not None:
        expect.one_of(answer.enhanced, {"5.2.2", "4.2.2", "5.2.3", "5.7.1"}, "enhanced status code")
    if answer.transient:
        expect.note(f"a full mailbox is told as a temporary failure: {answer.line}")


@requirement("MAIL-18", "RFC5321:4.5.3.1.9-2")
def test_a_message_that_does_not_fit_is_not_lost(
    smtp: SmtpClient, own: str, grace: str, make_message: MakeMessage, report_of: ReportOf
) -> None:
    """Its only recipient has no room: 552 (5.2.2), and the sender's client still holds it; or it comes back."""
    _is_not_taken(smtp, own, grace, make_message(to=grace, body=_ABOVE_QUOTA), report_of)


@requirement("MAIL-18")
@needs("smtp:SIZE")
def test_a_declared_size_that_does_not_fit_is_refused_at_rcpt(smtp: SmtpClient, own: str, grace: str) -> None:
    """SIZE= above what the recipient has left: refused before the text is sent."""
    smtp.mail(own, f"SIZE={len(_ABOVE_QUOTA)}").require(250)
    expect.reply(smtp.rcpt(grace), 552, 452, 550)
    expect.reply(smtp.rcpt(own), 250)


@requirement("MAIL-18", "RFC5321:3.3-7", "RFC5321:3.6.3-1", "RFC5321:3.6.3-2", "RFC5321:4.4-11")
def test_a_full_mailbox_does_not_keep_the_message_from_others(
    smtp: SmtpClient, own: str, grace: str, make_message: MakeMessage, stored: Stored, report_of: ReportOf
) -> None:
    """Two recipients, one of them without room: the other one gets the message, and the sender a report."""
    message = make_message(to=[own, grace], body=_ABOVE_QUOTA)
    begin(smtp, own, own, grace)
    smtp.data(message, timeout_s=30).require(250)
    stored(mark_of(message))
    status = status_of(report_of(mark_of(message))[1])
    expect.equal(status.get("action"), "failed", "Action")
    expect.equal(status.get("status"), "5.2.2", "Status")
    expect.contains(status.get("final-recipient", ""), grace, "Final-Recipient")


@requirement("MAIL-18")
def test_a_small_message_still_fits(
    smtp: SmtpClient,
    own: str,
    grace: str,
    world: World,
    make_message: MakeMessage,
    stored: Stored,
    report_of: ReportOf,
) -> None:
    """After one that did not fit a message that does is taken: nothing was counted for the other one."""
    _is_not_taken(smtp, own, grace, make_message(to=grace, body=_ABOVE_QUOTA), report_of)
    message = make_message(to=grace)
    begin(smtp, own, grace)
    smtp.data(message).require(250)
    stored(mark_of(message), world.lease("grace"))
