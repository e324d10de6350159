"""Command lines: where they end, how long they may be, and that chunking changes nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproof_server.wire.smtp import replies
from mailproof_server.wire.smtp.command import Command, parse_command
from mailproof_server.wire.smtp.errors import WireError
from mailproof_server.wire.smtp.lines import LineLimits, LineReader
from mailproof_server.wire.smtp.reply import Reply

Outcome = bytes | Reply
LIMITS = LineLimits(endless=2000)


def outcomes(pieces: list[bytes], limits: LineLimits = LIMITS) -> tuple[list[Outcome], bool]:
    """Every line, or the reply to it, and whether the connection has to end."""
    reader = LineReader(limits)
    found: list[Outcome] = []
    for piece in pieces:
        reader.feed(piece)
        while True:
            try:
                line = reader.next_line()
            except WireError as error:
                found.append(error.reply)
                if error.fatal:
                    return found, True
                continue
            if line is None:
                break
            found.append(line)
    return found, False


@pytest.mark.parametrize(
    ("sent", "expected", "ends"),
    [
        (b"NOOP\r\n", [b"NOOP"], False),
        (b"NOOP\r\nQUIT\r\n", [b"NOOP", b"QUIT"], False),
        (b"NOOP\r\nQUI", [b"NOOP"], False),
        (b"\r\n", [b""], False),
        (b"NOOP\n", [replies.BARE_LINE_FEED], True),
        (b"\n", [replies.BARE_LINE_FEED], True),
        (b"NOOP\nQUIT\r\n", [replies.BARE_LINE_FEED], True),
        (b"NOOP\r\n\nQUIT\r\n", [b"NOOP", replies.BARE_LINE_FEED], True),
        (b"NOOP\r", [], False),
        (b"NO\rOP\r\nQUIT\r\n", [replies.BARE_CR_OR_NUL, b"QUIT"], False),
        (b"NOOP\r\r\nQUIT\r\n", [replies.BARE_CR_OR_NUL, b"QUIT"], False),
        (b"NO\0OP\r\nQUIT\r\n", [replies.BARE_CR_OR_NUL, b"QUIT"], False),
        (b"NOOP " + b"x" * 505 + b"\r\n", [b"NOOP " + b"x" * 505], False),
        (b"NOOP " + b"x" * 506 + b"\r\nQUIT\r\n", [replies.LINE_TOO_LONG, b"QUIT"], False),
        (b"auth " + b"x" * 800 + b"\r\n", [b"auth " + b"x" * 800], False),
        (b"MAIL " + b"x" * 600 + b"\r\n", [b"MAIL " + b"x" * 600], False),
        (b"MAIL " + b"x" * 1170 + b"\r\n", [replies.LINE_TOO_LONG], False),
        (b"x" * 2001, [replies.LINE_TOO_LONG], True),
        (b"x" * 2000, [], False),
        (b"x" * 3000 + b"\r\n", [replies.LINE_TOO_LONG], True),
    ],
)
def test_line_ends_and_lengths(sent: bytes, expected: list[Outcome], ends: bool) -> None:
    assert outcomes([sent]) == (expected, ends)
    assert outcomes([sent[index : index + 1] for index in range(len(sent))]) == (expected, ends)


def test_an_auth_line_may_have_12288_octets_and_has_its_own_reply() -> None:
    line = b"AUTH PLAIN " + b"A" * (12288 - 13)
    assert outcomes([line + b"\r\n"], LineLimits()) == ([line], False)
    assert outcomes([line + b"A\r\n"], LineLimits()) == ([replies.AUTH_LINE_TOO_LONG], False)


def test_a_line_of_an_exchange_has_the_auth_limit() -> None:
    reader = LineReader(LineLimits(auth=20))
    reader.feed(b"A" * 18 + b"\r\n" + b"A" * 19 + b"\r\n")
    assert reader.next_line(in_auth=True) == b"A" * 18
    with pytest.raises(WireError) as caught:
        reader.next_line(in_auth=True)
    assert caught.value.reply == replies.AUTH_LINE_TOO_LONG
    assert not caught.value.fatal


@given(st.lists(st.sampled_from([b"NOOP", b"\r\n", b"\r", b"\n", b"\0", b"x" * 300, b"\r\n.\r\n", b" "]), max_size=14))
@settings(max_examples=150, deadline=None)
def test_chunking_changes_nothing(parts: list[bytes]) -> None:
    sent = b"".join(parts)
    whole = outcomes([sent])
    assert outcomes([sent[index : index + 1] for index in range(len(sent))]) == whole
    assert outcomes(parts) == whole


def test_what_is_no_line_can_be_taken_and_given_back() -> None:
    reader = LineReader(LineLimits())
    reader.feed(b"BDAT 3\r\nabcNOOP\r\nmore")
    assert reader.next_line() == b"BDAT 3"
    assert reader.take(3) == b"abc"
    assert reader.next_line() == b"NOOP"
    assert reader.has_octets
    assert reader.take() == b"more"
    assert not reader.has_octets
    reader.give_back(b"QUIT\r")
    assert reader.next_line() is None
    reader.feed(b"\n")
    assert reader.next_line() == b"QUIT"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"noop", Command(b"NOOP", b"")),
        (b"MaIl FROM:<a@b.example>", Command(b"MAIL", b"FROM:<a@b.example>")),
        (b"HELP  MAIL ", Command(b"HELP", b" MAIL")),
        (b"RSET \t ", Command(b"RSET", b"")),
    ],
)
def test_command_lines(line: bytes, expected: Command) -> None:
    assert parse_command(line) == expected


@pytest.mark.parametrize("line", [b"", b" NOOP", b"NOOP1", b"N\xc3\x96OP", b"*", b"a1 NOOP", b"MAIL:<a>", b"NOOP\tx"])
def test_lines_that_begin_with_no_verb(line: bytes) -> None:
    with pytest.raises(WireError) as caught:
        parse_command(line)
    assert caught.value.reply == replies.UNKNOWN_COMMAND
