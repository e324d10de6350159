"""Sub-addresses, and names that hold a plus sign themselves (FEATURES ADDR-04, ADDR-05, ADDR-07)."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Account, Control, expect, needs, requirement
from mailproof_suites.workmail.addresses.mailroom import Mailroom

pytestmark = needs("control:user")
_TAGS = ["+sales", "+a+b", "+", "++", "+Sales.2024_q-1", "+%", "+=x"]


def _named(control: Control, mailroom: Mailroom, user: Account, suffix: str) -> Account:
    """A user of its own, whose address is a sub-address of another one's."""
    named = Account(mailroom.beside(user, suffix), "Plus-Secret-1")
    username = user.address.partition("@")[0] + ".plus"
    control.call("user", "add", named.address, "--username", username, "--password-stdin", input=named.password)
    control.undo("user", "remove", named.address, "--yes")
    return named


@requirement("ADDRESSES:ADDR04-1", "ADDR-04")
@pytest.mark.parametrize("tag", _TAGS)
def test_mail_to_a_sub_address_arrives(mailroom: Mailroom, user: Account, tag: str) -> None:
    """Whatever is behind the first plus sign."""
    mailroom.arrives(mailroom.send(mailroom.beside(user, tag)), user)


@requirement("ADDRESSES:ADDR04-2", "ADDR-04")
@pytest.mark.parametrize("local", ["{}-nobody+tag", "+tag", "+{}"], ids=["unknown", "nothing_before", "name_behind"])
def test_a_tag_makes_nobody_known(mailroom: Mailroom, user: Account, local: str) -> None:
    """Refused like the address without it."""
    name, _, domain = user.address.partition("@")
    expect.reply(mailroom.rcpt(f"{local.format(name)}@{domain}"), 550, 553, 501)


@requirement("ADDRESSES:ADDR04-1", "ADDR-04", "CONT-06")
@needs("control:group")
def test_a_sub_address_of_a_disabled_user_is_refused(control: Control, mailroom: Mailroom, user: Account) -> None:
    """It leads where the address leads: nowhere."""
    control.call("user", "disable", user.address)
    expect.reply(mailroom.rcpt(mailroom.beside(user, "+tag")), 550)


@requirement("ADDRESSES:ADDR05-1", "ADDR-05")
@pytest.mark.parametrize("suffix", ["+desk", "+a+b"])
def test_a_mailbox_with_a_plus_sign_wins(control: Control, mailroom: Mailroom, user: Account, suffix: str) -> None:
    """Its mail arrives there and not at the address before the plus sign; other tags do not change."""
    named = _named(control, mailroom, user, suffix)
    mark, other = mailroom.send(named.address.upper()), mailroom.send(mailroom.beside(user, "+other"))
    mailroom.arrives(mark, named)
    mailroom.arrives(other, user)
    mailroom.stays_away(mark, user)


@requirement("ADDRESSES:ADDR05-1", "ADDR-05")
@needs("control:alias")
def test_an_alias_with_a_plus_sign_wins(control: Control, mailroom: Mailroom, user: Account) -> None:
    """user+desk@ as an alias of somebody else leads there."""
    other = control.user()
    alias = mailroom.beside(user, "+desk")
    control.call("alias", "add", other.address, alias)
    mark = mailroom.send(alias)
    mailroom.arrives(mark, other)
    mailroom.stays_away(mark, user)


@requirement("ADDRESSES:ADDR05-1", "ADDR-05")
def test_a_disabled_mailbox_with_a_plus_sign_gives_nothing_away(
    control: Control, mailroom: Mailroom, user: Account
) -> None:
    """Its mail is refused, and does not fall to the user before the plus sign."""
    named = _named(control, mailroom, user, "+desk")
    control.call("user", "disable", named.address)
    expect.reply(mailroom.rcpt(named.address), 550)


@requirement("ADDRESSES:ADDR04-1", "ADDRESSES:ADDR05-1", "ADDR-04")
def test_the_name_of_a_removed_mailbox_is_a_sub_address_again(
    control: Control, mailroom: Mailroom, user: Account
) -> None:
    """Once nobody has that very name."""
    named = Account(mailroom.beside(user, "+desk"), "Plus-Secret-1")
    control.call("user", "add", named.address, "--username", "gone", "--password-stdin", input=named.password)
    control.call("user", "remove", named.address, "--yes")
    mailroom.arrives(mailroom.send(named.address), user)


@requirement("ADDRESSES:ADDR04-1", "ADDRESSES:ADDR05-1", "ADDR-05")
def test_a_tag_behind_a_name_with_a_plus_sign(control: Control, mailroom: Mailroom, user: Account) -> None:
    """user+desk+x@: the first plus sign begins the tag, so it leads to user@."""
    named = _named(control, mailroom, user, "+desk")
    mark = mailroom.send(mailroom.beside(named, "+x"))
    mailroom.arrives(mark, user)
    mailroom.stays_away(mark, named)


@requirement("ADDRESSES:ADDR07-1", "ADDR-07")
@pytest.mark.parametrize("where", ["envelope", "header", "both"])
def test_sending_from_a_sub_address_is_refused(mailroom: Mailroom, user: Account, where: str) -> None:
    """In MAIL FROM and in From."""
    sub, own = mailroom.beside(mailroom.sender, "+sales"), mailroom.sender.address
    reply = mailroom.smtp.mail(own if where == "header" else sub)
    reply = mailroom.smtp.rcpt(user.address) if reply.positive else reply
    if reply.positive:
        author = own if where == "envelope" else sub
        reply = mailroom.smtp.data(mailroom.post.make_message(sender=author, to=user.address))
    expect.reply(reply, 550, 553, 554, 501, enhanced="5.")


@requirement("ADDRESSES:ADDR07-2", "ADDR-05", "AUTH-07")
def test_a_user_with_a_plus_sign_sends(control: Control, mailroom: Mailroom, user: Account) -> None:
    """What looks like a sub-address is the user's own address."""
    named = _named(control, mailroom, user, "+desk")
    mark = mailroom.post.deliver(sender=named, to=user)
    mailroom.arrives(mark, user)
