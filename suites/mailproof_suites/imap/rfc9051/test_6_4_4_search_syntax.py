"""SEARCH: wrong keys, empty results, keywords; RFC 9051 section 6.4.4 (RFC 3501 the same)."""

import pytest

from mailproof_suites.case import Append, ImapClient, expect, requirement
from mailproof_suites.clients.imap import SearchData


@requirement("RFC9051:6.4.4-5")
@pytest.mark.parametrize(
    "keys",
    [
        "",
        "FROBNICATE",
        "OR ALL",
        "NOT",
        "(ALL",
        "ALL)",
        "()",
        "SINCE yesterday",
        "SINCE 31-Foo-2024",
        "SINCE 2024-02-01",
        "LARGER many",
        "LARGER -1",
        "FROM",
        "HEADER Subject",
        "UID",
        "UID abc",
        "0",
        "1:",
        "1,,2",
        "KEYWORD",
        r"KEYWORD \Seen",
    ],
)
def test_keys_that_are_none_are_bad(imap: ImapClient, folder: str, append: Append, keys: str) -> None:
    """What the grammar of search keys lacks is answered by BAD, and nothing is found."""
    append(folder)
    imap.select(folder)
    answer = imap.command(f"SEARCH {keys}" if keys else "SEARCH", on_purpose=True)
    expect.bad(answer)
    expect.equal(answer.named("SEARCH", "ESEARCH"), [], "results of a search that is none")


@requirement("RFC9051:6.4.4-6")
@pytest.mark.parametrize("uid", [False, True])
def test_nothing_found_is_told_in_a_response(imap: ImapClient, folder: str, uid: bool) -> None:
    """Without a match, and in an empty mailbox, a SEARCH (or ESEARCH) response still comes."""
    imap.select(folder)
    answer = imap.command("UID SEARCH ALL" if uid else "SEARCH ALL")
    expect.ok(answer)
    expect.equal(len(answer.named("SEARCH", "ESEARCH")), 1, "SEARCH or ESEARCH responses")


@requirement("RFC9051:6.4.4-7", "MAIL-04")
def test_keywords_are_found(imap: ImapClient, folder: str, append: Append) -> None:
    """A keyword that a message carries is found in any letter case; UNKEYWORD finds the others."""
    append(folder)
    append(folder)
    told = imap.select(folder)
    if rb"\*" not in (told.permanent_flags or ()):
        pytest.skip("the server takes no new keywords in this mailbox")
    imap.store(2, "+FLAGS", ["MailproofWord"])
    expect.equal(imap.search("KEYWORD MailproofWord"), [2], "KEYWORD")
    expect.equal(imap.search("KEYWORD mailproofword"), [2], "KEYWORD in lower case")
    expect.equal(imap.search("UNKEYWORD MailproofWord"), [1], "UNKEYWORD")
    expect.equal(imap.search("KEYWORD MailproofWor"), [], "KEYWORD that is only the beginning")


@requirement("RFC9051:6.4.4-8")
@pytest.mark.parametrize("boundary", [-1, 0, 1])
def test_larger_and_smaller_are_strict(imap: ImapClient, folder: str, append: Append, boundary: int) -> None:
    """A message of n octets is neither larger nor smaller than n."""
    append(folder)
    imap.select(folder)
    size = expect.given(imap.fetch(1, "RFC822.SIZE").only().size_octets, "RFC822.SIZE")
    expect.equal(imap.search(f"LARGER {size + boundary}"), [1] if boundary < 0 else [], "LARGER")
    expect.equal(imap.search(f"SMALLER {size + boundary}"), [1] if boundary > 0 else [], "SMALLER")


@requirement("RFC9051:6.4.4-9")
def test_internal_dates_are_compared_without_time_and_zone(imap: ImapClient, folder: str, append: Append) -> None:
    """ON, BEFORE and SINCE disregard the time of day; the day of the internal date is told by FETCH."""
    append(folder, date="15-Jun-2024 00:00:01 +0000")
    append(folder, date="15-Jun-2024 23:59:59 +0000")
    imap.select(folder)
    for number, data in imap.fetch("1:2", "INTERNALDATE").items():
        day = expect.given(data.internal_date, "INTERNALDATE").raw.strip().split(b" ")[0]
        expect.contains(imap.search(f"ON {day.decode()}"), number, f"SEARCH ON {day.decode()}")
        expect.contains(imap.search(f"SINCE {day.decode()}"), number, f"SEARCH SINCE {day.decode()}")
        expect.lacks(imap.search(f"BEFORE {day.decode()}"), number, f"SEARCH BEFORE {day.decode()}")


@requirement("RFC9051:9-6")
@pytest.mark.parametrize(("numbers", "found"), [("4", []), ("3:5", [3]), ("2,9", [2]), ("4:9", [])])
def test_a_number_above_the_last_one_finds_nothing(
    imap: ImapClient, folder: str, append: Append, numbers: str, found: list[int]
) -> None:
    """A search key does not address messages (interpretations.md): BAD, or OK with the messages that are there."""
    for _ in range(3):
        append(folder)
    imap.select(folder)
    answer = imap.command("SEARCH", numbers)
    expect.graded(answer.status, {"OK": "", "BAD": "message numbers are checked in SEARCH, too"}, "SEARCH")
    if answer.ok:
        told = sorted(number for data in answer.of(SearchData) for number in data.numbers)
        expect.equal(told, found, "messages found")
