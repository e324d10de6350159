"""Rights for flags, RFC 4314 section 4: STORE, FETCH, APPEND, COPY and CLOSE without one of s, w, t, e."""

from __future__ import annotations

import pytest

from mailproof_suites.case import ImapClient, Literal, MakeMessage, World, expect, needs, requirement
from mailproof_suites.imap.sharing import EVERYTHING, Shared

pytestmark = needs("imap:ACL", "role:other")

FLAGS = {"s": rb"\seen", "t": rb"\deleted", "w": rb"\flagged"}


def flags(client: ImapClient, number: int = 1) -> set[bytes]:
    r"""Flags of a message in lower case, without \Recent."""
    found = expect.given(client.fetch(number, "(FLAGS)").only().flags, "FLAGS")
    return {flag.lower() for flag in found} - {rb"\recent"}


@requirement("RFC4314:4-11", "FOLD-07")
@pytest.mark.parametrize("right", FLAGS)
def test_the_right_lets_its_flag_be_stored(shared: Shared, right: str) -> None:
    """With l, r and the right, the flag can be set, and is there in the next session."""
    shared.grant(f"lr{right}")
    guest = shared.connect()
    guest.select(shared.name)
    expect.ok(guest.command("STORE", "1", "+FLAGS", f"({FLAGS[right].decode()})"))
    again = shared.connect()
    again.examine(shared.name)
    expect.equal(flags(again), {FLAGS[right]}, "flags afterwards")


@requirement("RFC4314:4-11", "FOLD-07", "FOLD-11")
@pytest.mark.parametrize("right", FLAGS)
def test_without_the_right_its_flag_is_not_stored(shared: Shared, right: str) -> None:
    """With every other right the flag cannot be set."""
    guest = shared.enter(EVERYTHING.replace(right, ""))
    guest.select(shared.name)
    answer = guest.command("STORE", "1", "+FLAGS", f"({FLAGS[right].decode()})")
    expect.one_of(answer.status, {"OK", "NO"}, "the answer")
    again = shared.connect()
    again.examine(shared.name)
    expect.equal(flags(again), set(), "flags afterwards")


@requirement("RFC4314:4-11", "FOLD-07")
def test_w_is_needed_for_keywords(shared: Shared) -> None:
    """A keyword needs w as the other flags do."""
    guest = shared.enter(EVERYTHING.replace("w", ""))
    guest.select(shared.name)
    guest.command("STORE", "1", "+FLAGS", "($Forwarded)")
    again = shared.connect()
    again.examine(shared.name)
    expect.equal(flags(again), set(), "flags afterwards")


@requirement("RFC4314:4-12")
def test_a_store_with_one_permitted_flag_does_not_fail(shared: Shared) -> None:
    r"""With s alone, \Seen \Flagged \Deleted sets \Seen, and is OK."""
    guest = shared.enter("lrs")
    guest.select(shared.name)
    expect.ok(guest.command("STORE", "1", "+FLAGS", r"(\Seen \Flagged \Deleted)"))
    again = shared.connect()
    again.examine(shared.name)
    expect.equal(flags(again), {rb"\seen"}, "flags afterwards", requirement="RFC4314:4-11")


@requirement("RFC4314:4-10", "FOLD-07")
@pytest.mark.parametrize(("rights", "seen"), [("lrwteip", False), ("lrs", True)], ids=["without s", "with s"])
def test_reading_marks_as_read_only_with_s(shared: Shared, rights: str, seen: bool) -> None:
    r"""FETCH BODY[] gives the message in both cases, and sets \Seen only where the user has s."""
    guest = shared.enter(rights)
    guest.select(shared.name)
    expect.given(guest.fetch(1, "(BODY[])").only().body, "BODY[]")
    again = shared.connect()
    again.examine(shared.name)
    expect.equal(rb"\seen" in flags(again), seen, r"whether \Seen is set afterwards")


@requirement("RFC4314:4-8", "FOLD-07")
@pytest.mark.parametrize(
    ("rights", "kept"),
    [("lri", set()), ("lris", {rb"\seen"}), ("lriw", {rb"\flagged", rb"\draft"}), ("lrit", {rb"\deleted"})],
    ids=["i", "is", "iw", "it"],
)
@pytest.mark.parametrize("way", ["APPEND", "COPY"])
def test_flags_without_a_right_are_left_out(
    shared: Shared, world: World, make_message: MakeMessage, rights: str, kept: set[bytes], way: str
) -> None:
    """APPEND and COPY do not fail for a flag that the user may not set; the others are stored."""
    every = r"(\Seen \Flagged \Draft \Deleted)"
    guest = shared.enter(rights)
    if way == "APPEND":
        expect.ok(guest.command("APPEND", guest.mailbox(shared.name), every, Literal(make_message())))
    else:
        own = world.folder_name("-own", shared.account)
        guest.create(own)
        guest.append(own, make_message(), flags=[every[1:-1]])
        guest.select(own)
        expect.ok(guest.command("COPY", "1", guest.mailbox(shared.name)))
    guest.examine(shared.name)
    expect.equal(flags(guest, 2), kept, "flags of the new message")


@requirement("RFC4314:4-9", "FOLD-07")
def test_close_without_e_expunges_nothing(shared: Shared) -> None:
    r"""CLOSE is OK, and the message marked as \Deleted is still there."""
    guest = shared.enter(EVERYTHING.replace("e", ""))
    guest.select(shared.name)
    guest.store(1, "+FLAGS", [r"\Deleted"])
    expect.ok(guest.command("CLOSE"))
    expect.equal(shared.owner.status(shared.folder, "MESSAGES").items["MESSAGES"], 1, "messages of the owner")
