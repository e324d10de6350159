"""In whose name mail may be sent: RFC 6409 sections 6.1 and 6.3, and the rules of aliases and delegation."""

import pytest

from mailproof_suites.case import ImapClient, MakeMessage, SmtpClient, World, expect, needs, requirement
from mailproof_suites.messages import mark_of
from mailproof_suites.smtp.dialogue import Copies, begin, refused


@requirement("RFC6409:6.1-1", "DELE-04")
@needs("role:other")
def test_somebody_elses_envelope_address_is_refused(smtp: SmtpClient, own: str, world: World) -> None:
    """MAIL FROM another user: 550 or 553 at MAIL or, at the latest, at RCPT."""
    answer = smtp.mail(world.lease("other").address)
    if answer.positive:
        answer = smtp.rcpt(own)
    expect.reply(answer, 550, 553, 554)


@requirement("RFC6409:6.1-1")
@pytest.mark.parametrize("sender", ["someone@mailproof.test", "nobody-{token}@{domain}", "{local}+tag@{domain}"])
def test_an_envelope_address_that_is_not_ones_own_is_refused(
    smtp: SmtpClient, own: str, domain: str, token: str, sender: str
) -> None:
    """A foreign domain, an address that nobody has, and a sub-address of one's own are no senders."""
    answer = smtp.mail(sender.format(domain=domain, token=token, local=own.rpartition("@")[0]))
    if answer.positive:
        answer = smtp.rcpt(own)
    expect.reply(answer, 550, 553, 554)


def _send_as(
    smtp: SmtpClient, own: str, make_message: MakeMessage, copies: Copies, author: str, **headers: str
) -> None:
    message = make_message(sender=author, to=own, headers=headers)
    begin(smtp, own, own)
    answer = smtp.data(message)
    refused(answer, f"a message From {author}", enhanced="5.")
    expect.equal(copies(mark_of(message)), 0, "refused messages that arrived all the same")


@requirement("RFC6409:6.3-1", "DELE-04", "RFC5321:4.2.5-1")
@needs("role:other")
def test_somebody_elses_from_is_refused(
    smtp: SmtpClient, own: str, make_message: MakeMessage, copies: Copies, world: World
) -> None:
    """The envelope is the own one, the From field names another user: refused after the text."""
    _send_as(smtp, own, make_message, copies, world.lease("other").address)


@requirement("RFC6409:6.3-1", "DELE-04")
@needs("role:other")
def test_a_second_author_who_is_somebody_else_is_refused(
    smtp: SmtpClient, own: str, make_message: MakeMessage, copies: Copies, world: World
) -> None:
    """Two authors, one of them another user, with oneself as Sender: still in his name, so refused."""
    _send_as(smtp, own, make_message, copies, f"{own}, {world.lease('other').address}", Sender=own)


@requirement("RFC6409:6.3-1")
@needs("role:other")
def test_somebody_elses_sender_field_is_refused(
    smtp: SmtpClient, own: str, make_message: MakeMessage, copies: Copies, world: World
) -> None:
    """From is the own address, Sender names another user, who would appear to have sent it."""
    _send_as(smtp, own, make_message, copies, own, Sender=world.lease("other").address)


@requirement("ADDR-07")
def test_a_sub_address_in_from_is_refused(
    smtp: SmtpClient, own: str, domain: str, make_message: MakeMessage, copies: Copies
) -> None:
    """Mail arrives at name+tag@, and is not sent from there."""
    _send_as(smtp, own, make_message, copies, f"{own.rpartition('@')[0]}+tag@{domain}")


@requirement("RFC6409:6.3-1")
@pytest.mark.parametrize(
    "author", ["Display <{own}>", '"Baker, Bob" <{own}>', "{upper}", "=?utf-8?q?J=C3=BCrgen?= <{own}>"]
)
def test_the_own_address_in_all_its_notations_is_allowed(
    smtp: SmtpClient, own: str, make_message: MakeMessage, author: str
) -> None:
    """A display name, quotes, encoded words, a domain in capitals: it is still oneself."""
    local, _, domain = own.rpartition("@")
    message = make_message(sender=author.format(own=own, upper=f"{local}@{domain.upper()}"), to=own)
    begin(smtp, own, own)
    expect.reply(smtp.data(message), 250)


@requirement("RFC6409:6.3-2")
@pytest.mark.parametrize("author", ["", "not an address", "a@b@c"], ids=["empty", "words", "two_ats"])
def test_a_from_field_without_an_address_is_refused(
    smtp: SmtpClient, own: str, make_message: MakeMessage, copies: Copies, author: str
) -> None:
    """Nobody can be held to what no address says: refused after the text."""
    message = make_message(to=own, headers={"From": author})
    begin(smtp, own, own)
    refused(smtp.data(message), "a message without an author")
    expect.equal(copies(mark_of(message)), 0, "refused messages that arrived all the same")


@requirement("DELE-04")
@needs("role:other")
def test_a_refused_author_is_told_in_his_own_inbox(
    smtp: SmtpClient, own: str, make_message: MakeMessage, world: World, inbox: str, imap: ImapClient
) -> None:
    """Beside the refusal a notice arrives in the sender's own inbox, which names the subject that was not sent."""
    message = make_message(sender=world.lease("other").address, to=own)
    begin(smtp, own, own)
    refused(smtp.data(message), "a message in somebody else's name")
    imap.select(inbox)
    found = imap.search(f'TEXT "{mark_of(message)}"', uid=True)
    expect.that(found, "notices that mention the subject", expected="one", actual="none")
