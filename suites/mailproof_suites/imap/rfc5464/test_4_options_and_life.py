"""MAXSIZE and DEPTH, entries under RENAME and DELETE, and entries of a shared mailbox, RFC 5464."""

from __future__ import annotations

import pytest

from mailproof_suites.case import ImapClient, World, expect, needs, requirement
from mailproof_suites.imap.rfc5464.conftest import Get, entries
from mailproof_suites.imap.sharing import EVERYTHING, Shared, find_shared

pytestmark = needs("imap:METADATA")

SHARED, PRIVATE = "/shared/comment", "/private/comment"
BASE = "/shared/vendor/mailproof"
VALUES = {f"{BASE}/a": "1", f"{BASE}/a/b": "22", f"{BASE}/a/b/c": "333", f"{BASE}/ab": "4444"}


@pytest.fixture
def filled(imap: ImapClient, folder: str) -> None:
    """The folder with the entries a, a/b, a/b/c and ab."""
    pairs = " ".join(f'{entry} "{value}"' for entry, value in VALUES.items())
    imap.command("SETMETADATA", folder, f"({pairs})").require_ok()


@requirement("RFC5464:4.2.2-1")
@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("options", "found"),
    [("", {"a"}), ("DEPTH 0", {"a"}), ("DEPTH 1", {"a", "a/b"}), ("DEPTH infinity", {"a", "a/b", "a/b/c"})],
)
def test_depth(get: Get, options: str, found: set[str]) -> None:
    """The entry itself, its children, or all below it; never a name that only begins alike."""
    told = get(f"{BASE}/a", options=options)
    expected = {f"{BASE}/{name}".encode(): VALUES[f"{BASE}/{name}"].encode() for name in found}
    expect.equal(told, expected, "values")


@requirement("RFC5464:4.2.2-1")
@pytest.mark.usefixtures("filled")
def test_depth_of_a_name_without_a_value(get: Get) -> None:
    """An entry that has no value still has entries below it."""
    told = {entry.decode() for entry in get(BASE, options="DEPTH 1")}
    expect.equal(told, {f"{BASE}/a", f"{BASE}/ab"}, "entries")


@requirement("RFC5464:4.2.1-1")
@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(("limit", "longest"), [(4, None), (3, 4), (1, 4), (0, 4)])
def test_maxsize(imap: ImapClient, folder: str, get: Get, limit: int, longest: int | None) -> None:
    """Values of up to that many octets are given; LONGENTRIES tells the longest that was not."""
    wanted = " ".join(VALUES)
    answer = imap.command("GETMETADATA", f"(MAXSIZE {limit})", folder, f"({wanted})")
    expect.ok(answer)
    code = answer.code
    told = code.args[1] if code and code.name == "METADATA" and code.args[0] == "LONGENTRIES" else None
    expect.equal(told, longest, "LONGENTRIES in the tagged OK")
    expected = {entry.encode(): value.encode() for entry, value in VALUES.items() if len(value) <= limit}
    expect.equal(get(*VALUES, options=f"MAXSIZE {limit}"), expected, "values")


@requirement("RFC5464:4.2.1-1", "RFC5464:4.2.2-1")
@pytest.mark.usefixtures("filled")
def test_both_options(get: Get) -> None:
    """DEPTH chooses, MAXSIZE leaves out."""
    told = get(f"{BASE}/a", options="MAXSIZE 2 DEPTH infinity")
    expect.equal(set(told), {f"{BASE}/a".encode(), f"{BASE}/a/b".encode()}, "entries")


@requirement("RFC5464:4.2.1-1", "RFC5464:4.2.2-1")
@pytest.mark.parametrize("options", ["DEPTH 2", "DEPTH", "MAXSIZE", "MAXSIZE x", "COLOUR blue", "DEPTH -1"])
def test_broken_options_are_bad(imap: ImapClient, folder: str, options: str) -> None:
    """0, 1 and infinity are the depths; sizes are numbers."""
    expect.bad(imap.command("GETMETADATA", f"({options})", folder, SHARED, on_purpose=True))


@requirement("RFC5464:4.1-1", "FOLD-02")
def test_entries_follow_a_renamed_mailbox(imap: ImapClient, folder: str, world: World) -> None:
    """The new name has the value."""
    imap.command("SETMETADATA", folder, f'({SHARED} "kept")').require_ok()
    renamed = world.folder_name("-renamed")
    imap.rename(folder, renamed)
    expect.equal(entries(imap, renamed, SHARED), {SHARED.encode(): b"kept"}, "values after RENAME")


@requirement("RFC5464:4.1-2", "FOLD-03")
def test_entries_go_with_a_deleted_mailbox(imap: ImapClient, folder: str, get: Get) -> None:
    """A new mailbox of the same name has no value."""
    imap.command("SETMETADATA", folder, f'({SHARED} "gone")').require_ok()
    imap.delete(folder)
    imap.create(folder)
    expect.equal(get(SHARED), {}, "values of the new mailbox")


@pytest.fixture
def shared(imap: ImapClient, folder: str, world: World) -> Shared:
    """The folder, on which another account can get rights."""
    account = world.lease("other")
    return find_shared(imap, folder, account, lambda: world.connect_imap(account))


@requirement("RFC5464:3.3-1")
@needs("imap:ACL", "role:other")
def test_private_entries_are_private(shared: Shared) -> None:
    """Another user of the mailbox sees the shared entry, and not the private one; its own private one is its own."""
    owner, name = shared.owner, shared.name.decode()
    if not owner.command("SETMETADATA", shared.folder, f'({SHARED} "ours" {PRIVATE} "mine")').ok:
        pytest.skip("the server has no private entries")
    guest = shared.enter(EVERYTHING)
    expect.equal(entries(guest, name, SHARED, PRIVATE), {SHARED.encode(): b"ours"}, "values told to the other user")
    guest.command("SETMETADATA", guest.mailbox(shared.name), f'({PRIVATE} "theirs")').require_ok()
    expect.equal(entries(owner, shared.folder, PRIVATE), {PRIVATE.encode(): b"mine"}, "value told to the owner")


@requirement("RFC5464:3.3-2", "FOLD-11")
@needs("imap:ACL", "role:other")
@pytest.mark.parametrize("rights", ["", "l", "lk", "rswip"])
def test_without_rights_entries_are_out_of_reach(shared: Shared, rights: str) -> None:
    """Who may not see the mailbox, or may see it only, can neither read nor set entries."""
    shared.owner.command("SETMETADATA", shared.folder, f'({SHARED} "ours")').require_ok()
    guest = shared.enter(rights)
    answer = guest.command("GETMETADATA", guest.mailbox(shared.name), SHARED)
    expect.no(answer)
    expect.equal(answer.named("METADATA"), [], "METADATA responses")
    expect.no(guest.command("SETMETADATA", guest.mailbox(shared.name), f'({SHARED} "theirs")'))
    expect.equal(entries(shared.owner, shared.folder, SHARED), {SHARED.encode(): b"ours"}, "value told to the owner")
