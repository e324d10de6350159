"""What can be an address: 64 characters before the @, the organisation's domains (FEATURES ADDR-06)."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Account, Control, expect, needs, requirement
from mailproof_suites.workmail.addresses.mailroom import Mailroom

pytestmark = needs("control:user")
_KINDS = ("user", "alias", "group", "room")
_BAD = {
    "no_at": "somebody",
    "no_local_part": "@{domain}",
    "no_domain": "{local}-x@",
    "two_dots": "{local}..x@{domain}",
    "dot_first": ".{local}@{domain}",
    "dot_last": "{local}.@{domain}",
    "space": "{local} x@{domain}",
    "two_ats": "{local}@x@{domain}",
    "slash": "{local}/x@{domain}",
    "umlaut": "{local}ö@{domain}",
    "unknown_domain": "{local}@{local}.example",
    "line_end": "{local}@{domain}\r\nRCPT TO:<x@{domain}>",
}


def _words(kind: str, address: str, user: Account) -> tuple[str, ...]:
    return {
        "user": ("user", "add", address, "--username", "x" + user.address.partition("@")[0]),
        "alias": ("alias", "add", user.address, address),
        "group": ("group", "add", address, "--member", user.address),
        "room": ("resource", "add", address, "room"),
    }[kind]


def _long(mailroom: Mailroom, length: int) -> str:
    local, _, domain = mailroom.sender.address.partition("@")
    return f"{local.ljust(length, 'x')}@{domain}"


@requirement("ADDRESSES:ADDR06-1", "ADDR-06")
@pytest.mark.parametrize("kind", _KINDS)
def test_64_characters_before_the_at(control: Control, mailroom: Mailroom, user: Account, kind: str) -> None:
    """The longest address that can be given out takes mail."""
    address = _long(mailroom, 64)
    control.call(*_words(kind, address, user))
    if kind != "alias":
        control.undo({"room": "resource"}.get(kind, kind), "remove", address, "--yes")
    expect.reply(mailroom.rcpt(address), 250)


@requirement("ADDRESSES:ADDR06-1", "ADDR-06")
@pytest.mark.parametrize("kind", _KINDS)
def test_65_characters_are_refused(control: Control, mailroom: Mailroom, user: Account, kind: str) -> None:
    """And nothing takes mail under that name."""
    address = _long(mailroom, 65)
    control.refusal(*_words(kind, address, user))
    expect.reply(mailroom.rcpt(address), 550, 553, 501)


@requirement("ADDRESSES:ADDR06-2", "ADDR-06")
@pytest.mark.parametrize("kind", ["user", "alias"])
@pytest.mark.parametrize("form", _BAD.values(), ids=_BAD)
def test_what_is_no_address_is_refused(
    control: Control, mailroom: Mailroom, user: Account, form: str, kind: str
) -> None:
    """By name, and nothing is made."""
    local, _, domain = mailroom.sender.address.partition("@")
    control.refusal(*_words(kind, form.format(local=local, domain=domain), user))
    expect.equal(control.call("alias", "list", user.address), [], "aliases")


@requirement("ADDRESSES:ADDR06-2", "ADDR-01")
@needs("control:alias")
@pytest.mark.parametrize("sign", ["_", "%", "+", "-", ".", "0"])
def test_every_sign_that_an_address_may_have(control: Control, mailroom: Mailroom, user: Account, sign: str) -> None:
    """In the middle of a name."""
    alias = mailroom.beside(user, f"{sign}a")
    control.call("alias", "add", user.address, alias)
    mailroom.arrives(mailroom.send(alias), user)


@requirement("ADDRESSES:DOMAINS-1", "ADDR-01")
@needs("control:domain", "control:alias")
def test_an_address_in_a_second_domain(control: Control, mailroom: Mailroom, user: Account) -> None:
    """Mail arrives there once the domain is the organisation's; while it is used it stays so."""
    local, _, domain = user.address.partition("@")
    second = f"{local}.{domain}"
    control.call("domain", "add", second)
    control.undo("domain", "remove", second)
    alias = f"{local}@{second.upper()}"
    control.call("alias", "add", user.address, alias)
    control.undo("alias", "remove", user.address, alias)
    mailroom.arrives(mailroom.send(alias), user)
    control.refusal("domain", "remove", second)
    mailroom.arrives(mailroom.send(alias), user)


@requirement("ADDRESSES:USERS-1", "OPER-01")
@pytest.mark.parametrize("act", ["disable", "remove"])
def test_mail_to_who_is_gone_is_refused(control: Control, mailroom: Mailroom, act: str) -> None:
    """Disabled or removed; after being enabled again it is taken."""
    gone = control.user()
    control.call("user", act, gone.address, *(["--yes"] if act == "remove" else []))
    expect.reply(mailroom.rcpt(gone.address), 550, enhanced="5.")
    if act == "disable":
        control.call("user", "enable", gone.address)
        mailroom.arrives(mailroom.send(gone.address), gone)
