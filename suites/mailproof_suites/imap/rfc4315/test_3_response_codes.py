"""APPENDUID and COPYUID, RFC 4315 section 3."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Append, ImapClient, MakeMessage, World, expect, needs, requirement
from mailproof_suites.clients.imap import Literal
from mailproof_suites.imap.sharing import find_shared

pytestmark = needs("imap:UIDPLUS|IMAP4rev2")


@pytest.fixture
def destination(imap: ImapClient, world: World) -> str:
    """A second folder, in which the lowest UIDs are used already."""
    name = world.folder_name("-destination")
    imap.create(name)
    return name


@requirement("RFC4315:3-1", "RFC4315:1-1")
def test_appenduid_finds_the_message(imap: ImapClient, folder: str, make_message: MakeMessage) -> None:
    """UIDVALIDITY is that of the mailbox, and under the UID there is the message that was sent."""
    imap.append(folder, make_message())
    message = make_message()
    answer = imap.append(folder, message)
    uid = expect.given(answer.uid, "APPENDUID")
    expect.equal(answer.uid_validity, imap.select(folder).uid_validity, "UIDVALIDITY in APPENDUID")
    expect.equal(imap.fetch(uid, "(BODY.PEEK[])", uid=True).only().body, message, "the message with this UID")


@requirement("RFC4315:3-2", "RFC4315:3-4", "RFC4315:1-1", "MAIL-07")
@pytest.mark.parametrize("uid", [False, True], ids=["COPY", "UID COPY"])
@pytest.mark.parametrize("order", [[1, 2, 4], [4, 1, 2], [2]], ids=["rising", "mixed", "one"])
def test_copyuid_pairs_the_messages(
    imap: ImapClient,
    folder: str,
    destination: str,
    append: Append,
    make_message: MakeMessage,
    uid: bool,
    order: list[int],
) -> None:
    """Each UID in the destination has the message that had the source UID at the same place of the other set."""
    append(destination)
    append(folder, flags=[r"\Deleted"])
    subjects = {append(folder, make_message(subject=f"number {number}")): number for number in range(1, 5)}
    imap.select(folder)
    imap.expunge()
    uids = list(subjects)
    copied = imap.copy([uids[number - 1] if uid else number for number in order], destination, uid=uid)
    pairs = copied.pairs()
    expect.equal(sorted(subjects[source] for source in pairs), sorted(order), "messages in COPYUID")
    expect.equal(copied.uid_validity, imap.select(destination).uid_validity, "UIDVALIDITY in COPYUID")
    found = imap.fetch("1:*", "(ENVELOPE)", uid=True)
    for source, target in pairs.items():
        envelope = expect.given(found[target].envelope if target in found else None, f"UID {target}")
        expect.equal(envelope.subject, f"number {subjects[source]}".encode(), f"subject of UID {target}")


@requirement("RFC4315:3-3")
def test_nothing_copied_has_no_copyuid(imap: ImapClient, folder: str, destination: str, append: Append) -> None:
    """UID COPY of UIDs that do not exist is OK without COPYUID."""
    last = append(folder)
    imap.select(folder)
    answer = imap.command("UID COPY", f"{last + 5}:{last + 9}", destination)
    expect.ok(answer)
    expect.equal(answer.find_code("COPYUID"), None, "COPYUID")
    expect.equal(imap.status(destination, "MESSAGES").items["MESSAGES"], 0, "messages in the destination")


@requirement("RFC4315:3-5", "RFC9051:6.3.12-12", "RFC9051:6.4.7-7", "RFC9051:11.4-1", "RFC4315:5-1")
@needs("imap:ACL", "role:other")
@pytest.mark.parametrize("way", ["APPEND", "COPY"])
def test_who_may_not_open_is_not_told_uids(
    imap: ImapClient, folder: str, world: World, make_message: MakeMessage, way: str
) -> None:
    """With the right to insert but not to read, APPEND and COPY are OK and tell no UID."""
    account = world.lease("other")
    shared = find_shared(imap, folder, account, lambda: world.connect_imap(account))
    guest = shared.enter("li")
    if way == "APPEND":
        answer = guest.command("APPEND", guest.mailbox(shared.name), Literal(make_message()))
    else:
        own = world.folder_name("-own", account)
        guest.create(own)
        guest.append(own, make_message())
        guest.select(own)
        answer = guest.command("COPY", "1", guest.mailbox(shared.name))
    expect.ok(answer)
    expect.equal(answer.find_code(f"{way}UID"), None, f"{way}UID")
