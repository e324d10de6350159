"""ID, RFC 2971."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Append, ConnectImap, ImapClient, Literal, expect, needs, requirement
from mailproof_suites.clients.imap import IdData

pytestmark = needs("imap:ID")

FORMS = {
    "NIL": ("NIL",),
    "lower nil": ("nil",),
    "empty list": ("()",),
    "one": ('("name" "mailproof")',),
    "several": ('("name" "mailproof" "version" "1" "os" "any" "vendor" "nobody")',),
    "value NIL": ('("name" NIL)',),
    "unknown field": ('("favourite-colour" "blue")',),
    "empty value": ('("name" "")',),
}


@requirement("RFC2971:3.1-2", "RFC2971:3.2-1")
@pytest.mark.parametrize("arguments", FORMS.values(), ids=FORMS.keys())
@pytest.mark.parametrize("login", [False, True], ids=["before LOGIN", "after LOGIN"])
def test_id_takes_every_form(connect_imap: ConnectImap, arguments: tuple[str, ...], login: bool) -> None:
    """OK, with one ID response."""
    answer = connect_imap(login=login).command("ID", *arguments)
    expect.ok(answer)
    expect.equal(len(answer.of(IdData)), 1, "ID responses")


@requirement("RFC2971:3.1-2", "RFC2971:3.2-1")
def test_fields_may_be_literals(imap: ImapClient) -> None:
    """A string is a string, quoted or not."""
    expect.ok(imap.command("ID", (Literal(b"name"), Literal(b"mailproof"), '"version"', Literal(b"1"))))


@requirement("RFC2971:3.1-3")
def test_id_takes_as_much_as_is_allowed(imap: ImapClient) -> None:
    """Thirty fields, whose names have 30 octets; one value of 1024 octets."""
    names = [f"{number:02}".ljust(30, "x") for number in range(30)]
    pairs = " ".join(f'"{name}" "value"' for name in names[:-1])
    expect.ok(imap.command("ID", f'({pairs} "{names[-1]}" "{"v" * 1024}")'))


@requirement("RFC2971:3.1-1", "RFC2971:3.1-5", "RFC2971:3-1")
def test_id_leaves_the_state_as_it_is(imap: ImapClient, folder: str, append: Append) -> None:
    """In the selected state the mailbox stays selected; the capabilities are the same for any client name."""
    append(folder)
    before = imap.refresh_capabilities()
    imap.select(folder)
    expect.ok(imap.command('ID ("name" "Outlook" "version" "1.0")'))
    expect.equal(len(imap.fetch(1, "(FLAGS)")), 1, "messages of the selected mailbox", requirement="RFC2971:3.1-1")
    expect.equal(imap.refresh_capabilities(), before, "capabilities", requirement="RFC2971:3.1-5")


@requirement("RFC2971:3.1-4")
@pytest.mark.parametrize(
    "arguments", ["", ' ("name")', ' ("name" "x" "version")', ' "name" "x"', ' ("name" ("x"))', " NIL NIL"]
)
def test_broken_ids_are_bad(imap: ImapClient, arguments: str) -> None:
    """What the grammar lacks is BAD."""
    expect.bad(imap.command(f"ID{arguments}", on_purpose=True))
