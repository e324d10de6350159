"""Which right lets a user do what, RFC 4314 section 4: each command with and without its right."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailproof_suites.case import Completion, ImapClient, Literal, MakeMessage, World, expect, needs, requirement
from mailproof_suites.imap.sharing import EVERYTHING, Shared

pytestmark = needs("imap:ACL", "role:other")

Command = Callable[[ImapClient, Shared, bytes], Completion]


def opened(client: ImapClient, shared: Shared, *parts: str) -> Completion:
    """A command of the selected state, in the shared mailbox."""
    client.select(shared.name)
    return client.command(*parts)


def copied(client: ImapClient, shared: Shared, own: bytes) -> Completion:
    """COPY of a message of the guest's own into the shared mailbox."""
    client.select(own)
    return client.command("COPY", "1", client.mailbox(shared.name))


def someone(shared: Shared) -> str:
    """An identifier that the owner's own entry uses, so that every server knows it."""
    return shared.account.address


COMMANDS: dict[str, tuple[str, str, Command]] = {
    "SELECT": ("r", "", lambda c, s, m: c.command("SELECT", c.mailbox(s.name))),
    "EXAMINE": ("r", "", lambda c, s, m: c.command("EXAMINE", c.mailbox(s.name))),
    "STATUS": ("r", "", lambda c, s, m: c.command("STATUS", c.mailbox(s.name), "(MESSAGES)")),
    "APPEND": ("i", "", lambda c, s, m: c.command("APPEND", c.mailbox(s.name), Literal(m))),
    "CREATE": ("k", "", lambda c, s, m: c.command("CREATE", c.mailbox(s.below("child")))),
    "DELETE": ("x", "", lambda c, s, m: c.command("DELETE", c.mailbox(s.name))),
    "EXPUNGE": ("e", "r", lambda c, s, m: opened(c, s, "EXPUNGE")),
    "GETACL": ("a", "", lambda c, s, m: c.command("GETACL", c.mailbox(s.name))),
    "LISTRIGHTS": ("a", "", lambda c, s, m: c.command("LISTRIGHTS", c.mailbox(s.name), someone(s))),
    "SETACL": ("a", "", lambda c, s, m: c.command("SETACL", c.mailbox(s.name), someone(s), "+s")),
    "DELETEACL": ("a", "", lambda c, s, m: c.command("DELETEACL", c.mailbox(s.name), someone(s))),
}
TABLE = pytest.mark.parametrize(("right", "also", "run"), COMMANDS.values(), ids=COMMANDS.keys())


@pytest.fixture
def doomed(shared: Shared) -> Shared:
    r"""The shared folder, whose message is marked as \Deleted, so that an EXPUNGE has something to do."""
    shared.owner.select(shared.folder)
    shared.owner.store(1, "+FLAGS", [r"\Deleted"])
    shared.owner.command("EXAMINE", shared.folder).require_ok()
    return shared


@requirement("RFC4314:4-2", "FOLD-07")
@TABLE
def test_the_right_suffices(doomed: Shared, make_message: MakeMessage, right: str, also: str, run: Command) -> None:
    """With l, the right itself and what opening the mailbox takes, the command is done."""
    guest = doomed.enter(f"l{also}{right}")
    expect.ok(run(guest, doomed, make_message()))


@requirement("RFC4314:4-3", "RFC9051:5.1.2-4", "RFC2342:2-4", "RFC4314:4-15", "FOLD-07", "FOLD-11")
@TABLE
def test_the_right_is_needed(doomed: Shared, make_message: MakeMessage, right: str, also: str, run: Command) -> None:
    """With every right but this one the command is refused, and the owner finds everything as it was."""
    del also
    guest = doomed.enter(EVERYTHING.replace(right, ""))
    before = doomed.state()
    answer = run(guest, doomed, make_message())
    if run is COMMANDS["EXPUNGE"][2]:  # OK is no lie where nothing is expunged, as the RFC itself says of CLOSE
        expect.graded(answer.status, {"NO": "", "OK": "OK, though nothing was expunged"}, "the answer")
    else:
        expect.no(answer)
    expect.equal(doomed.state(), before, "mailboxes, messages and rights, as the owner sees them")


@requirement("RFC4314:4-2", "FOLD-07")
def test_copy_into_a_mailbox_takes_i(shared: Shared, guest_folder: bytes) -> None:
    """COPY needs nothing but i for the mailbox that it copies to."""
    expect.ok(copied(shared.enter("li"), shared, guest_folder))
    expect.equal(shared.owner.status(shared.folder, "MESSAGES").items["MESSAGES"], 2, "messages of the owner")


@requirement("RFC4314:4-3", "RFC4314:4-15", "FOLD-07", "FOLD-11")
def test_copy_without_i_is_refused(shared: Shared, guest_folder: bytes) -> None:
    """Without i COPY copies nothing."""
    expect.no(copied(shared.enter(EVERYTHING.replace("i", "")), shared, guest_folder))
    expect.equal(shared.owner.status(shared.folder, "MESSAGES").items["MESSAGES"], 1, "messages of the owner")


@pytest.fixture
def guest_folder(shared: Shared, world: World, make_message: MakeMessage) -> bytes:
    """A folder of the guest's own with one message."""
    guest = shared.connect()
    name = world.folder_name("-own", shared.account)
    guest.create(name)
    guest.append(name, make_message())
    return name.encode()
