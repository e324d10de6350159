"""Aliases: where their mail arrives, how many there are, whose they are (FEATURES ADDR-01, ADDR-02)."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Account, Control, expect, needs, requirement
from mailproof_suites.workmail.addresses.mailroom import Mailroom

pytestmark = needs("control:alias", "control:user")
_LIMIT = 100


@requirement("ADDRESSES:ADDR01-1", "ADDR-01")
@pytest.mark.parametrize("form", ["given", "letter_case", "quoted", "tag"])
def test_mail_to_an_alias_arrives(mailroom: Mailroom, user: Account, form: str) -> None:
    """However the sender writes it: letter case, needless quotes, a tag."""
    local, _, domain = mailroom.alias(user).partition("@")
    written = {
        "given": f"{local}@{domain}",
        "letter_case": f"{local.upper()}@{domain.upper()}",
        "quoted": f'"{local}"@{domain}',
        "tag": f"{local}+news@{domain}",
    }[form]
    mailroom.arrives(mailroom.send(written), user)


@requirement("ADDRESSES:ADDR01-1", "ADDR-01", "CONT-06")
@needs("control:group")
def test_mail_to_an_alias_of_a_group_arrives(mailroom: Mailroom, user: Account) -> None:
    """At its members."""
    group = mailroom.group("team", user.address)
    mailroom.arrives(mailroom.send(mailroom.alias(group)), user)


@requirement("ADDRESSES:ADDR01-1", "ADDR-01")
@needs("control:resource")
def test_mail_to_an_alias_of_a_resource_is_taken(control: Control, mailroom: Mailroom) -> None:
    """A room has further addresses, too."""
    room = mailroom.beside(mailroom.sender, "-room")
    control.call("resource", "add", room, "room")
    control.undo("resource", "remove", room, "--yes")
    expect.reply(mailroom.rcpt(mailroom.alias(room)), 250)


@requirement("ADDRESSES:ADDR01-1", "RFC5321:3.9.1-1", "ADDR-01")
def test_all_names_together_give_one_copy(mailroom: Mailroom, user: Account) -> None:
    """Address, two aliases and a sub-address in one envelope."""
    names = [user.address, mailroom.alias(user, "-a"), mailroom.alias(user, "-b"), mailroom.beside(user, "+tag")]
    mailroom.arrives(mailroom.send(*names), user)


@requirement("ADDRESSES:ADDR01-2", "ADDR-01")
def test_a_hundred_aliases_and_no_more(control: Control, mailroom: Mailroom, user: Account) -> None:
    """The hundredth is given, the next one refused; a removed one makes room."""
    for number in range(_LIMIT):
        control.call("alias", "add", user.address, mailroom.beside(user, f"-{number}"))
    control.refusal("alias", "add", user.address, mailroom.beside(user, "-more"))
    expect.equal(len(control.call("alias", "list", user.address)), _LIMIT, "aliases")
    expect.reply(mailroom.rcpt(mailroom.beside(user, "-more")), 550)
    control.call("alias", "remove", user.address, mailroom.beside(user, "-0"))
    control.call("alias", "add", user.address, mailroom.beside(user, "-more"))


@requirement("ADDRESSES:ADDR01-3", "ADDR-01")
@needs("control:group")
@pytest.mark.parametrize("taken", ["address", "alias", "group", "group_alias"])
@pytest.mark.parametrize("wanted", ["alias", "user", "group"])
def test_an_address_is_given_once(control: Control, mailroom: Mailroom, user: Account, taken: str, wanted: str) -> None:
    """Refused to a second one, who gets none of its mail."""
    group = mailroom.group("team", user.address) if taken.startswith("group") else ""
    address = {
        "address": lambda: user.address,
        "alias": lambda: mailroom.alias(user),
        "group": lambda: group,
        "group_alias": lambda: mailroom.alias(group),
    }[taken]()
    if wanted == "alias":
        control.refusal("alias", "add", mailroom.sender.address, address.upper())
    elif wanted == "user":
        control.refusal("user", "add", address, "--username", "x", "--password-stdin", input="Second-One-1")
    else:
        control.refusal("group", "add", address)
    mailroom.arrives(mailroom.send(address), user)


@requirement("ADDRESSES:ADDR01-4", "ADDR-01")
def test_an_alias_moves_from_user_to_user(control: Control, mailroom: Mailroom, user: Account) -> None:
    """From then on its mail arrives at the new owner and no longer at the old one."""
    other = control.user()
    alias = mailroom.alias(user)
    mailroom.arrives(mailroom.send(alias), user)
    control.call("alias", "remove", user.address, alias)
    control.call("alias", "add", other.address, alias)
    mark = mailroom.send(alias)
    mailroom.arrives(mark, other)
    mailroom.stays_away(mark, user)


@requirement("ADDRESSES:ADDR01-4", "ADDR-01")
def test_a_removed_alias_takes_no_mail(control: Control, mailroom: Mailroom, user: Account) -> None:
    """Refused like every unknown address."""
    alias = mailroom.alias(user)
    control.call("alias", "remove", user.address, alias)
    expect.reply(mailroom.rcpt(alias), 550, enhanced="5.1.1")


@requirement("ADDRESSES:ADDR01-4", "ADDR-01")
@pytest.mark.parametrize("which", ["unknown", "primary", "another_users"])
def test_only_own_aliases_are_taken_away(control: Control, mailroom: Mailroom, user: Account, which: str) -> None:
    """Another user's alias, the address itself, and what nobody has, are refused, and stay."""
    other = control.user()
    address = {"unknown": mailroom.beside(user, "-x"), "primary": user.address}.get(which) or mailroom.alias(other)
    control.refusal("alias", "remove", user.address, address)
    if which != "unknown":
        expect.reply(mailroom.rcpt(address), 250)


@requirement("ADDRESSES:ADDR01-5", "ADDR-01")
def test_the_old_address_becomes_an_alias(control: Control, mailroom: Mailroom, user: Account) -> None:
    """After a change of the primary address mail to both arrives."""
    after = mailroom.beside(user, "-new")
    control.call("user", "rename", user.address, after)
    control.undo("user", "rename", after, user.address)
    renamed = Account(after, user.password)
    for address in (user.address, after):
        mailroom.arrives(mailroom.send(address), renamed)
    expect.equal(control.call("alias", "list", after), [{"alias": user.address}], "aliases")
