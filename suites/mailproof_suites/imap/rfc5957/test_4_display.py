"""SORT by DISPLAYFROM and DISPLAYTO, RFC 5957: what a reader sees, not what stands before the @."""

from __future__ import annotations

from email.header import Header

import pytest

from mailproof_suites.case import Append, ImapClient, MakeMessage, expect, needs, requirement

pytestmark = needs("imap:SORT=DISPLAY")

ADDRESSES: dict[str, tuple[str | None, str]] = {
    "name before mailbox": ("Zoe <aaa@mailproof.test>", "Zoe"),
    "no name": ("mmm@mailproof.test", "mmm@mailproof.test"),
    "host counts": ("mmm@a.mailproof.test", "mmm@a.mailproof.test"),
    "quoted": ('"Bell, Bob" <zzz@mailproof.test>', "Bell, Bob"),
    "encoded": ("=?utf-8?q?Carol?= <zzz@mailproof.test>", "Carol"),
    "encoded base64": ("=?utf-8?b?RGFu?= <zzz@mailproof.test>", "Dan"),
    "only the first": ("Erin <zzz@mailproof.test>, Aaron <aaa@mailproof.test>", "Erin"),
    "capitals": ("frank <zzz@mailproof.test>", "frank"),
    "missing": (None, ""),
}


@requirement("RFC5957:3-1", "RFC5957:4-1", "RFC5957:4-2")
@pytest.mark.parametrize("criterion", ["DISPLAYFROM", "DISPLAYTO"])
@pytest.mark.parametrize("reverse", [False, True], ids=["ascending", "REVERSE"])
def test_order_by_what_is_displayed(
    imap: ImapClient, folder: str, append: Append, make_message: MakeMessage, criterion: str, reverse: bool
) -> None:
    """Decoded names, or addresses where there is no name; a missing field comes first."""
    field = criterion.removeprefix("DISPLAY").capitalize()
    for value, _ in ADDRESSES.values():
        append(folder, make_message(headers={field: value}))
    imap.select(folder)
    shown = [display.upper() for _, display in ADDRESSES.values()]
    expected = sorted(range(1, len(shown) + 1), key=lambda number: shown[number - 1], reverse=reverse)
    found = imap.sort(f"REVERSE {criterion}" if reverse else criterion, "ALL")
    names = list(ADDRESSES)
    expect.equal([names[number - 1] for number in found], [names[number - 1] for number in expected], "order")


@requirement("RFC5957:3-1")
def test_a_group_sorts_by_its_name(imap: ImapClient, folder: str, append: Append, make_message: MakeMessage) -> None:
    """The first address of a group is its name, which has no host: that is the sort value."""
    for value in ("Xaver <aaa@mailproof.test>", "Mates: Aaron <aaa@mailproof.test>;", "Bob <zzz@mailproof.test>"):
        append(folder, make_message(headers={"To": value}))
    imap.select(folder)
    expect.equal(list(imap.sort("DISPLAYTO", "ALL")), [3, 2, 1], "order")


@requirement("RFC5957:4-1")
def test_display_criteria_go_with_others(
    imap: ImapClient, folder: str, append: Append, make_message: MakeMessage
) -> None:
    """Equal names are ordered by the next criterion, and then by the mailbox."""
    for size, name in ((300, "Bob"), (200, "bob"), (100, "Alice"), (200, "BOB")):
        append(folder, make_message(headers={"From": f"{name} <x@mailproof.test>"}, body="y\n" * size))
    imap.select(folder)
    expect.equal(list(imap.sort("DISPLAYFROM SIZE", "ALL")), [3, 2, 4, 1], "order")


@requirement("RFC5957:7-1")
def test_letter_case_beyond_ascii_does_not_matter(
    imap: ImapClient, folder: str, append: Append, make_message: MakeMessage
) -> None:
    """i;unicode-casemap: a capital and its small letter are one in display names, too."""
    for name in ("\u00c4b", "\u00e4a", "\u00c4c"):
        append(folder, make_message(sender=f"{Header(name, 'utf-8').encode()} <x@y.test>"))
    imap.select(folder)
    expect.equal(list(imap.sort("DISPLAYFROM", "ALL")), [2, 1, 3], "order by display name")
