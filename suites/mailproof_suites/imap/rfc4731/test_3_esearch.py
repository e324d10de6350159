"""Extended SEARCH, RFC 4731, for a client of IMAP4rev1."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Append, ImapClient, expect, needs, requirement
from mailproof_suites.clients.imap import EsearchData

pytestmark = needs("imap:ESEARCH")


@pytest.fixture
def uids(imap: ImapClient, folder: str, append: Append) -> list[int]:
    r"""UIDs of five messages, of which the second, fourth and fifth are \Flagged; the first of six was expunged."""
    append(folder, flags=[r"\Deleted"])
    made = [append(folder, flags=[r"\Flagged"] if number in (2, 4, 5) else []) for number in range(1, 6)]
    imap.select(folder)
    imap.expunge()
    return made


def results(imap: ImapClient, returns: str, key: str, verb: str = "SEARCH") -> dict[str, object]:
    """Items of the one ESEARCH response, sets as sorted lists."""
    answer = imap.command(verb, "RETURN", f"({returns})", key)
    expect.ok(answer)
    expect.equal(answer.named("SEARCH"), [], "SEARCH responses")
    found = answer.only(EsearchData)
    expect.equal(found.tag, answer.tag, "correlator")
    return {name: sorted(value) if name == "ALL" else value for name, value in found.items.items()}


OPTIONS = {
    "MIN": {"MIN": 2},
    "MAX": {"MAX": 5},
    "COUNT": {"COUNT": 3},
    "ALL": {"ALL": [2, 4, 5]},
    "MIN MAX": {"MIN": 2, "MAX": 5},
    "max count": {"MAX": 5, "COUNT": 3},
    "COUNT ALL MIN MAX": {"MIN": 2, "MAX": 5, "COUNT": 3, "ALL": [2, 4, 5]},
}


@requirement("RFC4731:3.1-1", "RFC9051:6.4.4-15", "MAIL-12")
@pytest.mark.parametrize("returns", OPTIONS)
def test_result_options(imap: ImapClient, uids: list[int], returns: str) -> None:
    """Each option tells its result, and nothing else is told."""
    del uids
    expect.equal(results(imap, returns, "FLAGGED"), OPTIONS[returns], f"results of RETURN ({returns})")


@requirement("RFC9051:7.3.4-1", "MAIL-12")
def test_a_range_names_no_message_that_is_not_there(imap: ImapClient, uids: list[int]) -> None:
    """Between the UIDs found there are gaps, of expunged messages: no range of ALL goes over one."""
    imap.store(uids[2], "+FLAGS", [r"\Deleted"], uid=True)
    imap.expunge()
    left = [uid for uid in uids if uid != uids[2]]
    expect.equal(results(imap, "ALL", "ALL", "UID SEARCH"), {"ALL": left}, "UIDs found")


@requirement(
    "RFC4731:3.1-2", "RFC9051:6.4.4-13", "RFC9051:6.4.4-14", "RFC9051:7.3.4-2", "RFC9051:7.3.4-3", "RFC4731:3.1-7"
)
@pytest.mark.parametrize(
    ("returns", "expected"),
    [("MIN", {}), ("MAX", {}), ("ALL", {}), ("", {}), ("COUNT", {"COUNT": 0}), ("MIN COUNT", {"COUNT": 0})],
)
def test_nothing_found(imap: ImapClient, uids: list[int], returns: str, expected: dict[str, object]) -> None:
    """An ESEARCH response comes, with COUNT 0 at most."""
    del uids
    expect.equal(results(imap, returns, "DRAFT"), expected, f"results of RETURN ({returns})")


@requirement("RFC4731:3.1-3")
def test_no_option_means_all(imap: ImapClient, uids: list[int]) -> None:
    """RETURN () is RETURN (ALL)."""
    del uids
    expect.equal(results(imap, "", "FLAGGED"), {"ALL": [2, 4, 5]}, "results of RETURN ()")


@requirement("RFC4731:3.1-4")
def test_uid_search_tells_uids(imap: ImapClient, uids: list[int]) -> None:
    """All results of UID SEARCH are UIDs, the count aside."""
    expected = {"MIN": uids[1], "MAX": uids[4], "ALL": [uids[1], uids[3], uids[4]], "COUNT": 3}
    expect.equal(results(imap, "MIN MAX ALL COUNT", "FLAGGED", "UID SEARCH"), expected, "results")


@requirement("RFC4731:3.1-5")
@needs("imap:IMAP4rev1")
def test_a_plain_search_is_answered_by_search(imap: ImapClient, uids: list[int]) -> None:
    """Without RETURN the answer is the old one."""
    del uids
    answer = imap.command("SEARCH FLAGGED")
    expect.equal(answer.named("ESEARCH"), [], "ESEARCH responses")
    expect.equal(len(answer.named("SEARCH")), 1, "SEARCH responses")


@requirement("RFC4731:3.1-6", "RFC9051:6.4.4-12")
@pytest.mark.parametrize(
    "command", ["RETURN (COLOUR) ALL", "RETURN ALL", "RETURN (MIN", "RETURN (MIN)", "RETURN (MIN,MAX) ALL"]
)
def test_broken_options_are_bad(imap: ImapClient, uids: list[int], command: str) -> None:
    """What the grammar lacks is BAD."""
    del uids
    expect.bad(imap.command(f"SEARCH {command}", on_purpose=True))


@requirement("RFC4731:3.2-1", "RFC7162:3.1.10-1")
@needs("imap:CONDSTORE")
@pytest.mark.parametrize(
    ("returns", "numbers"),
    [("MIN", [2]), ("MAX", [5]), ("MIN MAX", [2, 5]), ("ALL", [2, 4, 5]), ("MIN COUNT", [2, 4, 5])],
)
def test_mod_sequence_of_the_results(imap: ImapClient, uids: list[int], returns: str, numbers: list[int]) -> None:
    """MODSEQ is that of the message returned, or the highest of those found; the fourth was changed last."""
    imap.store(uids[1], "+FLAGS", [r"\Seen"], uid=True)
    imap.store(uids[4], "+FLAGS", [r"\Seen"], uid=True)
    imap.store(uids[3], "+FLAGS", [r"\Seen"], uid=True)
    modseqs = {number: data.modseq or 0 for number, data in imap.fetch("1:*", "(MODSEQ)").items()}
    found = results(imap, returns, "MODSEQ 1 FLAGGED")
    expect.equal(found.get("MODSEQ"), max(modseqs[number] for number in numbers), "MODSEQ")
