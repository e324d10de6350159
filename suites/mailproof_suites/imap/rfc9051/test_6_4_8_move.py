"""MOVE and UID MOVE, RFC 9051 section 6.4.8 (first in RFC 6851)."""

import pytest

from mailproof_suites.case import Append, ImapClient, MakeMessage, expect, needs, requirement

pytestmark = needs("imap:MOVE")


@requirement("RFC9051:6.4.8-1", "RFC9051:6.4.8-11", "RFC9051:6.4.8-12", "RFC6851:3.3-3", "RFC6851:3.3-4", "MAIL-07")
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


@requirement("RFC9051:6.4.8-2", "RFC6851:4.3-1", "MAIL-07")
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


@requirement(
    "RFC9051:6.4.8-4",
    "RFC9051:2.3.3-3",
    "RFC9051:6.4.8-8",
    "RFC9051:6.4.8-10",
    "RFC3501:2.3.3-2",
    "RFC6851:3.3-2",
    "MAIL-07",
)
@pytest.mark.parametrize("uid", [False, True], ids=["MOVE", "UID-MOVE"])
@pytest.mark.parametrize("names", ["1", "2:3", "1,4", "4,2", "1:*"])
def test_sets_are_moved_whole(
    imap: ImapClient,
    folder: str,
    destination: str,
    append: Append,
    make_message: MakeMessage,
    names: str,
    uid: bool,
) -> None:
    """Adjacent and scattered messages are moved with flags and date, and EXPUNGE tells what left."""
    bodies = [make_message(subject=f"number {number}") for number in range(1, 5)]
    uids = [append(folder, body, [r"\Answered"], "15-Jun-2024 06:07:08 +0200") for body in bodies]
    imap.select(folder)
    chosen = {"1": [1], "2:3": [2, 3], "1,4": [1, 4], "4,2": [2, 4], "1:*": [1, 2, 3, 4]}[names]
    moved = imap.move(",".join(str(uids[number - 1]) for number in chosen) if uid else names, destination, uid=uid)
    view = list(uids)
    for each in moved.completion.named("EXPUNGE"):
        del view[(each.number or 0) - 1]
    left = [each for number, each in enumerate(uids, start=1) if number not in chosen]
    expect.equal(view, left, "UIDs in a client's view of the source")
    expect.equal(imap.search("ALL", uid=True), left, "UIDs in the source")
    imap.select(destination)
    found = imap.fetch("1:*", "(FLAGS INTERNALDATE BODY.PEEK[])").values()
    expect.equal({data.body for data in found}, {bodies[number - 1] for number in chosen}, "messages moved")
    flags = [{flag.lower() for flag in data.flags or ()} - {rb"\recent"} for data in found]
    expect.equal(flags, [{rb"\answered"}] * len(chosen), "flags of the messages moved")
    dates = {data.internal_date.at.timestamp() for data in found if data.internal_date}
    expect.equal(dates, {1718424428.0}, "INTERNALDATE of the messages moved, as Unix time")


@requirement("RFC9051:6.4.8-13", "MAIL-07")
@needs("imap:IMAP4rev2")
@pytest.mark.parametrize("verb", ["MOVE", "UID MOVE"])
def test_copyuid_comes_before_expunge(
    imap: ImapClient, folder: str, destination: str, append: Append, verb: str
) -> None:
    """An untagged OK with COPYUID stands before the first EXPUNGE."""
    uids = [append(folder) for _ in range(2)]
    imap.select(folder)
    answer = imap.command(verb, f"{uids[0]}:{uids[1]}" if verb == "UID MOVE" else "1:2", imap.mailbox(destination))
    expect.ok(answer)
    order = [each.code.name if each.code else each.name for each in answer.untagged]
    told = [each for each in order if each in ("COPYUID", "EXPUNGE", "VANISHED")]
    expect.equal(told[:1], ["COPYUID"], "what comes first of COPYUID and EXPUNGE")
