"""UNSELECT, RFC 3691."""

import pytest

from mailproof_suites.case import Append, ImapClient, expect, needs, requirement

pytestmark = needs("imap:UNSELECT|IMAP4rev2")


@requirement("RFC3691:2-1")
@pytest.mark.parametrize("verb", ["SELECT", "EXAMINE"])
def test_unselect_leaves_the_selected_state(imap: ImapClient, folder: str, append: Append, verb: str) -> None:
    """Afterwards commands on messages are refused, and another SELECT is OK."""
    append(folder)
    imap.command(verb, folder).require_ok()
    expect.ok(imap.command("UNSELECT"))
    expect.refused(imap.command("FETCH 1 (FLAGS)"))
    expect.equal(imap.select(folder).exists, 1, "EXISTS of the next SELECT")


@requirement("RFC3691:2-2", "MAIL-08")
def test_unselect_removes_nothing(imap: ImapClient, folder: str, append: Append) -> None:
    """Messages marked as deleted are there afterwards, still marked; CLOSE would have removed them."""
    uids = [append(folder, flags=[r"\Deleted"]), append(folder), append(folder, flags=[r"\Deleted"])]
    imap.select(folder)
    answer = imap.command("UNSELECT")
    expect.ok(answer)
    expect.equal(answer.named("EXPUNGE", "VANISHED"), [], "removals told")
    imap.select(folder)
    expect.equal(sorted(imap.search("ALL", uid=True)), uids, "messages")
    expect.equal(sorted(imap.search("DELETED", uid=True)), [uids[0], uids[2]], "messages that are marked")


@requirement("RFC3691:2-2")
def test_another_session_sees_no_removal(imap: ImapClient, imap2: ImapClient, folder: str, append: Append) -> None:
    """Who has the mailbox selected meanwhile is told of no EXPUNGE."""
    append(folder, flags=[r"\Deleted"])
    imap.select(folder)
    imap2.select(folder)
    imap.unselect()
    expect.equal(imap2.noop().named("EXPUNGE"), [], "EXPUNGE told to the other session")


@requirement("RFC3691:2-3")
def test_nothing_to_unselect_is_bad(imap: ImapClient, folder: str) -> None:
    """UNSELECT in the authenticated state is BAD, also the second of two."""
    expect.bad(imap.command("UNSELECT"))
    imap.select(folder)
    imap.unselect()
    expect.bad(imap.command("UNSELECT"))


@requirement("RFC3691:2-3")
def test_an_argument_is_bad(imap: ImapClient, folder: str, append: Append) -> None:
    """With an argument nothing happens: the mailbox is still selected."""
    append(folder)
    imap.select(folder)
    expect.bad(imap.command("UNSELECT", folder, on_purpose=True))
    expect.equal(len(imap.fetch(1, "(FLAGS)")), 1, "messages of the mailbox")
