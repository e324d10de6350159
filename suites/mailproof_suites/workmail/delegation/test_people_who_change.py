"""Grants belong to people, not to addresses: renamed, removed and made anew (FEATURES DELE-03, DELE-04)."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Account, expect, needs, requirement
from mailproof_suites.workmail.delegation.office import SEND_AS, Office, addresses

pytestmark = needs("control:grant", "control:user", "control:group")


def _anew(office: Office, account: Account) -> None:
    """Remove a user, and make another one with the same address and password."""
    office.control.call("user", "remove", account.address, "--yes")
    office.control.call("user", "add", account.address, "--password-stdin", input=account.password)


@requirement("DELEGATION:DELE04-10", "DELE-04")
@pytest.mark.parametrize("who", ["actor", "owner"])
def test_another_one_of_the_same_address_has_nothing(office: Office, who: str) -> None:
    """Removed and made anew, neither the grantee nor the owner brings the grant back."""
    office.grant(SEND_AS)
    _anew(office, office.actor if who == "actor" else office.owner)
    office.refused()


@requirement("DELEGATION:DELE04-10", "DELE-04")
def test_another_group_of_the_same_address_has_nothing(office: Office) -> None:
    """So it is with a group, though it has the same member."""
    staff = office.grant(SEND_AS, "group")
    office.control.call("group", "remove", staff, "--yes")
    office.control.call("group", "add", staff, "--member", office.actor.address)
    office.refused()


@requirement("DELEGATION:DELE04-10", "DELE-01")
@needs("control:delegates")
@pytest.mark.parametrize("who", ["actor", "owner"])
def test_another_one_of_the_same_address_is_no_delegate(office: Office, who: str) -> None:
    """A delegate who is removed and made anew is none any more, and a new owner has none."""
    office.control.call("delegates", "add", office.owner.address, office.actor.address)
    _anew(office, office.actor if who == "actor" else office.owner)
    office.refused()


@requirement("DELEGATION:DELE03-5", "DELE-03")
def test_an_owner_who_is_renamed(office: Office) -> None:
    """The owner's new primary address is the one to be used from now on."""
    office.grant(SEND_AS)
    old, new = office.owner.address, office.owner.address.replace("@", "-new@")
    office.control.call("user", "rename", old, new)
    office.control.undo("user", "rename", new, old)
    expect.equal(addresses(office.accepted(new), "From"), [new], "From")


@requirement("DELEGATION:DELE03-5", "DELE-03")
def test_a_group_that_is_renamed(office: Office) -> None:
    """Its members go on to send as the owner."""
    staff = office.grant(SEND_AS, "group")
    new = staff.replace("@", "-new@")
    office.control.call("group", "rename", staff, new)
    office.control.undo("group", "rename", new, staff)
    office.accepted()
