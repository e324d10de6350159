"""SAVEDATE, RFC 8514."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from mailproof_suites.case import Append, ImapClient, World, expect, needs, requirement

pytestmark = needs("imap:SAVEDATE")

OLD = "05-Jan-2020 10:00:00 +0000"
DAY = timedelta(days=1)


def save_dates(imap: ImapClient) -> list[datetime]:
    """Save dates of the selected mailbox in order; skips where it has none."""
    found = imap.fetch("1:*", "(SAVEDATE)")
    dates = [found[number]["SAVEDATE"] for number in sorted(found)]
    if None in dates:
        pytest.skip("the mailbox keeps no save dates")
    return [date.at for date in dates]


@pytest.fixture
def now(imap: ImapClient, folder: str, append: Append) -> datetime:
    """The server's own time, told as internal date; the folder holds that message, and one dated 2020."""
    append(folder)
    append(folder, date=OLD)
    imap.select(folder)
    return expect.given(imap.fetch(1, "(INTERNALDATE)").only().internal_date, "INTERNALDATE").at


@requirement("RFC8514:3-1")
def test_it_is_the_time_of_arrival(imap: ImapClient, now: datetime) -> None:
    """Both messages were saved now, though one has an internal date of 2020."""
    for date in save_dates(imap):
        expect.that(abs(date - now) < timedelta(minutes=2), "SAVEDATE", expected=f"about {now}", actual=date)


@requirement("RFC8514:3-2")
@pytest.mark.parametrize("verb", ["COPY", "MOVE"])
def test_a_copy_is_saved_when_it_is_made(imap: ImapClient, folder: str, world: World, now: datetime, verb: str) -> None:
    """Not at the internal date, which the copy keeps."""
    if verb == "MOVE" and "MOVE" not in imap.capabilities:
        pytest.skip("the server has no MOVE")
    del folder
    source = save_dates(imap)
    destination = world.folder_name("-destination")
    imap.create(destination)
    imap.command(verb, "2", destination).require_ok()
    imap.select(destination)
    saved = save_dates(imap)[0]
    expect.that(saved >= source[1], "SAVEDATE of the copy", expected=f"{source[1]} or later", actual=saved)
    expect.that(saved - now < timedelta(minutes=2), "SAVEDATE of the copy", expected=f"about {now}", actual=saved)
    kept = expect.given(imap.fetch(1, "(INTERNALDATE)").only().internal_date, "INTERNALDATE").at
    expect.equal(kept.year, 2020, "year of the internal date of the copy")


@requirement("RFC8514:3-2")
@pytest.mark.usefixtures("now")
def test_flags_do_not_change_it(imap: ImapClient) -> None:
    """STORE leaves the save date as it is."""
    before = save_dates(imap)
    imap.store("1:*", "+FLAGS", [r"\Seen"])
    expect.equal(save_dates(imap), before, "save dates")


@requirement("RFC8514:4.3-1", "MAIL-12")
@pytest.mark.parametrize(
    ("key", "days", "numbers"),
    [
        *(("SAVEDSINCE", 0, [1, 2]), ("SAVEDSINCE", 2, []), ("SAVEDSINCE", -2, [1, 2]), ("SAVEDBEFORE", 0, [])),
        *(("SAVEDBEFORE", 2, [1, 2]), ("SAVEDBEFORE", -2, []), ("SAVEDON", 0, [1, 2]), ("SAVEDON", -2, [])),
    ],
)
@pytest.mark.usefixtures("now")
def test_search_by_save_date(imap: ImapClient, key: str, days: int, numbers: list[int]) -> None:
    """Two messages were saved today, one with an old internal date; the day is that of the date as it is told."""
    first, second = save_dates(imap)
    if first.date() != second.date():
        pytest.skip("midnight passed between the two messages")
    day = (second + days * DAY).strftime("%d-%b-%Y")
    expect.equal(sorted(imap.search(key, day)), numbers, f"messages found by {key} {day}")


@requirement("RFC8514:4.3-1")
@pytest.mark.usefixtures("now")
def test_the_internal_date_does_not_count(imap: ImapClient) -> None:
    """Nothing was saved on the day of the old internal date."""
    save_dates(imap)
    expect.equal(list(imap.search("SAVEDON 5-Jan-2020")), [], "messages found by SAVEDON")
    expect.equal(list(imap.search("ON 5-Jan-2020")), [2], "messages found by ON")


@requirement("RFC8514:4.3-2")
@pytest.mark.usefixtures("now")
def test_supported_is_told_for_all(imap: ImapClient) -> None:
    """SAVEDATESUPPORTED finds all messages exactly where SAVEDATE is told."""
    dates = [data["SAVEDATE"] for data in imap.fetch("1:*", "(SAVEDATE)").values()]
    expected = [] if None in dates else [1, 2]
    expect.equal(sorted(imap.search("SAVEDATESUPPORTED")), expected, "messages found")


@requirement("RFC8514:4.3-3")
@pytest.mark.usefixtures("now")
@pytest.mark.parametrize(
    "key", ["SAVEDON", "SAVEDSINCE x", "SAVEDBEFORE 31-Foo-2020", "SAVEDON 5", "SAVEDATESUPPORTED 1-Jan-2020"]
)
def test_broken_keys_are_bad(imap: ImapClient, key: str) -> None:
    """A date is needed where one belongs, and none elsewhere."""
    expect.bad(imap.command(f"SEARCH {key}", on_purpose=True))
