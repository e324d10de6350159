"""The search keys OLDER and YOUNGER, RFC 5032: seconds before now, by internal date."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from mailproof_suites.case import Append, ImapClient, expect, needs, requirement

pytestmark = needs("imap:WITHIN")

AGES_S = (10 * 86400, 2 * 86400, 3 * 3600)
HOUR_S = 3600
"""Far from every age, so that clocks that differ by minutes do not matter."""


@pytest.fixture
def aged(imap: ImapClient, folder: str, append: Append) -> None:
    """Messages that are ten days, two days and three hours old, and one of now."""
    for age_s in AGES_S:
        moment = datetime.now().astimezone() - timedelta(seconds=age_s)
        append(folder, date=moment.strftime("%d-%b-%Y %H:%M:%S %z"))
    append(folder)
    imap.select(folder)


@requirement("RFC5032:2-1", "MAIL-12")
@pytest.mark.usefixtures("aged")
@pytest.mark.parametrize(
    ("seconds", "numbers"),
    [
        (HOUR_S, [4]),
        (4 * HOUR_S, [3, 4]),
        (3 * 86400, [2, 3, 4]),
        (11 * 86400, [1, 2, 3, 4]),
        (4294967295, [1, 2, 3, 4]),
    ],
)
def test_younger(imap: ImapClient, seconds: int, numbers: list[int]) -> None:
    """YOUNGER n finds what came within the last n seconds, to the second and not to the day."""
    expect.equal(sorted(imap.search(f"YOUNGER {seconds}")), numbers, "messages found")


@requirement("RFC5032:2-2", "MAIL-12")
@pytest.mark.usefixtures("aged")
@pytest.mark.parametrize(
    ("seconds", "numbers"),
    [(HOUR_S, [1, 2, 3]), (4 * HOUR_S, [1, 2]), (3 * 86400, [1]), (11 * 86400, []), (4294967295, [])],
)
def test_older(imap: ImapClient, seconds: int, numbers: list[int]) -> None:
    """OLDER n finds what came before that."""
    expect.equal(sorted(imap.search(f"OLDER {seconds}")), numbers, "messages found")


@requirement("RFC5032:2-1", "RFC5032:2-2")
@pytest.mark.usefixtures("aged")
def test_both_cut_out_a_span(imap: ImapClient) -> None:
    """Together with NOT and each other they are ordinary search keys."""
    expect.equal(sorted(imap.search(f"OLDER {HOUR_S} YOUNGER {3 * 86400}")), [2, 3], "OLDER and YOUNGER")
    expect.equal(sorted(imap.search(f"NOT YOUNGER {HOUR_S}")), [1, 2, 3], "NOT YOUNGER")


@requirement("RFC5032:3-1")
@pytest.mark.usefixtures("aged")
@pytest.mark.parametrize("key", ["YOUNGER 0", "OLDER 0", "YOUNGER", "OLDER -1", "YOUNGER x", "OLDER 1.5"])
def test_an_interval_is_a_positive_number(imap: ImapClient, key: str) -> None:
    """Everything else is BAD."""
    expect.bad(imap.command(f"SEARCH {key}", on_purpose=True))
