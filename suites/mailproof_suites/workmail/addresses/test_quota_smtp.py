"""A mailbox that is nearly full, full, and has room again, as senders see it (FEATURES MAIL-18)."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Account, Control, expect, needs, requirement
from mailproof_suites.workmail.addresses.mailroom import Mailroom

pytestmark = needs("control:quota", "control:user")
QUOTA = 100_000
_HALF, _MOST = 45_000, 48_000


@requirement("ADDRESSES:MAIL18-2", "MAIL-18")
def test_what_does_not_fit_is_refused_after_the_text(mailroom: Mailroom, small: Account) -> None:
    """552 with 5.2.2, for good: a full mailbox is no matter of minutes."""
    mailroom.fill(small, _HALF)
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
    mailroom.has_notices(mailroom.sender, 1)
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
    mailroom.has_notices(mailroom.sender, 1)
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
    mailroom.fill(small, _MOST, _HALF)
    expect.reply(mailroom.offer(small.address, octets=_HALF), 552, 550, 554)
    if way == "removing":
        mailroom.empty(small)
    else:
        control.call("quota", "set", small.address, "--bytes", str(3 * QUOTA))
    mailroom.fill(small, _HALF)


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


def _whole(mailroom: Mailroom) -> str:
    (report,) = mailroom.notices(mailroom.sender)
    return report.as_string()
