"""Whatever a server sends is a value or a GrammarViolation, never another exception, however it is cut."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mailproof_suites.clients.errors import ConnectionClosed, GrammarViolation
from mailproof_suites.clients.imap import Broken, Dialect, ImapConnection, parse_response
from mailproof_suites.clients.imap.values import Response
from mailproof_suites.clients.tls import Stream
from mailproof_suites.monitors import Collector, observers_for

LINES = [
    b"* OK [CAPABILITY IMAP4rev1 IDLE] ready\r\n",
    b"* OK [COPYUID 1 2:3 4:5] copied\r\n",
    b"* FLAGS (\\Seen \\Draft $x)\r\n",
    b"* 3 EXISTS\r\n",
    b"* 2 EXPUNGE\r\n",
    b'* LIST (\\HasChildren) "/" "a b" ("CHILDINFO" ("SUBSCRIBED"))\r\n',
    b"* STATUS x (MESSAGES 3 UIDNEXT 4 MAILBOXID (F1))\r\n",
    b"* SEARCH 1 2 (MODSEQ 4)\r\n",
    b'* ESEARCH (TAG "a") UID MIN 1 ALL 1:3 COUNT 3\r\n',
    b"* VANISHED (EARLIER) 1:4,7\r\n",
    b"* THREAD (1 (2)(3 4))\r\n",
    b'* NAMESPACE (("" "/")) NIL NIL\r\n',
    b'* METADATA "" (/shared/x {3}\r\nabc)\r\n',
    b"* 1 FETCH (UID 4 FLAGS () BODY[HEADER.FIELDS (A)]<0> {5}\r\na\r\nbc RFC822.SIZE 9)\r\n",
    b'* 1 FETCH (ENVELOPE ("d" "s" ((NIL NIL "m" "h")) NIL NIL NIL NIL NIL NIL "<i>"))\r\n',
    b'* 1 FETCH (BODYSTRUCTURE (("TEXT" "PLAIN" ("a" "b") NIL NIL "7BIT" 5 1)("A" "B" NIL NIL NIL "X" 2) "M"))\r\n',
    b"+ go on\r\n",
    b"a1 NO [BADCHARSET (utf-8)] what\r\n",
]

TOKENS = st.sampled_from(
    [*(bytes([octet]) for octet in b'()" \\[]*0\x00\xff\r\n'), b"{3}\r\n", b"~{1}\r\n", b"NIL", b"9" * 30]
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A lawful line with a few octets taken away, put in or doubled."""
    data = draw(st.sampled_from(LINES))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        size = draw(st.integers(0, 6))
        data = data[:at] + draw(TOKENS | st.just(data[at : at + size])) + data[at + draw(st.integers(0, 3)) :]
    return data


@given(st.binary(max_size=200) | mutated(), st.booleans())
@settings(max_examples=200)
def test_any_octets_are_a_response(data: bytes, utf8: bool) -> None:
    response = parse_response(data, Dialect(utf8=utf8, utf8_text=utf8))
    assert response.raw == data


@given(st.lists(st.sampled_from(LINES) | mutated(), max_size=6))
@settings(max_examples=200)
def test_any_session_is_survived_by_client_and_monitors(lines: list[bytes]) -> None:
    script = b"* OK hello\r\n" + b"".join(lines)
    collector = Collector()
    read_all(script, 65536, observers_for("imap", collector))
    assert collector.checks["RFC9051:9-51"] >= 1


@given(st.lists(st.sampled_from(LINES), max_size=8), st.integers(1, 7))
@settings(max_examples=100)
def test_pieces_of_any_size_give_the_same_responses(lines: list[bytes], size: int) -> None:
    script = b"* OK hello\r\n" + b"".join(lines)
    whole = read_all(script, 65536)
    assert [response.raw for response in whole] == lines
    assert read_all(script, size) == whole
    assert read_all(script, 1) == whole


def test_every_sample_line_is_lawful() -> None:
    assert [line for line in LINES if isinstance(parse_response(line), Broken)] == []


class Cut:
    """A socket that gives its data in pieces of one size and then ends."""

    def __init__(self, data: bytes, size: int) -> None:
        self.data = data
        self.size = size

    def settimeout(self, timeout_s: float | None) -> None:
        """It never waits."""

    def recv(self, size: int) -> bytes:
        piece, self.data = self.data[: self.size], self.data[self.size :]
        return piece

    def close(self) -> None:
        """Nothing to close."""


def read_all(script: bytes, size: int, observers: Any = ()) -> list[Response]:
    """Every response behind the greeting, up to the end or to a line that cannot be framed."""
    stream = Stream(Cut(script, size), timeout_s=5)  # type: ignore[arg-type]
    connection = ImapConnection("s.test", 993, stream=stream, observers=observers, literal_limit=1 << 16)
    responses = []
    try:
        while True:
            responses.append(connection.read_response())
    except (ConnectionClosed, GrammarViolation):
        return responses
