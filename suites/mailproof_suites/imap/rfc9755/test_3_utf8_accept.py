"""UTF8=ACCEPT, RFC 9755 (RFC 6855 before it)."""

from __future__ import annotations

import pytest

from mailproof_suites.case import (
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
from mailproof_suites.clients.imap import ListData, encode_utf7, quoted

pytestmark = needs("imap:UTF8=ACCEPT")


@pytest.fixture
def utf8(connect_imap: ConnectImap) -> ImapClient:
    """A connection that has enabled UTF8=ACCEPT."""
    client = connect_imap()
    client.enable("UTF8=ACCEPT")
    return client


@requirement("RFC9755:3-1", "RFC9755:3-2", "RFC9755:3-6", "FOLD-01")
@pytest.mark.parametrize("suffix", ["Entwürfe", "日本語", "🎉", "a&b", "é/ход"], ids=lambda name: name.encode().hex())
def test_names_are_utf8_here_and_utf7_there(utf8: ImapClient, imap: ImapClient, world: World, suffix: str) -> None:
    """One mailbox, two spellings: each client is told the one that it understands, and opens it by that."""
    name = world.folder_name(f"-{suffix}")
    utf8.create(name)
    pattern = quoted(world.folder_name("") + "*")
    new = {each.mailbox for each in utf8.command("LIST", '""', pattern).of(ListData)}
    old = {each.mailbox for each in imap.command("LIST", '""', pattern).of(ListData)}
    expect.contains(new, name.encode(), "names told after ENABLE", requirement="RFC9755:3-1")
    expect.contains(old, encode_utf7(name), "names told to the other client", requirement="RFC9755:3-2")
    expect.ok(imap.command("STATUS", quoted(encode_utf7(name)), "(MESSAGES)"), requirement="RFC9755:3-2")
    expect.equal(utf8.status(name, "MESSAGES").mailbox, name.encode(), "name in STATUS", requirement="RFC9755:3-1")


@requirement("RFC9755:3-1", "FOLD-02")
def test_commands_take_utf8_names(utf8: ImapClient, world: World) -> None:
    """RENAME, SUBSCRIBE, COPY and DELETE with names in quotes."""
    first, second = world.folder_name("-erste-Ü"), world.folder_name("-zweite-é")
    utf8.create(first)
    expect.ok(utf8.command("RENAME", quoted(first), quoted(second)))
    expect.ok(utf8.command("SUBSCRIBE", quoted(second)))
    expect.ok(utf8.command("UNSUBSCRIBE", quoted(second)))
    expect.ok(utf8.command("SELECT", quoted(second)))
    expect.ok(utf8.command("DELETE", quoted(second)))


@requirement("RFC9755:3-2", "RFC9755:3-6")
def test_utf7_is_not_decoded_after_enable(utf8: ImapClient, world: World) -> None:
    """An ampersand is an ampersand: the name is what was sent, not what modified UTF-7 makes of it."""
    name = world.folder_name("-&AOk-")
    utf8.command("CREATE", quoted(name)).require_ok()
    told = {each.mailbox for each in utf8.command("LIST", '""', quoted(world.folder_name("-*"))).of(ListData)}
    expect.equal(told, {name.encode()}, "names told")


@requirement("RFC9755:3-3")
@pytest.mark.parametrize("octets", [b"\xff", b"\xc3", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf5\x80\x80\x80"], ids=bytes.hex)
def test_what_is_no_utf8_is_bad(utf8: ImapClient, folder: str, octets: bytes) -> None:
    """In a quoted string every octet with the high bit is part of well-formed UTF-8."""
    utf8.select(folder)
    expect.bad(utf8.command("SEARCH", "SUBJECT", b'"' + octets + b'"', on_purpose=True))
    expect.refused(utf8.command("CREATE", b'"' + folder.encode() + octets + b'"', on_purpose=True))


@requirement("RFC9755:3-4")
@pytest.mark.parametrize("charset", ["UTF-8", "US-ASCII", "iso-8859-1"])
def test_search_takes_no_charset(utf8: ImapClient, folder: str, charset: str) -> None:
    """The charset is UTF-8; naming one is BAD."""
    utf8.select(folder)
    expect.bad(utf8.command(f'SEARCH CHARSET {charset} SUBJECT "x"'))


@requirement("RFC9755:3-5", "MAIL-12")
@pytest.mark.parametrize("form", ["quoted", "literal"])
def test_search_finds_utf8(utf8: ImapClient, folder: str, append: Append, make_message: MakeMessage, form: str) -> None:
    """Text beyond ASCII is found without a charset, whether the header is encoded or not."""
    append(folder, make_message(subject="=?utf-8?q?Gr=C3=BC=C3=9Fe?="))
    append(folder, make_message(subject="other"))
    utf8.append(folder, make_message(subject="viele Grüße"))
    utf8.select(folder)
    text = quoted("grüße") if form == "quoted" else Literal("grüße".encode())
    expect.equal(sorted(utf8.search("SUBJECT", text)), [1, 3], "messages found")


@requirement("RFC9755:4-1")
def test_headers_in_utf8_come_back(utf8: ImapClient, folder: str, make_message: MakeMessage) -> None:
    """A message with UTF-8 in subject and addresses is stored, and given back to the octet; ENVELOPE has the text."""
    headers = {"From": "Jürgen Müller <jürgen@köln.mailproof.test>", "To": "用户 <用户@例子.mailproof.test>"}
    message = make_message(subject="Grüße", headers=headers)
    expect.ok(utf8.command("APPEND", utf8.mailbox(folder), Literal(message)))
    utf8.select(folder)
    data = utf8.fetch(1, "(ENVELOPE BODY.PEEK[] RFC822.SIZE)").only()
    expect.equal((data.body, data.size_octets), (message, len(message)), "the message and its size")
    envelope = expect.given(data.envelope, "ENVELOPE")
    sender = (envelope.from_ or ())[0]
    expect.equal(envelope.subject, "Grüße".encode(), "subject of ENVELOPE")
    expect.equal((sender.name, sender.mailbox), ("Jürgen Müller".encode(), "jürgen".encode()), "sender of ENVELOPE")


@requirement("RFC9755:4-2")
def test_without_enable_8bit_headers_are_refused(imap: ImapClient, folder: str, make_message: MakeMessage) -> None:
    """NO, and nothing is stored; 8-bit characters of the text alone are no reason to refuse."""
    expect.no(imap.command("APPEND", imap.mailbox(folder), Literal(make_message(subject="Grüße"))))
    expect.equal(imap.status(folder, "MESSAGES").items["MESSAGES"], 0, "messages stored")
    expect.ok(imap.command("APPEND", imap.mailbox(folder), Literal(make_message(body="Grüße\n"))))


@requirement("RFC9755:3-7")
@pytest.mark.parametrize(
    "suffix", ["\x07", "\x7f", "\x80", "\x85", "\x9f", "\u2028", "\u2029"], ids=lambda each: f"U+{ord(each):04X}"
)
def test_names_hold_no_controls(utf8: ImapClient, world: World, suffix: str) -> None:
    """CREATE refuses control characters, DEL, and separators of lines and paragraphs."""
    expect.refused(utf8.command("CREATE", quoted(world.folder_name(f"-{suffix}").encode())))
