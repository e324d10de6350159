"""Groups, groups in groups, circles, disabled members (FEATURES CONT-06)."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Account, Control, expect, needs, requirement
from mailproof_suites.workmail.addresses.mailroom import Mailroom

pytestmark = needs("control:group", "control:user")


@requirement("ADDRESSES:CONT06-1", "CONT-06")
@pytest.mark.parametrize("levels", [1, 2, 5])
def test_mail_reaches_members_at_every_level(mailroom: Mailroom, user: Account, levels: int) -> None:
    """A group in a group in a group."""
    address = user.address
    for level in range(levels):
        address = mailroom.group(f"level{level}", address)
    mailroom.arrives(mailroom.send(address), user)


@requirement("ADDRESSES:CONT06-1", "CONT-06", "RFC5321:3.9.1-1")
def test_every_member_gets_one_copy(mailroom: Mailroom, control: Control, user: Account) -> None:
    """Named twice, in two groups of one group, and in the envelope as well."""
    other = control.user()
    east, west = mailroom.group("east", user.address, other.address), mailroom.group("west", user.address)
    both = mailroom.group("both", east, west, user.address)
    mailroom.arrives(mailroom.send(both, east, user.address), user, other)


@requirement("ADDRESSES:CONT06-1", "CONT-06")
def test_the_sender_who_is_a_member_gets_a_copy(mailroom: Mailroom, user: Account) -> None:
    """Members are members, also the one who writes."""
    mark = mailroom.send(mailroom.group("team", user.address, mailroom.sender.address))
    mailroom.arrives(mark, user, mailroom.sender)


@requirement("ADDRESSES:CONT06-2", "CONT-06")
@pytest.mark.parametrize("hidden", ["group", "inner_group", "member"])
def test_hidden_ones_get_mail(mailroom: Mailroom, control: Control, hidden: str) -> None:
    """Hidden is not in the address book, and nothing else."""
    member = control.user(*(["--hidden"] if hidden == "member" else []))
    inner = mailroom.group("inner", member.address, options=["--hidden"] if hidden == "inner_group" else [])
    outer = mailroom.group("outer", inner, options=["--hidden"] if hidden == "group" else [])
    mailroom.arrives(mailroom.send(outer), member)


@requirement("ADDRESSES:CONT06-3", "CONT-06")
@pytest.mark.parametrize("groups", [1, 2, 3])
def test_a_circle_is_refused(mailroom: Mailroom, control: Control, user: Account, groups: int) -> None:
    """A in A, A in B in A, A in B in C in A; and mail goes on to reach who is in them."""
    names: list[str] = []
    for number in range(groups):
        names.append(mailroom.group(f"g{number}", *(names[-1:] or [user.address])))
    problem = control.refusal("group", "add-member", names[0], names[-1])
    for name in names:
        expect.contains(problem.text, name, "the refusal names every group of the circle")
    mailroom.arrives(mailroom.send(names[-1]), user)


@requirement("ADDRESSES:CONT06-4", "CONT-06")
def test_who_has_left_gets_nothing(mailroom: Mailroom, control: Control, user: Account) -> None:
    """The others do."""
    other = control.user()
    group = mailroom.group("team", user.address, other.address)
    control.call("group", "remove-member", group, other.address)
    mark = mailroom.send(group)
    mailroom.arrives(mark, user)
    mailroom.stays_away(mark, other)


@requirement("ADDRESSES:CONT06-4", "CONT-06")
def test_a_disabled_member_gets_nothing(mailroom: Mailroom, control: Control, user: Account) -> None:
    """And keeps nothing from the others; nor does the sender get a report of it."""
    other = control.user()
    group = mailroom.group("team", user.address, other.address)
    control.call("user", "disable", other.address)
    mark = mailroom.send(group)
    mailroom.arrives(mark, user)
    control.call("user", "enable", other.address)
    mailroom.stays_away(mark, other)


@requirement("ADDRESSES:CONT06-4", "CONT-06")
def test_a_disabled_group_in_a_group_is_left_out(mailroom: Mailroom, control: Control, user: Account) -> None:
    """Its members get nothing through it, others of the outer group do."""
    other = control.user()
    inner = mailroom.group("inner", other.address)
    outer = mailroom.group("outer", inner, user.address)
    control.call("group", "disable", inner)
    mark = mailroom.send(outer)
    mailroom.arrives(mark, user)
    mailroom.stays_away(mark, other)


@requirement("ADDRESSES:CONT06-4", "CONT-06")
def test_a_new_member_gets_mail_at_once(mailroom: Mailroom, control: Control, user: Account) -> None:
    """From the next message on."""
    other = control.user()
    group = mailroom.group("team", user.address)
    first = mailroom.send(group)
    control.call("group", "add-member", group, other.address)
    mailroom.arrives(mailroom.send(group), user, other)
    mailroom.stays_away(first, other)


@requirement("ADDRESSES:CONT06-5", "CONT-06")
@pytest.mark.parametrize("kind", ["empty", "disabled", "disabled_members", "empty_inside", "removed"])
def test_a_group_that_reaches_nobody_is_refused(mailroom: Mailroom, control: Control, user: Account, kind: str) -> None:
    """Its mail is not taken to be lost."""
    group = mailroom.group("team", *([] if kind.startswith("empty") else [user.address]))
    if kind == "empty_inside":
        control.call("group", "add-member", group, mailroom.group("inner"))
    elif kind == "disabled":
        control.call("group", "disable", group)
    elif kind == "disabled_members":
        control.call("user", "disable", user.address)
    elif kind == "removed":
        gone = mailroom.beside(mailroom.sender, "-gone")
        control.call("group", "add", gone, "--member", user.address)
        control.call("group", "remove", gone, "--yes")
        group = gone
    expect.reply(mailroom.rcpt(group), 550, enhanced="5.")


@requirement("ADDRESSES:CONT06-5", "CONT-06")
def test_nobody_signs_in_as_a_group(mailroom: Mailroom, control: Control, user: Account) -> None:
    """A group has neither password nor tokens, nor a quota."""
    group = mailroom.group("team", user.address)
    control.refusal("user", "password", group, "--password-stdin", input="Group-Secret-1")
    control.refusal("token", "add", group, "phone")
    control.refusal("quota", "show", group)
