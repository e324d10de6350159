"""Where mail to aliases, sub-addresses and groups arrives: FEATURES, "Aliases and sub-addresses".

A target profile names accounts, not their aliases. The cases know those of the made-up company that the reference
server is started with, and skip where the server of the profile has no such address.
"""

import pytest

from mailproof_suites.case import Account, MakeMessage, SmtpClient, World, expect, needs, requirement
from mailproof_suites.messages import mark_of
from mailproof_suites.smtp.dialogue import Copies, Stored, begin, refused

_ALICE = ["a.archer@{domain}", "alice@second.test"]


def _given(smtp: SmtpClient, sender: str, address: str) -> str:
    """The address, if the server has it; else the case is skipped."""
    smtp.mail(sender).require(250)
    answer = smtp.rcpt(address)
    smtp.rset().require(250)
    if not answer.positive or address.rpartition("@")[2] not in (sender.rpartition("@")[2], "second.test"):
        pytest.skip(f"the server has no {address}: {answer.line}")
    return address


def _arrives(smtp: SmtpClient, sender: str, message: bytes, stored: Stored, at: Account, *recipients: str) -> None:
    begin(smtp, sender, *recipients)
    smtp.data(message).require(250)
    stored(mark_of(message), at)


@requirement("ADDR-01", "RFC5321:3.9-1")
@needs("role:alice")
@pytest.mark.parametrize("alias", [*_ALICE, "A.Archer@{domain}"], ids=["same_domain", "second_domain", "letter_case"])
def test_mail_to_an_alias_arrives(
    smtp: SmtpClient, own: str, domain: str, world: World, make_message: MakeMessage, stored: Stored, alias: str
) -> None:
    """An alias, also in another domain of the organisation, leads into the user's inbox."""
    alice = world.lease("alice")
    world.uses_inbox(alice)
    address = _given(smtp, own, alias.format(domain=domain))
    _arrives(smtp, own, make_message(to=address), stored, alice, address)


@requirement("RFC5321:3.9.1-1")
@needs("role:alice")
def test_alias_and_address_together_give_one_copy(
    smtp: SmtpClient, own: str, domain: str, world: World, make_message: MakeMessage, copies: Copies
) -> None:
    """The same mailbox by two names: one copy."""
    alice = world.lease("alice")
    world.uses_inbox(alice)
    alias = _given(smtp, own, _ALICE[0].format(domain=domain))
    message = make_message(to=alias)
    begin(smtp, own, alias, alice.address, alice.address.replace("@", "+x@"))
    smtp.data(message).require(250)
    expect.equal(copies(mark_of(message), alice), 1, "copies in alice's inbox")


@requirement("ADDR-02")
@needs("exclusive:alice")
def test_an_alias_is_no_sender(world: World, domain: str, make_message: MakeMessage, own: str, copies: Copies) -> None:
    """From with the own alias is refused over SMTP; so is the alias on the envelope."""
    alice = world.lease("alice")
    world.uses_inbox(alice, sends=True)
    smtp = world.connect_smtp(alice)
    alias = _given(smtp, alice.address, _ALICE[0].format(domain=domain))
    answer = smtp.mail(alias)
    refused(answer if not answer.positive else smtp.rcpt(own), "an alias as the envelope's sender")
    smtp.rset().require(250)
    message = make_message(sender=alias, to=own)
    begin(smtp, alice.address, own)
    refused(smtp.data(message), "a message From an alias")
    expect.equal(copies(mark_of(message)), 0, "refused messages that arrived")


@requirement("ADDR-04")
@pytest.mark.parametrize("tag", ["+sales", "+a+b", "+", "+Sales-2024.q1", "+=x"])
def test_mail_to_a_sub_address_arrives(
    smtp: SmtpClient, own: str, domain: str, world: World, make_message: MakeMessage, stored: Stored, tag: str
) -> None:
    """Everything behind the first plus is the tag, and the message arrives with it in its To field."""
    address = f"{own.rpartition('@')[0]}{tag}@{domain}"
    message = make_message(to=address)
    _arrives(smtp, own, message, stored, world.lease(), address)
    expect.contains(stored(mark_of(message)), address.encode(), "the delivered message")


@requirement("ADDR-04")
def test_a_tag_does_not_make_an_unknown_user_known(smtp: SmtpClient, own: str, unknown: str) -> None:
    """nobody+tag@ is refused like nobody@."""
    smtp.mail(own).require(250)
    expect.reply(smtp.rcpt(unknown.replace("@", "+tag@")), 550)


@requirement("ADDR-05")
@needs("role:desk", "role:frank")
def test_a_real_mailbox_with_a_plus_wins(
    smtp: SmtpClient, own: str, world: World, make_message: MakeMessage, stored: Stored, copies: Copies
) -> None:
    """frank+desk@ is a mailbox of its own: mail to it arrives there and not at frank@."""
    desk, frank = world.lease("desk"), world.lease("frank")
    world.uses_inbox(desk)
    world.uses_inbox(frank)
    message, tagged = make_message(to=desk.address), make_message(to=frank.address)
    _arrives(smtp, own, message, stored, desk, desk.address)
    expect.equal(copies(mark_of(message), frank), 0, "copies at the address without the tag")
    _arrives(smtp, own, tagged, stored, frank, frank.address.replace("@", "+other@"))


@requirement("CONT-06", "RFC5321:3.9-1")
@needs("role:alice", "role:dan", "role:bob")
@pytest.mark.parametrize("group", ["everyone", "all"], ids=["nested_groups", "alias_of_a_group"])
def test_mail_to_a_group_reaches_every_member_once(
    smtp: SmtpClient, own: str, domain: str, world: World, make_message: MakeMessage, copies: Copies, group: str
) -> None:
    """A group of groups: one copy for each member, also for one who is named beside the group."""
    members = [world.lease(role) for role in ("alice", "dan", "bob")]
    for member in members:
        world.uses_inbox(member)
    address = _given(smtp, own, f"{group}@{domain}")
    message = make_message(to=address)
    begin(smtp, own, address, members[0].address)
    smtp.data(message).require(250)
    for member in members:
        expect.equal(copies(mark_of(message), member), 1, f"copies for {member.address}")
