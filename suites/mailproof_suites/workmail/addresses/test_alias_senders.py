"""Sending from an alias is the web client's alone (FEATURES ADDR-02)."""

from __future__ import annotations

from mailproof_suites.case import Account, expect, needs, requirement
from mailproof_suites.workmail.addresses.mailroom import Mailroom

pytestmark = needs("control:alias", "control:user")


@requirement("ADDRESSES:ADDR02-1", "ADDR-02")
def test_a_message_from_an_alias(mailroom: Mailroom, user: Account) -> None:
    """From with the own alias: refused, or it arrives from the primary address."""
    alias = mailroom.alias(mailroom.sender)
    message = mailroom.post.make_message(sender=alias, to=user.address)
    mailroom.smtp.mail(mailroom.sender.address).require(250)
    mailroom.smtp.rcpt(user.address).require(250)
    reply = mailroom.smtp.data(message)
    if reply.positive:
        mark = mailroom.post.deliver(to=user, sender=mailroom.sender)
        mailroom.arrives(mark, user)
        found = mailroom.imap(user).search(f'HEADER FROM "{alias}"', uid=True)
        expect.equal(list(found), [], "messages that arrive from the alias")
    else:
        expect.reply(reply, 550, 553, 554, 501, enhanced="5.7.")


@requirement("ADDRESSES:ADDR02-1", "ADDR-02")
def test_the_envelope_from_an_alias(mailroom: Mailroom) -> None:
    """MAIL FROM the own alias is refused."""
    alias = mailroom.alias(mailroom.sender)
    reply = mailroom.smtp.mail(alias)
    reply = mailroom.smtp.rcpt(mailroom.sender.address) if reply.positive else reply
    expect.reply(reply, 550, 553, 554, 501)
