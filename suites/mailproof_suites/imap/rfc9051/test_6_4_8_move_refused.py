"""MOVE that fails, has nothing to do, or is looked on, RFC 9051 section 6.4.8."""

import pytest

from mailproof_suites.case import Append, ImapClient, World, expect, needs, requirement

pytestmark = needs("imap:MOVE")


@requirement("RFC9051:6.4.8-5", "RFC9051:6.4.8-10", "RFC9051:6.4.8-11", "RFC6851:3.3-2", "RFC6851:3.3-3", "MAIL-07")
@pytest.mark.parametrize("verb", ["MOVE", "UID MOVE"])
def test_a_move_that_fails_moves_nothing(
    imap: ImapClient, folder: str, world: World, append: Append, verb: str
) -> None:
    """A missing destination is refused with NO [TRYCREATE], and the messages stay."""
    uid = append(folder)
    imap.select(folder)
    answer = imap.command(verb, str(uid) if verb == "UID MOVE" else "1", imap.mailbox(world.folder_name("-missing")))
    expect.no(answer, code="TRYCREATE")
    expect.equal(answer.named("EXPUNGE"), [], "EXPUNGE responses")
    expect.equal(imap.search("ALL", uid=True), [uid], "UIDs in the source")


@requirement("RFC9051:6.4.8-6", "MAIL-07")
def test_nothing_is_moved_out_of_an_examined_mailbox(
    imap: ImapClient, folder: str, destination: str, append: Append
) -> None:
    """MOVE changes its source, so that a mailbox opened by EXAMINE keeps its messages."""
    append(folder)
    imap.examine(folder)
    answer = imap.command("MOVE", "1", imap.mailbox(destination))
    counts = [imap.status(name, "MESSAGES").items["MESSAGES"] for name in (folder, destination)]
    expect.equal(counts, [1, 0], f"messages in source and destination after {answer.status}")
    expect.no(answer)


@requirement("RFC9051:6.4.8-9", "RFC6851:3.3-1", "MAIL-07")
@pytest.mark.parametrize("verb", ["MOVE", "UID MOVE"])
def test_move_is_no_store(
    imap: ImapClient, imap2: ImapClient, folder: str, destination: str, append: Append, verb: str
) -> None:
    r"""Nobody who looks on is told of \Deleted, and the moved message does not have it."""
    uid = append(folder)
    imap.select(folder)
    imap2.select(folder)
    answers = [imap.command(verb, str(uid) if verb == "UID MOVE" else "1", imap.mailbox(destination)), imap2.noop()]
    expect.ok(answers[0])
    told = [each.data.flags for answer in answers for each in answer.named("FETCH")]
    expect.equal(told, [], "flags told while the message was moved")
    imap.select(destination)
    flags = {flag.lower() for flag in imap.fetch(1, "FLAGS").only().flags or ()}
    expect.lacks(flags, rb"\deleted", "flags of the moved message")


@requirement("RFC9051:6.4.8-7", "MAIL-07")
def test_moving_unknown_uids_moves_nothing(imap: ImapClient, folder: str, destination: str, append: Append) -> None:
    """UID MOVE of a UID that is not there is no error."""
    uid = append(folder)
    imap.select(folder)
    expect.equal(imap.move(uid + 1000, destination, uid=True).pairs(), {}, "pairs in COPYUID")
    expect.equal(imap.search("ALL", uid=True), [uid], "UIDs in the source")
