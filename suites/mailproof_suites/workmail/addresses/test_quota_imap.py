"""A full mailbox over IMAP: APPEND, COPY, MOVE and what GETQUOTA tells (FEATURES MAIL-18, RFC 9208)."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Account, Control, ImapClient, Literal, World, expect, needs, requirement
from mailproof_suites.workmail.addresses.mailroom import Mailroom

pytestmark = needs("control:quota", "control:user")
_QUOTA = 20_000


@pytest.fixture
def small(control: Control, user: Account) -> Account:
    """A user with a quota of 20,000 octets."""
    control.call("quota", "set", user.address, "--bytes", str(_QUOTA))
    return user


@pytest.fixture
def client(world: World, small: Account) -> ImapClient:
    """The user's connection, with a folder called Kept."""
    client = world.connect_imap(small)
    client.create("Kept")
    return client


def _message(mailroom: Mailroom, octets: int) -> bytes:
    return mailroom.message(mailroom.sender.address, octets=octets)


@requirement("ADDRESSES:MAIL18-2", "ADDRESSES:MAIL18-3", "MAIL-18", "RFC9208:4.3.1-1")
@pytest.mark.parametrize("act", ["APPEND", "COPY"])
def test_what_does_not_fit_is_refused(mailroom: Mailroom, client: ImapClient, act: str) -> None:
    """NO with OVERQUOTA, and what is there stays."""
    client.append("Kept", _message(mailroom, 12_000))
    client.select("Kept")
    if act == "APPEND":
        answer = client.command("APPEND", "Kept", Literal(_message(mailroom, 12_000)))
    else:
        answer = client.command("COPY", "1", "INBOX")
    expect.no(answer, code="OVERQUOTA", requirement="ADDRESSES:MAIL18-2")
    expect.equal(client.status("Kept", "MESSAGES").items["MESSAGES"], 1, "messages that are left")


@requirement("ADDRESSES:MAIL18-3", "MAIL-18")
@needs("imap:MOVE|IMAP4rev2")
def test_moving_goes_on_in_a_full_mailbox(
    control: Control, mailroom: Mailroom, small: Account, client: ImapClient
) -> None:
    """It needs no more room, and how else would one clean up."""
    client.append("Kept", _message(mailroom, 12_000))
    control.call("quota", "set", small.address, "--bytes", "12000")
    client.select("Kept")
    client.move(1, "INBOX")
    expect.equal(client.status("Kept", "MESSAGES").items["MESSAGES"], 0, "messages that are left")


@requirement("ADDRESSES:MAIL18-4", "MAIL-18")
def test_expunging_makes_room(mailroom: Mailroom, client: ImapClient) -> None:
    """For the very message that did not fit."""
    message = _message(mailroom, 12_000)
    client.append("Kept", message)
    expect.no(client.command("APPEND", "Kept", Literal(message)), code="OVERQUOTA")
    client.select("Kept")
    client.store("1:*", "+FLAGS.SILENT", [r"\Deleted"])
    client.expunge()
    client.append("Kept", message)


@requirement("ADDRESSES:MAIL18-1", "MAIL-18")
def test_appending_warns_as_well(mailroom: Mailroom, small: Account, client: ImapClient) -> None:
    """The mark counts, not the way across it."""
    client.append("Kept", _message(mailroom, 18_500))
    mailroom.arrives(mailroom.send(small.address), small)
    expect.equal(len(mailroom.notices(small)), 1, "warnings in the inbox")


@requirement("ADDRESSES:MAIL18-2", "MAIL-18")
def test_what_counts_is_what_the_folders_hold(
    control: Control, mailroom: Mailroom, small: Account, client: ImapClient
) -> None:
    """Every message with its size, in every folder; none once it is gone."""
    message = _message(mailroom, 5000)
    before = control.call("quota", "show", small.address)
    client.append("Kept", message)
    client.append("INBOX", message)
    after = control.call("quota", "show", small.address)
    expect.equal(after["used_bytes"] - before["used_bytes"], 2 * len(message), "octets in use")
    client.delete("Kept")
    expect.equal(
        control.call("quota", "show", small.address)["used_bytes"], len(message), "octets after a folder is gone"
    )
