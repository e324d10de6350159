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


@requirement("RFC4314:4-1", "FOLD-07")
def test_l_makes_the_mailbox_visible(shared: Shared) -> None:
    """With l alone LIST tells the name."""
    expect.contains(shared.names(shared.enter("l")), shared.name, "names told to the guest")


@requirement("RFC4314:4-1", "RFC9051:5.1.2-4", "RFC2342:2-4", "FOLD-07")
def test_without_l_the_mailbox_is_not_listed(shared: Shared) -> None:
    """With every other right LIST is OK and does not tell the name."""
    expect.lacks(shared.names(shared.enter(EVERYTHING.replace("l", ""))), shared.name, "names told to the guest")


@requirement("RFC9051:6.3.9.5-2", "RFC5258:4-2", "RFC5258:8-1", "RFC3348:3-2", "RFC3348:6-1")
@needs("imap:LIST-EXTENDED|IMAP4rev2")
def test_children_out_of_sight_are_no_children(shared: Shared) -> None:
    r"""A mailbox whose only child the user may not see is \HasNoChildren, and \HasChildren once the user may."""
    child = f"{shared.folder}{shared.delimiter.decode()}child"
    shared.owner.create(child)
    shared.owner.command("DELETEACL", child, shared.account.address).require_ok()
    guest = shared.enter("lr")
    expect.that(
        guest.list_mailboxes("", shared.name, returns="CHILDREN")[0].has(rb"\HasNoChildren"),
        "the attributes while the child is out of sight",
        expected=r"\HasNoChildren",
        actual=guest.list_mailboxes("", shared.name, returns="CHILDREN")[0].attributes,
    )
    shared.grant("lr", child)
    told = shared.connect().list_mailboxes("", shared.name, returns="CHILDREN")[0]
    expect.that(told.has(rb"\HasChildren"), "the attributes", expected=r"\HasChildren", actual=told.attributes)


@requirement("RFC4314:4-7", "FOLD-07")
@pytest.mark.parametrize(
    ("parent", "child", "allowed"),
    [("lk", "lx", True), ("lrswipxtea", "lrswipkxtea", False), ("lrswipkxtea", "lrswipktea", False)],
    ids=["k and x", "without k for the parent", "without x for the mailbox"],
)
def test_rename_takes_x_and_k(shared: Shared, world: World, parent: str, child: str, allowed: bool) -> None:
    """Moving a mailbox below another takes x for it and k for the new parent."""
    moving, target = world.folder_name("-moving"), world.folder_name("-target")
    for name, rights in ((moving, child), (target, parent)):
        shared.owner.create(name)
        shared.grant(rights, name)
    guest = shared.connect()
    answer = guest.command(
        "RENAME",
        guest.mailbox(shared.name + b"-moving"),
        guest.mailbox(shared.name + b"-target" + shared.delimiter + b"moved"),
    )
    (expect.ok if allowed else expect.no)(answer)
    names = {each.mailbox for each in shared.owner.list_mailboxes("", f"{shared.folder}*")}
    expect.equal(moving.encode() in names, not allowed, "whether the old name is there")


@requirement("RFC4314:4-13")
def test_unsubscribe_takes_no_right(shared: Shared) -> None:
    """Who lost every right can still take the name off the list of subscriptions."""
    shared.enter("lr").subscribe(shared.name)
    guest = shared.enter("")
    expect.ok(guest.command("UNSUBSCRIBE", guest.mailbox(shared.name)))
