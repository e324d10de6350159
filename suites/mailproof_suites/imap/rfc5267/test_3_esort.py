"""ESORT, RFC 5267 section 3: result options of SORT."""

import pytest

from mailproof_suites.case import Append, ImapClient, MakeMessage, expect, needs, requirement
from mailproof_suites.clients.imap import EsearchData

pytestmark = needs("imap:ESORT")

SUBJECTS = ["delta", "alpha", "charlie", "echo", "bravo", "foxtrot"]
ORDER = [2, 5, 3, 1, 4, 6]


@pytest.fixture
def sorted_folder(imap: ImapClient, folder: str, append: Append, make_message: MakeMessage) -> list[int]:
    """UIDs of six messages whose order by subject is ORDER; the folder is selected, two UIDs below are gone."""
    for _ in range(2):
        append(folder, flags=[r"\Deleted"])
    # Days apart: messages that arrived in the same second keep their order, REVERSE or not (RFC 5256 section 3).
    uids = [
        append(folder, make_message(subject=subject), date=f"{day:02}-Feb-2024 12:00:00 +0000")
        for day, subject in enumerate(SUBJECTS, start=1)
    ]
    imap.select(folder)
    imap.expunge()
    return uids


@requirement("RFC5267:3.2-1", "RFC5267:3.2-2", "RFC5267:3.2-3")
@pytest.mark.parametrize("returns", ["ALL", ""])
@pytest.mark.parametrize("uid", [False, True], ids=["SORT", "UID-SORT"])
@pytest.mark.parametrize("keys", ["SUBJECT", "REVERSE SUBJECT", "ARRIVAL", "REVERSE ARRIVAL"])
def test_all_is_in_the_order_of_the_sort(
    imap: ImapClient, sorted_folder: list[int], keys: str, uid: bool, returns: str
) -> None:
    """ALL lists the messages as SORT does, in ESEARCH; its ranges go upwards, as ranges always do."""
    plain = list(imap.sort(keys, "ALL", uid=uid))
    order = sorted(range(1, 7)) if "ARRIVAL" in keys else ORDER
    wanted = [sorted_folder[number - 1] if uid else number for number in order]
    expect.equal(plain, wanted[::-1] if keys.startswith("REVERSE") else wanted, f"order by {keys}")
    verb = "UID SORT" if uid else "SORT"
    answer = imap.command(verb, f"RETURN ({returns}) ({keys}) UTF-8 ALL").require_ok()
    found = expect.given(answer.only(EsearchData).items.get("ALL"), "ALL")
    expect.equal(list(found), plain, "ALL, ranges taken upwards", requirement="RFC5267:3.2-1")
    down = [pair for pair in found.ranges if pair[0] > pair[1]]
    expect.equal(down, [], "ranges that are written downwards", requirement="RFC5267:3.2-3")


@requirement("RFC5267:3.1-1")
@pytest.mark.parametrize(
    ("returns", "expected"),
    [
        ("COUNT", {"COUNT": 4}),
        ("MIN", {"MIN": 5}),
        ("MAX", {"MAX": 4}),
        ("MIN MAX COUNT", {"MIN": 5, "MAX": 4, "COUNT": 4}),
    ],
)
def test_min_and_max_are_the_ends_of_the_order(
    imap: ImapClient, sorted_folder: list[int], returns: str, expected: dict[str, int]
) -> None:
    """MIN is the first and MAX the last message in the order of the sort, among those found; COUNT is their number."""
    del sorted_folder
    answer = imap.command(f"SORT RETURN ({returns}) (SUBJECT) UTF-8 1,3:5").require_ok()
    expect.equal(dict(answer.only(EsearchData).items), expected, f"results of RETURN ({returns})")
