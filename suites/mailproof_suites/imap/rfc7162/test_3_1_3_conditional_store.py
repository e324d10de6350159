"""STORE with UNCHANGEDSINCE, RFC 7162 section 3.1.3."""

import pytest

from mailproof_suites.case import Completion, ImapClient, expect, needs, requirement

pytestmark = needs("imap:CONDSTORE")


def modified(answer: Completion) -> list[int]:
    """Numbers of the MODIFIED code in the tagged response, in order; empty without one."""
    code = answer.code
    return sorted(code.args[0]) if code is not None and code.name == "MODIFIED" else []


def modseq_of(imap: ImapClient, uid: int) -> int:
    """The mod-sequence of one message."""
    return expect.given(imap.fetch(uid, "(MODSEQ)", uid=True).only().modseq, "MODSEQ")


def flagged(imap: ImapClient) -> list[int]:
    r"""UIDs of the messages with \Flagged."""
    return sorted(imap.search("FLAGGED", uid=True))


@requirement("RFC7162:3.1.3-1", "MAIL-09")
@pytest.mark.parametrize("action", ["+FLAGS", "+FLAGS.SILENT"])
@pytest.mark.parametrize("uid", [False, True], ids=["STORE", "UID STORE"])
def test_a_store_whose_condition_holds_is_done(
    imap: ImapClient, folder: str, uids: list[int], action: str, uid: bool
) -> None:
    """The flag is set, MODIFIED is absent, and the new MODSEQ is told even with .SILENT."""
    imap.select(folder, "CONDSTORE")
    last = modseq_of(imap, uids[1])
    verb, number = ("UID STORE", uids[1]) if uid else ("STORE", 2)
    answer = imap.command(verb, number, f"(UNCHANGEDSINCE {last})", action, r"(\Flagged)")
    expect.ok(answer)
    expect.equal(modified(answer), [], "MODIFIED")
    told = [each.data.modseq for each in answer.named("FETCH") if each.number == 2]
    expect.equal(told, [modseq_of(imap, uids[1])], "MODSEQ told")
    expect.equal(flagged(imap), [uids[1]], "messages with the flag")


@requirement("RFC7162:3.1.3-2", "MAIL-09")
def test_a_store_whose_condition_fails_changes_nothing(
    imap: ImapClient, imap2: ImapClient, folder: str, uids: list[int]
) -> None:
    """Another session changed the flag meanwhile: MODIFIED names the message, flags and mod-sequence stay."""
    imap.select(folder, "CONDSTORE")
    last = modseq_of(imap, uids[2])
    imap2.select(folder)
    imap2.store(uids[2], "+FLAGS", [r"\Answered"], uid=True)
    theirs = modseq_of(imap2, uids[2])
    answer = imap.command("STORE", 3, f"(UNCHANGEDSINCE {last})", "FLAGS", r"(\Flagged)")
    expect.one_of(answer.status, {"OK", "NO"}, "the answer")
    expect.equal(modified(answer), [3], "MODIFIED")
    imap2.noop()
    expect.equal(flagged(imap2), [], "messages with the flag")
    expect.equal(modseq_of(imap2, uids[2]), theirs, "mod-sequence of the message")


@requirement("RFC7162:3.1.3-3")
def test_modified_of_uid_store_holds_uids(imap: ImapClient, imap2: ImapClient, folder: str, uids: list[int]) -> None:
    """UID STORE answers with UIDs, not with message numbers."""
    imap.select(folder)
    imap.store(1, "+FLAGS", [r"\Deleted"])
    imap.expunge()
    imap.select(folder, "CONDSTORE")
    last = max(modseq_of(imap, uid) for uid in uids[1:])
    imap2.select(folder)
    imap2.store(uids[2], "+FLAGS", [r"\Flagged"], uid=True)
    answer = imap.command("UID STORE", uids[2], f"(UNCHANGEDSINCE {last})", "-FLAGS", r"(\Flagged)")
    expect.equal(modified(answer), [uids[2]], "MODIFIED")


@requirement("RFC7162:3.1.3-4")
def test_the_messages_that_pass_are_changed(imap: ImapClient, imap2: ImapClient, folder: str, uids: list[int]) -> None:
    """One message of the set was changed meanwhile: the others get the flag, MODIFIED names that one."""
    imap.select(folder, "CONDSTORE")
    last = max(modseq_of(imap, uid) for uid in uids)
    imap2.select(folder)
    imap2.store(uids[1], "FLAGS", [r"\Answered"], uid=True)
    answer = imap.command("UID STORE", "1:*", f"(UNCHANGEDSINCE {last})", "FLAGS.SILENT", r"(\Flagged)")
    expect.equal(modified(answer), [uids[1]], "MODIFIED")
    expect.equal(flagged(imap), [uids[0], *uids[2:]], "messages with the flag")


@requirement("RFC7162:3.1.3-5")
@pytest.mark.parametrize("flag", [r"\Seen", r"\Deleted"])
def test_unchangedsince_0_fails_for_system_flags(imap: ImapClient, folder: str, uids: list[int], flag: str) -> None:
    """A system flag exists whether it is set or not, so it was never "unchanged since 0"."""
    imap.select(folder)
    answer = imap.command("STORE", 1, "(UNCHANGEDSINCE 0)", "+FLAGS", f"({flag})")
    expect.equal(modified(answer), [1], "MODIFIED")
    flags = {each.lower() for each in imap.fetch(uids[0], "(FLAGS)", uid=True).only().flags or ()}
    expect.lacks(flags, flag.lower().encode(), "flags afterwards")


@requirement("RFC7162:3.1.3-6")
def test_a_message_named_twice_passes_twice(imap: ImapClient, folder: str, uids: list[int]) -> None:
    """The set 3,1:4 names the third message twice; its own change does not make it fail."""
    imap.select(folder, "CONDSTORE")
    last = max(modseq_of(imap, uid) for uid in uids)
    answer = imap.command("STORE", "3,1:4", f"(UNCHANGEDSINCE {last})", "+FLAGS.SILENT", r"(\Flagged)")
    expect.ok(answer)
    expect.equal(modified(answer), [], "MODIFIED")
    expect.equal(flagged(imap), uids, "messages with the flag")


@requirement("RFC7162:3.2.4-1")
@needs("imap:QRESYNC")
@pytest.mark.parametrize("command", [r"STORE 2 +FLAGS (\Flagged)", "FETCH 2 (BODY[])"], ids=["STORE", "implicit Seen"])
def test_own_changes_are_told_with_uid_and_modseq(imap: ImapClient, folder: str, uids: list[int], command: str) -> None:
    r"""An ordinary STORE, and a FETCH that sets \Seen, tell UID and MODSEQ beside the flags."""
    imap.select(folder, "CONDSTORE")
    answer = imap.command(command)
    expect.ok(answer)
    told = [each.data for each in answer.named("FETCH") if "FLAGS" in each.data]
    expect.equal([data.uid for data in told], [uids[1]], "UIDs in the FETCH responses with flags")
    expect.equal([data.modseq for data in told], [modseq_of(imap, uids[1])], "MODSEQs in them")
