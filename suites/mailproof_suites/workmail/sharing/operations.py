"""What a guest may want to do with a shared folder, each judged by what the owner finds afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mailproof_suites.case import Completion, Literal, expect
from mailproof_suites.workmail.sharing.loan import FOLDER, Loan

DELETED, FLAGGED, SEEN = rb"\Deleted", rb"\Flagged", rb"\Seen"


@dataclass(frozen=True)
class Table:
    """The folder of a case with two messages.

    Attributes:
        loan: whose it is.
        others: UID of a message that the owner has stored.
        own: UID of one that the guest has stored.
    """

    loan: Loan
    others: int
    own: int


@dataclass(frozen=True)
class Done:
    """An operation's completion, and whether it had its effect."""

    answer: Completion
    effect: bool


Operation = Callable[[Table], Done]


def lay(loan: Loan) -> Table:
    """Have a message of the guest's own put into the folder, beside the owner's; the guest has no right afterwards."""
    (others,) = loan.uids()
    loan.put("create,folder-visible")
    loan.visiting.append(loan.name(), loan.post.make_message(sender=loan.guest.address))
    loan.put("None")
    (own,) = set(loan.uids()) - {others}
    return Table(loan, others, own)


def _list(table: Table) -> Done:
    answer = table.loan.visiting.command("LIST", '""', table.loan.visiting.mailbox(table.loan.name()))
    expect.ok(answer)
    return Done(answer, bool(answer.named("LIST")))


def _status(table: Table) -> Done:
    guest = table.loan.visiting
    answer = guest.command("STATUS", guest.mailbox(table.loan.name()), "(MESSAGES)")
    return Done(answer, bool(answer.named("STATUS")))


def _select(table: Table) -> Done:
    answer = table.loan.open()
    return Done(answer, answer.last_number("EXISTS") is not None)


def _selected(table: Table, *steps: tuple[str, ...]) -> Completion:
    """SELECT and further commands, up to the first that is not OK."""
    answer = table.loan.open()
    for step in steps:
        if answer.ok:
            answer = table.loan.visiting.command(*step)
    return answer


def _read(table: Table) -> Done:
    answer = _selected(table, ("UID FETCH", str(table.others), "(BODY.PEEK[])"))
    return Done(answer, bool(answer.named("FETCH")))


def _search(table: Table) -> Done:
    answer = _selected(table, ("UID SEARCH", "ALL"))
    return Done(answer, answer.ok and bool(answer.named("SEARCH", "ESEARCH")))


def _append(table: Table) -> Done:
    guest, before = table.loan.visiting, table.loan.uids()
    message = table.loan.post.make_message(sender=table.loan.guest.address)
    answer = guest.command("APPEND", guest.mailbox(table.loan.name()), Literal(message))
    return Done(answer, len(table.loan.uids()) == len(before) + 1)


def _copy_in(table: Table) -> Done:
    guest, before = table.loan.visiting, table.loan.uids()
    guest.append("INBOX", table.loan.post.make_message())
    guest.select("INBOX")
    answer = guest.command("COPY", "1", guest.mailbox(table.loan.name()))
    return Done(answer, len(table.loan.uids()) == len(before) + 1)


def _flagging(flag: bytes, own: bool) -> Operation:
    def run(table: Table) -> Done:
        uid = table.own if own else table.others
        answer = _selected(table, ("UID STORE", str(uid), "+FLAGS", f"({flag.decode()})"))
        return Done(answer, flag.lower() in table.loan.flags(uid))

    return run


def _deleting(own: bool) -> Operation:
    def run(table: Table) -> Done:
        uid = table.own if own else table.others
        answer = _selected(table, ("UID STORE", str(uid), "+FLAGS", rf"({DELETED.decode()})"), ("EXPUNGE",))
        return Done(answer, uid not in table.loan.uids())

    return run


def _moving_out(own: bool) -> Operation:
    def run(table: Table) -> Done:
        uid = table.own if own else table.others
        answer = _selected(table, ("UID MOVE", str(uid), "INBOX"))
        return Done(answer, uid not in table.loan.uids())

    return run


def _create_below(table: Table) -> Done:
    guest = table.loan.visiting
    answer = guest.command("CREATE", guest.mailbox(table.loan.name(f"{FOLDER}/Below")))
    return Done(answer, f"{FOLDER}/Below".encode() in table.loan.folders())


def _delete_folder(table: Table) -> Done:
    guest = table.loan.visiting
    answer = guest.command("DELETE", guest.mailbox(table.loan.name()))
    return Done(answer, FOLDER.encode() not in table.loan.folders())


def _rename_folder(table: Table) -> Done:
    guest = table.loan.visiting
    names = [guest.mailbox(table.loan.name(each)) for each in (FOLDER, f"{FOLDER}-2")]
    table.loan.put("folder-visible,create-subfolder", folder="/")
    answer = guest.command("RENAME", *names)
    return Done(answer, FOLDER.encode() not in table.loan.folders())


def _grant(table: Table) -> Done:
    guest = table.loan.visiting
    answer = guest.command("SETACL", guest.mailbox(table.loan.name()), "anyone", "lr")
    listed = table.loan.owning.command("GETACL", FOLDER).require_ok()
    return Done(answer, any(b"anyone" in each.raw for each in listed.named("ACL")))


def _read_grants(table: Table) -> Done:
    guest = table.loan.visiting
    answer = guest.command("GETACL", guest.mailbox(table.loan.name()))
    return Done(answer, bool(answer.named("ACL")))


_READ = frozenset({"Reviewer", "NoneditingAuthor", "Author", "PublishingAuthor", "Editor", "PublishingEditor", "Owner"})
_CREATE = _READ - {"Reviewer"} | {"Contributor"}
_EDIT_ANY = frozenset({"Editor", "PublishingEditor", "Owner"})
_EDIT_OWN = _EDIT_ANY | {"Author", "PublishingAuthor"}
_DELETE_OWN = _EDIT_OWN | {"NoneditingAuthor"}
_FOLDERS = frozenset({"PublishingAuthor", "PublishingEditor", "Owner"})
_OWNER = frozenset({"Owner"})

OPERATIONS: dict[str, tuple[frozenset[str], Operation]] = {
    "list": (_READ | _CREATE, _list),
    "status": (_READ, _status),
    "select": (_READ, _select),
    "read": (_READ, _read),
    "search": (_READ, _search),
    "append": (_CREATE, _append),
    "copy_in": (_CREATE, _copy_in),
    "flag_own": (_EDIT_OWN, _flagging(FLAGGED, own=True)),
    "flag_others": (_EDIT_ANY, _flagging(FLAGGED, own=False)),
    "see_own": (_EDIT_OWN, _flagging(SEEN, own=True)),
    "see_others": (_EDIT_ANY, _flagging(SEEN, own=False)),
    "delete_own": (_DELETE_OWN, _deleting(own=True)),
    "delete_others": (_EDIT_ANY, _deleting(own=False)),
    "move_out_own": (_DELETE_OWN, _moving_out(own=True)),
    "move_out_others": (_EDIT_ANY, _moving_out(own=False)),
    "create_below": (_FOLDERS, _create_below),
    "delete_folder": (_OWNER, _delete_folder),
    "rename_folder": (_OWNER, _rename_folder),
    "grant": (_OWNER, _grant),
    "read_grants": (_OWNER, _read_grants),
}
"""Name -> the profiles that permit it, and how it is done."""


def judge(table: Table, name: str, permitted: bool) -> None:
    """Do it, and expect it to have succeeded with its effect, or to have been refused without one."""
    done = OPERATIONS[name][1](table)
    expect.equal(done.effect, permitted, f"whether the owner finds the effect of {name}")
    if permitted:
        expect.ok(done.answer)
    elif name != "list":
        expect.no(done.answer)
