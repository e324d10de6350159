"""FETCH with CHANGEDSINCE and MODSEQ, SEARCH and SORT with MODSEQ, RFC 7162 sections 3.1.4 to 3.1.6."""

import pytest

from mailproof_suites.case import ImapClient, expect, needs, requirement

pytestmark = needs("imap:CONDSTORE")


@pytest.fixture
def before(imap: ImapClient, folder: str, uids: list[int]) -> int:
    """The highest mod-sequence before the messages 2 and 4 got a flag; the folder is selected."""
    imap.select(folder, "CONDSTORE")
    highest = max(data.modseq or 0 for data in imap.fetch("1:*", "(MODSEQ)").values())
    imap.store([uids[1], uids[3]], "+FLAGS", [r"\Flagged"], uid=True)
    return highest


@requirement("RFC7162:3.1.4.1-1")
@pytest.mark.parametrize("uid", [False, True], ids=["FETCH", "UID FETCH"])
def test_changedsince_gives_what_changed(imap: ImapClient, uids: list[int], before: int, uid: bool) -> None:
    """Only the changed messages are told, with MODSEQ though nobody asked for it."""
    found = imap.fetch("1:*", "(FLAGS)", modifiers=f"CHANGEDSINCE {before}", uid=uid)
    expect.equal(sorted(found), [uids[1], uids[3]] if uid else [2, 4], "messages told")
    for number, data in found.items():
        modseq = expect.given(data.modseq, f"MODSEQ of {number}")
        expect.that(modseq > before, f"MODSEQ of {number}", expected=f"above {before}", actual=modseq)


@requirement("RFC7162:3.1.4.1-1")
def test_changedsince_stays_within_the_set(imap: ImapClient, before: int) -> None:
    """A changed message that the set does not name is not told."""
    found = imap.fetch("1:3", "(FLAGS)", modifiers=f"CHANGEDSINCE {before}")
    expect.equal(sorted(found), [2], "messages told")


@requirement("RFC7162:3.1.4.1-1")
def test_changedsince_the_highest_gives_nothing(imap: ImapClient, before: int) -> None:
    """Bigger is meant, not equal: nothing is newer than the newest."""
    highest = max(data.modseq or 0 for data in imap.fetch("1:*", "(MODSEQ)").values())
    expect.that(highest > before, "highest mod-sequence", expected=f"above {before}", actual=highest)
    found = imap.fetch("1:*", "(FLAGS)", modifiers=f"CHANGEDSINCE {highest}")
    expect.equal(sorted(found), [], "messages told")


@requirement("RFC7162:3.1.4.2-1")
def test_modseq_is_told_for_every_message(imap: ImapClient, before: int) -> None:
    """FETCH (MODSEQ) answers for each message with nothing else, as it does in a second session."""
    del before
    found = imap.fetch("1:*", "(MODSEQ)")
    expect.equal([sorted(set(data.items) - {"UID"}) for data in found.values()], [["MODSEQ"]] * 4, "items told")


@requirement("RFC7162:3.1.5-1", "MAIL-12")
@pytest.mark.parametrize("uid", [False, True], ids=["SEARCH", "UID SEARCH"])
def test_search_finds_by_mod_sequence(imap: ImapClient, uids: list[int], before: int, uid: bool) -> None:
    """MODSEQ n finds what has n or more."""
    found = imap.search(f"MODSEQ {before + 1}", uid=uid)
    expect.equal(sorted(found), [uids[1], uids[3]] if uid else [2, 4], "messages found")
    changed = sorted(data.modseq or 0 for data in imap.fetch("2,4", "(MODSEQ)").values())
    found = imap.search(f"MODSEQ {changed[-1]}", uid=True)
    expect.contains(found, uids[3 if changed[0] != changed[-1] else 1], "found by the mod-sequence itself")


@requirement("RFC7162:3.1.5-2", "RFC7162:3.1.6-1")
def test_search_tells_the_highest_mod_sequence_found(imap: ImapClient, before: int) -> None:
    """The SEARCH response ends with the highest mod-sequence of what it found."""
    del before
    modseqs = {number: data.modseq or 0 for number, data in imap.fetch("1:*", "(MODSEQ)").items()}
    found = imap.search("MODSEQ 1 1:3")
    expect.equal(sorted(found), [1, 2, 3], "messages found")
    expect.equal(found.modseq, max(modseqs[number] for number in found), "MODSEQ of the response")


@requirement("RFC7162:3.1.5-2", "RFC7162:3.1.6-1")
def test_an_empty_search_has_no_mod_sequence(imap: ImapClient, before: int) -> None:
    """Where nothing is found no mod-sequence is told."""
    found = imap.search(f"MODSEQ {before + 1} DELETED")
    expect.equal(list(found), [], "messages found")
    expect.equal(found.modseq, None, "MODSEQ of the response")


@requirement("RFC7162:3.1.5-3")
@pytest.mark.parametrize("kind", ["all", "shared", "priv"])
def test_search_takes_an_entry_name(imap: ImapClient, before: int, kind: str) -> None:
    """A server may ignore the entry, but it has to read it: what changed the flag is found."""
    answer = imap.command("SEARCH", "MODSEQ", r'"/flags/\\flagged"', kind, before + 1)
    expect.ok(answer)
    if kind == "all":
        found = sorted(imap.search(r'MODSEQ "/flags/\\flagged"', kind, before + 1))
        expect.equal(found, [2, 4], "messages found")


@requirement("RFC7162:3.1.5-2", "RFC7162:3.1.6-1", "RFC7162:3.1.9-1")
@needs("imap:SORT")
def test_sort_tells_the_highest_mod_sequence_found(imap: ImapClient, before: int) -> None:
    """A SORT with MODSEQ ends with the mod-sequence, too."""
    found = imap.sort("REVERSE ARRIVAL", f"MODSEQ {before + 1}")
    highest = max(data.modseq or 0 for data in imap.fetch("2,4", "(MODSEQ)").values())
    expect.equal(sorted(found), [2, 4], "messages found")
    expect.equal(found.modseq, highest, "MODSEQ of the response")
