"""SORT, RFC 5256 sections 2.2 and 3: every criterion against the oracle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from email.header import Header

import pytest

from mailproof_suites.case import Append, ImapClient, Literal, MakeMessage, expect, needs, requirement
from mailproof_suites.imap.rfc5256.oracle import Mail, sort

pytestmark = needs("imap:SORT")

Store = Callable[[Sequence[Mail]], list[Mail]]


def at(day: int, hour: int = 12, zone_h: int = 0) -> datetime:
    """A moment in March 2026, told in a zone."""
    return datetime(2026, 3, day, hour, tzinfo=timezone(timedelta(hours=zone_h)))


def mail(subject: str, sender: str, to: str, cc: str, sent: datetime | None, arrived: datetime, size: int) -> Mail:
    """A message that is not stored yet."""
    return Mail(0, subject, arrived, sent, sender, to, cc, size)


MAILS = [
    mail("Beta", "carol", "dave", "", at(5), at(9), 40),
    mail("Re: alpha", "Bob", "erin", "yves", at(4), at(8), 10),
    mail("ALPHA (fwd)", "alice", "Dave", "", at(6, 1, 8), at(7), 30),
    mail("", "bob", "", "Xaver", at(5, 20, -7), at(6), 10),
    mail("[list] Re: beta", "", "erin", "wim", None, at(5, 14), 20),
    mail("gamma", "alice", "", "yves", at(5, 14, 2), at(9), 50),
    mail("Fwd: Gamma", "BOB", "carol", "", at(1), at(1), 30),
    mail("alpha", "zoe", "carol", "xaver", at(5, 12), at(2, 23, -5), 10),
]

CRITERIA = [
    *("ARRIVAL", "CC", "DATE", "FROM", "SIZE", "SUBJECT", "TO"),
    *("REVERSE ARRIVAL", "REVERSE DATE", "REVERSE FROM", "REVERSE SIZE", "REVERSE SUBJECT"),
    *("SUBJECT DATE", "SUBJECT REVERSE DATE", "REVERSE SUBJECT DATE", "FROM TO CC", "SIZE REVERSE ARRIVAL"),
    *("REVERSE FROM REVERSE SUBJECT SIZE", "TO REVERSE FROM DATE"),
]


@requirement("RFC5256:3-1", "RFC5256:3-2", "RFC5256:3-3", "RFC5256:3-4", "RFC5256:2.2-1")
@pytest.mark.parametrize("criteria", CRITERIA)
def test_sort_orders_by_its_criteria(imap: ImapClient, store: Store, criteria: str) -> None:
    """Capitals do not matter, zones do; ties keep the order of the mailbox, also under REVERSE."""
    stored = store(MAILS)
    expect.equal(list(imap.sort(criteria, "ALL")), sort(stored, criteria), f"order by {criteria}")


@requirement("RFC5256:3-5")
def test_uid_sort_returns_uids(imap: ImapClient, store: Store) -> None:
    """The order of SORT, told in UIDs."""
    stored = store(MAILS[:5])
    imap.store(1, "+FLAGS", [r"\Deleted"])
    imap.expunge()
    uids = sorted(imap.fetch("1:*", "(UID)", uid=True))
    rest = [uids[number - 2] for number in sort(stored[1:], "REVERSE DATE")]
    expect.equal(list(imap.sort("REVERSE DATE", "ALL", uid=True)), rest, "UIDs in order")


@requirement("RFC5256:3-6", "MAIL-12")
@pytest.mark.parametrize(
    ("search", "numbers"),
    [
        ("SUBJECT alpha", {2, 3, 8}),
        ("NOT SUBJECT alpha 1:4", {1, 4}),
        ("OR FROM zoe FROM carol", {1, 8}),
        ("DELETED", set()),
    ],
)
def test_sort_returns_what_the_search_finds(imap: ImapClient, store: Store, search: str, numbers: set[int]) -> None:
    """Only messages that meet the search criteria are sorted; none give an empty SORT response."""
    stored = [each for each in store(MAILS) if each.number in numbers]
    found = imap.sort("DATE", search)
    expect.equal(list(found), sort(stored, "DATE"), f"messages found by {search}")
    expect.equal(len(found.completion.named("SORT")), 1, "SORT responses")


@requirement("RFC5256:3-7")
@pytest.mark.parametrize(
    ("charset", "text"), [("US-ASCII", "Beta"), ("us-ascii", "beta"), ("UTF-8", "Grüße"), ("utf-8", "日本")]
)
def test_sort_knows_ascii_and_utf8(imap: ImapClient, store: Store, charset: str, text: str) -> None:
    """Strings of the search are read in the charset that the command names."""
    subject = text if text.isascii() else f"=?utf-8?q?{''.join(f'={octet:02X}' for octet in text.encode())}?="
    day = datetime(2026, 3, 1, tzinfo=UTC)
    store([Mail(0, "other", day, day, "alice"), Mail(0, f"with {subject}", day, day, "bob")])
    found = imap.sort("SUBJECT", "SUBJECT", Literal(text.encode()), charset=charset)
    expect.equal(list(found), [2], "messages found")


@requirement("RFC5256:3-8")
@pytest.mark.parametrize("verb", ["SORT (DATE)", "UID SORT (DATE)"])
def test_an_unknown_charset_is_refused(imap: ImapClient, store: Store, verb: str) -> None:
    """NO, not BAD: the command is well formed."""
    store(MAILS[:1])
    expect.no(imap.command(f'{verb} X-NO-SUCH-CHARSET SUBJECT "x"'))


@requirement("RFC5256:3-9")
@pytest.mark.parametrize(
    "arguments",
    [
        *("", " (DATE)", " (DATE) UTF-8", " () UTF-8 ALL", " (REVERSE) UTF-8 ALL", " (COLOUR) UTF-8 ALL"),
        *(" DATE UTF-8 ALL", " (DATE REVERSE) UTF-8 ALL", " (DATE) UTF-8 COLOUR"),
    ],
)
def test_wrong_sorts_are_bad(imap: ImapClient, store: Store, arguments: str) -> None:
    """What lacks a criterion, the charset or the search is no SORT."""
    store(MAILS[:1])
    expect.bad(imap.command(f"SORT{arguments}", on_purpose=True))


@requirement("RFC5256:1-1", "RFC5256:7-1")
@pytest.mark.parametrize(
    "subjects",
    [["\u00c4b", "\u00e4a", "\u00c4c"], ["\u0416b", "\u0436a", "\u0416c"], ["\u03a3b", "\u03c3a", "\u03a3c"]],
)
def test_letter_case_beyond_ascii_does_not_matter(
    imap: ImapClient, folder: str, append: Append, make_message: MakeMessage, subjects: list[str]
) -> None:
    """i;unicode-casemap: a capital and its small letter are one, so that what follows decides."""
    for subject in subjects:
        append(folder, make_message(subject=Header(subject, "utf-8").encode()))
    imap.select(folder)
    expect.equal(list(imap.sort("SUBJECT", "ALL")), [2, 1, 3], f"order of {', '.join(subjects)}")


@requirement("RFC5256:2.2-2")
def test_dates_with_faults_count_as_utc_and_midnight(
    imap: ImapClient, folder: str, append: Append, make_message: MakeMessage
) -> None:
    """A date without a valid zone is UTC."""
    dates = ["Thu, 01 Feb 2024 10:00:00 +0000", "Thu, 01 Feb 2024 09:00:00 XYZZY", "Thu, 01 Feb 2024 11:00:00 NOZONE"]
    for date in dates:
        append(folder, make_message(headers={"Date": date}), date="15-Jun-2020 00:00:00 +0000")
    imap.select(folder)
    expect.equal(list(imap.sort("DATE", "ALL")), [2, 1, 3], "order by sent date")
