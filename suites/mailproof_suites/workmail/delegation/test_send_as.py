"""Send as: From and Sender are the owner's, and who sends is not mentioned (FEATURES DELE-03)."""

from __future__ import annotations

import pytest

from mailproof_suites.case import expect, needs, requirement
from mailproof_suites.workmail.delegation.office import ON_BEHALF, SEND_AS, Office, addresses
from mailproof_suites.workmail.grantees import KINDS

pytestmark = needs("control:grant", "control:user", "control:group")
_BY_GROUP = requirement("DELEGATION:DELE03-1", "DELEGATION:DELE03-2", "DELE-03")


@_BY_GROUP
@pytest.mark.parametrize("kind", KINDS)
def test_the_owner_is_author_and_sender(office: Office, kind: str) -> None:
    """The reader sees the owner in From and nobody else in Sender."""
    office.grant(SEND_AS, kind)
    message = office.accepted()
    expect.equal(addresses(message, "From"), [office.owner.address], "From")
    expect.one_of(addresses(message, "Sender"), [[], [office.owner.address]], "Sender")


@_BY_GROUP
@pytest.mark.parametrize("kind", KINDS)
def test_the_envelope_may_be_the_owners(office: Office, kind: str) -> None:
    """MAIL FROM the owner is taken, too, and names nobody else."""
    office.grant(SEND_AS, kind)
    message = office.accepted(envelope=office.owner.address)
    expect.equal(addresses(message, "Return-Path"), [office.owner.address], "Return-Path")


@requirement("DELEGATION:DELE03-1", "DELE-03")
@pytest.mark.parametrize(
    "written", ["{owner}", "The Owner <{owner}>", '"Owner, The" <{owner}>', "=?utf-8?Q?=C3=96?= <{owner}>"]
)
def test_the_author_stays_as_written(office: Office, written: str) -> None:
    """From arrives as the client wrote it."""
    office.grant(SEND_AS)
    author = written.format(owner=office.owner.address)
    expect.equal(office.accepted(author)["From"], author, "From")


@requirement("DELEGATION:DELE03-1", "RFC6409:8-1", "DELE-03")
def test_the_owner_in_sender_stays(office: Office) -> None:
    """A Sender that names the owner is kept, once."""
    office.grant(SEND_AS)
    message = office.accepted(sender=office.owner.address)
    expect.equal(addresses(message, "Sender"), [office.owner.address], "Sender")


@requirement("RFC6409:8-1", "DELE-03")
def test_the_own_address_in_sender_stays(office: Office) -> None:
    """Who names the own address in Sender wants to be mentioned."""
    office.grant(SEND_AS)
    message = office.accepted(sender=office.actor.address)
    expect.equal(addresses(message, "Sender"), [office.actor.address], "Sender")


@requirement("RFC6409:8-1", "DELE-03")
def test_the_own_message_may_name_the_owner_in_sender(office: Office) -> None:
    """From the own address, Sender one that is held with send as: both stay."""
    office.grant(SEND_AS)
    message = office.accepted(office.actor.address, sender=office.owner.address)
    expect.equal(addresses(message, "Sender"), [office.owner.address], "Sender")


@requirement("DELEGATION:DELE03-3", "DELE-03")
@pytest.mark.parametrize("order", [(SEND_AS, ON_BEHALF), (ON_BEHALF, SEND_AS)], ids=["as_first", "behalf_first"])
def test_send_as_outweighs_on_behalf(office: Office, order: tuple[str, str]) -> None:
    """With both rights no Sender is added."""
    for permission in order:
        office.grant(permission)
    expect.one_of(addresses(office.accepted(), "Sender"), [[], [office.owner.address]], "Sender")


@requirement("DELEGATION:DELE03-3", "DELE-03")
def test_send_as_by_a_group_outweighs_on_behalf(office: Office) -> None:
    """So it does when it comes through a group, while on behalf is the user's own."""
    office.grant(ON_BEHALF)
    office.grant(SEND_AS, "group")
    expect.one_of(addresses(office.accepted(), "Sender"), [[], [office.owner.address]], "Sender")


@requirement("DELEGATION:DELE03-4", "DELE-03")
@pytest.mark.parametrize("kind", ["user", "group"])
def test_a_groups_address_can_be_sent_as(office: Office, kind: str) -> None:
    """A member or anybody else with the grant writes as a distribution group."""
    local, _, domain = office.owner.address.partition("@")
    team = f"{local}-desk@{domain}"
    office.control.call("group", "add", team, "--member", office.owner.address)
    office.control.undo("group", "remove", team, "--yes")
    office.grant(SEND_AS, kind, on=team)
    expect.equal(addresses(office.accepted(team), "From"), [team], "From")


@requirement("DELEGATION:DELE03-4", "DELE-03")
@needs("control:resource")
def test_a_resources_address_can_be_sent_as(office: Office) -> None:
    """The one who looks after a room answers as the room."""
    local, _, domain = office.owner.address.partition("@")
    room = f"{local}-room@{domain}"
    office.control.call("resource", "add", room, "room")
    office.control.undo("resource", "remove", room, "--yes")
    office.grant(SEND_AS, on=room)
    message = office.accepted(room)
    expect.equal(addresses(message, "From"), [room], "From")
    expect.one_of(addresses(message, "Sender"), [[], [room]], "Sender")
