"""REPLACE and UID REPLACE, RFC 8508."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from mailproof_suites.case import (
    ImapClient,
    Literal,
    MakeMessage,
    World,
    expect,
    needs,
    requirement,
)

pytestmark = needs("imap:REPLACE")


def left(imap: ImapClient) -> list[int]:
    """UIDs of the messages in the selected mailbox."""
    return sorted(imap.search("ALL", uid=True))


@requirement("RFC8508:3.2-1", "RFC8508:3.3-1", "RFC8508:3.4-2", "RFC8508:4.3-1", "MAIL-05")
@pytest.mark.parametrize("verb", ["REPLACE", "UID REPLACE"])
def test_the_new_message_takes_the_place_of_the_old_one(
    imap: ImapClient, folder: str, uids: list[int], make_message: MakeMessage, verb: str
) -> None:
    """The old one is gone, the new one is there under the UID told; the others stay, also the one marked as deleted."""
    message = make_message()
    answer = imap.command(verb, uids[1] if verb.startswith("UID") else 2, folder, Literal(message))
    expect.ok(answer)
    code = expect.given(answer.find_code("APPENDUID"), "APPENDUID", requirement="RFC8508:4.3-1")
    new = next(iter(code.args[1]))
    expect.equal(left(imap), [uids[0], uids[2], new], "messages left")
    expect.equal(imap.fetch(new, "(BODY.PEEK[])", uid=True).only().body, message, "the new message")


@requirement("RFC8508:3.4-1", "MAIL-05")
def test_replace_into_another_mailbox(
    imap: ImapClient, folder: str, world: World, uids: list[int], make_message: MakeMessage
) -> None:
    """A draft in one mailbox is replaced by a sent message in another."""
    other = world.folder_name("-other")
    imap.create(other)
    expect.ok(imap.command("REPLACE", 1, other, Literal(make_message())))
    expect.equal(left(imap), uids[1:], "messages left")
    expect.equal(imap.status(other, "MESSAGES").items["MESSAGES"], 1, "messages in the other mailbox")


@requirement("RFC8508:3.4-4", "RFC8508:1-2")
def test_flags_and_date(imap: ImapClient, folder: str, uids: list[int], make_message: MakeMessage) -> None:
    """Those of the command, not those of the old message."""
    imap.store(1, "+FLAGS", [r"\Flagged"])
    date = '"05-Jan-2020 10:00:00 +0000"'
    imap.command("REPLACE", 1, folder, r"(\Seen \Draft)", date, Literal(make_message())).require_ok()
    new = imap.fetch("*", "(UID FLAGS INTERNALDATE)").only()
    expect.lacks(uids, new.uid, "old UIDs")
    expect.equal({flag.lower() for flag in new.flags or ()} - {rb"\recent"}, {rb"\seen", rb"\draft"}, "flags")
    expect.equal(expect.given(new.internal_date, "INTERNALDATE").at.year, 2020, "year of the internal date")


@requirement("RFC8508:3.4-6", "RFC8508:1-1", "RFC8508:3.4-7")
def test_the_steps_are_not_shown(imap: ImapClient, folder: str, uids: list[int], make_message: MakeMessage) -> None:
    r"""No FETCH with \Deleted comes, and if APPENDUID comes untagged it comes before EXPUNGE."""
    del uids
    answer = imap.command("REPLACE", 1, folder, Literal(make_message()))
    expect.ok(answer)
    expect.equal(answer.named("FETCH"), [], "FETCH responses")
    names = [each.code.name if each.code else each.name for each in answer.untagged]
    if {"APPENDUID", "EXPUNGE"} <= set(names):
        expect.equal([name for name in names if name in ("APPENDUID", "EXPUNGE")], ["APPENDUID", "EXPUNGE"], "order")


FAILURES: dict[str, Sequence[str]] = {
    "no such number": ("REPLACE", "77", "{folder}"),
    "no such uid": ("UID REPLACE", "99999", "{folder}"),
    "missing mailbox": ("REPLACE", "1", "{folder}-missing"),
    "two messages": ("REPLACE", "1:2", "{folder}"),
    "wrong date": ("REPLACE", "1", "{folder}", '"99-Foo-2020 10:00:00 +0000"'),
    "no number": ("REPLACE", "{folder}"),
}


@requirement("RFC8508:3.4-3")
@pytest.mark.parametrize("parts", FAILURES.values(), ids=FAILURES.keys())
def test_a_failure_changes_nothing(
    imap: ImapClient, folder: str, uids: list[int], make_message: MakeMessage, parts: Sequence[str]
) -> None:
    """NO or BAD, without EXPUNGE; the messages are what they were."""
    answer = imap.command(*(part.format(folder=folder) for part in parts), Literal(make_message()), on_purpose=True)
    expect.refused(answer)
    expect.equal(answer.named("EXPUNGE", "VANISHED"), [], "removals told")
    expect.equal(left(imap), uids, "messages left")


@requirement("RFC8508:3.4-3")
@pytest.mark.parametrize("parts", [(), ("(\\Seen)",)], ids=["no message", "flags only"])
def test_without_a_message_nothing_changes(
    imap: ImapClient, folder: str, uids: list[int], parts: Sequence[str]
) -> None:
    """A REPLACE that lacks its message is refused, as is one with an empty message."""
    expect.bad(imap.command("REPLACE", 1, folder, *parts, on_purpose=True))
    expect.no(imap.command("REPLACE", 1, folder, *parts, Literal(b"")))
    expect.equal(left(imap), uids, "messages left")


@requirement("RFC8508:3.4-5")
def test_a_missing_mailbox_is_told(imap: ImapClient, folder: str, uids: list[int], make_message: MakeMessage) -> None:
    """NO [TRYCREATE], as with APPEND."""
    del uids
    expect.no(imap.command("REPLACE", 1, f"{folder}-missing", Literal(make_message())), code="TRYCREATE")


@requirement("RFC8508:3.4-3")
def test_a_read_only_mailbox_keeps_its_message(
    imap: ImapClient, folder: str, uids: list[int], make_message: MakeMessage
) -> None:
    """After EXAMINE the old message cannot go, so no new one comes."""
    imap.examine(folder)
    expect.refused(imap.command("REPLACE", 1, folder, Literal(make_message())))
    imap.select(folder)
    expect.equal(left(imap), uids, "messages left")


@requirement("RFC8508:3.5-1")
@pytest.mark.parametrize("verb", ["REPLACE", "UID REPLACE"])
def test_replace_needs_a_selected_mailbox(imap: ImapClient, folder: str, make_message: MakeMessage, verb: str) -> None:
    """In the authenticated state it is refused, and nothing is stored."""
    expect.refused(imap.command(verb, 1, folder, Literal(make_message())))
    expect.equal(imap.status(folder, "MESSAGES").items["MESSAGES"], 0, "messages stored")
