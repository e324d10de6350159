"""Recipients, RFC 5321 sections 3.3, 4.1.1.3, 4.5.1 and 4.5.3.1.8."""

import pytest

from mailproof_suites.case import MakeMessage, SmtpClient, World, expect, needs, requirement
from mailproof_suites.messages import mark_of
from mailproof_suites.smtp.dialogue import Copies, Stored, begin


@requirement("RFC5321:3.3-3", "RFC5321:3.3-4")
def test_an_unknown_recipient_is_refused_with_550(smtp: SmtpClient, own: str, unknown: str) -> None:
    """Nobody has this address: 550, and with enhanced status codes 5.1.1; other recipients are not touched."""
    smtp.mail(own).require(250)
    answer = smtp.rcpt(unknown)
    expect.reply(answer, 550)
    if answer.enhanced is not None:
        expect.equal(answer.enhanced, "5.1.1", "enhanced status code for an unknown recipient")
    expect.reply(smtp.rcpt(own), 250)


@requirement("RFC5321:3.3-3")
def test_a_refused_recipient_does_not_spoil_the_others(
    smtp: SmtpClient, own: str, unknown: str, make_message: MakeMessage, stored: Stored
) -> None:
    """The message goes to the recipients that were accepted, in spite of one that was refused."""
    message = make_message()
    smtp.mail(own).require(250)
    expect.that(not smtp.rcpt(unknown).positive, "an unknown recipient", expected="refused", actual="accepted")
    smtp.rcpt(own).require(250)
    smtp.data(message).require(250)
    stored(mark_of(message))


@requirement("RFC5321:4.5.1-1")
@pytest.mark.parametrize(
    "address", ["Postmaster", "postmaster", "POSTMASTER", "postmaster@{domain}", "PostMaster@{domain}"]
)
def test_mail_to_the_postmaster_is_taken(smtp: SmtpClient, own: str, domain: str, address: str) -> None:
    """The postmaster is a recipient, with the domain or without any, in all letter cases."""
    smtp.mail(own).require(250)
    expect.reply(smtp.rcpt(address.format(domain=domain)), 250, 251)
    smtp.rset()


@requirement("RFC5321:4.5.3.1.8-1")
def test_a_hundred_recipients_are_taken(smtp: SmtpClient, own: str, make_message: MakeMessage, copies: Copies) -> None:
    """A transaction takes 100 RCPT commands, and the message is delivered."""
    message = make_message()
    smtp.mail(own).require(250)
    for _ in range(100):
        expect.reply(smtp.rcpt(own), 250)
    smtp.data(message).require(250)
    expect.that(copies(mark_of(message)) >= 1, "messages that arrived", expected="at least one", actual="none")


@requirement("RFC5321:3.9.1-1")
def test_a_recipient_who_is_named_twice_gets_one_copy(
    smtp: SmtpClient, own: str, domain: str, make_message: MakeMessage, copies: Copies
) -> None:
    """The same mailbox twice, once with a domain in capitals: one copy."""
    message = make_message()
    begin(smtp, own, own, f"{own.rpartition('@')[0]}@{domain.upper()}")
    smtp.data(message).require(250)
    expect.equal(copies(mark_of(message)), 1, "copies in the inbox")


@requirement("RFC5321:7.2-1")
@needs("role:other")
def test_blind_recipients_are_not_told(
    world: World, smtp: SmtpClient, own: str, make_message: MakeMessage, stored: Stored
) -> None:
    """Of two recipients only the first stands in the header; what he gets names the second nowhere."""
    other = world.lease("other")
    world.uses_inbox(other)
    message = make_message(to=own)
    begin(smtp, own, own, other.address)
    smtp.data(message).require(250)
    head = stored(mark_of(message)).partition(b"\r\n\r\n")[0].lower()
    expect.lacks(head, other.address.lower().encode(), "header of the message that the visible recipient got")
    stored(mark_of(message), other)


@requirement("RFC5321:4.1.1.2-2")
@needs("role:other")
def test_one_session_carries_several_messages(
    world: World, smtp: SmtpClient, own: str, make_message: MakeMessage, copies: Copies
) -> None:
    """Recipients of one transaction do not leak into the next one of the session."""
    other = world.lease("other")
    world.uses_inbox(other)
    first, second = make_message(to=other.address), make_message(to=own)
    begin(smtp, own, other.address)
    smtp.data(first).require(250)
    begin(smtp, own, own)
    smtp.data(second).require(250)
    expect.equal(copies(mark_of(second)), 1, "copies of the second message for its recipient")
    expect.equal(copies(mark_of(first)), 0, "copies of the first message for the second one's recipient")
    expect.equal(copies(mark_of(second), other), 0, "copies of the second message for the first one's recipient")
