"""Copies in Sent Items, and blind copies, of what is sent in another's name (FEATURES MAIL-06, DELE-02, DELE-03)."""

from __future__ import annotations

import pytest

from mailproof_suites.case import expect, needs, requirement
from mailproof_suites.workmail.delegation.office import ON_BEHALF, SEND_AS, Office, addresses, sent_items

pytestmark = needs("control:grant", "control:user")
WAYS = pytest.mark.parametrize("permission", [SEND_AS, ON_BEHALF])


@requirement("DELEGATION:MAIL06-1", "MAIL-06")
@WAYS
def test_the_one_who_sends_keeps_a_copy(office: Office, permission: str) -> None:
    """One copy, with the owner in From, is in the Sent Items of the one who sent it."""
    office.grant(permission)
    sent = office.send()
    office.received(sent)
    expect.equal(addresses(office.kept(sent, office.actor), "From"), [office.owner.address], "From of the copy")


@requirement("DELEGATION:MAIL06-1", "DELEGATION:DELE02-2", "MAIL-06", "DELE-02")
def test_the_copy_names_the_sender(office: Office) -> None:
    """On behalf, the copy says so as the message does."""
    office.grant(ON_BEHALF)
    sent = office.send(sender=office.owner.address)
    expect.equal(addresses(office.kept(sent, office.actor), "Sender"), [office.actor.address], "Sender of the copy")


@requirement("DELEGATION:MAIL06-1", "MAIL-06")
@WAYS
def test_the_owner_gets_no_second_copy(office: Office, permission: str) -> None:
    """A server may keep one in the owner's Sent Items, too, but not several, and none in an inbox."""
    office.grant(permission)
    sent = office.send()
    office.received(sent)
    folder = sent_items(office.imap(office.owner)).decode()
    kept = office.copies(sent, office.owner, folder)
    expect.graded(kept, {0: "", 1: "the owner has a copy, too"}, "copies in the owner's Sent Items")
    expect.equal(office.copies(sent, office.owner), 0, "copies in the owner's inbox")


@requirement("DELEGATION:MAIL06-1", "MAIL-06")
@WAYS
def test_the_clients_copy_takes_the_place_of_the_servers(office: Office, permission: str) -> None:
    """A client that stores its own copy by APPEND finds one message there afterwards."""
    office.grant(permission)
    sent = office.send()
    office.received(sent)
    client = office.imap(office.actor)
    client.append(sent_items(client), sent.message)
    office.kept(sent, office.actor)


@requirement("DELEGATION:MAIL06-2", "RFC5322:3.6.3-1", "DELE-02", "DELE-03")
@WAYS
@pytest.mark.parametrize("who", ["open", "blind", "owner"])
def test_bcc_reaches_nobody(office: Office, permission: str, who: str) -> None:
    """Neither an open recipient, nor the one that Bcc names, nor the owner reads the Bcc field."""
    office.grant(permission)
    blind = office.control.user()
    everybody = [office.reader.address, blind.address, office.owner.address]
    sent = office.send(to=everybody, headers={"Bcc": blind.address})
    expect.reply(sent.reply, 250)
    account = {"open": office.reader, "blind": blind, "owner": office.owner}[who]
    expect.equal(office.received(sent, account).get_all("Bcc", []), [], "Bcc fields")


@requirement("DELEGATION:MAIL06-2", "RFC5322:3.6.3-1", "DELE-03")
@WAYS
def test_resent_bcc_reaches_nobody(office: Office, permission: str) -> None:
    """The same field of a message that was sent on."""
    office.grant(permission)
    resent = {"Resent-From": office.owner.address, "Resent-Date": "Mon, 23 Nov 2026 10:00:00 +0000"}
    message = office.accepted(headers={**resent, "Resent-Bcc": "hidden@elsewhere.example"})
    expect.equal(message.get_all("Resent-Bcc", []), [], "Resent-Bcc fields")


@requirement("DELEGATION:DELE02-1", "RFC5322:3.6.2-1", "DELE-02")
def test_several_own_authors_have_a_sender(office: Office) -> None:
    """Two authors that may both be used as such: From stays, and Sender names one of the two or the one who sends."""
    office.grant(SEND_AS)
    message = office.accepted(f"{office.actor.address}, {office.owner.address}")
    expect.equal(message["From"], f"{office.actor.address}, {office.owner.address}", "From")
    expect.equal(addresses(message, "Sender"), [office.actor.address], "Sender", requirement="RFC5322:3.6.2-1")


@requirement("RFC6409:8-1", "DELE-03")
def test_the_sender_of_several_authors_stays(office: Office) -> None:
    """Where the client has said which of the authors sends, it stays."""
    office.grant(SEND_AS)
    both = f"{office.actor.address}, {office.owner.address}"
    message = office.accepted(both, sender=office.owner.address)
    expect.equal(addresses(message, "Sender"), [office.owner.address], "Sender")
