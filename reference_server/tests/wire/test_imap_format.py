"""Formatting: what is written is what the grammar reads back."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproof_server.wire.imap import format as wire
from mailproof_server.wire.imap.parse import Parser
from mailproof_server.wire.imap.stream import CommandLine, CommandReader


@pytest.mark.parametrize(
    ("value", "utf8", "expected"),
    [
        (b"", False, b'""'),
        (b"abc", False, b'"abc"'),
        (b'a"b\\c', False, b'"a\\"b\\\\c"'),
        (b"a\tb", False, b'"a\tb"'),
        (b"a\r\nb", False, b"{4}\r\na\r\nb"),
        ("ü".encode(), False, b"{2}\r\n\xc3\xbc"),
        ("ü".encode(), True, b'"\xc3\xbc"'),
        ('ü"'.encode(), True, b'"\xc3\xbc\\""'),
        (b"\xff", True, b"{1}\r\n\xff"),
        (b"a\0b", False, b"{3}\r\na\x80b"),
        (b"x" * 1024, False, b'"' + b"x" * 1024 + b'"'),
        (b"x" * 1025, False, b"{1025}\r\n" + b"x" * 1025),
    ],
)
def test_quote(value: bytes, utf8: bool, expected: bytes) -> None:
    assert wire.quote(value, utf8=utf8) == expected
    assert wire.nstring(value, utf8=utf8) == expected


def test_nil_is_not_the_empty_string() -> None:
    assert wire.nstring(None) == b"NIL"
    assert wire.nstring(b"") == b'""'
    assert wire.nstring(b"NIL") == b'"NIL"'


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"INBOX", b"INBOX"),
        (b"a]b", b"a]b"),
        (b"", b'""'),
        (b"nil", b'"nil"'),
        (b"a b", b'"a b"'),
        (b"a%", b'"a%"'),
        (b"a\\", b'"a\\\\"'),
        (b"a{", b'"a{"'),
    ],
)
def test_astring(value: bytes, expected: bytes) -> None:
    assert wire.astring(value) == expected


def test_literal8_keeps_nul() -> None:
    assert wire.literal8(b"\0") == b"~{1}\r\n\0"


def test_mailbox_names_in_both_encodings() -> None:
    assert wire.mailbox("Entwürfe", utf8=False) == b"Entw&APw-rfe"
    assert wire.mailbox("Entwürfe", utf8=True) == '"Entwürfe"'.encode()
    assert wire.mailbox("a b", utf8=False) == b'"a b"'
    assert wire.mailbox("NIL", utf8=False) == b'"NIL"'


def test_lines() -> None:
    assert wire.fetch_line(23, [b"FLAGS (\\Seen)", b"UID 4827313"]) == b"* 23 FETCH (FLAGS (\\Seen) UID 4827313)\r\n"
    assert wire.list_line([b"\\HasChildren"], "/", "a b", utf8=False) == b'* LIST (\\HasChildren) "/" "a b"\r\n'
    assert wire.list_line([], None, "INBOX", utf8=False, command=b"LSUB") == b"* LSUB () NIL INBOX\r\n"
    assert (
        wire.list_line([], "\\", "x", utf8=False, extended=b'("OLDNAME" ("y"))')
        == b'* LIST () "\\\\" x ("OLDNAME" ("y"))\r\n'
    )
    assert (
        wire.status_line("blurdybloop", [(b"MESSAGES", b"231"), (b"MAILBOXID", b"(F1)")], utf8=False)
        == b"* STATUS blurdybloop (MESSAGES 231 MAILBOXID (F1))\r\n"
    )
    assert wire.esearch(b"A285", uid=True, items=[(b"MIN", b"7"), (b"COUNT", b"17")]) == (
        b'* ESEARCH (TAG "A285") UID MIN 7 COUNT 17\r\n'
    )
    assert wire.esearch(None, uid=False) == b"* ESEARCH\r\n"
    assert wire.response_code(b"COPYUID", b"1 2 3") == b"[COPYUID 1 2 3]"
    assert wire.response_code(b"READ-ONLY") == b"[READ-ONLY]"
    assert wire.capability([b"IMAP4rev1", b"IDLE"]) == b"CAPABILITY IMAP4rev1 IDLE"
    assert wire.flag_list([]) == b"()"
    assert wire.number_list([(b"STORAGE", 10), (b"MESSAGE", 5)]) == b"(STORAGE 10 MESSAGE 5)"
    assert wire.numbers([2, 84, 882]) == b"2 84 882"


def node(number: int | None, *children: wire.ThreadNode) -> wire.ThreadNode:
    return wire.ThreadNode(number, list(children))


def test_threads() -> None:
    # RFC 5256 §4: * THREAD (2)(3 6 (4 23)(44 7 96)) and a root that is not here: ((3)(5)).
    tree = [node(2), node(3, node(6, node(4, node(23)), node(44, node(7, node(96)))))]
    assert wire.threads(tree) == b"(2)(3 6 (4 23)(44 7 96))"
    assert wire.threads([node(None, node(3), node(5))]) == b"((3)(5))"
    assert wire.threads([]) == b""


def test_threads_of_any_depth() -> None:
    root = deepest = node(1)
    for number in range(2, 50_001):
        deepest.children.append(node(number))
        deepest = deepest.children[0]
    assert wire.threads([root]) == b"(" + wire.numbers(range(1, 50_001)) + b")"
    root = deepest = node(1)
    for number in range(2, 20_001):
        deepest.children += [node(number), node(0)]
        deepest = deepest.children[0]
    assert wire.threads([root]).count(b"(") == 39_999


STRINGS = st.binary(max_size=40).map(lambda value: value.replace(b"\0", b"")) | st.text(max_size=20).map(
    lambda text: text.replace("\0", "").encode("utf-8", "replace")
)


@given(st.lists(STRINGS, min_size=1, max_size=4), st.booleans())
@settings(max_examples=200, deadline=None)
def test_strings_survive_the_wire(values: list[bytes], utf8: bool) -> None:
    text = b" ".join(wire.quote(value, utf8=utf8) for value in values)
    # A client would send the same with non-synchronising literals.
    reader = CommandReader(
        max_line_bytes=10_000,
        max_literal_bytes=1000,
        max_append_bytes=0,
        max_command_bytes=10_000,
        max_swallow_bytes=0,
    )
    parts = [b"a X"]
    for value in values:
        quoted = wire.quote(value, utf8=utf8)
        parts.append(b" " + (b"{%d+}\r\n" % len(value) + value if quoted.startswith(b"{") else quoted))
    reader.feed(b"".join(parts) + b"\r\n")
    event = reader.next_event()
    assert isinstance(event, CommandLine), text
    parser = Parser(event.text, event.literals, utf8=utf8)
    for value in values:
        parser.sp()
        assert parser.string() == value
    parser.end()


@given(STRINGS, st.booleans())
@settings(max_examples=200, deadline=None)
def test_astrings_survive(value: bytes, utf8: bool) -> None:
    text = wire.astring(value, utf8=utf8)
    if text.startswith(b"{"):
        assert text == b"{%d}\r\n" % len(value) + value
    else:
        parser = Parser(text, utf8=utf8)
        assert parser.astring() == value
        parser.end()


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=20), st.booleans())
@settings(max_examples=200, deadline=None)
def test_mailbox_names_survive(name: str, utf8: bool) -> None:
    name = unicodedata.normalize("NFC", name)  # no other form is a name (RFC 9051 5.1)
    parser = Parser(wire.mailbox(name, utf8=utf8), utf8=utf8)
    folded = "INBOX" + name[5:] if name[:6].upper() in ("INBOX", "INBOX/") else name
    assert parser.mailbox() == folded
    parser.end()
