"""The stream: bounded memory, bounded waits, coalesced output, deflate."""

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import pytest

from mailproof_server.net.base import (
    Limits,
    Peer,
    ReadTimeout,
    ShuttingDown,
    StreamClosed,
    StreamCorrupt,
    StreamError,
    Wake,
)
from mailproof_server.net.memory import ManualTimers, MemoryTransport, connect
from mailproof_server.net.stream import Stream


def run(scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(scenario(), 20))


async def settle() -> None:
    """Let everything that is ready run: memory transports finish within a few turns of the loop."""
    for _ in range(12):
        await asyncio.sleep(0)


class Session:
    """A handler whose body the test gives; keeps what it answered or raised."""

    def __init__(self, body: Callable[[Stream], Awaitable[object]]) -> None:
        self.body = body
        self.result: object = None
        self.error: Exception | None = None

    async def __call__(self, stream: Stream) -> None:
        try:
            self.result = await self.body(stream)
        except (ReadTimeout, ShuttingDown, StreamError) as error:
            self.error = error


def test_read_answers_everything_that_has_arrived_in_one_piece() -> None:
    async def scenario() -> None:
        session = Session(lambda stream: stream.read(10))
        stream, _ = connect(session)
        stream.data_received(b"a NOOP\r\n")
        stream.data_received(b"b NOOP\r\n")
        await settle()
        assert session.result == b"a NOOP\r\nb NOOP\r\n"
        assert stream.bytes_in == 16

    run(scenario)


def test_read_at_the_end_answers_nothing_and_keeps_earlier_input_first() -> None:
    async def scenario() -> None:
        async def body(stream: Stream) -> list[bytes]:
            return [await stream.read(10), await stream.read(10), await stream.read(10)]

        session = Session(body)
        stream, _ = connect(session)
        stream.data_received(b"x")
        stream.eof_received()
        await settle()
        assert session.result == [b"x", b"", b""]

    run(scenario)


def test_replies_to_one_burst_leave_in_one_write() -> None:
    async def scenario() -> None:
        async def body(stream: Stream) -> None:
            while data := await stream.read(10):
                for line in data.splitlines():
                    stream.write(line + b" OK\r\n")

        stream, transport = connect(Session(body))
        stream.data_received(b"a\r\nb\r\nc\r\n")
        await settle()
        assert transport.pieces == [b"a OK\r\nb OK\r\nc OK\r\n"]
        assert stream.bytes_out == 18

    run(scenario)


def test_a_big_answer_does_not_wait_for_the_burst_to_end() -> None:
    async def scenario() -> None:
        async def body(stream: Stream) -> None:
            stream.write(b"x" * 700)
            assert transport.pieces == []
            stream.write(memoryview(b"y" * 300))
            assert [len(piece) for piece in transport.pieces] == [1000]
            await stream.read(10)

        stream, transport = connect(session := Session(body), limits=Limits(hand_over_bytes=1000))
        stream.eof_received()
        await settle()
        assert session.error is None
        assert len(transport.pieces) == 1

    run(scenario)


def test_reading_stops_at_the_mark_and_goes_on_when_the_session_has_read() -> None:
    async def scenario() -> None:
        go = asyncio.Event()

        async def body(stream: Stream) -> bytes:
            await go.wait()
            return await stream.read(10)

        stream, transport = connect(session := Session(body), limits=Limits(read_high_bytes=100))
        stream.data_received(b"x" * 99)
        assert transport.reading
        stream.data_received(b"x")
        assert not transport.reading
        go.set()
        await settle()
        assert session.result == b"x" * 100
        assert transport.reading

    run(scenario)


def test_flush_waits_for_a_slow_peer() -> None:
    async def scenario() -> None:
        steps: list[str] = []

        async def body(stream: Stream) -> None:
            stream.write(b"x")
            steps.append("written")
            await stream.flush()
            steps.append("flushed")

        stream, transport = connect(Session(body), limits=Limits(write_high_bytes=5000, write_low_bytes=500))
        assert transport.write_limits == (5000, 500)
        stream.pause_writing()
        await settle()
        assert steps == ["written"]
        stream.resume_writing()
        await settle()
        assert steps == ["written", "flushed"]

    run(scenario)


def test_a_peer_that_reads_no_replies_gets_no_further_commands_served() -> None:
    async def scenario() -> None:
        served: list[bytes] = []

        async def body(stream: Stream) -> None:
            while data := await stream.read(None):
                served.append(data)
                stream.write(b"reply\r\n")

        stream, transport = connect(Session(body))
        stream.data_received(b"1")
        await settle()
        stream.pause_writing()
        stream.data_received(b"2")
        await settle()
        stream.data_received(b"3")
        await settle()
        assert served == [b"1", b"2"]
        stream.resume_writing()
        await settle()
        assert served == [b"1", b"2", b"3"]
        assert transport.written == b"reply\r\n" * 3

    run(scenario)


def test_a_peer_that_takes_nothing_for_the_write_time_out_is_cut() -> None:
    async def scenario() -> None:
        timers = ManualTimers()

        async def body(stream: Stream) -> None:
            stream.write(b"x")
            await stream.flush()

        stream, transport = connect(session := Session(body), timers=timers, limits=Limits(write_timeout_s=60))
        stream.pause_writing()
        await settle()
        timers.advance(59.9)
        await settle()
        assert not transport.aborted
        timers.advance(0.2)
        await settle()
        assert transport.aborted
        assert isinstance(session.error, StreamClosed)

    run(scenario)


def test_a_silent_peer_times_out_and_the_session_can_still_say_goodbye() -> None:
    async def scenario() -> None:
        timers = ManualTimers()

        async def body(stream: Stream) -> str:
            try:
                await stream.read(300)
            except ReadTimeout:
                stream.write(b"421 4.4.2 Idle too long\r\n")
                return "timed out"
            return "input"

        _, transport = connect(session := Session(body), timers=timers)
        await settle()
        timers.advance(299.9)
        await settle()
        assert session.result is None
        timers.advance(0.1)
        await settle()
        assert session.result == "timed out"
        assert transport.written == b"421 4.4.2 Idle too long\r\n"
        assert transport.closing
        assert not transport.aborted

    run(scenario)


def test_many_reads_share_one_timer_and_each_gets_its_full_time() -> None:
    async def scenario() -> None:
        timers = ManualTimers()

        async def body(stream: Stream) -> int:
            count = 0
            try:
                while await stream.read(100):
                    count += 1
            except ReadTimeout:
                return count
            return -1

        stream, _ = connect(session := Session(body), timers=timers)
        for _ in range(20):
            await settle()
            timers.advance(10)
            stream.data_received(b"x")
            await settle()
        assert timers.set_count <= 5  # one per elapsed time-out, not one per read
        timers.advance(99)
        await settle()
        assert session.result is None
        timers.advance(1)
        await settle()
        assert session.result == 20
        assert timers.pending == []

    run(scenario)


def test_a_shorter_wait_after_a_longer_one_is_not_late() -> None:
    async def scenario() -> None:
        timers = ManualTimers()

        async def body(stream: Stream) -> None:
            await stream.read(1000)
            await stream.read(10)

        stream, _ = connect(session := Session(body), timers=timers)
        await settle()
        stream.data_received(b"x")
        await settle()
        timers.advance(10)
        await settle()
        assert isinstance(session.error, ReadTimeout)

    run(scenario)


def test_wait_tells_input_from_notification_and_read_ignores_notifications() -> None:
    async def scenario() -> None:
        async def body(stream: Stream) -> list[object]:
            seen: list[object] = [await stream.wait(10)]
            seen.append(await stream.wait(10))
            seen.append(await stream.read(10))
            stream.notify()
            seen.append(await stream.read(10))
            seen.append(await stream.wait(10))
            return seen

        stream, _ = connect(session := Session(body))
        await settle()
        stream.notify()
        await settle()
        stream.data_received(b"DONE\r\n")
        await settle()
        stream.data_received(b"more")
        await settle()
        assert session.result == [Wake.NOTIFIED, Wake.INPUT, b"DONE\r\n", b"more", Wake.NOTIFIED]

    run(scenario)


def test_wait_sends_what_is_queued_before_it_waits() -> None:
    async def scenario() -> None:
        async def body(stream: Stream) -> None:
            stream.write(b"+ idling\r\n")
            await stream.wait(10)

        stream, transport = connect(Session(body))
        await settle()
        assert transport.written == b"+ idling\r\n"
        stream.eof_received()
        await settle()

    run(scenario)


def test_a_drain_interrupts_only_sessions_between_two_commands() -> None:
    async def scenario() -> None:
        async def between(stream: Stream) -> bytes:
            return await stream.read(None, interruptible=True)

        async def inside(stream: Stream) -> bytes:
            return await stream.read(None)

        idle, _ = connect(idle_session := Session(between))
        busy, _ = connect(busy_session := Session(inside))
        await settle()
        idle.begin_drain()
        busy.begin_drain()
        await settle()
        assert isinstance(idle_session.error, ShuttingDown)
        assert busy_session.error is None
        assert busy.draining
        busy.data_received(b"rest of the message")
        await settle()
        assert busy_session.result == b"rest of the message"

    run(scenario)


def test_commands_that_have_arrived_are_served_before_a_drain_interrupts() -> None:
    async def scenario() -> None:
        seen: list[bytes] = []

        async def body(stream: Stream) -> None:
            while True:
                seen.append(await stream.read(None, interruptible=True))

        stream, _ = connect(session := Session(body))
        stream.data_received(b"QUIT\r\n")
        stream.begin_drain()
        await settle()
        assert seen == [b"QUIT\r\n"]
        assert isinstance(session.error, ShuttingDown)

    run(scenario)


def test_flush_to_a_lost_connection_ends_the_session() -> None:
    async def scenario() -> None:
        async def body(stream: Stream) -> None:
            await stream.read(10)
            stream.write(b"reply")
            await stream.flush()

        stream, _ = connect(session := Session(body))
        await settle()
        stream.connection_lost(None)
        await settle()
        assert isinstance(session.error, StreamClosed)
        assert stream.closed

    run(scenario)


def test_a_bug_in_a_session_ends_that_session_and_is_reported_once() -> None:
    async def scenario() -> None:
        reports: list[tuple[str, dict[str, object]]] = []

        async def body(_stream: Stream) -> None:
            raise ZeroDivisionError

        stream = Stream(
            body,
            limits=Limits(),
            peer=Peer("127.0.0.1", 1),
            report=lambda event, fields: reports.append((event, fields)),
        )
        transport = MemoryTransport(stream)
        stream.connection_made(transport)
        await settle()
        assert [event for event, _ in reports] == ["handler_failed"]
        assert isinstance(reports[0][1]["error"], ZeroDivisionError)
        assert transport.aborted

    run(scenario)


def test_no_timer_outlives_the_connection_and_the_end_of_the_handler_is_told() -> None:
    async def scenario() -> None:
        told: list[str] = []
        timers = ManualTimers()
        stream, transport = connect(Session(lambda each: each.read(500)), timers=timers)
        stream.when_finished(lambda: told.append("while it ran"))
        await settle()
        assert timers.pending == [500.0]
        assert told == []
        transport.abort()
        await settle()
        assert told == ["while it ran"]
        stream.when_finished(lambda: told.append("afterwards"))
        assert told == ["while it ran", "afterwards"]
        assert timers.pending == []

    run(scenario)


class Deflated:
    """The peer's side of COMPRESS=DEFLATE."""

    def __init__(self) -> None:
        self._packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        self._unpacker = zlib.decompressobj(-15)

    def pack(self, data: bytes) -> bytes:
        return self._packer.compress(data) + self._packer.flush(zlib.Z_SYNC_FLUSH)

    def unpack(self, data: bytes) -> bytes:
        return self._unpacker.decompress(data)


def test_deflate_starts_after_the_queued_reply_and_with_the_pending_input() -> None:
    async def scenario() -> None:
        peer = Deflated()

        async def body(stream: Stream) -> None:
            first = await stream.read(10)
            command, pending = first[:10], first[10:]
            assert command == b"COMPRESS\r\n"
            stream.write(b"a OK plain\r\n")
            stream.start_deflate(pending)
            assert stream.compressed
            while data := await stream.read(10):
                stream.write(b"echo " + data)

        stream, transport = connect(session := Session(body))
        stream.data_received(b"COMPRESS\r\n" + peer.pack(b"b NOOP\r\n"))
        await settle()
        assert transport.pieces[0] == b"a OK plain\r\n"
        assert peer.unpack(b"".join(transport.pieces[1:])) == b"echo b NOOP\r\n"
        transport.take()
        for byte in peer.pack(b"c NOOP\r\n"):
            stream.data_received(bytes([byte]))
            await settle()
        assert peer.unpack(transport.take()).replace(b"echo ", b"") == b"c NOOP\r\n"
        assert session.error is None
        stream.eof_received()
        await settle()

    run(scenario)


def test_a_deflate_bomb_is_unpacked_piece_by_piece() -> None:
    async def scenario() -> None:
        peer = Deflated()
        sizes: list[int] = []

        async def body(stream: Stream) -> None:
            stream.start_deflate()
            while data := await stream.read(10):
                sizes.append(len(data))

        stream, _ = connect(Session(body), limits=Limits(inflate_chunk_bytes=4096))
        packed = peer.pack(b"\0" * 1_000_000)
        assert len(packed) < 4096
        stream.data_received(packed)
        stream.eof_received()
        for _ in range(400):
            await asyncio.sleep(0)
        assert sum(sizes) == 1_000_000
        assert max(sizes) == 4096

    run(scenario)


def test_a_damaged_deflate_stream_ends_the_session() -> None:
    async def scenario() -> None:
        async def body(stream: Stream) -> bytes:
            stream.start_deflate()
            return await stream.read(10)

        stream, _ = connect(session := Session(body))
        stream.data_received(b"\xff" * 40)
        await settle()
        assert isinstance(session.error, StreamCorrupt)

    run(scenario)


def test_what_follows_the_end_of_the_deflate_stream_is_not_read() -> None:
    async def scenario() -> None:
        packer = zlib.compressobj(6, zlib.DEFLATED, -15)
        packed = packer.compress(b"last\r\n") + packer.flush(zlib.Z_FINISH)

        async def body(stream: Stream) -> list[bytes]:
            stream.start_deflate()
            return [await stream.read(10), await stream.read(10)]

        stream, _ = connect(session := Session(body))
        stream.data_received(packed + b"trailing")
        await settle()
        assert session.result == [b"last\r\n", b""]

    run(scenario)


def test_two_waits_at_once_are_a_bug_of_ours() -> None:
    async def scenario() -> None:
        async def body(stream: Stream) -> None:
            first = asyncio.ensure_future(stream.read(10))
            await asyncio.sleep(0)
            with pytest.raises(RuntimeError, match="two tasks"):
                await stream.read(10)
            first.cancel()

        stream, _ = connect(session := Session(body))
        await settle()
        assert session.error is None
        assert stream.closed

    run(scenario)
