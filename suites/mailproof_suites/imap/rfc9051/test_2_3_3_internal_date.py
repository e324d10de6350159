"""INTERNALDATE, RFC 9051 section 2.3.3 (RFC 3501 the same)."""

from datetime import UTC, datetime, timedelta

import pytest

from mailproof_suites.case import Append, Deliver, ImapClient, MakeMessage, WaitFor, expect, requirement


@requirement("RFC9051:2.3.3-1")
def test_the_internal_date_of_an_append_without_date_is_now(
    imap: ImapClient, folder: str, append: Append, make_message: MakeMessage
) -> None:
    """It is the time of arrival, whatever the Date field says (a day of tolerance for clocks)."""
    append(folder, make_message(headers={"Date": "Mon, 01 Jan 2001 00:00:00 +0000"}))
    imap.select(folder)
    date = expect.given(imap.fetch(1, "INTERNALDATE").only().internal_date, "INTERNALDATE")
    distance = abs(datetime.now(UTC) - date.at)
    expect.that(distance < timedelta(days=1), "INTERNALDATE", expected="about now", actual=date.raw)


@requirement("RFC9051:2.3.3-2", "RFC3501:2.3.3-3")
@pytest.mark.parametrize(
    "date",
    [
        "29-Feb-2024 23:59:59 +0000",
        " 1-Jan-2000 00:00:00 +0000",
        "01-Jan-1990 00:00:00 +1400",
        "31-Dec-1999 12:34:56 -1200",
        "15-Jun-2024 06:07:08 +0545",
    ],
)
def test_internal_dates_come_back_as_the_same_moment(imap: ImapClient, folder: str, append: Append, date: str) -> None:
    """Leap days, one-digit days, far zones and odd offsets survive APPEND and FETCH."""
    append(folder, date=date)
    imap.select(folder)
    got = expect.given(imap.fetch(1, "INTERNALDATE").only().internal_date, "INTERNALDATE")
    expect.equal(got.at, datetime.strptime(date.strip(), "%d-%b-%Y %H:%M:%S %z"), "INTERNALDATE as a moment")


@requirement("RFC3501:2.3.3-1")
def test_delivered_mail_has_the_time_of_its_delivery(
    imap: ImapClient, inbox: str, make_message: MakeMessage, deliver: Deliver, wait_for: WaitFor
) -> None:
    """It is now, whatever the Date field says (a day of tolerance for clocks)."""
    mark = deliver(make_message(headers={"Date": "Mon, 01 Jan 2001 00:00:00 +0000"}))
    uid = wait_for(mark)
    imap.select(inbox)
    date = expect.given(imap.fetch(uid, "INTERNALDATE", uid=True).only().internal_date, "INTERNALDATE")
    distance = abs(datetime.now(UTC) - date.at)
    expect.that(distance < timedelta(days=1), "INTERNALDATE", expected="about now", actual=date.raw)
