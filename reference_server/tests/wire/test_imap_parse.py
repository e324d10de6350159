"""The terminals of the grammar, one table each; dates and their way back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproof_server.wire.imap.dates import format_date_time, parse_date_time
from mailproof_server.wire.imap.errors import LiteralPendingError, WireError
from mailproof_server.wire.imap.parse import Parser, parse_nothing

T = TypeVar("T")


def whole(text: bytes, read: Callable[[Parser], T], *literals: bytes, utf8: bool = False) -> T:
    """What `read` makes of all of `text`."""
    parser = Parser(text, literals, utf8=utf8)
    value = read(parser)
    parser.end()
    return value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b'""', b""),
        (b'"a b"', b"a b"),
        (b'"\\"x\\\\"', b'"x\\'),
        (b'"NIL"', b"NIL"),
        (b'"{3}"', b"{3}"),
        (b'"\t(*%"', b"\t(*%"),
        (b"{3}\r\n", b"abc"),
        (b"{3+}\r\n", b"abc"),
    ],
)
def test_strings(text: bytes, value: bytes) -> None:
    assert whole(text, Parser.string, b"abc") == value
    assert whole(text, Parser.astring, b"abc") == value
    assert whole(text, Parser.nstring, b"abc") == value


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b'"',
        b'"abc',
        b'"a\\b"',
        b'"a\\',
        b'"a\r"',
        b'"a\n"',
        b'"a\0"',
        b'"\xc3\xbc"',
        b"{3}",
        b"{}\r\n",
        b"(a)",
    ],
)
def test_what_is_no_string(text: bytes) -> None:
    for read in (Parser.string, Parser.astring, Parser.nstring):
        with pytest.raises(WireError):
            whole(text, read)


def test_a_literal8_is_no_string() -> None:
    with pytest.raises(WireError):
        whole(b"~{3}\r\n", Parser.string, b"a\0c")
    assert whole(b"~{3}\r\n", lambda parser: parser.literal(allow_binary=True), b"a\0c") == (b"a\0c", True)
    assert whole(b"{3+}\r\n", lambda parser: parser.literal(allow_binary=True), b"abc") == (b"abc", False)
    with pytest.raises(WireError):
        whole(b"~{3}\r\n", Parser.literal, b"a\0c")


def test_a_literal_that_is_not_here_yet_is_told_from_a_grammar_error() -> None:
    with pytest.raises(LiteralPendingError):
        whole(b"{3}\r\n", Parser.string)


def test_literals_are_the_objects_that_were_read() -> None:
    data = b"x" * 100
    assert whole(b"{100}\r\n", Parser.string, data) is data


def test_utf8_in_quoted_strings_only_when_enabled() -> None:
    assert whole('"grün"'.encode(), Parser.string, utf8=True) == "grün".encode()
    for text in (b'"\xff"', b'"\xc3"', b'"\xed\xa0\x80"'):
        with pytest.raises(WireError):
            whole(text, Parser.string, utf8=True)
    # Atoms stay ASCII.
    with pytest.raises(WireError):
        whole("grün".encode(), Parser.astring, utf8=True)


@pytest.mark.parametrize("text", [b"NIL", b"nil", b"Nil"])
def test_nil(text: bytes) -> None:
    assert whole(text, Parser.nstring) is None
    assert whole(text, Parser.astring) == text


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        (b"a", b""),
        (b"a]b", b"]b"),
        (b"a b", b" b"),
        (b"a(b", b"(b"),
        (b"$x+~!#", b""),
        (b"a%", b"%"),
        (b"a\x7f", b"\x7f"),
    ],
)
def test_atoms_end_before_specials(text: bytes, rest: bytes) -> None:
    parser = Parser(text)
    parser.atom()
    assert parser.text[parser.pos :] == rest


@pytest.mark.parametrize("special", list(b'(){ %*"\\]\x00\x1f\x7f\x80\xff'))
def test_specials_begin_no_atom(special: int) -> None:
    with pytest.raises(WireError):
        Parser(bytes([special])).atom()


def test_a_bracket_may_stand_in_an_astring() -> None:
    assert whole(b"[a]", Parser.astring) == b"[a]"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (b"inbox", "INBOX"),
        (b'"InBox/x"', "INBOX/x"),
        (b"&AOk-t&AOk-", "été"),
        (b"{4}\r\n", "a b!"),
        (b'""', ""),
    ],
)
def test_mailbox(text: bytes, name: str) -> None:
    assert whole(text, Parser.mailbox, b"a b!") == name


def test_list_patterns_may_hold_wildcards() -> None:
    assert whole(b"a/%*]", Parser.list_mailbox) == "a/%*]"
    assert whole(b'"a %"', Parser.list_mailbox) == "a %"
    assert whole(b"&AOk-*", Parser.list_mailbox) == "é*"
    with pytest.raises(WireError):
        whole(b"a%", Parser.mailbox)


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (Parser.number, b"0", 0),
        (Parser.number, b"007", 7),
        (Parser.number, b"4294967295", 4294967295),
        (Parser.nz_number, b"1", 1),
        (Parser.number64, b"9223372036854775807", 2**63 - 1),
        (Parser.number64, b"0", 0),
        (Parser.mod_sequence, b"1", 1),
    ],
)
def test_numbers(read: Callable[[Parser], int], text: bytes, value: int) -> None:
    assert whole(text, read) == value


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (Parser.number, b""),
        (Parser.number, b"-1"),
        (Parser.number, b"+1"),
        (Parser.number, b"4294967296"),
        (Parser.number, b"1_0"),
        (Parser.number, "\u0661".encode()),
        (Parser.nz_number, b"0"),
        (Parser.nz_number, b"01"),
        (Parser.number64, b"9223372036854775808"),
        (Parser.number64, b"9" * 5000),
        (Parser.mod_sequence, b"0"),
    ],
)
def test_what_is_no_number(read: Callable[[Parser], int], text: bytes) -> None:
    with pytest.raises(WireError):
        whole(text, read)


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        (b"()", ()),
        (b"(\\Seen)", (b"\\Seen",)),
        (b"(\\SEEN \\deleted $Forwarded)", (b"\\Seen", b"\\Deleted", b"$Forwarded")),
        (b"(\\Recent \\Draft)", (b"\\Draft",)),
        (b"($a $A \\Seen \\seen)", (b"$a", b"\\Seen")),
    ],
)
def test_flag_lists(text: bytes, flags: tuple[bytes, ...]) -> None:
    assert whole(text, Parser.flag_list) == flags


@pytest.mark.parametrize(
    "text", [b"(\\*)", b"(\\Foo)", b"(\\)", b"( )", b"(a  b)", b"(a b", b"(a,(b))", b"(a])", b'("a")', b"(a\xff)", b"a"]
)
def test_what_is_no_flag_list(text: bytes) -> None:
    with pytest.raises(WireError):
        whole(text, Parser.flag_list)


@pytest.mark.parametrize("text", [b"1-Feb-1994", b'"1-Feb-1994"', b"01-FEB-1994"])
def test_dates(text: bytes) -> None:
    assert whole(text, Parser.date) == date(1994, 2, 1)


@pytest.mark.parametrize(
    "text",
    [
        b"30-Feb-1994",
        b"1-Foo-1994",
        b"1-Feb-94",
        b"0-Feb-1994",
        b"1-Feb-0000",
        b'"1-Feb-1994',
        b'1-Feb-1994"',
        b"1 Feb 1994",
    ],
)
def test_what_is_no_date(text: bytes) -> None:
    with pytest.raises(WireError):
        whole(text, Parser.date)


def test_date_times() -> None:
    moment = whole(b'"17-Jul-1996 02:44:25 -0700"', Parser.date_time)
    assert moment == datetime(1996, 7, 17, 9, 44, 25, tzinfo=UTC)
    assert moment.utcoffset() == timedelta(hours=-7)
    assert whole(b'" 1-jan-2024 00:00:60 +0530"', Parser.date_time) == datetime(
        2024, 1, 1, 0, 0, 59, tzinfo=timezone(timedelta(hours=5, minutes=30))
    )


@pytest.mark.parametrize(
    "text",
    [
        b"17-Jul-1996 02:44:25 -0700",
        b'"17-Jul-1996 02:44:25"',
        b'"17-Jul-1996 02:44:25 GMT"',
        b'"17-Jul-1996 24:00:00 +0000"',
        b'"17-Jul-1996 02:44:61 +0000"',
        b'"17-Jul-1996 02:60:00 +0000"',
        b'"17-Jul-1996 02:44:25 +0060"',
        b'"17-Jul-1996 02:44:25 +2400"',
        b'"17-Jul-1996  02:44:25 +0000"',
        b'"31-Jun-1996 02:44:25 +0000"',
        b'"01-Jan-0001 00:00:00 +0100"',
        b'"31-Dec-9999 23:59:59 -0100"',
        b'"01-Jan-0000 00:00:00 +0000"',
        b'""',
    ],
)
def test_what_is_no_date_time(text: bytes) -> None:
    with pytest.raises(WireError):
        whole(text, Parser.date_time)


def test_the_day_is_padded_with_a_space() -> None:
    zone = timezone(timedelta(hours=-7, minutes=-30))
    assert format_date_time(datetime(1996, 7, 7, 2, 44, 5, tzinfo=zone)) == b'" 7-Jul-1996 02:44:05 -0730"'
    with pytest.raises(ValueError, match="naive"):
        format_date_time(datetime(1996, 7, 7))  # noqa: DTZ001 - that is the point


ZONES = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=ZONES))  # noqa: DTZ001 - bounds are naive
@settings(max_examples=200, deadline=None)
def test_date_times_survive(moment: datetime) -> None:
    text = format_date_time(moment)
    assert len(text) == 28
    parsed = parse_date_time(text[1:-1])
    assert parsed == moment.replace(microsecond=0)
    assert parsed.utcoffset() == moment.utcoffset()


def test_spaces_count() -> None:
    parser = Parser(b"  a")
    parser.sp()
    with pytest.raises(WireError):
        parser.atom()
    with pytest.raises(WireError, match="missing argument"):
        Parser(b"").sp()


@pytest.mark.parametrize("text", [b" ", b" x", b"\r\n"])
def test_commands_without_arguments(text: bytes) -> None:
    parse_nothing(Parser(b""))
    with pytest.raises(WireError):
        parse_nothing(Parser(text))


def test_nesting_is_limited() -> None:
    parser = Parser(b"", max_depth=5)
    for _ in range(5):
        parser.enter()
    with pytest.raises(WireError, match="deep"):
        parser.enter()


def test_keywords_are_whole_words_in_any_case() -> None:
    parser = Parser(b"Return (x)")
    assert not parser.take_keyword(b"RET")
    assert parser.peek_keyword() == b"RETURN"
    assert parser.take_keyword(b"RETURN")
    assert parser.peek(b" (")
