"""The warning of a mailbox that is nearly full (FEATURES MAIL-18)."""

from __future__ import annotations

from mailproof_suites.case import Account, Control, expect, needs, requirement
from mailproof_suites.workmail.addresses.mailroom import Mailroom

pytestmark = needs("control:quota", "control:user")
_HALF, _MOST = 45_000, 48_000


@requirement("ADDRESSES:MAIL18-1", "MAIL-18")
def test_one_warning_at_90_percent(mailroom: Mailroom, small: Account) -> None:
    """None below it, one when the mark is crossed, no second one by what comes after."""
    mailroom.fill(small, _HALF)
    mailroom.has_notices(small, 0)
    mailroom.fill(small, _HALF)
    mailroom.has_notices(small, 1)
    mailroom.fill(small, 100, 100)
    mailroom.has_notices(small, 1)


@requirement("ADDRESSES:MAIL18-1", "MAIL-18")
def test_the_warning_is_for_the_user_and_by_a_machine(mailroom: Mailroom, small: Account) -> None:
    """To the user, from nobody who could be answered by an automatic reply, and it can be read."""
    mailroom.fill(small, _HALF, _HALF)
    mailroom.has_notices(small, 1)
    (warning,) = mailroom.notices(small)
    expect.contains(str(warning["To"]), small.address, "To")
    expect.equal(warning["Auto-Submitted"], "auto-generated", "Auto-Submitted")
    expect.equal(str(warning["Return-Path"]).strip(), "<>", "Return-Path")


@requirement("ADDRESSES:MAIL18-6", "MAIL-18")
def test_a_second_crossing_is_warned_of_again(mailroom: Mailroom, small: Account) -> None:
    """Cleaned up, and filled up again."""
    mailroom.fill(small, _HALF, _HALF)
    mailroom.has_notices(small, 1)
    mailroom.empty(small)
    mailroom.fill(small, _HALF)
    mailroom.has_notices(small, 0)
    mailroom.fill(small, _HALF)
    mailroom.has_notices(small, 1)


@requirement("ADDRESSES:MAIL18-1", "MAIL-18")
def test_lowering_the_quota_warns_as_well(control: Control, mailroom: Mailroom, user: Account) -> None:
    """Whatever brings an account above the mark."""
    mailroom.fill(user, _HALF)
    control.call("quota", "set", user.address, "--bytes", "50000")
    mailroom.has_notices(user, 1)
