"""Commands that take a saved search result, RFC 5182 section 2.1, for a client of IMAP4rev1."""

from __future__ import annotations

import pytest

from mailproof_suites.case import ImapClient, World, expect, needs, requirement
from mailproof_suites.imap.rfc5182.saving import save, saved

pytestmark = needs("imap:SEARCHRES")


@requirement("RFC5182:2.1-1", "MAIL-12")
@pytest.mark.parametrize("verb", ["SEARCH", "UID SEARCH"])
def test_fetch_takes_what_was_saved(imap: ImapClient, uids: list[int], verb: str) -> None:
    """FETCH $ and UID FETCH $ give the messages found, whichever SEARCH saved them."""
    save(imap, verb=verb)
    expect.equal(saved(imap), [2, 4, 5], "messages of FETCH $")
    expect.equal(sorted(imap.fetch("$", "(UID)", uid=True)), [uids[1], uids[3], uids[4]], "messages of UID FETCH $")


@requirement("RFC5182:2.1-1", "RFC5182:2.1-7")
@pytest.mark.parametrize("verb", ["STORE", "UID STORE"])
def test_store_takes_what_was_saved(imap: ImapClient, uids: list[int], verb: str) -> None:
    """STORE $ changes the messages found and no others."""
    del uids
    save(imap)
    expect.ok(imap.command(verb, "$", "+FLAGS.SILENT", r"(\Answered)"))
    expect.equal(sorted(imap.search("ANSWERED")), [2, 4, 5], "messages with the flag")


@requirement("RFC5182:2.1-1", "RFC5182:2.1-7", "MAIL-07")
@pytest.mark.parametrize("verb", ["COPY", "UID COPY"])
def test_copy_takes_what_was_saved(imap: ImapClient, world: World, uids: list[int], verb: str) -> None:
    """COPY $ copies the messages found."""
    del uids
    destination = world.folder_name("-destination")
    imap.create(destination)
    save(imap)
    expect.ok(imap.command(verb, "$", destination))
    expect.equal(imap.status(destination, "MESSAGES").items["MESSAGES"], 3, "messages in the destination")


@requirement("RFC5182:2.1-1", "MAIL-07")
@needs("imap:MOVE")
def test_move_takes_what_was_saved(imap: ImapClient, world: World, uids: list[int]) -> None:
    """MOVE $ moves the messages found, and $ is empty then."""
    del uids
    destination = world.folder_name("-destination")
    imap.create(destination)
    save(imap)
    expect.ok(imap.command("MOVE", "$", destination))
    expect.equal(imap.status(destination, "MESSAGES").items["MESSAGES"], 3, "messages in the destination")
    expect.equal(saved(imap), [], "messages in $ afterwards")


@requirement("RFC5182:2.1-1")
@pytest.mark.parametrize(
    ("key", "numbers"),
    [("$ UNSEEN", [2, 4, 5]), ("$ 3:4", [4]), ("NOT $", [1, 3]), ("OR $ 1", [1, 2, 4, 5]), ("UID $", [2, 4, 5])],
)
def test_search_takes_what_was_saved(imap: ImapClient, uids: list[int], key: str, numbers: list[int]) -> None:
    """$ is a search key like a set."""
    del uids
    save(imap)
    expect.equal(sorted(imap.search(key)), numbers, f"messages found by {key}")
