"""The command reader: what comes out is decided by the bytes alone, and every limit holds to the octet."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproof_server.wire.imap.stream import (
    NEED_DATA,
    BadLine,
    CommandLine,
    CommandReader,
    Continuation,
    Event,
    RawLine,
)

LINE = 40
LITERAL = 30
APPEND = 90
COMMAND = 200
SWALLOW = 500


def reader(*, nonsync: int | None = None, command: int = COMMAND) -> CommandReader:
    return CommandReader(
        max_line_bytes=LINE,
        max_literal_bytes=LITERAL,
        max_append_bytes=APPEND,
        max_command_bytes=command,
        max_swallow_bytes=SWALLOW,
        max_nonsync_literal_bytes=nonsync,
    )


def drain(commands: CommandReader, *, accept: bool = True) -> list[Event]:
    """All events there are now; literals are all accepted, or all refused."""
    events: list[Event] = []
    while (event := commands.next_event()) is not NEED_DATA:
        events.append(event)
        if isinstance(event, Continuation):
            if accept:
                commands.accept_literal()
            else:
                commands.refuse_literal()
    return events


def read(data: bytes, *, accept: bool = True, nonsync: int | None = None) -> list[Event]:
    commands = reader(nonsync=nonsync)
    commands.feed(data)
    return drain(commands, accept=accept)


def command(tag: bytes, name: bytes, text: bytes = b"", *literals: bytes) -> CommandLine:
    return CommandLine(tag, name, text, literals)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a1 NOOP\r\n", [command(b"a1", b"NOOP")]),
        (b"a1 noop\r\n", [command(b"a1", b"NOOP")]),
        (b"] NOOP \r\n", [command(b"]", b"NOOP", b" ")]),
        (b"a1 UID FETCH 1:* (FLAGS)\r\n", [command(b"a1", b"UID FETCH", b" 1:* (FLAGS)")]),
        (b"a1 uid Expunge 3\r\n", [command(b"a1", b"UID EXPUNGE", b" 3")]),
        (b"a1 UID\r\n", [command(b"a1", b"UID")]),
        (b"a X-GM-EXT.1 y\r\nb NOOP\r\n", [command(b"a", b"X-GM-EXT.1", b" y"), command(b"b", b"NOOP")]),
        # "}" that announces nothing is left to the grammar.
        (b"a1 SELECT x}\r\n", [command(b"a1", b"SELECT", b" x}")]),
        (b"a1 SELECT {}\r\n", [command(b"a1", b"SELECT", b" {}")]),
        (b"a1 SELECT {-1}\r\n", [command(b"a1", b"SELECT", b" {-1}")]),
        (b"a1 SELECT {0+}\r\n\r\n", [command(b"a1", b"SELECT", b" {0+}\r\n", b"")]),
        (b"a1 SELECT {005+}\r\nINBOX\r\n", [command(b"a1", b"SELECT", b" {005+}\r\n", b"INBOX")]),
        (
            b"A001 LOGIN {4+}\r\nFRED {6+}\r\nFOOBAR\r\nA002 NOOP\r\n",
            [command(b"A001", b"LOGIN", b" {4+}\r\n {6+}\r\n", b"FRED", b"FOOBAR"), command(b"A002", b"NOOP")],
        ),
        # A literal may hold anything that looks like a line, an announcement or another command.
        (
            b"a LOGIN {14+}\r\n\r\nb NOOP {9}\r\n x\r\n",
            [command(b"a", b"LOGIN", b" {14+}\r\n x", b"\r\nb NOOP {9}\r\n")],
        ),
    ],
)
def test_whole_commands(data: bytes, expected: list[Event]) -> None:
    assert read(data) == expected


@pytest.mark.parametrize(
    ("data", "tag", "reason"),
    [
        (b"\r\n", None, "no command"),
        (b" NOOP\r\n", None, "no command"),
        (b"+ NOOP\r\n", None, "no command"),
        (b"a+b NOOP\r\n", None, "no command"),
        (b"* NOOP\r\n", None, "no command"),
        (b"a(b NOOP\r\n", None, "no command"),
        (b"\xc3\xa4 NOOP\r\n", None, "no command"),
        (b"a1\r\n", b"a1", "no command"),
        (b"a1 \r\n", b"a1", "no command"),
        (b"a1  NOOP\r\n", b"a1", "no command"),
        (b"a1 (\r\n", b"a1", "no command"),
        (b"a1 NOOP\n", b"a1", "line does not end with CRLF"),
        (b"a1 SELECT \0\r\n", b"a1", "NUL in command line"),
        (b"a1 NOOP\r\r\n", b"a1", "no command"),
        (b"a1 SELECT x\ry\r\n", b"a1", "no command"),
        (b"a1 LOGIN {1+}\r\nx y\rz\r\n", b"a1", "NUL, bare CR or bare LF in command line"),
        (b"a1 LOGIN {1+}\r\nx y\n", b"a1", "NUL, bare CR or bare LF in command line"),
        (b"a1 LOGIN {1+}\r\nx \0\r\n", b"a1", "NUL, bare CR or bare LF in command line"),
        (b"a1 LOGIN {3+}\r\nx\0y z\r\n", b"a1", "NUL in literal"),
    ],
)
def test_bad_lines_are_reported_once_and_the_next_command_is_read(data: bytes, tag: bytes | None, reason: str) -> None:
    assert read(data + b"z NOOP\r\n") == [BadLine(tag, reason), command(b"z", b"NOOP")]


@pytest.mark.parametrize("start", [b"a(b {9+}", b"a1 LOGIN x\0 {9+}", b"a {9+}"])
def test_a_bad_line_takes_its_non_synchronising_literals_with_it(start: bytes) -> None:
    events = read(start + b"\r\nq NOOP\r\n\x00 rest {8+}\r\nr NOOP\r\n\r\nz NOOP\r\n")
    assert [type(event) for event in events] == [BadLine, CommandLine]
    assert events[1] == command(b"z", b"NOOP")


def test_a_literal8_may_hold_nul() -> None:
    assert read(b"a APPEND x ~{3+}\r\n\0\0\0\r\n") == [
        Continuation(b"a", b"APPEND", b" x ~{3+}\r\n", (), 3, False, True, True),
        command(b"a", b"APPEND", b" x ~{3+}\r\n", b"\0\0\0"),
    ]


def test_a_synchronising_literal_waits_for_the_caller() -> None:
    commands = reader()
    commands.feed(b"a LOGIN {4}\r\n")
    assert commands.next_event() == Continuation(b"a", b"LOGIN", b" {4}\r\n", (), 4, True, False, False)
    with pytest.raises(RuntimeError):
        commands.next_event()
    commands.accept_literal()
    assert commands.next_event() is NEED_DATA
    commands.feed(b"FR")
    assert commands.next_event() is NEED_DATA
    commands.feed(b"ED {6}\r\n")
    event = commands.next_event()
    assert event == Continuation(b"a", b"LOGIN", b" {4}\r\n {6}\r\n", (b"FRED",), 6, True, False, False)
    commands.accept_literal()
    commands.feed(b"FOOBAR\r\n")
    assert commands.next_event() == command(b"a", b"LOGIN", b" {4}\r\n {6}\r\n", b"FRED", b"FOOBAR")


def test_after_a_refused_synchronising_literal_the_next_line_is_a_command() -> None:
    commands = reader()
    commands.feed(b"a LOGIN {4}\r\n")
    assert isinstance(commands.next_event(), Continuation)
    commands.refuse_literal()
    commands.feed(b"b NOOP\r\n")
    assert drain(commands) == [command(b"b", b"NOOP")]


def test_a_refused_message_with_a_non_synchronising_literal_is_dropped_to_its_end() -> None:
    data = b"a APPEND x {8+}\r\nb NOOP\r\n (\\Seen) {8+}\r\nc NOOP\r\n\r\nd NOOP\r\n"
    events = read(data, accept=False)
    assert events == [
        Continuation(b"a", b"APPEND", b" x {8+}\r\n", (), 8, False, False, True),
        command(b"d", b"NOOP"),
    ]


@pytest.mark.parametrize(
    ("start", "is_message"),
    [
        (b"a APPEND {5}\r\n", False),
        (b"a APPEND x {5}\r\n", True),
        (b"a APPEND x ~{5}\r\n", True),
        (b"a APPEND x UTF8 (~{5}\r\n", True),
        (b"a REPLACE 4 {5}\r\n", False),
        (b"a UID REPLACE 4 {5}\r\n", False),
        (b"a UID REPLACE 4 x {5}\r\n", True),
        (b"a LOGIN x {5}\r\n", False),
    ],
)
def test_only_message_literals_are_messages(start: bytes, is_message: bool) -> None:
    (event,) = read(start)
    assert isinstance(event, Continuation)
    assert event.is_message is is_message


def test_the_message_after_a_folder_literal_is_a_message() -> None:
    events = read(b"a APPEND {1+}\r\nx {5+}\r\n12345\r\n")
    assert isinstance(events[0], Continuation)
    assert events[0].is_message
    assert events[0].literals == (b"x",)
    assert events[1] == command(b"a", b"APPEND", b" {1+}\r\n {5+}\r\n", b"x", b"12345")


class TestLimits:
    """One octet below, at, and above."""

    @pytest.mark.parametrize("excess", [-1, 0, 1])
    def test_line(self, excess: int) -> None:
        line = b"a1 X " + b"y" * (LINE + excess - 5)
        events = read(line + b"\r\nz NOOP\r\n")
        first = BadLine(b"a1", "line too long", b"TOOBIG") if excess > 0 else command(b"a1", b"X", line[4:])
        assert events == [first, command(b"z", b"NOOP")]

    @pytest.mark.parametrize("excess", [-1, 0, 1])
    def test_line_that_never_ends(self, excess: int) -> None:
        commands = reader()
        commands.feed(b"a1 X " + b"y" * (LINE + 1 + excess - 5))
        event = commands.next_event()
        # At the limit one more octet may still be the CR.
        assert event == (BadLine(b"a1", "line too long", b"TOOBIG") if excess > 0 else NEED_DATA)

    @pytest.mark.parametrize("excess", [-1, 0, 1])
    def test_line_after_a_literal(self, excess: int) -> None:
        rest = b" " + b"y" * (LINE + excess - 1)
        events = read(b"a X {1+}\r\n." + rest + b"\r\nz NOOP\r\n")
        first = (
            BadLine(b"a", "line too long", b"TOOBIG") if excess > 0 else command(b"a", b"X", b" {1+}\r\n" + rest, b".")
        )
        assert events == [first, command(b"z", b"NOOP")]

    @pytest.mark.parametrize("excess", [-1, 0, 1])
    @pytest.mark.parametrize("plus", [b"", b"+"])
    def test_literal(self, excess: int, plus: bytes) -> None:
        size = LITERAL + excess
        events = read(b"a X {%d%b}\r\n" % (size, plus) + (b"" if excess > 0 and not plus else b"y" * size + b"\r\n"))
        if excess > 0:
            assert events == [BadLine(b"a", "literal too large", b"TOOBIG")]
        else:
            assert events[-1] == command(b"a", b"X", b" {%d%b}\r\n" % (size, plus), b"y" * size)

    @pytest.mark.parametrize("excess", [-1, 0, 1])
    def test_message(self, excess: int) -> None:
        size = APPEND + excess
        events = read(b"a APPEND x {%d+}\r\n" % size + b"y" * size + b"\r\nz NOOP\r\n")
        if excess > 0:
            assert events[0] == BadLine(b"a", "literal too large", b"TOOBIG", b"NO")
        else:
            assert isinstance(events[0], Continuation)
            assert isinstance(events[1], CommandLine)
            assert events[1].literals == (b"y" * size,)
        assert events[-1] == command(b"z", b"NOOP")

    @pytest.mark.parametrize("excess", [-1, 0, 1])
    def test_whole_command(self, excess: int) -> None:
        # Text: b" {25+}\r\n" and b" {25+}\r\n" and b" y…"; literals of 25.
        commands = reader(command=8 + 25 + 8 + 25 + 10 - excess)
        commands.feed(b"a X {25+}\r\n" + b"1" * 25 + b" {25+}\r\n" + b"2" * 25 + b" yyyyyyyyy\r\nz NOOP\r\n")
        events = drain(commands)
        assert isinstance(events[0], BadLine if excess > 0 else CommandLine)
        assert events[1:] == [command(b"z", b"NOOP")]

    @pytest.mark.parametrize("excess", [-1, 0, 1])
    def test_literal_that_would_pass_the_command_limit(self, excess: int) -> None:
        commands = reader(command=8 + 25 + 8 + 25 - excess)
        commands.feed(b"a X {25+}\r\n" + b"1" * 25 + b" {25+}\r\n" + b"2" * 25 + b"\r\nz NOOP\r\n")
        events = drain(commands)
        expected_first = BadLine(b"a", "literal too large", b"TOOBIG") if excess > 0 else events[0]
        assert events == [expected_first, command(b"z", b"NOOP")]
        assert isinstance(events[0], BadLine) is (excess > 0)

    @pytest.mark.parametrize("excess", [-1, 0, 1])
    def test_literal_minus(self, excess: int) -> None:
        size = 20 + excess
        events = read(b"a X {%d+}\r\n" % size + b"y" * size + b"\r\nz NOOP\r\n", nonsync=20)
        assert isinstance(events[0], BadLine if excess > 0 else CommandLine)
        if isinstance(events[0], BadLine):
            assert (events[0].status, events[0].code) == (b"BAD", b"TOOBIG")
        assert events[1:] == [command(b"z", b"NOOP")]

    @pytest.mark.parametrize("excess", [-1, 0, 1])
    def test_swallow(self, excess: int) -> None:
        size = SWALLOW + excess
        events = read(b"a X {%d+}\r\n" % size + b"y" * size + b"\r\nz NOOP\r\n")
        if excess > 0:
            assert events == [BadLine(b"a", "literal too large to be read past", b"TOOBIG", fatal=True)]
        else:
            assert events == [BadLine(b"a", "literal too large", b"TOOBIG"), command(b"z", b"NOOP")]

    @pytest.mark.parametrize("digits", [20, 21, 50])
    def test_absurd_sizes(self, digits: int) -> None:
        number = b"9" * digits
        assert read(b"a LOGIN {%b}\r\n" % number[: LINE - 10] + b"z NOOP\r\n")[-1] == command(b"z", b"NOOP")
        events = read(b"a {%b+}\r\nz NOOP\r\n" % number)
        assert isinstance(events[-1], BadLine)
        assert events[-1].fatal

    def test_after_a_fatal_line_nothing_is_kept(self) -> None:
        commands = reader()
        commands.feed(b"a X {99999+}\r\n")
        assert len(drain(commands)) == 1
        commands.feed(b"y" * 1000)
        assert commands.next_event() is NEED_DATA
        assert commands.buffered_bytes == 0


class TestRawLines:
    """AUTHENTICATE continuations and DONE."""

    def test_exactly_one_line_is_raw(self) -> None:
        commands = reader()
        commands.feed(b"a IDLE\r\nDONE\r\nb NOOP\r\n")
        assert commands.next_event() == command(b"a", b"IDLE")
        commands.expect_raw_line(10)
        assert drain(commands) == [RawLine(b"DONE"), command(b"b", b"NOOP")]

    @pytest.mark.parametrize("line", [b"", b"*", b"x {5+}", b"\0\xff", b"0123456789"])
    def test_raw_lines_have_no_grammar(self, line: bytes) -> None:
        commands = reader()
        commands.expect_raw_line(10)
        commands.feed(line + b"\r\nb NOOP\r\n")
        assert drain(commands) == [RawLine(line), command(b"b", b"NOOP")]

    def test_raw_line_above_its_limit(self) -> None:
        commands = reader()
        commands.expect_raw_line(10)
        commands.feed(b"0123456{9+}\r\nb NOOP\r\n")
        assert drain(commands) == [BadLine(None, "line too long", b"TOOBIG"), command(b"b", b"NOOP")]

    def test_raw_line_with_bare_lf(self) -> None:
        commands = reader()
        commands.expect_raw_line(10)
        commands.feed(b"DONE\nb NOOP\r\n")
        assert drain(commands) == [BadLine(None, "line does not end with CRLF"), command(b"b", b"NOOP")]

    def test_a_raw_line_inside_a_command_is_a_bug_of_the_caller(self) -> None:
        commands = reader()
        commands.feed(b"a LOGIN {3}\r\n")
        commands.next_event()
        with pytest.raises(RuntimeError):
            commands.expect_raw_line(10)


def test_decisions_without_an_announcement_are_bugs_of_the_caller() -> None:
    commands = reader()
    with pytest.raises(RuntimeError):
        commands.accept_literal()
    with pytest.raises(RuntimeError):
        commands.refuse_literal()


def test_what_follows_compress_is_handed_over_untouched() -> None:
    commands = reader()
    commands.feed(b"a COMPRESS DEFLATE\r\n\x78\x9c\n\x00")
    assert commands.next_event() == command(b"a", b"COMPRESS", b" DEFLATE")
    assert commands.take_buffered() == b"\x78\x9c\n\x00"
    assert commands.next_event() is NEED_DATA


def test_a_large_literal_is_held_once() -> None:
    size = 4 * 1024 * 1024
    commands = CommandReader(
        max_line_bytes=100, max_literal_bytes=100, max_append_bytes=size, max_command_bytes=size + 100,
        max_swallow_bytes=0,
    )  # fmt: skip
    commands.feed(b"a APPEND x {%d}\r\n" % size)
    assert isinstance(commands.next_event(), Continuation)
    commands.accept_literal()
    chunk = b"x" * 65536
    for _ in range(size // len(chunk)):
        commands.feed(chunk)
        assert commands.buffered_bytes == 0
        assert commands.next_event() is NEED_DATA
    commands.feed(b"\r\n")
    event = commands.next_event()
    assert isinstance(event, CommandLine)
    assert event.literals == (b"x" * size,)


class WatchedBuffer(bytearray):
    """Counts the octets that are searched for a line end."""

    searched = 0

    def find(self, *args: Any) -> int:
        self.searched += len(self) - (args[1] if len(args) > 1 else 0)
        return super().find(*args)


@pytest.mark.parametrize("size", [1000, 20_000])
def test_no_octet_is_searched_twice_for_a_line_end(size: int) -> None:
    commands = CommandReader(
        max_line_bytes=size + 10,
        max_literal_bytes=size,
        max_append_bytes=0,
        max_command_bytes=3 * size,
        max_swallow_bytes=0,
    )
    commands._buffer = watched = WatchedBuffer()
    data = b"a X " + b"y" * size + b"\r\nb X {%d+}\r\n" % size + b"\n" * size + b"\r\nz " + b"z" * (2 * size) + b"\r\n"
    events: list[Event] = []
    for octet in data:
        commands.feed(bytes((octet,)))
        events += drain(commands)
    assert [type(event) for event in events] == [CommandLine, CommandLine, BadLine]
    assert size < watched.searched <= len(data)


def test_a_line_without_end_is_dropped_as_it_comes() -> None:
    commands = reader()
    for _ in range(100):
        commands.feed(b"x" * 100)
        drain(commands)
        assert commands.buffered_bytes < 300
    commands.feed(b"\r\nz NOOP\r\n")
    assert drain(commands) == [command(b"z", b"NOOP")]


FRAGMENTS = [
    b"a", b"tag1 ", b" ", b"NOOP", b"UID FETCH 1 FLAGS", b"LOGIN ", b"APPEND x ", b"REPLACE 1 ", b"xyz", b"\xff",
    b"y" * 40, b"\r\n", b"\r\n", b"\n", b"\r", b"\0", b"+ ", b"}", b"{", b"{3+}", b"{3}\r\n", b"{3+}\r\n", b"~{2+}\r\n",
    b"{0+}\r\n", b"{31+}\r\n", b"{91+}\r\n", b"{501+}\r\n", b"{" + b"0" * 52 + b"1+}\r\n",
]  # fmt: skip


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=30).map(b"".join) | st.binary(max_size=80), st.data())
@settings(max_examples=200, deadline=None)
def test_cutting_the_stream_differently_changes_nothing(data: bytes, draw: st.DataObject) -> None:
    accept = draw.draw(st.booleans())
    nonsync = draw.draw(st.sampled_from([None, 2]))
    whole = read(data, accept=accept, nonsync=nonsync)
    single = reader(nonsync=nonsync)
    events: list[Event] = []
    for index in range(len(data)):
        single.feed(data[index : index + 1])
        events += drain(single, accept=accept)
        assert single.buffered_bytes <= max(LINE + 2, 2 * 64 + 1)
    assert events == whole
    cuts = sorted(draw.draw(st.lists(st.integers(0, len(data)), max_size=5)))
    pieces = [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True)]
    lumps = reader(nonsync=nonsync)
    events = []
    for piece in pieces:
        lumps.feed(memoryview(piece))
        events += drain(lumps, accept=accept)
    assert events == whole
