"""Non-synchronising literals, RFC 7888."""

from __future__ import annotations

import pytest

from mailproof_suites.case import (
    Account,
    ConnectImap,
    ImapClient,
    Literal,
    MakeMessage,
    World,
    expect,
    needs,
    requirement,
)
from mailproof_suites.clients.errors import ConnectionClosed

ANY = needs("imap:LITERAL+|LITERAL-|IMAP4rev2")


def now(text: str | bytes) -> Literal:
    """A literal that is sent without waiting."""
    return Literal(text.encode() if isinstance(text, str) else text, sync=False)


@ANY
@requirement("RFC7888:3-1", "RFC7888:3-2")
def test_login_with_literals(connect_imap: ConnectImap, account: Account) -> None:
    """User name and password as literals; the space between them follows the first literal."""
    client = connect_imap(login=False)
    client.transcript.secret(account.password)
    expect.ok(client.command("LOGIN", now(account.address), now(account.password)))


@ANY
@requirement("RFC7888:3-1")
def test_append_gets_no_continuation(imap: ImapClient, folder: str, make_message: MakeMessage) -> None:
    """The message is stored as it is, and no + line came for it."""
    message = make_message()
    tag = imap.start("APPEND", imap.mailbox(folder), now(message))
    expect.equal(imap.await_continuation(tag), None, "continuation for a non-synchronising literal")
    expect.ok(imap.finish(tag))
    imap.select(folder)
    expect.equal(imap.fetch(1, "(BODY.PEEK[])").only().body, message, "the message")


@ANY
@requirement("RFC7888:3-2")
@pytest.mark.parametrize("text", ["", "x", 'with (parens) \\ and "quotes"', "A002 NOOP\r\nA003 LOGOUT\r\n", "{5+}"])
def test_octets_of_a_literal_are_no_commands(imap: ImapClient, folder: str, text: str) -> None:
    """Whatever a literal holds, also line ends and further announcements, is a string and nothing else."""
    imap.select(folder)
    expect.ok(imap.command("SEARCH", "SUBJECT", now(text), "NOT", "FROM", now("x")))
    expect.equal(imap.noop().named("BYE"), [], "BYE")


@ANY
@requirement("RFC7888:3-3")
def test_both_kinds_in_one_command(imap: ImapClient, world: World) -> None:
    """RENAME with a literal of each kind, in both orders."""
    first, second = world.folder_name("-one"), world.folder_name("-two")
    imap.create(first)
    expect.ok(imap.command("RENAME", now(first), Literal(second.encode())))
    expect.ok(imap.command("RENAME", Literal(second.encode()), now(first)))


@ANY
@requirement("RFC7888:4-1", "RFC7888:3-4")
@pytest.mark.parametrize(
    "command",
    [("APPEND", "{missing}"), ("FROBNICATE",), ("SELECT", "{missing}", "too", "many"), ("STATUS", "{missing}")],
    ids=["missing mailbox", "unknown command", "wrong arguments", "missing argument"],
)
def test_a_refused_command_swallows_its_literal(imap: ImapClient, world: World, command: tuple[str, ...]) -> None:
    """The literal looks like commands; none of them is carried out, and the next command is answered."""
    missing = world.folder_name("-missing")
    parts = [part.format(missing=missing) for part in command]
    expect.refused(imap.command(*parts, now(f"evil1 CREATE {missing}\r\nevil2 LOGOUT\r\n"), on_purpose=True))
    expect.ok(imap.command("NOOP"))
    expect.equal(imap.list_mailboxes("", missing), [], "mailboxes made by the literal")


@needs("imap:LITERAL+")
@requirement("RFC7888:3-1")
@pytest.mark.parametrize("size", [4096, 4097, 100_000, 1_000_000])
def test_large_literals(imap: ImapClient, folder: str, make_message: MakeMessage, size: int) -> None:
    """With LITERAL+ a message of any size that the server takes may come at once."""
    message = make_message(body="x" * 75 + "\n")
    message += b"y" * 76 + b"\r\n"
    message += (b"z" * 78 + b"\r\n") * ((size - len(message)) // 80)
    message += b"-" * (size - len(message) - 2) + b"\r\n"
    expect.equal(imap.append(folder, Literal(message, sync=False)).completion.status, "OK", "APPEND")
    imap.select(folder)
    expect.equal(imap.fetch(1, "(RFC822.SIZE)").only().size_octets, size, "size of the message")


@needs("imap:LITERAL-")
@requirement("RFC7888:5-1")
def test_literal_minus_takes_4096_octets(imap: ImapClient, folder: str, make_message: MakeMessage) -> None:
    """A literal of just that size is no problem."""
    message = make_message(body="")
    message += b"x" * (4094 - len(message)) + b"\r\n"
    expect.ok(imap.command("APPEND", imap.mailbox(folder), now(message)))


@needs("imap:LITERAL-")
@requirement("RFC7888:5-2", "RFC7888:5-4")
def test_literal_minus_refuses_4097_octets(imap: ImapClient, folder: str, make_message: MakeMessage) -> None:
    """BAD with TOOBIG, or BYE; nothing is stored."""
    message = make_message(body="")
    message += b"x" * (4095 - len(message)) + b"\r\n"
    try:
        answer = imap.command("APPEND", imap.mailbox(folder), now(message))
    except ConnectionClosed:
        expect.given(imap.bye, "BYE before the end of the connection")
        return
    expect.bad(answer)
    expect.given(answer.find_code("TOOBIG"), "TOOBIG")
    expect.equal(imap.status(folder, "MESSAGES").items["MESSAGES"], 0, "messages stored")


@ANY
@requirement("RFC7888:5-3")
def test_one_of_the_two_is_advertised(imap: ImapClient, connect_imap: ConnectImap) -> None:
    """LITERAL+ and LITERAL- exclude each other, before and after signing in."""
    for client in (imap, connect_imap(login=False)):
        both = {"LITERAL+", "LITERAL-"} <= client.refresh_capabilities()
        expect.equal(both, False, "whether both are advertised")
