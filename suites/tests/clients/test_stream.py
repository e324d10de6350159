"""The buffered stream: lines, exact reads, deadlines over whole operations, compression, endings."""

from __future__ import annotations

import zlib
from typing import Any

import pytest

from mailproof_suites.clients.errors import ConnectionClosed, GrammarViolation, TimedOut, Unreachable
from mailproof_suites.clients.tls import Stream, open_tls


def test_lines_keep_their_ends(pair: Any) -> None:
    stream, far = pair
    far.say(b"one\r\ntwo\nthree\r\n")
    assert [stream.read_line() for _ in range(3)] == [b"one\r\n", b"two\n", b"three\r\n"]


def test_exact_reads_and_what_is_put_back(pair: Any) -> None:
    stream, far = pair
    far.say(b"abcdef")
    assert stream.read_exact(4) == b"abcd"
    stream.unread(b"cd")
    assert stream.read_available(0.1) == b"cdef"
    assert stream.read_available(0.01) == b""


def test_a_line_beyond_the_limit_is_a_violation(pair: Any) -> None:
    stream, far = pair
    far.say(b"x" * 100)
    with pytest.raises(GrammarViolation) as caught:
        stream.read_line(limit=50)
    assert caught.value.production == "line"


def test_a_line_of_just_the_limit_is_let_pass(pair: Any) -> None:
    stream, far = pair
    far.say(b"x" * 48 + b"\r\n")
    assert len(stream.read_line(limit=50)) == 50


def test_a_server_that_drips_octets_times_out(monkeypatch: pytest.MonkeyPatch, dripping: Any) -> None:
    clock = [100.0]
    monkeypatch.setattr("mailproof_suites.clients.tls.time.monotonic", lambda: clock[0])
    stream = Stream(dripping(b"never a line end", clock=clock, seconds=0.4), timeout_s=2.0)
    with pytest.raises(TimedOut) as caught:
        stream.read_line()
    assert caught.value.partial == b"never"


def test_silence_times_out_with_what_had_come(pair: Any) -> None:
    stream, far = pair
    far.say(b"* OK hal")
    with pytest.raises(TimedOut) as caught:
        stream.read_line(timeout_s=0.05)
    assert caught.value.partial == b"* OK hal"
    far.say(b"f\r\n")
    assert stream.read_line() == b"* OK half\r\n"


def test_the_end_of_the_stream_carries_what_had_come(pair: Any) -> None:
    stream, far = pair
    far.say(b"* OK hal")
    far.hang_up()
    with pytest.raises(ConnectionClosed) as caught:
        stream.read_line()
    assert caught.value.partial == b"* OK hal"


def test_sending_to_a_peer_that_does_not_read_times_out(pair: Any) -> None:
    stream, _ = pair
    with pytest.raises(TimedOut):
        stream.sendall(b"x" * (1 << 22), timeout_s=0.05 - (1 << 22) / 65536)


def test_what_comes_while_we_send_is_kept(pair: Any) -> None:
    stream, far = pair
    far.say(b"early\r\n")
    with pytest.raises(TimedOut):
        stream.sendall(b"x" * (1 << 22), timeout_s=0.05 - (1 << 22) / 65536)
    assert stream.read_line() == b"early\r\n"


def test_deflate_covers_both_directions_and_what_was_buffered(pair: Any) -> None:
    stream, far = pair
    squeeze = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    far.say(b"a OK go\r\n" + squeeze.compress(b"* OK small\r\n") + squeeze.flush(zlib.Z_SYNC_FLUSH))
    assert stream.read_line() == b"a OK go\r\n"
    stream.start_deflate()
    assert stream.read_line() == b"* OK small\r\n"
    stream.sendall(b"b NOOP\r\n")
    stream.sendall(b"c NOOP\r\n")
    assert zlib.decompressobj(-zlib.MAX_WBITS).decompress(far.heard()) == b"b NOOP\r\nc NOOP\r\n"


def test_what_is_no_deflate_is_a_violation(pair: Any) -> None:
    stream, far = pair
    stream.start_deflate()
    far.say(b"* OK plain\r\n")
    with pytest.raises(GrammarViolation) as caught:
        stream.read_line()
    assert caught.value.production == "deflate"


def test_half_closing_leaves_the_other_half_open(pair: Any) -> None:
    stream, far = pair
    stream.half_close()
    far.say(b"still here\r\n")
    assert stream.read_line() == b"still here\r\n"


def test_nobody_listens() -> None:
    with pytest.raises(Unreachable) as caught:
        open_tls("127.0.0.1", 1, ca_file=None, timeout_s=2)
    assert "127.0.0.1:1" in str(caught.value)
