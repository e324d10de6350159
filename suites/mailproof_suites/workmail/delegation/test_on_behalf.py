"""Send on behalf: From is the owner, Sender the one who sends (FEATURES DELE-02)."""

from __future__ import annotations

import pytest

from mailproof_suites.case import expect, needs, requirement
from mailproof_suites.workmail.delegation.office import ON_BEHALF, SEND_AS, Office, addresses
from mailproof_suites.workmail.grantees import KINDS

pytestmark = needs("control:grant", "control:user", "control:group")


@requirement("DELEGATION:DELE02-1", "DELEGATION:DELE02-2", "DELEGATION:DELE02-3", "DELE-02")
@pytest.mark.parametrize("kind", KINDS)
def test_both_are_named(office: Office, kind: str) -> None:
    """The reader sees the owner in From and the one who sent it in Sender."""
    office.grant(ON_BEHALF, kind)
    message = office.accepted()
    expect.equal(addresses(message, "From"), [office.owner.address], "From")
    expect.equal(addresses(message, "Sender"), [office.actor.address], "Sender", requirement="DELEGATION:DELE02-2")


@requirement("DELEGATION:DELE02-2", "DELEGATION:DELE02-3", "DELE-02")
@pytest.mark.parametrize("kind", ["user", "nested_group"])
def test_both_are_named_with_the_owners_envelope(office: Office, kind: str) -> None:
    """MAIL FROM the owner is taken, too, and changes nothing about Sender."""
    office.grant(ON_BEHALF, kind)
    message = office.accepted(envelope=office.owner.address)
    expect.equal(addresses(message, "Sender"), [office.actor.address], "Sender")


@requirement("DELEGATION:DELE02-1", "DELE-02")
@pytest.mark.parametrize("written", ["The Owner <{owner}>", '"Owner, The" <{owner}>', "=?utf-8?Q?=C3=96?= <{owner}>"])
def test_the_author_stays_as_written(office: Office, written: str) -> None:
    """From arrives as the client wrote it, with its display name."""
    office.grant(ON_BEHALF)
    author = written.format(owner=office.owner.address)
    expect.equal(office.accepted(author)["From"], author, "From")


@requirement("DELEGATION:DELE02-2", "DELEGATION:DELE02-4", "DELE-02")
@pytest.mark.parametrize("given", ["owner", "actor", "reader", "nobody"])
def test_whatever_sender_said_becomes_the_one_who_sends(office: Office, given: str) -> None:
    """A Sender of the client's is replaced, and one remains; refusing a false one is as good."""
    office.grant(ON_BEHALF)
    who = {"owner": office.owner, "actor": office.actor, "reader": office.reader}.get(given)
    sent = office.send(sender=who.address if who else "nobody@elsewhere.example")
    if given != "actor" and sent.reply.permanent:
        expect.note("refused rather than replaced")
        return
    expect.reply(sent.reply, 250)
    expect.equal(addresses(office.received(sent), "Sender"), [office.actor.address], "Sender")


@requirement("DELEGATION:DELE02-4", "DELE-02")
def test_the_own_message_cannot_name_the_owner_in_sender(office: Office) -> None:
    """From the own address, Sender one that is held on behalf: Sender becomes the own address, or it is refused."""
    office.grant(ON_BEHALF)
    sent = office.send(office.actor.address, sender=office.owner.address)
    if not sent.reply.permanent:
        expect.one_of(addresses(office.received(sent), "Sender"), [[], [office.actor.address]], "Sender")


@requirement("DELEGATION:DELE02-2", "DELE-02")
@pytest.mark.parametrize("other", ["held_as", "own"])
def test_one_author_on_behalf_among_several_names_the_sender(office: Office, other: str) -> None:
    """Where one of several authors is held on behalf only, Sender is the one who sends."""
    office.grant(ON_BEHALF)
    second = office.actor
    if other == "held_as":
        second = office.reader
        office.grant(SEND_AS, on=second.address)
    message = office.accepted(f"{second.address}, {office.owner.address}", sender=second.address)
    expect.equal(addresses(message, "Sender"), [office.actor.address], "Sender")


@requirement("DELEGATION:DELE02-1", "DELE-02")
def test_the_field_is_one_address(office: Office) -> None:
    """Sender holds one address that can be answered, also beside a display name that has to be quoted."""
    office.control.call("user", "update", office.actor.address, "--name", 'Smith, "Jo" (Ö)')
    office.grant(ON_BEHALF)
    message = office.accepted()
    expect.equal(len(message.get_all("Sender", [])), 1, "Sender fields")
    expect.equal(addresses(message, "Sender"), [office.actor.address], "Sender", requirement="DELEGATION:DELE02-1")
