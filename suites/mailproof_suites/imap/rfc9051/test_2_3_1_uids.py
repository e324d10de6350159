"""UIDNEXT and UIDVALIDITY over time, RFC 9051 section 2.3.1.1 (RFC 3501 the same)."""

import pytest

from mailproof_suites.case import Append, ImapClient, World, expect, requirement


def uid_next(imap: ImapClient, folder: str) -> int:
    """UIDNEXT as STATUS tells it."""
    told: int = imap.status(folder, "UIDNEXT").items["UIDNEXT"]
    return told


@requirement("RFC9051:2.3.1.1-6", "RFC3501:2.3.1.1-4")
def test_uidnext_rises_with_every_message_and_only_then(
    imap: ImapClient, imap2: ImapClient, folder: str, append: Append
) -> None:
    """It stays while messages are only read, marked and removed, and rises even for one that is gone already."""
    last = append(folder)
    before = uid_next(imap2, folder)
    expect.that(before > last, "UIDNEXT", expected=f"above UID {last}", actual=before)
    with expect.step("nothing is added"):
        imap.select(folder)
        imap.fetch(1, "BODY[]")
        imap.store(1, "+FLAGS", [r"\Deleted"])
        imap.expunge()
        expect.equal(uid_next(imap2, folder), before, "UIDNEXT after reading, marking and removing")
    with expect.step("a message comes and goes"):
        append(folder, flags=[r"\Deleted"])
        imap.noop()
        imap.expunge()
        after = uid_next(imap2, folder)
        expect.that(after > before, "UIDNEXT", expected=f"above {before}", actual=after)


@requirement("RFC9051:2.3.1.1-7", "RFC3501:2.3.1.1-5")
@pytest.mark.parametrize("way", ["DELETE", "RENAME"])
def test_another_uidvalidity_is_a_greater_one(imap: ImapClient, folder: str, world: World, way: str) -> None:
    """A mailbox made anew under an old name goes on counting UIDs, or has a greater UIDVALIDITY."""
    before = imap.status(folder, "UIDVALIDITY").items["UIDVALIDITY"]
    if way == "DELETE":
        imap.delete(folder)
    else:
        imap.rename(folder, world.folder_name("-elsewhere"))
    imap.create(folder)
    after = imap.status(folder, "UIDVALIDITY").items["UIDVALIDITY"]
    expect.that(after >= before, "UIDVALIDITY", expected=f"{before} or more", actual=after)
