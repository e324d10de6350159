"""What SELECT tells of rights, RFC 4314 section 5, and mailboxes that must not be known, section 6."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Completion, ImapClient, World, expect, needs, requirement
from mailproof_suites.clients.imap import quoted
from mailproof_suites.imap.sharing import Shared

pytestmark = needs("imap:ACL", "role:other")


@requirement("RFC4314:2.2-1", "RFC4314:2-1")
def test_the_capability_names_the_new_rights(imap: ImapClient) -> None:
    """RIGHTS= has t, e, x, k, and no right of RFC 2086."""
    told = [name.partition("=")[2].lower() for name in imap.capabilities if name.startswith("RIGHTS=")]
    expect.equal(len(told), 1, "RIGHTS= capabilities")
    expect.that(set(told[0]) >= set("texk"), "RIGHTS=", expected="t, e, x and k", actual=told[0])
    expect.equal(sorted(set(told[0]) & set("lrswipacd0123456789")), [], "rights of RFC 2086 in RIGHTS=")


@requirement("RFC4314:5.2-1", "RFC9051:6.3.2-9", "RFC3501:6.3.1-5")
@pytest.mark.parametrize("rights", ["lr", "lrp", "lrk", "lra"])
def test_who_may_change_nothing_opens_read_only(shared: Shared, rights: str) -> None:
    """Without i, e and rights for flags, SELECT is READ-ONLY."""
    guest = shared.enter(rights)
    expect.ok(guest.command("SELECT", guest.mailbox(shared.name)), code="READ-ONLY")


@requirement("RFC4314:5.2-2")
@pytest.mark.parametrize("rights", ["lri", "lre"])
def test_who_may_insert_or_expunge_opens_read_write(shared: Shared, rights: str) -> None:
    """With i or e, SELECT is READ-WRITE."""
    guest = shared.enter(rights)
    expect.ok(guest.command("SELECT", guest.mailbox(shared.name)), code="READ-WRITE")


@requirement("RFC4314:5.1.1-1", "FOLD-07")
@pytest.mark.parametrize(
    ("rights", "can", "cannot"),
    [
        ("lrs", {rb"\seen"}, {rb"\deleted", rb"\flagged", rb"\answered", rb"\draft", rb"\*"}),
        ("lrt", {rb"\deleted"}, {rb"\seen", rb"\flagged", rb"\answered", rb"\draft", rb"\*"}),
        ("lrw", {rb"\flagged", rb"\answered", rb"\draft"}, {rb"\seen", rb"\deleted"}),
        ("lrie", set(), {rb"\seen", rb"\deleted", rb"\flagged", rb"\answered", rb"\draft", rb"\*"}),
    ],
    ids=["s", "t", "w", "none"],
)
def test_permanentflags_are_those_of_the_rights(
    shared: Shared, rights: str, can: set[bytes], cannot: set[bytes]
) -> None:
    """PERMANENTFLAGS holds the flags that the rights let the user change, and no others."""
    opened = shared.enter(rights).select(shared.name)
    told = {flag.lower() for flag in expect.given(opened.permanent_flags, "PERMANENTFLAGS")}
    expect.that(told >= can, "PERMANENTFLAGS", expected=f"{sorted(can)} at least", actual=sorted(told))
    expect.equal(sorted(told & cannot), [], "flags in PERMANENTFLAGS that cannot be changed")


HIDDEN = {
    "GETACL": ("GETACL", ()),
    "MYRIGHTS": ("MYRIGHTS", ()),
    "LISTRIGHTS": ("LISTRIGHTS", ("anyone",)),
    "SETACL": ("SETACL", ("anyone", "lr")),
    "DELETEACL": ("DELETEACL", ("anyone",)),
}


def told(answer: Completion) -> tuple[str, str, int]:
    """Status, code and number of data responses of a refusal."""
    return answer.status, answer.code.name if answer.code else "", len(answer.named("ACL", "MYRIGHTS", "LISTRIGHTS"))


@requirement("RFC4314:6-1", "FOLD-11")
@pytest.mark.parametrize(("verb", "arguments"), HIDDEN.values(), ids=HIDDEN.keys())
def test_a_hidden_mailbox_answers_like_none(shared: Shared, verb: str, arguments: tuple[str, ...]) -> None:
    """To somebody without any right, the mailbox and a name that does not exist give the same answer."""
    guest = shared.enter("")
    hidden = guest.command(verb, guest.mailbox(shared.name), *arguments)
    missing = guest.command(verb, guest.mailbox(shared.name + b"-missing"), *arguments)
    expect.equal(told(hidden), told(missing), "answer for the hidden mailbox, beside that for a missing one")


@requirement("RFC4314:5.1.1-2", "RFC9051:5.1.2-4", "RFC2342:2-4", "FOLD-13")
def test_sharing_ends_for_a_session_that_is_open(shared: Shared) -> None:
    """After DELETEACL a session that was signed in before can no longer open the mailbox."""
    guest = shared.enter("lrswite")
    guest.examine(shared.name)
    guest.command("CLOSE").require_ok()
    shared.grant("")
    expect.no(guest.command("SELECT", guest.mailbox(shared.name)))
    expect.lacks(shared.names(guest), shared.name, "names told to the guest")


@requirement("RFC4314:4-4", "FOLD-06")
def test_a_new_mailbox_inherits_the_list(shared: Shared) -> None:
    """A mailbox made below the shared one is shared in the same way."""
    shared.grant("lrs")
    child = f"{shared.folder}{shared.delimiter.decode()}child"
    shared.owner.create(child)
    expect.equal(shared.entries(child), shared.entries(), "list of the new mailbox, beside that of its parent")


@requirement("RFC4314:4-5", "FOLD-13")
def test_delete_takes_the_list_with_it(shared: Shared) -> None:
    """A mailbox of the same name, made afterwards, is not shared."""
    before = shared.entries()
    shared.grant("lrs")
    shared.owner.delete(shared.folder)
    shared.owner.create(shared.folder)
    expect.equal(shared.entries(), before, "list of the new mailbox")


@requirement("RFC4314:4-6", "FOLD-02")
def test_rename_keeps_the_list(shared: Shared, world: World) -> None:
    """The list goes with the mailbox."""
    shared.grant("lrs")
    before = shared.entries()
    renamed = world.folder_name("-renamed")
    shared.owner.rename(shared.folder, renamed)
    expect.equal(shared.entries(renamed), before, "list after RENAME")


@requirement("RFC4314:4-14")
def test_lsub_is_ok_for_a_hidden_subscription(shared: Shared) -> None:
    """A mailbox that was subscribed and may no longer be listed is no reason for NO."""
    guest = shared.enter("lr")
    guest.subscribe(shared.name)
    shared.grant("")
    answer = shared.connect().command("LSUB", '""', quoted(shared.name + b"*"))
    shared.connect().command("UNSUBSCRIBE", guest.mailbox(shared.name))
    expect.ok(answer)


@requirement("RFC4314:5.1.1-3")
def test_rights_that_change_are_told(shared: Shared) -> None:
    r"""Where losing s counts at once, the session is told PERMANENTFLAGS without \Seen."""
    guest = shared.enter("lrsw")
    guest.select(shared.name)
    shared.grant("lrw")
    answers = [guest.noop(), guest.command("STORE 1 +FLAGS (\\Seen)"), guest.noop()]
    stored = guest.fetch(1, "FLAGS").only().flags or ()
    told = [each for answer in answers for each in answer.untagged if each.code and each.code.name == "PERMANENTFLAGS"]
    if rb"\Seen" in stored:
        expect.note("rights that were taken away count when the mailbox is opened again")
        return
    flags = {flag.lower() for each in told for flag in (each.code.args[0] if each.code else ())}
    expect.that(told, "PERMANENTFLAGS", expected="told when the rights changed", actual="nothing told")
    expect.lacks(flags, rb"\seen", "flags in PERMANENTFLAGS")
