"""Without the right: refused over SMTP, nothing sent, nothing kept (FEATURES DELE-04, ADDR-02, ADDR-07)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailproof_suites.case import expect, needs, requirement
from mailproof_suites.workmail.delegation.office import FULL_ACCESS, ON_BEHALF, SEND_AS, Office, Sent, sent_items
from mailproof_suites.workmail.grantees import group

pytestmark = needs("control:grant", "control:user", "control:group", "control:alias")
DENIED = "DELEGATION:DELE04-1"
ACCESS = "DELEGATION:DELE04-4"
OTHERS = "DELEGATION:DELE04-6"
AUTHORS = "DELEGATION:DELE04-7"
ENVELOPE = "DELEGATION:DELE04-8"


def _tagged(address: str) -> str:
    return address.replace("@", "+tag@")


def _other_way_round(office: Office) -> Sent:
    office.control.call("grant", "add", office.actor.address, office.owner.address, SEND_AS)
    return office.refused()


def _of_somebody_else(office: Office) -> Sent:
    office.control.call("grant", "add", office.owner.address, office.reader.address, SEND_AS)
    return office.refused()


def _of_a_group_without_the_actor(office: Office) -> Sent:
    staff = group(office.control, office.actor, "staff", office.reader.address)
    office.control.call("grant", "add", office.owner.address, staff, SEND_AS)
    return office.refused()


def _on_a_group_that_the_owner_is_in(office: Office) -> Sent:
    staff = group(office.control, office.owner, "staff", office.owner.address)
    office.control.call("grant", "add", staff, office.actor.address, SEND_AS)
    return office.refused()


def _as_a_group_that_the_actor_is_in(office: Office) -> Sent:
    return office.refused(group(office.control, office.actor, "staff", office.actor.address))


def _by_a_delegates_delegate(office: Office) -> Sent:
    office.control.call("grant", "add", office.owner.address, office.reader.address, SEND_AS)
    office.control.call("grant", "add", office.reader.address, office.actor.address, SEND_AS)
    return office.refused()


def _shared_inbox(office: Office) -> Sent:
    office.control.call("permissions", "set", office.owner.address, "INBOX", office.actor.address, "Owner")
    return office.refused()


def _granted(permission: str, what: Callable[[Office], Sent]) -> Callable[[Office], Sent]:
    def run(office: Office) -> Sent:
        office.grant(permission)
        return what(office)

    return run


CASES: dict[str, tuple[str, Callable[[Office], Sent]]] = {
    "nothing": (DENIED, lambda o: o.refused()),
    "nothing_in_other_letters": (DENIED, lambda o: o.refused(o.owner.address.upper())),
    "nothing_behind_an_own_display_name": (DENIED, lambda o: o.refused(f'"{o.actor.address}" <{o.owner.address}>')),
    "nothing_inside_a_comment_trick": (DENIED, lambda o: o.refused(f"({o.actor.address}) {o.owner.address}")),
    "full_access": (ACCESS, _granted(FULL_ACCESS, lambda o: o.refused())),
    "every_right_on_the_inbox": (ACCESS, _shared_inbox),
    "nobodys_address": (DENIED, lambda o: o.refused(o.owner.address.replace("@", "-nobody@"))),
    "an_address_outside": (DENIED, lambda o: o.refused("president@elsewhere.example")),
    "the_grant_is_the_other_way_round": (OTHERS, _other_way_round),
    "the_grant_is_somebody_elses": (OTHERS, _of_somebody_else),
    "the_grant_is_of_a_group_without_the_actor": (OTHERS, _of_a_group_without_the_actor),
    "the_grant_is_on_a_group_that_the_owner_is_in": (OTHERS, _on_a_group_that_the_owner_is_in),
    "as_a_group_that_the_actor_is_in": (OTHERS, _as_a_group_that_the_actor_is_in),
    "a_grant_by_a_grant": (OTHERS, _by_a_delegates_delegate),
    "sender_is_claimed": (DENIED, lambda o: o.refused(o.actor.address, sender=o.owner.address)),
    "two_authors_one_denied": (AUTHORS, lambda o: o.refused(f"{o.actor.address}, {o.owner.address}")),
    "two_authors_the_first_denied": (AUTHORS, lambda o: o.refused(f"{o.owner.address}, {o.actor.address}")),
    "two_authors_in_a_group": (AUTHORS, lambda o: o.refused(f"Us: {o.actor.address}, {o.owner.address};")),
    "held_and_denied": (
        AUTHORS,
        _granted(SEND_AS, lambda o: o.refused(f"{o.owner.address}, {o.reader.address}", sender=o.actor.address)),
    ),
    "envelope": (ENVELOPE, lambda o: o.refused(o.actor.address, envelope=o.owner.address)),
    "envelope_with_full_access": (
        ENVELOPE,
        _granted(FULL_ACCESS, lambda o: o.refused(o.actor.address, envelope=o.owner.address)),
    ),
    "envelope_of_a_third_with_send_as": (ENVELOPE, _granted(SEND_AS, lambda o: o.refused(envelope=o.reader.address))),
    "envelope_of_nobody": (ENVELOPE, lambda o: o.refused(o.actor.address, envelope="nobody@elsewhere.example")),
}
ADDRESSES: dict[str, tuple[str, Callable[[Office], Sent]]] = {
    "own_alias": ("ADDR-02", lambda o: o.refused(o.alias(o.actor))),
    "own_alias_on_the_envelope": ("ADDR-02", lambda o: o.refused(o.actor.address, envelope=o.alias(o.actor))),
    "own_sub_address": ("ADDR-07", lambda o: o.refused(_tagged(o.actor.address))),
    "own_sub_address_on_the_envelope": (
        "ADDR-07",
        lambda o: o.refused(o.actor.address, envelope=_tagged(o.actor.address)),
    ),
    "alias_of_the_owner_with_send_as": ("ADDR-02", _granted(SEND_AS, lambda o: o.refused(o.alias(o.owner)))),
    "alias_of_the_owner_on_behalf": ("ADDR-02", _granted(ON_BEHALF, lambda o: o.refused(o.alias(o.owner)))),
    "sub_address_of_the_owner_with_send_as": (
        "ADDR-07",
        _granted(SEND_AS, lambda o: o.refused(_tagged(o.owner.address))),
    ),
    "sub_address_of_the_owner_on_behalf": (
        "ADDR-07",
        _granted(ON_BEHALF, lambda o: o.refused(_tagged(o.owner.address))),
    ),
}


ROWS = [
    pytest.param(run, id=name, marks=requirement(row, "DELE-04")) for name, (row, run) in (CASES | ADDRESSES).items()
]


@requirement("DELEGATION:DELE04-1")
@needs("control:permissions")
@pytest.mark.parametrize("attempt", ROWS)
def test_it_is_refused_and_nobody_gets_it(office: Office, attempt: Callable[[Office], Sent]) -> None:
    """SMTP says 5yz, and the reader's inbox stays without it."""
    sent = attempt(office)
    expect.equal(office.copies(sent, office.reader), 0, "copies that the reader got", requirement="DELEGATION:DELE04-1")


@requirement("DELEGATION:DELE04-3", "DELE-04", "MAIL-06")
@pytest.mark.parametrize("whose", ["actor", "owner"])
def test_what_was_refused_is_kept_nowhere(office: Office, whose: str) -> None:
    """Neither the one who tried nor the owner finds a copy in Sent Items."""
    sent = office.refused()
    account = office.actor if whose == "actor" else office.owner
    folder = sent_items(office.imap(account)).decode()
    expect.equal(office.copies(sent, account, folder), 0, "copies in Sent Items")


@requirement("DELEGATION:DELE04-1", "DELE-04")
def test_no_recipient_of_several_gets_it(office: Office) -> None:
    """The owner among the recipients is not told in the owner's own name either."""
    sent = office.refused(to=[office.reader.address, office.owner.address])
    expect.equal([office.copies(sent, each) for each in (office.reader, office.owner)], [0, 0], "copies")
