"""Results in pages, RFC 9394: SEARCH RETURN (PARTIAL …) and UID FETCH … (PARTIAL …)."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Append, ImapClient, expect, needs, requirement
from mailproof_suites.clients.imap import EsearchData

pytestmark = needs("imap:PARTIAL")


@pytest.fixture
def uids(imap: ImapClient, folder: str, append: Append) -> list[int]:
    r"""UIDs of eight messages; those with even numbers are \Flagged. Two before them were expunged."""
    for _ in range(2):
        append(folder, flags=[r"\Deleted"])
    made = [append(folder, flags=[] if number % 2 else [r"\Flagged"]) for number in range(1, 9)]
    imap.select(folder)
    imap.expunge()
    return made


def partial(imap: ImapClient, range_: str, key: str = "FLAGGED", verb: str = "SEARCH") -> list[int] | None:
    """The page; None for NIL. The range in the answer has to be the one asked for."""
    answer = imap.command(verb, f"RETURN (PARTIAL {range_})", key)
    expect.ok(answer)
    told, numbers = expect.given(answer.only(EsearchData).items.get("PARTIAL"), "PARTIAL")
    expect.equal(told, range_.encode(), "range in the answer", requirement="RFC9394:3.1-4")
    return None if numbers is None else list(numbers)


@requirement("RFC9394:3.1-1", "RFC9394:3.1-4", "RFC9394:3.1-6", "MAIL-12")
@pytest.mark.parametrize(
    ("range_", "numbers"), [("1:2", [2, 4]), ("2:3", [4, 6]), ("1:1", [2]), ("4:4", [8]), ("1:4", [2, 4, 6, 8])]
)
def test_pages_from_the_beginning(imap: ImapClient, uids: list[int], range_: str, numbers: list[int]) -> None:
    """The range counts results, not messages."""
    del uids
    expect.equal(partial(imap, range_), numbers, "results")


@requirement("RFC9394:3.1-2", "RFC9394:3.1-4")
@pytest.mark.parametrize(
    ("range_", "numbers"), [("-1:-1", [8]), ("-1:-2", [6, 8]), ("-3:-4", [2, 4]), ("-2:-3", [4, 6])]
)
def test_pages_from_the_end(imap: ImapClient, uids: list[int], range_: str, numbers: list[int]) -> None:
    """-1 is the result with the highest UID."""
    del uids
    expect.equal(sorted(partial(imap, range_) or ()), numbers, "results")


@requirement("RFC9394:3.1-3", "RFC9394:3.1-4")
@pytest.mark.parametrize(
    ("range_", "numbers"),
    [("3:10", [6, 8]), ("5:9", None), ("-4:-100", [2]), ("-5:-6", None), ("1:4294967295", [2, 4, 6, 8])],
)
def test_pages_beyond_the_results(imap: ImapClient, uids: list[int], range_: str, numbers: list[int] | None) -> None:
    """What exists of the range is given; NIL where nothing does."""
    del uids
    expect.equal(partial(imap, range_), numbers, "results")


@requirement("RFC9394:3.1-3")
def test_a_page_of_nothing_is_nil(imap: ImapClient, uids: list[int]) -> None:
    """Where the search finds nothing, every page is NIL."""
    del uids
    expect.equal(partial(imap, "1:10", "DRAFT"), None, "results")


@requirement("RFC9394:3.1-1", "RFC9394:3.1-6")
def test_pages_of_uid_search_hold_uids(imap: ImapClient, uids: list[int]) -> None:
    """The results of UID SEARCH are UIDs."""
    expect.equal(partial(imap, "2:3", verb="UID SEARCH"), [uids[3], uids[5]], "results")


@requirement("RFC9394:3.1-1", "RFC9394:3.1-6")
def test_partial_goes_with_other_options(imap: ImapClient, uids: list[int]) -> None:
    """MIN, MAX and COUNT tell of all results, beside the page."""
    del uids
    items = imap.command("SEARCH RETURN (PARTIAL 2:3 COUNT MIN MAX) FLAGGED").require_ok().only(EsearchData).items
    expect.equal({name: items.get(name) for name in ("COUNT", "MIN", "MAX")}, {"COUNT": 4, "MIN": 2, "MAX": 8}, "items")
    expect.equal(list(items["PARTIAL"][1]), [4, 6], "PARTIAL")


@requirement("RFC9394:3.1-5", "RFC9394:4-1")
@pytest.mark.parametrize(
    "options",
    [
        *(
            "ALL PARTIAL 1:2",
            "PARTIAL 1:2 ALL",
            "PARTIAL 1:2 PARTIAL 3:4",
            "PARTIAL 0:1",
            "PARTIAL -1:2",
            "PARTIAL 1:-2",
        ),
        *("PARTIAL 1:*", "PARTIAL 1", "PARTIAL", "PARTIAL 1:2,3:4", "PARTIAL -0:-1", "PARTIAL 1:2:3"),
    ],
)
def test_broken_ranges_are_bad(imap: ImapClient, uids: list[int], options: str) -> None:
    """PARTIAL with ALL, or with what is no range of either kind, is BAD."""
    del uids
    expect.bad(imap.command(f"SEARCH RETURN ({options}) FLAGGED", on_purpose=True))


@requirement("RFC9394:3.2-1")
@needs("imap:SEARCHRES")
@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        *(("SAVE PARTIAL 2:3", [4, 6]), ("SAVE PARTIAL 2:3 MIN", [2, 4, 6]), ("SAVE PARTIAL 2:3 MAX", [4, 6, 8])),
        *(("SAVE PARTIAL 1:1 MIN MAX", [2, 8]), ("SAVE PARTIAL 2:3 COUNT", [2, 4, 6, 8]), ("SAVE PARTIAL 9:10", [])),
    ],
)
def test_what_is_saved_with_a_page(imap: ImapClient, uids: list[int], options: str, numbers: list[int]) -> None:
    """$ holds what was returned; with COUNT it holds everything."""
    del uids
    imap.command(f"SEARCH RETURN ({options}) FLAGGED").require_ok()
    expect.equal(sorted(imap.fetch("$", "(UID)")), numbers, "messages in $")


@requirement("RFC9394:3.3-1")
@pytest.mark.parametrize(
    ("range_", "places"), [("1:2", [0, 1]), ("-1:-2", [6, 7]), ("7:20", [6, 7]), ("9:10", []), ("-8:-8", [0])]
)
def test_uid_fetch_gives_a_page(imap: ImapClient, uids: list[int], range_: str, places: list[int]) -> None:
    """Of the set's messages only those of the range are told."""
    found = imap.fetch("1:*", "(FLAGS)", uid=True, modifiers=f"PARTIAL {range_}")
    expect.equal(sorted(found), [uids[place] for place in places], "messages told")


@requirement("RFC9394:3.3-1")
@needs("imap:CONDSTORE")
def test_the_page_comes_before_changedsince(imap: ImapClient, uids: list[int]) -> None:
    """Of the last three messages those are told that changed; a change of the first does not count."""
    highest = max(data.modseq or 0 for data in imap.fetch("1:*", "(MODSEQ)").values())
    imap.store([uids[0], uids[6]], "+FLAGS.SILENT", [r"\Seen"], uid=True)
    found = imap.fetch("1:*", "(FLAGS)", uid=True, modifiers=f"PARTIAL -1:-3 CHANGEDSINCE {highest}")
    expect.equal(sorted(found), [uids[6]], "messages told")
