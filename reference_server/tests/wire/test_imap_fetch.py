"""FETCH: every data item, what the response calls it, and what is refused."""

from __future__ import annotations

import pytest

from mailproof_server.wire.imap.errors import WireError
from mailproof_server.wire.imap.fetch import (
    Attribute,
    Binary,
    BinarySize,
    Body,
    FetchArgs,
    FetchItem,
    Partial,
    Preview,
    Section,
    parse_fetch,
)
from mailproof_server.wire.imap.parse import Parser
from mailproof_server.wire.imap.sequence import STAR, PartialRange, SequenceSet


def fetch(text: bytes, *literals: bytes, uid: bool = False) -> FetchArgs:
    return parse_fetch(Parser(text, literals), uid=uid)


def items(text: bytes, *literals: bytes) -> tuple[FetchItem, ...]:
    return fetch(b" 1 " + text, *literals).items


def names(*words: bytes) -> tuple[FetchItem, ...]:
    return tuple(Attribute(word) for word in words)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"FLAGS", names(b"FLAGS")),
        (b"(FLAGS)", names(b"FLAGS")),
        (b"(uid Flags internaldate)", names(b"UID", b"FLAGS", b"INTERNALDATE")),
        (b"(BODY BODYSTRUCTURE)", names(b"BODY", b"BODYSTRUCTURE")),
        (b"(RFC822 RFC822.HEADER RFC822.TEXT)", names(b"RFC822", b"RFC822.HEADER", b"RFC822.TEXT")),
        (b"(MODSEQ EMAILID THREADID SAVEDATE)", names(b"MODSEQ", b"EMAILID", b"THREADID", b"SAVEDATE")),
        (b"ALL", names(b"FLAGS", b"INTERNALDATE", b"RFC822.SIZE", b"ENVELOPE")),
        (b"fast", names(b"FLAGS", b"INTERNALDATE", b"RFC822.SIZE")),
        (b"FULL", names(b"FLAGS", b"INTERNALDATE", b"RFC822.SIZE", b"ENVELOPE", b"BODY")),
        (b"(PREVIEW)", (Preview(lazy=False),)),
        (b"(PREVIEW (lazy) UID)", (Preview(lazy=True), Attribute(b"UID"))),
        (b"BINARY[]", (Binary((), peek=False),)),
        (b"BINARY.PEEK[1.2]<0.10>", (Binary((1, 2), True, Partial(0, 10)),)),
        (b"BINARY.SIZE[3]", (BinarySize((3,)),)),
    ],
)  # fmt: skip
def test_items(text: bytes, expected: tuple[FetchItem, ...]) -> None:
    assert items(text) == expected


@pytest.mark.parametrize(
    ("text", "section", "label"),
    [
        (b"BODY[]", Section(), b"BODY[]"),
        (b"BODY.PEEK[]", Section(), b"BODY[]"),
        (b"body.peek[text]", Section((), b"TEXT"), b"BODY[TEXT]"),
        (b"BODY[HEADER]", Section((), b"HEADER"), b"BODY[HEADER]"),
        (b"BODY[1]", Section((1,)), b"BODY[1]"),
        (b"BODY[4.2.1]", Section((4, 2, 1)), b"BODY[4.2.1]"),
        (b"BODY[3.HEADER]", Section((3,), b"HEADER"), b"BODY[3.HEADER]"),
        (b"BODY[4.1.mime]", Section((4, 1), b"MIME"), b"BODY[4.1.MIME]"),
        (
            b"BODY.PEEK[HEADER.FIELDS (From To)]",
            Section((), b"HEADER.FIELDS", (b"From", b"To")),
            b"BODY[HEADER.FIELDS (From To)]",
        ),
        (
            b'BODY[1.HEADER.FIELDS.NOT ("X A" {4}\r\n)]',
            Section((1,), b"HEADER.FIELDS.NOT", (b"X A", b'y"z\\')),
            b'BODY[1.HEADER.FIELDS.NOT ("X A" "y\\"z\\\\")]',
        ),
    ],
)
def test_sections_and_what_the_response_calls_them(text: bytes, section: Section, label: bytes) -> None:
    (item,) = items(text, b'y"z\\')
    assert isinstance(item, Body)
    assert item.section == section
    assert item.peek is (b".PEEK" in text.upper())
    assert item.label() == label


def test_labels_keep_the_origin_but_not_the_length() -> None:
    (body,) = items(b"BODY[]<1024.4096>")
    assert isinstance(body, Body)
    assert body.partial == Partial(1024, 4096)
    assert body.label() == b"BODY[]<1024>"
    binary, size = items(b"(BINARY.PEEK[2.1]<7.1> BINARY.SIZE[2.1])")
    assert isinstance(binary, Binary)
    assert isinstance(size, BinarySize)
    assert binary.label() == b"BINARY[2.1]<7>"
    assert size.label() == b"BINARY.SIZE[2.1]"


@pytest.mark.parametrize(
    "text",
    [
        b"", b"()", b"(FLAGS", b"FLAGS UID", b"(FLAGS  UID)", b"( FLAGS)", b"(FLAGS )", b"(ALL)", b"(FLAGS ALL)",
        b"ALL FLAGS", b"FLAG", b"BODY.PEEK", b"BODY[", b"BODY[]x", b"BODY[MIME]", b"BODY[0]", b"BODY[01]",
        b"BODY[1.]", b"BODY[.1]", b"BODY[1.0]", b"BODY[HEADER.FIELDS]", b"BODY[HEADER.FIELDS ()]",
        b"BODY[HEADER.FIELDS (a]", b"BODY[HEADER (a)]", b"BODY[TEXT.1]", b"BODY[FOO]", b"BODY[]<0>", b"BODY[]<0.0>",
        b"BODY[]<.1>", b"BODY[]<-1.1>", b"BODY[]<0.1", b"BODYSTRUCTURE[]", b"BINARY", b"BINARY[TEXT]",
        b"BINARY[1.MIME]", b"BINARY.SIZE[1]<0.1>", b"PREVIEW (FUZZY)", b"FLAGS (CHANGEDSINCE 0)",
        b"FLAGS (CHANGEDSINCE)", b"FLAGS (CHANGEDSINCE 1 CHANGEDSINCE 2)", b"FLAGS (VANISHED)",
        b"FLAGS (CHANGEDSINCE 5 VANISHED)", b"FLAGS (PARTIAL 1:2)", b"FLAGS (FOO)", b"FLAGS ()", b"FLAGS ",
        b"BODY[" + b"1." * 60 + b"x]", b"{5}\r\n",
    ],
)  # fmt: skip
def test_what_is_no_fetch(text: bytes) -> None:
    with pytest.raises(WireError):
        items(text)


def test_modifiers() -> None:
    assert fetch(b" 1:* FLAGS (CHANGEDSINCE 12345)").changed_since == 12345
    args = fetch(b" 300:500 (FLAGS) (changedsince 12345 vanished)", uid=True)
    assert args == FetchArgs(SequenceSet(((300, 500),)), names(b"FLAGS"), 12345, vanished=True)
    assert fetch(b" 1:* (UID) (PARTIAL -1:-50)", uid=True).partial == PartialRange(-1, -50)
    # An item that may take a list is not confused by the modifiers.
    assert fetch(b" 1 PREVIEW (CHANGEDSINCE 5)").items == (Preview(lazy=False),)


@pytest.mark.parametrize("text", [b" 1 FLAGS (VANISHED)", b" 1 FLAGS (PARTIAL 0:1)", b" 1 FLAGS (PARTIAL 1:-1)"])
def test_bad_modifiers_of_uid_fetch(text: bytes) -> None:
    with pytest.raises(WireError):
        fetch(text, uid=True)


def test_repeated_commands_share_their_items() -> None:
    first, second = fetch(b" 1:* (FLAGS UID)"), fetch(b" 7 (FLAGS UID)")
    assert first.items is second.items
    assert first.sequence == SequenceSet(((1, STAR),))


def test_uid_and_plain_fetch_are_not_confused_by_the_sharing() -> None:
    assert fetch(b" 1 FLAGS (PARTIAL 1:2)", uid=True).partial == PartialRange(1, 2)
    with pytest.raises(WireError):
        fetch(b" 1 FLAGS (PARTIAL 1:2)")


def test_a_long_list_is_parsed_without_being_kept() -> None:
    text = b" 1 BODY[HEADER.FIELDS (" + b" ".join(b"X-Field-%d" % number for number in range(40)) + b")]"
    (item,) = fetch(text).items
    assert isinstance(item, Body)
    assert len(item.section.fields) == 40
    assert fetch(text).items[0] is not item
