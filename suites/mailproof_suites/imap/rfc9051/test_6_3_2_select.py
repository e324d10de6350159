"""SELECT and EXAMINE, RFC 9051 sections 6.3.2 and 6.3.3 (RFC 3501 sections 6.3.1 and 6.3.2)."""

import pytest

from mailproof_suites.case import Append, ImapClient, World, expect, requirement


@requirement("RFC9051:6.3.2-1", "RFC3501:6.3.1-3")
@pytest.mark.parametrize("verb", ["SELECT", "EXAMINE"])
def test_selecting_tells_all_that_it_must(imap: ImapClient, folder: str, append: Append, verb: str) -> None:
    """FLAGS, EXISTS, UIDVALIDITY, UIDNEXT and PERMANENTFLAGS come with SELECT and with EXAMINE."""
    uid = append(folder)
    told = imap.select(folder) if verb == "SELECT" else imap.examine(folder)
    expect.equal(told.exists, 1, "EXISTS")
    expect.given(told.flags, "FLAGS")
    expect.given(told.permanent_flags, "PERMANENTFLAGS")
    expect.that(told.uid_validity, "UIDVALIDITY", expected="a number above 0", actual=told.uid_validity)
    next_uid = expect.given(told.uid_next, "UIDNEXT")
    expect.that(next_uid > uid, "UIDNEXT", expected=f"more than {uid}", actual=next_uid)


@requirement("RFC9051:6.3.2-2", "RFC9051:6.3.3-3", "RFC3501:6.3.1-4", "RFC3501:6.3.2-2")
def test_select_is_read_write_and_examine_read_only(imap: ImapClient, folder: str) -> None:
    """The OK of SELECT begins with [READ-WRITE], that of EXAMINE with [READ-ONLY]."""
    name = imap.mailbox(folder)
    expect.ok(imap.command("SELECT", name), code="READ-WRITE")
    expect.ok(imap.command("EXAMINE", name), code="READ-ONLY")


@requirement("RFC9051:6.3.2-3")
@pytest.mark.parametrize("verb", ["SELECT", "EXAMINE"])
def test_a_failed_select_leaves_nothing_selected(
    imap: ImapClient, folder: str, world: World, append: Append, verb: str
) -> None:
    """After SELECT of a missing mailbox, the mailbox of before is not selected any more."""
    append(folder)
    imap.select(folder)
    expect.no(imap.command(verb, imap.mailbox(world.folder_name("-missing"))))
    expect.refused(imap.command("FETCH", "1", "FLAGS"))


@requirement("RFC9051:6.3.2-4")
def test_selecting_another_mailbox_deselects_the_first(
    imap: ImapClient, folder: str, world: World, append: Append
) -> None:
    """Only one mailbox is selected at a time, and switching removes nothing from the first."""
    append(folder, flags=[r"\Deleted"])
    second = world.folder_name("-second")
    imap.create(second)
    imap.select(folder)
    expect.equal(imap.select(second).exists, 0, "EXISTS of the second mailbox")
    expect.equal(imap.search("ALL"), [], "messages of the second mailbox")
    expect.equal(imap.select(folder).exists, 1, "EXISTS of the first mailbox afterwards")


@requirement("RFC9051:5.1-1", "RFC3501:9-2", "FOLD-01")
@pytest.mark.parametrize("name", ["inbox", "Inbox", "iNbOx", '"InBoX"'])
def test_inbox_is_inbox_in_any_letter_case(imap: ImapClient, name: str) -> None:
    """INBOX names the same mailbox however it is written."""
    expected = imap.examine("INBOX")
    answer = imap.command("EXAMINE", name)
    expect.ok(answer)
    code = expect.given(answer.find_code("UIDVALIDITY"), "UIDVALIDITY")
    expect.equal(code.args[0], expected.uid_validity, "UIDVALIDITY")


@requirement("RFC9051:6.3.3-1", "MAIL-09")
def test_an_examined_mailbox_is_not_changed(imap: ImapClient, folder: str, append: Append) -> None:
    r"""Fetching a body under EXAMINE sets no \Seen, and STORE and EXPUNGE change nothing."""
    append(folder)
    append(folder, flags=[r"\Deleted"])
    imap.examine(folder)
    imap.fetch("1:2", "BODY[]")
    for command in (r"STORE 1 +FLAGS (\Flagged)", "EXPUNGE"):
        outcomes = {"NO": "", "OK": "not done, but answered by OK"}
        expect.graded(imap.command(command).status, outcomes, f"{command.split()[0]} under EXAMINE")
    expect.ok(imap.command("CLOSE"))
    told = imap.select(folder)
    expect.equal(told.exists, 2, "EXISTS afterwards")
    flags = {flag.lower() for data in imap.fetch("1:2", "FLAGS").values() for flag in data.flags or ()}
    expect.equal(flags - {rb"\recent"}, {rb"\deleted"}, "flags of both messages afterwards")


@requirement("RFC9051:6.3.3-2")
def test_examine_after_select_is_read_only(imap: ImapClient, folder: str, append: Append) -> None:
    """The same mailbox opened again by EXAMINE takes no flags any more."""
    append(folder)
    imap.select(folder)
    expect.ok(imap.command("EXAMINE", imap.mailbox(folder)), code="READ-ONLY")
    outcomes = {"NO": "", "OK": "not done, but answered by OK"}
    expect.graded(imap.command("STORE", "1", "+FLAGS", r"(\Answered)").status, outcomes, "STORE under EXAMINE")
    imap.select(folder)
    expect.equal(imap.search("ANSWERED"), [], "messages that got the flag")


@requirement("RFC9051:2.3.1.1-1")
def test_uidvalidity_and_uidnext_agree_with_status(imap: ImapClient, folder: str, append: Append) -> None:
    """SELECT and STATUS tell the same UIDVALIDITY and UIDNEXT."""
    append(folder)
    status = imap.status(folder, "UIDVALIDITY UIDNEXT MESSAGES").items
    told = imap.select(folder)
    seen = {"UIDVALIDITY": told.uid_validity, "UIDNEXT": told.uid_next, "MESSAGES": told.exists}
    expect.equal(seen, dict(status), "what SELECT tells, beside STATUS")


@requirement("RFC9051:2.3.1.1-2", "RFC9051:2.3.1.1-4", "RFC3501:2.3.1.1-1")
def test_uids_are_not_used_again(imap: ImapClient, folder: str, append: Append) -> None:
    """After the last message has been expunged, the next one gets a higher UID, also in a new session."""
    first = append(folder, flags=[r"\Deleted"])
    imap.select(folder)
    imap.expunge()
    imap.close_mailbox()
    second = append(folder)
    expect.that(second > first, "UID of the next message", expected=f"above {first}", actual=second)
