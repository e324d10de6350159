"""When mod-sequences stay, and what is told beside them, RFC 7162 sections 3.1, 3.1.3, 3.1.10 and 3.1.11."""

import pytest

from mailproof_suites.case import ImapClient, expect, needs, requirement
from mailproof_suites.clients.imap import EsearchData

pytestmark = needs("imap:CONDSTORE")


def modseq_of(imap: ImapClient, uid: int) -> int:
    """The mod-sequence of a message of the selected mailbox."""
    return expect.given(imap.fetch(uid, "(MODSEQ)", uid=True).only().modseq, "MODSEQ")


@requirement("RFC7162:3.1-6", "RFC7162:3.1.11-1")
@pytest.mark.parametrize(
    "change",
    [r"+FLAGS.SILENT (\Flagged)", r"-FLAGS.SILENT (\Draft)", r"FLAGS.SILENT (\Flagged)"],
    ids=["add", "remove", "replace"],
)
def test_what_changes_nothing_leaves_the_mod_sequence(
    imap: ImapClient, folder: str, uids: list[int], change: str
) -> None:
    """Setting a flag that is set, or clearing one that is not, is no change."""
    imap.select(folder, "CONDSTORE")
    imap.store(uids[0], "FLAGS", [r"\Flagged"], uid=True)
    before = modseq_of(imap, uids[0])
    imap.command("UID STORE", uids[0], change).require_ok()
    expect.equal(modseq_of(imap, uids[0]), before, "mod-sequence afterwards")


@requirement("RFC7162:3.1.3-7")
def test_a_store_without_effect_is_no_reason_for_modified(
    imap: ImapClient, imap2: ImapClient, folder: str, uids: list[int]
) -> None:
    r"""Another session sets \Flagged again; a conditional STORE of \Draft with the mod-sequence from before passes."""
    imap.select(folder, "CONDSTORE")
    imap2.select(folder)
    imap.store(uids[0], "+FLAGS", [r"\Flagged"], uid=True)
    before = modseq_of(imap, uids[0])
    imap2.store(uids[0], "+FLAGS", [r"\Flagged"], uid=True)
    answer = imap.command("UID STORE", uids[0], f"(UNCHANGEDSINCE {before})", r"+FLAGS (\Draft)")
    expect.ok(answer)
    expect.equal(answer.find_code("MODIFIED"), None, "MODIFIED")


@requirement("RFC7162:3.1.3-8")
def test_a_failed_test_shows_what_changed(imap: ImapClient, imap2: ImapClient, folder: str, uids: list[int]) -> None:
    """Beside MODIFIED, the client is told the flags that made the test fail."""
    imap.select(folder, "CONDSTORE")
    before = modseq_of(imap, uids[0])
    imap2.select(folder)
    imap2.store(uids[0], "+FLAGS", [r"\Flagged"], uid=True)
    answer = imap.command("UID STORE", uids[0], f"(UNCHANGEDSINCE {before})", r"+FLAGS (\Draft)")
    expect.given(answer.find_code("MODIFIED"), "MODIFIED")
    told = {flag.lower() for each in answer.named("FETCH") for flag in each.data.flags or ()}
    expect.contains(told, rb"\flagged", "flags told with MODIFIED")


@requirement("RFC7162:3.1-7")
@pytest.mark.parametrize(
    "command",
    ["FETCH 1 (MODSEQ)", "STATUS {folder} (HIGHESTMODSEQ)", "ENABLE CONDSTORE", "SEARCH MODSEQ 1"],
    ids=["FETCH", "STATUS", "ENABLE", "SEARCH"],
)
def test_the_first_enabling_command_is_answered_with_highestmodseq(
    imap: ImapClient, folder: str, uids: list[int], command: str
) -> None:
    """In a mailbox that was selected without CONDSTORE an untagged OK has HIGHESTMODSEQ."""
    del uids
    opened = imap.select(folder)
    if opened.completion.find_code("NOMODSEQ"):
        pytest.skip("the mailbox keeps no mod-sequences")
    answer = imap.command(command.format(folder=folder))
    expect.ok(answer)
    codes = [each.code.name for each in answer.named("OK") if each.code]
    expect.contains(codes, "HIGHESTMODSEQ", "codes of untagged OK responses")


@requirement("RFC7162:3.1.10-2")
@needs("imap:ESORT")
def test_an_extended_sort_tells_the_highest_mod_sequence_found(imap: ImapClient, folder: str, uids: list[int]) -> None:
    """The ESEARCH response of SORT RETURN (ALL) with the key MODSEQ has MODSEQ."""
    imap.select(folder, "CONDSTORE")
    imap.store(uids[1], "+FLAGS", [r"\Flagged"], uid=True)
    highest = modseq_of(imap, uids[1])
    found = imap.command("SORT RETURN (ALL) (ARRIVAL) UTF-8 MODSEQ", highest).require_ok().only(EsearchData)
    expect.equal(found.items.get("MODSEQ"), highest, "MODSEQ of the ESEARCH response")
