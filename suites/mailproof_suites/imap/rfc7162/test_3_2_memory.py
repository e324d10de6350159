"""What QRESYNC remembers of messages that are gone, RFC 7162 section 3.2."""

import pytest

from mailproof_suites.case import Completion, ConnectImap, ImapClient, World, expect, needs, requirement
from mailproof_suites.clients.imap import VanishedData

pytestmark = needs("imap:QRESYNC")


def earlier(answer: Completion) -> list[int]:
    """UIDs of VANISHED (EARLIER) responses."""
    return sorted(uid for data in answer.of(VanishedData) if data.earlier for uid in data.uids)


@requirement("RFC7162:3.2.2-1", "RFC7162:3.2.3-4")
def test_qresync_comes_with_condstore_and_enable(imap: ImapClient) -> None:
    """Both are advertised beside QRESYNC."""
    expect.contains(imap.capabilities, "ENABLE", "capabilities", requirement="RFC7162:3.2.3-4")
    expect.contains(imap.capabilities, "CONDSTORE", "capabilities", requirement="RFC7162:3.2.2-1")


@requirement("RFC7162:3.2-2", "RFC7162:3.2.7-2", "RFC7162:3.2.8-2", "RFC7162:3.2.9-2", "RFC6851:4.4-1")
@pytest.mark.parametrize("way", ["EXPUNGE", "UID EXPUNGE", "CLOSE", pytest.param("MOVE", marks=needs("imap:MOVE"))])
def test_what_goes_is_remembered_under_a_higher_mod_sequence(
    resync: ImapClient, folder: str, world: World, uids: list[int], way: str
) -> None:
    """HIGHESTMODSEQ rises, and whoever comes back with the number from before is told what went, and nothing else."""
    resync.select(folder)
    resync.store(uids[1], "+FLAGS", [r"\Deleted"], uid=True)
    opened = resync.select(folder)
    before = expect.given(opened.highest_modseq, "HIGHESTMODSEQ")
    if way == "MOVE":
        destination = world.folder_name("-destination")
        resync.create(destination)
        resync.move(uids[1], destination, uid=True)
    else:
        resync.command(way, *([uids[1]] if way == "UID EXPUNGE" else [])).require_ok()
    after = resync.status(folder, "HIGHESTMODSEQ").items["HIGHESTMODSEQ"]
    expect.that(after > before, "HIGHESTMODSEQ", expected=f"above {before}", actual=after)
    again = resync.select(folder, f"QRESYNC ({opened.uid_validity} {before})").completion
    expect.equal(earlier(again), [uids[1]], "UIDs in VANISHED (EARLIER)")


@requirement("RFC7162:3.2-3", "RFC7162:3.2-4")
def test_a_broken_connection_loses_no_expunge(
    imap: ImapClient, resync: ImapClient, connect_imap: ConnectImap, world: World, folder: str, uids: list[int]
) -> None:
    """While VANISHED waits, news of flags may come; a client that then returns with what it knows learns what went."""
    imap.select(folder)
    imap.store(uids[0], "+FLAGS", [r"\Deleted"], uid=True)
    opened = resync.select(folder)
    known = expect.given(opened.highest_modseq, "HIGHESTMODSEQ")
    imap.expunge()
    imap.store(uids[3], "+FLAGS", [r"\Flagged"], uid=True)
    answer = resync.command("FETCH 2 (UID)")
    # Section 6: a HIGHESTMODSEQ code counts "even if it has seen higher" ones; without it, the highest MODSEQ.
    told = [code.args[0] for code in (each.code for each in answer.untagged) if code and code.name == "HIGHESTMODSEQ"]
    told += [answer.code.args[0]] if answer.code and answer.code.name == "HIGHESTMODSEQ" else []
    seen = [each.data.modseq or 0 for each in answer.named("FETCH")]
    known = told[-1] if told else max([known, *seen])
    expect.equal(answer.of(VanishedData), [], "VANISHED in the answer to FETCH")
    world.disconnect(resync)
    back = connect_imap()
    back.enable("QRESYNC")
    again = back.select(folder, f"QRESYNC ({opened.uid_validity} {known})").completion
    expect.equal(earlier(again), [uids[0]], f"UIDs in VANISHED (EARLIER) since {known}")


@requirement("RFC7162:3.2.5-4")
def test_resynchronising_tells_all_that_select_tells(resync: ImapClient, folder: str, uids: list[int]) -> None:
    """FLAGS, EXISTS, PERMANENTFLAGS, UIDNEXT and UIDVALIDITY come with the QRESYNC parameter as well."""
    first = resync.select(folder)
    again = resync.select(folder, f"QRESYNC ({first.uid_validity} 1)")
    expect.equal(again.exists, len(uids), "EXISTS")
    expect.equal(again.uid_next, first.uid_next, "UIDNEXT")
    expect.equal(again.uid_validity, first.uid_validity, "UIDVALIDITY")
    expect.equal(set(again.flags or ()), set(first.flags or ()), "FLAGS")
    expect.equal(set(again.permanent_flags or ()), set(first.permanent_flags or ()), "PERMANENTFLAGS")


@requirement("RFC7162:3.2.6-3")
def test_uid_fetch_tells_all_that_vanished_since_the_beginning(
    resync: ImapClient, folder: str, uids: list[int]
) -> None:
    """With mod-sequence 1 every expunged message of the set is reported, and none that is there."""
    resync.select(folder)
    resync.store([uids[0], uids[2]], "+FLAGS", [r"\Deleted"], uid=True)
    resync.expunge()
    answer = resync.command("UID FETCH", f"{uids[0]}:{uids[2]}", "(FLAGS)", "(CHANGEDSINCE 1 VANISHED)")
    expect.ok(answer)
    expect.equal(earlier(answer), [uids[0], uids[2]], "UIDs in VANISHED (EARLIER)")


@requirement("RFC7162:3.2.10.2-1")
def test_a_uid_search_with_numbers_tells_no_vanished(
    imap: ImapClient, resync: ImapClient, folder: str, uids: list[int]
) -> None:
    """While message numbers count, a message that another session removed is not told to be gone."""
    resync.select(folder)
    imap.select(folder)
    imap.store(uids[0], "+FLAGS", [r"\Deleted"], uid=True)
    imap.expunge()
    answer = resync.command("UID SEARCH 2:3")
    expect.ok(answer)
    expect.equal(answer.named("VANISHED", "EXPUNGE"), [], "VANISHED in the answer")
    expect.equal([each.name for each in resync.noop().named("VANISHED")], ["VANISHED"], "what NOOP tells afterwards")
