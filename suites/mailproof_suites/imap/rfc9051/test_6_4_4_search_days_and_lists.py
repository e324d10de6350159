"""SEARCH over days beside midnight, and NOT before a list, RFC 9051 section 6.4.4 (RFC 3501 the same)."""

import pytest

from mailproof_suites.case import Append, ImapClient, expect, requirement


@requirement("RFC9051:6.4.4-9")
@pytest.mark.parametrize("date", ["15-Jun-2024 23:30:00 -1100", "15-Jun-2024 00:30:00 +1100"])
def test_the_day_is_the_one_that_the_internal_date_shows(
    imap: ImapClient, folder: str, append: Append, date: str
) -> None:
    """A message of a time that is another day in UTC: ON, SINCE and BEFORE go by the day that FETCH tells."""
    append(folder, date=date)
    imap.select(folder)
    shown = expect.given(imap.fetch(1, "INTERNALDATE").only().internal_date, "INTERNALDATE")
    day = shown.raw.strip().split(b" ")[0].decode()
    expect.equal(imap.search(f"ON {day}"), [1], f"SEARCH ON {day}")
    expect.equal(imap.search(f"SINCE {day}"), [1], f"SEARCH SINCE {day}")
    expect.equal(imap.search(f"BEFORE {day}"), [], f"SEARCH BEFORE {day}")


@requirement("RFC9051:6.4.4-1")
@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ("NOT (SEEN FLAGGED)", [1, 2, 4]),
        ("NOT (SEEN FLAGGED) NOT (SEEN)", [2, 4]),
        ("NOT (NOT SEEN NOT FLAGGED)", [1, 2, 3]),
        ("OR (SEEN FLAGGED) NOT (SEEN)", [2, 3, 4]),
        ("(OR SEEN FLAGGED) NOT DELETED", [1, 2, 3]),
        ("(OR SEEN (OR FLAGGED (OR DRAFT ANSWERED))) NOT DELETED", [1, 2, 3]),
    ],
)
def test_not_before_a_list_is_not_of_all_of_it(
    imap: ImapClient, folder: str, append: Append, keys: str, found: list[int]
) -> None:
    r"""\Seen, \Flagged, both, none: NOT of a list matches what does not match all of its keys."""
    for flags in ([r"\Seen"], [r"\Flagged"], [r"\Seen", r"\Flagged"], []):
        append(folder, flags=flags)
    imap.select(folder)
    expect.equal(sorted(imap.search(keys)), found, f"SEARCH {keys}")
