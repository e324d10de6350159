"""A mailbox that is nearly full, full, and has room again, as senders see it (FEATURES MAIL-18)."""

from __future__ import annotations

import time

import pytest

from mailproof_suites.case import Account, Control, expect, needs, requirement
from mailproof_suites.workmail.addresses.mailroom import Mailroom

pytestmark = needs("control:quota", "control:user")
QUOTA = 100_000
_HALF, _MOST = 45_000, 48_000


@pytest.fixture
def small(control: Control, user: Account) -> Account:
    """A user with a quota of 100,000 octets."""
    control.call("quota", "set", user.address, "--bytes", str(QUOTA))
    return user


def _fill(mailroom: Mailroom, user: Account, *sizes: int) -> None:
    for size in sizes:
        mailroom.arrives(mailroom.send(user.address, octets=size), user)


def _warnings(mailroom: Mailroom, user: Account, count: int) -> None:
    """Expect so many warnings, also behind a message that came later."""
    deadline = time.monotonic() + mailroom.world.target.delivery_timeout_s
    while len(found := mailroom.notices(user)) < count and time.monotonic() < deadline:
        mailroom.imap(user).noop()
    expect.equal(len(found), count, "warnings in the inbox")


@requirement("ADDRESSES:MAIL18-1", "MAIL-18")
def test_one_warning_at_90_percent(mailroom: Mailroom, small: Account) -> None:
    """None below it, one when the mark is crossed, no second one by what comes after."""
    _fill(mailroom, small, _HALF)
    _warnings(mailroom, small, 0)
    _fill(mailroom, small, _HALF)
    _warnings(mailroom, small, 1)
    _fill(mailroom, small, 100, 100)
    _warnings(mailroom, small, 1)


@requirement("ADDRESSES:MAIL18-1", "MAIL-18")
def test_the_warning_is_for_the_user_and_by_a_machine(mailroom: Mailroom, small: Account) -> None:
    """To the user, from nobody who could be answered by an automatic reply, and it can be read."""
    _fill(mailroom, small, _HALF, _HALF)
    _warnings(mailroom, small, 1)
    (warning,) = mailroom.notices(small)
    expect.contains(str(warning["To"]), small.address, "To")
    expect.equal(warning["Auto-Submitted"], "auto-generated", "Auto-Submitted")
    expect.equal(str(warning["Return-Path"]).strip(), "<>", "Return-Path")


@requirement("ADDRESSES:MAIL18-6", "MAIL-18")
def test_a_second_crossing_is_warned_of_again(mailroom: Mailroom, small: Account) -> None:
    """Cleaned up, and filled up again."""
    _fill(mailroom, small, _HALF, _HALF)
    _warnings(mailroom, small, 1)
    _empty(mailroom, small)
    _fill(mailroom, small, _HALF)
    _warnings(mailroom, small, 0)
    _fill(mailroom, small, _HALF)
    _warnings(mailroom, small, 1)


@requirement("ADDRESSES:MAIL18-1", "MAIL-18")
def test_lowering_the_quota_warns_as_well(control: Control, mailroom: Mailroom, user: Account) -> None:
    """Whatever brings an account above the mark."""
    _fill(mailroom, user, _HALF)
    control.call("quota", "set", user.address, "--bytes", "50000")
    _warnings(mailroom, user, 1)


@requirement("ADDRESSES:MAIL18-2", "MAIL-18")
def test_what_does_not_fit_is_refused_after_the_text(mailroom: Mailroom, small: Account) -> None:
    """552 with 5.2.2, for good: a full mailbox is no matter of minutes."""
    _fill(mailroom, small, _HALF)
    expect.reply(mailroom.offer(small.address, octets=3 * _HALF), 552, 550, 554, enhanced="5.2.2")


@requirement("ADDRESSES:MAIL18-2", "MAIL-18")
@needs("smtp:SIZE")
def test_a_declared_size_that_does_not_fit_is_refused_at_rcpt(mailroom: Mailroom, small: Account) -> None:
    """Before the text is sent; one that fits is taken."""
    expect.reply(mailroom.rcpt(small.address, f"SIZE={2 * QUOTA}"), 552, 550, enhanced="5.2.2")
    expect.reply(mailroom.rcpt(small.address, f"SIZE={_HALF}"), 250)


@requirement("ADDRESSES:MAIL18-3", "ADDRESSES:MAIL18-5", "MAIL-18")
def test_the_others_of_a_message_get_theirs(control: Control, mailroom: Mailroom, small: Account) -> None:
    """And the sender is told of the one who did not."""
    other = control.user()
    mark = mailroom.send(small.address, other.address, octets=3 * _HALF)
    mailroom.arrives(mark, other)
    _warnings(mailroom, mailroom.sender, 1)
    text = _whole(mailroom)
    expect.contains(text, small.address, "the report", requirement="ADDRESSES:MAIL18-5")
    expect.contains(text, "5.2.2", "the report", requirement="ADDRESSES:MAIL18-5")
    expect.lacks(text, f"rfc822; {other.address}", "the report")


@requirement("ADDRESSES:MAIL18-3", "ADDRESSES:MAIL18-5", "MAIL-18", "CONT-06")
@needs("control:group")
def test_the_other_members_of_a_group_get_theirs(control: Control, mailroom: Mailroom, small: Account) -> None:
    """And the sender is told which member did not."""
    other = control.user()
    mark = mailroom.send(mailroom.group("team", small.address, other.address), octets=3 * _HALF)
    mailroom.arrives(mark, other)
    _warnings(mailroom, mailroom.sender, 1)
    expect.contains(_whole(mailroom), small.address, "the report", requirement="ADDRESSES:MAIL18-5")


@requirement("ADDRESSES:MAIL18-2", "MAIL-18", "CONT-06")
@needs("control:group")
def test_a_group_of_full_mailboxes_refuses(mailroom: Mailroom, small: Account) -> None:
    """Nobody could get it, so the sender keeps it."""
    group = mailroom.group("team", small.address)
    expect.reply(mailroom.offer(group, octets=3 * _HALF), 552, 550, 554, enhanced="5.2.2")


@requirement("ADDRESSES:MAIL18-3", "MAIL-18")
def test_a_full_mailbox_loses_nothing(control: Control, mailroom: Mailroom, user: Account) -> None:
    """Everything stays, also when the quota is lowered below what there is; and it can be read."""
    marks = [mailroom.send(user.address, octets=1000) for _ in range(3)]
    control.call("quota", "set", user.address, "--bytes", "1000")
    expect.reply(mailroom.offer(user.address), 552, 550, 554, enhanced="5.2.2")
    for mark in marks:
        mailroom.arrives(mark, user)


@requirement("ADDRESSES:MAIL18-4", "MAIL-18")
@pytest.mark.parametrize("way", ["removing", "larger_quota"])
def test_with_room_again_mail_is_taken(control: Control, mailroom: Mailroom, small: Account, way: str) -> None:
    """At once, by emptying or by the operator."""
    _fill(mailroom, small, _MOST, _HALF)
    expect.reply(mailroom.offer(small.address, octets=_HALF), 552, 550, 554)
    if way == "removing":
        _empty(mailroom, small)
    else:
        control.call("quota", "set", small.address, "--bytes", str(3 * QUOTA))
    _fill(mailroom, small, _HALF)


@requirement("ADDRESSES:MAIL18-7", "MAIL-18", "OPER-01")
@pytest.mark.parametrize(("megabytes", "allowed"), [("0", False), ("1", True), ("51200", True), ("51201", False)])
def test_the_range_of_quotas(control: Control, user: Account, megabytes: str, allowed: bool) -> None:
    """1 to 51,200 MB."""
    words = ("quota", "set", user.address, "--mb", megabytes)
    if not allowed:
        control.refusal(*words)
        return
    control.call(*words)
    told = control.call("quota", "show", user.address)["quota_bytes"]
    expect.equal(told, int(megabytes) * 1024 * 1024, "quota in octets")


def _empty(mailroom: Mailroom, user: Account) -> None:
    client = mailroom.imap(user)
    client.select("INBOX")
    client.store("1:*", "+FLAGS.SILENT", [r"\Deleted"])
    client.expunge()


def _whole(mailroom: Mailroom) -> str:
    (report,) = mailroom.notices(mailroom.sender)
    return report.as_string()
