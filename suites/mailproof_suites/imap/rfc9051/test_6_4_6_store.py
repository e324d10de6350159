"""STORE, RFC 9051 section 6.4.6 (RFC 3501 the same)."""

import pytest

from mailproof_suites.case import Append, Completion, ImapClient, expect, requirement


def flags_now(imap: ImapClient, number: int = 1) -> set[bytes]:
    r"""Flags of a message in lower case, without \Recent."""
    flags = expect.given(imap.fetch(number, "FLAGS").only().flags, "FLAGS")
    return {flag.lower() for flag in flags} - {rb"\recent"}


def told(answer: Completion) -> dict[int, set[bytes]]:
    r"""FLAGS in the answer by message number, without \Recent."""
    found = [(each.data.seq, each.data.flags) for each in answer.named("FETCH") if each.data.flags is not None]
    return {seq: {flag.lower() for flag in flags} - {rb"\recent"} for seq, flags in found}


@requirement("RFC9051:6.4.6-1", "RFC3501:6.4.6-1", "MAIL-09", "MAIL-04")
@pytest.mark.parametrize(
    ("action", "flags", "result"),
    [
        ("FLAGS", r"(\Seen)", {rb"\seen"}),
        ("FLAGS", r"(\Answered \Draft)", {rb"\answered", rb"\draft"}),
        ("FLAGS", "()", set()),
        ("+FLAGS", r"(\Seen)", {rb"\seen", rb"\flagged", rb"\deleted"}),
        ("+FLAGS", r"(\Flagged)", {rb"\flagged", rb"\deleted"}),
        ("+FLAGS", "()", {rb"\flagged", rb"\deleted"}),
        ("-FLAGS", r"(\Flagged)", {rb"\deleted"}),
        ("-FLAGS", r"(\Seen)", {rb"\flagged", rb"\deleted"}),
        ("-FLAGS", r"(\Flagged \Deleted)", set()),
        ("+FLAGS", r"\Seen", {rb"\seen", rb"\flagged", rb"\deleted"}),
        ("+FLAGS", r"\Seen \Draft", {rb"\seen", rb"\draft", rb"\flagged", rb"\deleted"}),
        ("+flags", r"(\SEEN)", {rb"\seen", rb"\flagged", rb"\deleted"}),
    ],
)
@pytest.mark.parametrize("silent", [False, True], ids=["told", "silent"])
def test_flags_are_replaced_added_and_taken_away(
    imap: ImapClient, folder: str, append: Append, action: str, flags: str, result: set[bytes], silent: bool
) -> None:
    """The new flags are told, unless with .SILENT, and are there in the next session."""
    append(folder, flags=[r"\Flagged", r"\Deleted"])
    imap.select(folder)
    answer = imap.command("STORE", "1", action + (".SILENT" if silent else ""), flags)
    expect.ok(answer)
    if not silent:
        # "Normally, STORE will return the updated value of the data": without an update a server may say nothing.
        changed = result != {rb"\flagged", rb"\deleted"}
        expect.one_of(told(answer), [{1: result}] if changed else [{1: result}, {}], "FLAGS in the answer")
    else:
        expect.equal(told(answer), {}, "FLAGS in the answer to .SILENT")
    expect.equal(flags_now(imap), result, "flags afterwards")
    imap.examine(folder)
    expect.equal(flags_now(imap), result, "flags after the mailbox was opened again")


@requirement("RFC9051:6.4.6-7", "RFC3501:6.4.6-2")
def test_silent_does_not_hide_what_others_changed(
    imap: ImapClient, imap2: ImapClient, folder: str, append: Append
) -> None:
    r"""Another session set \Flagged; the one that stores \Seen with .SILENT is told, with NOOP at the latest."""
    append(folder)
    imap.select(folder)
    imap2.select(folder)
    imap2.store(1, "+FLAGS.SILENT", [r"\Flagged"])
    answers = [imap.store(1, "+FLAGS.SILENT", [r"\Seen"]).completion, imap.noop()]
    told = {flag.lower() for answer in answers for each in answer.named("FETCH") for flag in each.data.flags or ()}
    expect.contains(told, rb"\flagged", "flags told to the session that stored with .SILENT")


@requirement("RFC9051:6.4.6-2", "MAIL-09")
def test_store_works_on_sets(imap: ImapClient, folder: str, append: Append) -> None:
    """Every message of the set gets the flag, no other does."""
    for _ in range(5):
        append(folder)
    imap.select(folder)
    answer = imap.command("STORE", "1,3:4", "+FLAGS", r"(\Seen)")
    expect.ok(answer)
    expect.equal(told(answer), {key: {rb"\seen"} for key in (1, 3, 4)}, "FLAGS in the answer")
    expect.equal(imap.search("SEEN"), [1, 3, 4], "messages with the flag")


@requirement("RFC9051:6.4.6-3", "MAIL-04")
def test_keywords_are_kept_as_they_are_written(imap: ImapClient, folder: str, append: Append) -> None:
    r"""With \* among the permanent flags, new keywords are stored, told in FLAGS, and last."""
    append(folder)
    if rb"\*" not in (imap.select(folder).permanent_flags or ()):
        pytest.skip("the server takes no new keywords in this mailbox")
    words = ["$Forwarded", "MailproofWord", "with-dash_and.dot", "x+y"]
    imap.store(1, "+FLAGS", words)
    again = imap.select(folder)
    kept = {flag.lower() for flag in expect.given(imap.fetch(1, "FLAGS").only().flags, "FLAGS")}
    expected = {word.lower().encode() for word in words}
    expect.that(kept >= expected, "keywords of the message", expected=expected, actual=kept)
    known = {flag.lower() for flag in again.flags or ()}
    expect.that(known >= expected, "keywords in the FLAGS response", expected=expected, actual=known)


@requirement("RFC9051:6.4.6-4")
@pytest.mark.parametrize("flags", ["(a(b)", '("quoted")', "(a{1)", r"(\)", "(a%b)", "(\\*)", r"(\Seen", "(a]b)"])
def test_what_is_no_flag_is_bad(imap: ImapClient, folder: str, append: Append, flags: str) -> None:
    """Characters that no atom has make no keyword, and nothing is stored."""
    append(folder)
    imap.select(folder)
    expect.bad(imap.command("STORE", "1", "+FLAGS", flags, on_purpose=True))
    expect.equal(flags_now(imap), set(), "flags afterwards")


@requirement("RFC9051:6.4.6-5")
@pytest.mark.parametrize("flag", [r"\Frobnicate", r"\Recent"])
def test_flags_that_no_client_may_set_are_not_set(imap: ImapClient, folder: str, append: Append, flag: str) -> None:
    r"""A system flag that no standard knows, and \Recent, are refused or passed over."""
    append(folder)
    imap.select(folder)
    answer = imap.command("STORE", "1", "+FLAGS", f"({flag})", on_purpose=True)
    expect.one_of(answer.status, {"OK", "NO", "BAD"}, "the answer")
    expect.equal(flags_now(imap), set(), "flags afterwards")


@requirement("RFC9051:6.4.6-6")
@pytest.mark.parametrize(
    "arguments", ["1", "1 FLAGS", r"1 *FLAGS (\Seen)", r"1 FLAGS.LOUD (\Seen)", r"FLAGS (\Seen)", r"0 FLAGS (\Seen)"]
)
def test_wrong_stores_are_bad(imap: ImapClient, folder: str, append: Append, arguments: str) -> None:
    """What the grammar of STORE lacks is answered by BAD."""
    append(folder)
    imap.select(folder)
    expect.bad(imap.command(f"STORE {arguments}", on_purpose=True))


@requirement("RFC9051:5.2-3", "RFC9051:7-1", "RFC3501:5.2-2", "RFC3501:7-1", "MAIL-09")
def test_another_session_learns_of_flags(imap: ImapClient, imap2: ImapClient, folder: str, append: Append) -> None:
    """A change of flags is told to whoever has the mailbox selected, at the latest with NOOP."""
    append(folder)
    append(folder)
    imap2.select(folder)
    imap.select(folder)
    imap.store(2, "+FLAGS.SILENT", [r"\Flagged"])
    expect.equal(told(imap2.noop()), {2: {rb"\flagged"}}, "FLAGS told to the other session")
