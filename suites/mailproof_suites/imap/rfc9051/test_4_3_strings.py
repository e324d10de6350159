"""Literals and quoted strings, RFC 9051 section 4.3 (RFC 3501 the same) and RFC 7888's LITERAL+ and LITERAL-."""

import pytest

from mailproof_suites.case import (
    Account,
    Append,
    ConnectImap,
    ImapClient,
    Literal,
    MakeMessage,
    World,
    expect,
    needs,
    requirement,
)
from mailproof_suites.clients.imap import quoted


@requirement("RFC9051:4.3-1", "NET-02")
def test_user_name_and_password_may_be_literals(connect_imap: ConnectImap, account: Account) -> None:
    """LOGIN takes both as literals."""
    client = connect_imap(login=False)
    client.transcript.secret(account.password)
    expect.ok(client.command("LOGIN", Literal(account.address.encode()), Literal(account.password.encode())))


@requirement("RFC9051:4.3-1", "NET-02")
@pytest.mark.parametrize("form", ["quoted", "mixed"])
def test_user_name_and_password_may_be_quoted(connect_imap: ConnectImap, account: Account, form: str) -> None:
    """LOGIN takes quoted strings, and one of each kind."""
    client = connect_imap(login=False)
    client.transcript.secret(account.password)
    user = quoted(account.address) if form == "quoted" else Literal(account.address.encode())
    expect.ok(client.command("LOGIN", user, quoted(account.password)))


@requirement("RFC9051:4.3-1")
@pytest.mark.parametrize("verb", ["SELECT", "EXAMINE", "SUBSCRIBE", "UNSUBSCRIBE", "DELETE"])
def test_a_mailbox_name_may_be_a_literal(imap: ImapClient, folder: str, verb: str) -> None:
    """Where an astring may stand, a literal may."""
    expect.ok(imap.command(verb, Literal(folder.encode())))
    if verb == "SUBSCRIBE":
        imap.unsubscribe(folder)


@requirement("RFC9051:4.3-1")
def test_a_command_goes_on_after_its_literal(imap: ImapClient, folder: str, world: World) -> None:
    """The rest of the command follows the octets of the literal on the same logical line."""
    name = folder.encode()
    expect.ok(imap.command("STATUS", Literal(name), "(MESSAGES)"))
    expect.ok(imap.command("LIST", Literal(b""), Literal(name)))
    expect.ok(imap.command("RENAME", Literal(name), Literal(world.folder_name("-renamed").encode())))


@requirement("RFC9051:4.3-1")
@pytest.mark.parametrize("where", ["search-key", "header-name", "fetch-header-fields"])
def test_search_and_fetch_take_literals(
    imap: ImapClient, folder: str, append: Append, make_message: MakeMessage, where: str
) -> None:
    """Search strings and names of header fields may be literals."""
    append(folder, make_message(subject="a literal subject"))
    imap.select(folder)
    if where == "search-key":
        expect.equal(imap.search("SUBJECT", Literal(b"literal subject")), [1], "what was found")
    elif where == "header-name":
        expect.equal(imap.search("HEADER", Literal(b"Subject"), Literal(b"a literal")), [1], "what was found")
    else:
        tag = imap.new_tag()
        imap.send_raw(tag + b" FETCH 1 BODY.PEEK[HEADER.FIELDS ({7}\r\n")
        expect.given(imap.await_continuation(tag), "a continuation for the literal in the brackets")
        imap.send_line(b"Subject)]", on_purpose=True)
        answer = imap.finish(tag)
        expect.ok(answer)
        expect.equal(len(answer.named("FETCH")), 1, "FETCH responses")


@requirement("RFC9051:4.3-2")
@pytest.mark.parametrize("form", ["quoted", "literal"])
def test_backslash_and_quote_are_escaped_in_quoted_strings(
    imap: ImapClient, folder: str, append: Append, make_message: MakeMessage, form: str
) -> None:
    r"""`\"` and `\\` stand for a quote and a backslash; a literal holds them bare."""
    text = b'say "hi" \\ back'
    append(folder, make_message(subject=text.decode()))
    append(folder, make_message(subject="say hi back"))
    imap.select(folder)
    part = quoted(text) if form == "quoted" else Literal(text)
    expect.equal(imap.search("SUBJECT", part), [1], "messages with that subject")


@requirement("RFC9051:4.3-3")
def test_an_empty_string_is_no_missing_one(imap: ImapClient, folder: str, append: Append) -> None:
    """`""` and `{0}` are the empty string, which every message contains."""
    append(folder)
    imap.select(folder)
    expect.equal(imap.search('TEXT ""'), [1], "messages that contain the empty quoted string")
    expect.equal(imap.search("TEXT", Literal(b"")), [1], "messages that contain the empty literal")


@requirement("RFC9051:4.3-4")
@needs("imap:LITERAL+|LITERAL-")
def test_a_literal_with_a_plus_needs_no_continuation(imap: ImapClient, folder: str, make_message: MakeMessage) -> None:
    """`{n+}` is taken at once, in APPEND and as a mailbox name, and no continuation is sent."""
    message = make_message()
    expect.ok(imap.command("APPEND", Literal(folder.encode(), sync=False), Literal(message, sync=False)))
    expect.ok(imap.command("SELECT", Literal(folder.encode(), sync=False)))
    expect.equal(imap.fetch(1, "BODY.PEEK[]").only().body, message, "the appended message")


@requirement("RFC9051:4.3-5")
@needs("imap:LITERAL+|LITERAL-")
def test_the_octets_of_a_refused_literal_are_no_commands(imap: ImapClient, world: World) -> None:
    """An APPEND that fails has its literal read to the end: what looks like commands in it is none."""
    missing = world.folder_name("-missing")
    inside = f"evil1 CREATE {world.folder_name('-evil')}\r\n".encode() * 3
    expect.no(imap.command("APPEND", imap.mailbox(missing), Literal(inside, sync=False)))
    expect.ok(imap.command("NOOP"))
    expect.equal(imap.list_mailboxes("", world.folder_name("-evil")), [], "what the literal would have created")


@requirement("RFC9051:4.3-6")
def test_nul_is_refused_outside_binary_literals(imap: ImapClient, folder: str) -> None:
    """A message with NUL in an ordinary literal is refused; where it is taken all the same, no NUL comes back."""
    answer = imap.command("APPEND", imap.mailbox(folder), Literal(b"Subject: nul\r\n\r\na\0b\r\n"), on_purpose=True)
    expect.graded(answer.status, {"BAD": "", "NO": "", "OK": "taken, though it is not grammatical"}, "APPEND with NUL")
    if answer.ok:
        imap.select(folder)
        data = imap.fetch(1, "(BODY.PEEK[] RFC822.SIZE)").only()
        expect.lacks(expect.given(data.body, "BODY[]"), b"\0", "octets of the message")
