"""A connection without a socket: what is written is kept and time moves when told, for transcript tests of sessions."""

import asyncio
from collections.abc import Callable
from typing import Any

from mailproof_server.net.base import Limits, Peer
from mailproof_server.net.stream import Handler, Stream


class MemoryTransport(asyncio.Transport):
    """Keeps what is written; the test plays the peer through the protocol's own callbacks."""

    def __init__(self, protocol: asyncio.Protocol) -> None:
        super().__init__()
        self.protocol = protocol
        self.write_limits: tuple[int | None, int | None] = (None, None)
        self.written = bytearray()
        self.pieces: list[bytes] = []
        self.reading = True
        self.closing = False
        self.aborted = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.pieces.append(bytes(data))
        self.written += data

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        self.write_limits = (high, low)

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def is_closing(self) -> bool:
        return self.closing

    def close(self) -> None:
        if not self.closing:
            self.closing = True
            asyncio.get_running_loop().call_soon(self.protocol.connection_lost, None)

    def abort(self) -> None:
        self.aborted = True
        self.close()

    def take(self) -> bytes:
        """What was written since the last call."""
        data = bytes(self.written)
        self.written.clear()
        return data


class _Call:
    def __init__(self, when: float, callback: Callable[..., object], args: tuple[Any, ...]) -> None:
        self.when = when
        self.callback = callback
        self.args = args
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class ManualTimers:
    """Time that stands still until `advance`."""

    def __init__(self) -> None:
        self.now = 0.0
        self.calls: list[_Call] = []
        self.set_count = 0

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, callback: Callable[..., object], *args: Any) -> _Call:
        self.set_count += 1
        call = _Call(when, callback, args)
        self.calls.append(call)
        return call

    @property
    def pending(self) -> list[float]:
        """When the timers that still run are due."""
        return sorted(call.when for call in self.calls if not call.cancelled)

    def advance(self, seconds: float) -> None:
        """Move time; due calls run in order, also those that they set."""
        end = self.now + seconds
        while due := [call for call in self.calls if not call.cancelled and call.when <= end]:
            call = min(due, key=lambda each: each.when)
            self.calls.remove(call)
            self.now = max(self.now, call.when)
            call.callback(*call.args)
        self.now = end


def connect(
    handler: Handler,
    *,
    limits: Limits | None = None,
    timers: ManualTimers | None = None,
    peer: Peer | None = None,
) -> tuple[Stream, MemoryTransport]:
    """A stream whose peer is the caller: `stream.data_received(...)` is what the peer sends, the transport's
    `written` what it receives. The handler runs from the loop's next turn on.
    """
    stream = Stream(
        handler,
        limits=limits or Limits(),
        peer=peer or Peer("127.0.0.1", 40000),
        timers=timers,
    )
    transport = MemoryTransport(stream)
    stream.connection_made(transport)
    return stream, transport
