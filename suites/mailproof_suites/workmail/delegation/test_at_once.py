"""A grant counts for the next command of an open connection, as does its end (FEATURES DELE-04, FOLD-13)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from mailproof_suites.case import expect, needs, requirement
from mailproof_suites.smtp.dialogue import refused
from mailproof_suites.workmail.delegation.office import ON_BEHALF, SEND_AS, Office, addresses
from mailproof_suites.workmail.grantees import KINDS

pytestmark = needs("control:grant", "control:user", "control:group")
_AT_ONCE = requirement("DELEGATION:DELE04-5", "DELE-04")

Step = Callable[[], object]


def _both_ways(office: Office, on: Step, off: Step) -> None:
    """Refused, granted, taken, taken back, refused: on one connection."""
    with expect.step("before the grant"):
        office.refused()
    on()
    with expect.step("with the grant"):
        office.accepted()
    off()
    with expect.step("after the grant"):
        office.refused()


@_AT_ONCE
@pytest.mark.parametrize("permission", [SEND_AS, ON_BEHALF])
@pytest.mark.parametrize("kind", KINDS)
def test_a_grant_and_its_end(office: Office, permission: str, kind: str) -> None:
    """The same connection is refused before, obeyed meanwhile, refused after."""
    granted: list[str] = []
    _both_ways(
        office,
        lambda: granted.append(office.grant(permission, kind)),
        lambda: office.revoke(permission, granted[0]),
    )


@_AT_ONCE
@pytest.mark.parametrize("kind", ["group", "nested_group"])
def test_membership_and_its_end(office: Office, kind: str) -> None:
    """Who leaves the group loses what was granted to it; who comes back has it again."""
    top = office.grant(SEND_AS, kind)
    team = top if kind == "group" else office.actor.address.replace("@", "-team@")
    change = partial(office.control.call, "group")
    change("remove-member", team, office.actor.address)
    _both_ways(
        office,
        lambda: change("add-member", team, office.actor.address),
        lambda: change("remove-member", team, office.actor.address),
    )


@_AT_ONCE
def test_a_group_that_leaves_its_group(office: Office) -> None:
    """So it is when the chain breaks further up."""
    top = office.grant(SEND_AS, "nested_group")
    office.accepted()
    office.control.call("group", "remove-member", top, office.actor.address.replace("@", "-team@"))
    office.refused()


@_AT_ONCE
def test_a_group_that_is_removed(office: Office) -> None:
    """With the group goes what it was granted."""
    domain = office.actor.address.partition("@")[2]
    brief = f"brief-{office.world.token}@{domain}"
    office.control.call("group", "add", brief, "--member", office.actor.address)
    office.control.call("grant", "add", office.owner.address, brief, SEND_AS)
    office.accepted()
    office.control.call("group", "remove", brief, "--yes")
    office.refused()


@_AT_ONCE
def test_send_as_that_ends_leaves_on_behalf(office: Office) -> None:
    """With the stronger right gone, the weaker one names the sender."""
    office.grant(ON_BEHALF)
    office.grant(SEND_AS)
    expect.one_of(addresses(office.accepted(), "Sender"), [[], [office.owner.address]], "Sender")
    office.revoke(SEND_AS)
    expect.equal(addresses(office.accepted(), "Sender"), [office.actor.address], "Sender")


@_AT_ONCE
def test_one_of_two_ways_ends(office: Office) -> None:
    """Granted to the user and to a group, it holds until both have ended."""
    office.grant(SEND_AS)
    staff = office.grant(SEND_AS, "group")
    office.revoke(SEND_AS)
    office.accepted()
    office.revoke(SEND_AS, staff)
    office.refused()


@_AT_ONCE
@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
def test_the_end_within_a_transaction(office: Office, stage: str) -> None:
    """Taken back behind MAIL, RCPT or the 354: the message is refused all the same."""
    office.grant(SEND_AS)
    smtp = office.smtp
    message = office.post.make_message(sender=office.owner.address, to=office.reader.address)
    steps: dict[str, Step] = {
        "MAIL": lambda: smtp.mail(office.owner.address).require(250),
        "RCPT": lambda: smtp.rcpt(office.reader.address).require(250),
        "DATA": lambda: smtp.command("DATA"),
    }
    answer = None
    for name, step in steps.items():
        answer = step()
        if name == stage:
            office.revoke(SEND_AS)
    if getattr(answer, "code", 0) == 354:
        smtp.send_raw(message + b".\r\n")
        answer = smtp.read_reply()
    refused(answer, "the reply to the message", enhanced="5.7.")  # type: ignore[arg-type]


@requirement("DELEGATION:DELE04-1", "DELE-04")
def test_the_connection_goes_on_after_a_refusal(office: Office) -> None:
    """The next message, in the own name, is taken on the same connection."""
    office.refused()
    office.accepted(office.actor.address)
