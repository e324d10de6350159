"""MOVE and UID MOVE, RFC 9051 section 6.4.8 (first in RFC 6851)."""

import pytest

from mailproof_suites.case import Append, ImapClient, MakeMessage, World, expect, needs, requirement

pytestmark = needs("imap:MOVE")


@pytest.fixture
def destination(imap: ImapClient, folder: str, world: World) -> str:
    """A second folder of the case's own."""
    name = world.folder_name("-destination")
    imap.create(name)
    return name


@requirement("RFC9051:6.4.8-1", "MAIL-07")
def test_a_moved_message_is_in_the_destination_only(
    imap: ImapClient, folder: str, destination: str, append: Append, make_message: MakeMessage
) -> None:
    """MOVE by sequence number takes the message out of the source and into the destination, unchanged."""
    message = make_message()
    append(folder, message, flags=[r"\Flagged"])
    imap.select(folder)
    expect.ok(imap.command("MOVE", "1", imap.mailbox(destination)))
    expect.equal(imap.search("ALL"), [], "messages left in the source")
    expect.equal(imap.select(destination).exists, 1, "messages in the destination")
    moved = imap.fetch(1, "(FLAGS BODY.PEEK[])").only()
    expect.equal(moved.body, message, "the moved message")
    flags = {flag.lower() for flag in expect.given(moved.flags, "FLAGS")}
    expect.contains(flags, rb"\flagged", "flags of the moved message")


@requirement("RFC9051:6.4.8-2", "MAIL-07")
@needs("imap:UIDPLUS|IMAP4rev2")
def test_uid_move_tells_the_new_uids_in_order(
    imap: ImapClient, folder: str, destination: str, append: Append, make_message: MakeMessage
) -> None:
    """COPYUID pairs each old UID with the UID under which the same message is found."""
    uids = {append(folder, make_message(subject=name)): name for name in ("one", "two", "three")}
    imap.select(folder)
    pairs = imap.move(uids, destination, uid=True).pairs()
    expect.equal(set(pairs), set(uids), "source UIDs in COPYUID")
    imap.select(destination)
    moved = imap.fetch("1:*", "(UID ENVELOPE)", uid=True)
    for old, new in pairs.items():
        expect.contains(moved, new, "UIDs in the destination")
        envelope = expect.given(moved[new].envelope, "ENVELOPE")
        expect.equal(envelope.subject, uids[old].encode(), f"subject of UID {new}, moved from {old}")


@requirement("RFC9051:6.4.8-3", "MAIL-07")
def test_move_leaves_other_deleted_messages_alone(
    imap: ImapClient, folder: str, destination: str, append: Append
) -> None:
    r"""A message marked \Deleted that was not named stays where it is."""
    stays = append(folder, flags=[r"\Deleted"])
    goes = append(folder)
    imap.select(folder)
    imap.move(goes, destination, uid=True)
    expect.equal(imap.search("ALL", uid=True), [stays], "UIDs left in the source")
