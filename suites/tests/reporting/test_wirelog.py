"""A wire log is read back as the clients write it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mailproof_suites.clients.transcript import Transcript
from mailproof_suites.reporting.wirelog import WireLine, parse


def test_what_a_client_records_is_read_back() -> None:
    now = iter([0.0, 0.002, 0.005, 0.011, 0.012, 1234.5])
    transcript = Transcript(clock=lambda: next(now))
    transcript.secret("hunter2")
    transcript.note("alice", "connected, TLSv1.3")
    transcript.sent("alice", b"A1 LOGIN alice hunter2\r\n")
    transcript.received("alice", b"* CAPABILITY IMAP4rev2\r\nA1 OK > done\r\n")
    transcript.sent("idle-1", b"\r\n")
    transcript.received("idle-1", b"* OK bare")
    assert parse(transcript.render()) == [
        WireLine("*", "alice", "0.002", "connected, TLSv1.3"),
        WireLine(">", "alice", "0.005", "A1 LOGIN alice *******"),
        WireLine("<", "alice", "0.011", "* CAPABILITY IMAP4rev2"),
        WireLine("<", "alice", "0.011", "A1 OK > done"),
        WireLine(">", "idle-1", "0.012", ""),
        WireLine("<", "idle-1", "1234.500", "* OK bare⟨no CRLF⟩"),
    ]


def test_lines_without_a_head_continue_or_remark() -> None:
    assert parse("(3 older entries were dropped)\n    0.001 a > NOOP\nsecond line of it\n") == [
        WireLine("*", "", "", "(3 older entries were dropped)"),
        WireLine(">", "a", "0.001", "NOOP"),
        WireLine(">", "a", "", "second line of it"),
    ]
    assert parse("") == parse("\n \n") == []


def test_a_connection_may_have_no_name() -> None:
    assert parse("    0.001  > > x < y\n") == [WireLine(">", "", "0.001", "> x < y")]


@given(st.text(st.characters(exclude_categories=[])))
def test_no_text_is_lost(text: str) -> None:
    lines = parse(f"    0.001 a < {text}")
    assert lines[0].direction == "<"
    assert all("\x00" not in line.text for line in lines)


@given(st.lists(st.tuples(st.sampled_from("><"), st.binary(max_size=40)), max_size=8))
def test_whatever_is_on_the_wire_keeps_its_direction(pieces: list[tuple[str, bytes]]) -> None:
    transcript = Transcript()
    for direction, data in pieces:
        (transcript.sent if direction == ">" else transcript.received)("a", data)
    lines = parse(transcript.render())
    assert len(lines) == len(transcript.render().splitlines())
    assert all(line.time for line in lines)
