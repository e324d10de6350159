"""One connection as a session sees it: chunks in, bytes out, every wait bounded (RFC 9051 §5.4, RFC 5321 §4.5.3.2).

Invariants kept here, so that no session has to think of them:

1. Memory is bounded both ways. Input beyond `read_high_bytes` stops the reading from the socket; output beyond
   `write_high_bytes` makes `flush` wait, and a peer that takes nothing for `write_timeout_s` is dropped.
2. Output written during one burst of input leaves in one piece: `write` only queues; `flush` hands over, and so does
   `read` before it waits. A pipelining client thus costs one system call and one TLS record per burst.
3. A wait for input costs a future and no timer: one timer per connection is kept and moved lazily.
4. After COMPRESS=DEFLATE (RFC 4978) both directions are raw deflate; each hand-over ends with a sync flush, and a small
   chunk that unpacks to a huge one is unpacked piece by piece.
"""

import asyncio
import ssl
import zlib
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, cast

from mailproof_server.net.base import (
    Bytes,
    Limits,
    Peer,
    ReadTimeout,
    Report,
    ShuttingDown,
    StreamClosed,
    StreamCorrupt,
    StreamError,
    Timers,
    TlsInfo,
    Wake,
    ignore,
)
from mailproof_server.net.deflate import DeflateLayer

__all__ = [
    "Limits",
    "Peer",
    "ReadTimeout",
    "ShuttingDown",
    "Stream",
    "StreamClosed",
    "StreamCorrupt",
    "StreamError",
    "TlsInfo",
    "Wake",
]

Handler = Callable[["Stream"], Awaitable[None]]


class Stream(asyncio.Protocol):
    """A connection; `handler(stream)` runs as its task from the finished handshake on.

    One task reads. `write` and `notify` may be called from anywhere on the loop's thread.
    """

    __slots__ = (
        "_chunks",
        "_close_waiter",
        "_deadline",
        "_draining",
        "_eof",
        "_handler",
        "_interruptible",
        "_layer",
        "_limits",
        "_lost",
        "_notified",
        "_out",
        "_out_bytes",
        "_reading_paused",
        "_report",
        "_task",
        "_timer",
        "_timer_when",
        "_timers",
        "_transport",
        "_unread_bytes",
        "_waiter",
        "_write_paused",
        "_write_waiters",
        "bytes_in",
        "bytes_out",
        "peer",
        "tls",
    )

    def __init__(
        self,
        handler: Handler,
        *,
        limits: Limits,
        peer: Peer,
        timers: Timers | None = None,
        report: Report = ignore,
    ) -> None:
        """`timers` defaults to the running loop."""
        self.peer = peer
        self.tls: TlsInfo | None = None
        self.bytes_in = 0
        """Octets received, as the session saw them (after TLS and inflate)."""
        self.bytes_out = 0
        """Octets written by the session (before deflate and TLS)."""
        self._handler = handler
        self._limits = limits
        self._timers: Timers = timers if timers is not None else asyncio.get_running_loop()
        self._report = report
        self._transport: asyncio.Transport | None = None
        self._task: asyncio.Task[None] | None = None
        self._chunks: deque[bytes] = deque()
        self._unread_bytes = 0
        self._reading_paused = False
        self._eof = False
        self._lost = False
        self._draining = False
        self._interruptible = False
        self._notified = False
        self._waiter: asyncio.Future[None] | None = None
        self._deadline: float | None = None
        self._timer: Any = None
        self._timer_when = 0.0
        self._out: list[Bytes] = []
        self._out_bytes = 0
        self._write_paused = False
        self._write_waiters: list[asyncio.Future[None]] = []
        self._close_waiter: asyncio.Future[None] | None = None
        self._layer: DeflateLayer | None = None

    # -- what a session asks ------------------------------------------------------------------------------------------

    @property
    def compressed(self) -> bool:
        """Whether a deflate layer is on."""
        return self._layer is not None

    @property
    def draining(self) -> bool:
        """Whether the server is stopping: finish the command, then say goodbye."""
        return self._draining

    @property
    def closed(self) -> bool:
        """Whether the connection is gone or going."""
        return self._lost or self._transport is None or self._transport.is_closing()

    @property
    def has_input(self) -> bool:
        """Whether `read` would answer without waiting for the peer."""
        return self._eof or self.has_unread

    @property
    def has_unread(self) -> bool:
        """Whether input has arrived that `read` has not given out yet."""
        return bool(self._chunks) or (self._layer is not None and self._layer.holds_input)

    # -- reading ------------------------------------------------------------------------------------------------------

    async def read(self, timeout_s: float | None, *, interruptible: bool = False) -> bytes:
        """The next input, as much as has arrived; b"" when the peer has closed.

        `timeout_s` bounds the wait (None: no bound). `interruptible` says that the session sits between two commands,
        so that a stopping server may interrupt the wait.

        Raises ReadTimeout, ShuttingDown, StreamCorrupt, StreamClosed (unsendable output).
        """
        while True:
            if self.has_unread:
                data = self._take() if self._layer is None else self._unpack(self._layer)
                if data:
                    self.bytes_in += len(data)
                    return data
                continue
            if self._eof:
                return b""
            await self._before_wait(interruptible=interruptible)
            if self._chunks or self._eof:
                continue
            await self._wait(timeout_s, interruptible=interruptible)

    async def wait(self, timeout_s: float | None, *, interruptible: bool = False) -> Wake:
        """Wait for input or for `notify`, whichever is first; a notification that came earlier counts, once.

        Raises ReadTimeout, ShuttingDown, StreamClosed.
        """
        await self._before_wait(interruptible=interruptible)
        while True:
            if self.has_input:
                return Wake.INPUT
            if self._notified:
                self._notified = False
                return Wake.NOTIFIED
            await self._wait(timeout_s, interruptible=interruptible)

    def notify(self) -> None:
        """Make a present or the next `wait` come back with NOTIFIED; `read` is not disturbed."""
        self._notified = True
        self._wake()

    async def _before_wait(self, *, interruptible: bool) -> None:
        self._hand_over()
        if self._write_paused:
            # A peer that reads no replies gets no new commands served: its replies would only pile up here.
            await self._writable()
        if interruptible and self._draining and not self.has_input:
            raise ShuttingDown

    async def _wait(self, timeout_s: float | None, *, interruptible: bool) -> None:
        """Until something happened; the caller looks what it was."""
        if self._waiter is not None:
            raise RuntimeError("two tasks wait for the input of one stream")
        self._waiter = asyncio.get_running_loop().create_future()
        self._interruptible = interruptible
        if timeout_s is not None:
            self._arm(self._timers.time() + timeout_s)
        try:
            await self._waiter
        finally:
            self._waiter = None
            self._interruptible = False
            self._deadline = None

    def _wake(self, error: Exception | None = None) -> None:
        if self._waiter is not None and not self._waiter.done():
            if error is None:
                self._waiter.set_result(None)
            else:
                self._waiter.set_exception(error)

    def _arm(self, deadline: float) -> None:
        self._deadline = deadline
        if self._timer is None or self._timer_when > deadline:
            if self._timer is not None:
                self._timer.cancel()
            self._timer_when = deadline
            self._timer = self._timers.call_at(deadline, self._timer_fired)

    def _timer_fired(self) -> None:
        self._timer = None
        if self._deadline is None:
            return
        if self._timers.time() < self._deadline:
            # The wait that set this timer ended long ago; a later one has moved the deadline.
            self._arm(self._deadline)
        else:
            self._wake(ReadTimeout())

    def _take(self) -> bytes:
        data = self._chunks.popleft() if len(self._chunks) == 1 else b"".join(self._chunks)
        self._chunks.clear()
        self._unread_bytes = 0
        if self._reading_paused and self._transport is not None and not self._lost:
            self._reading_paused = False
            self._transport.resume_reading()
        return data

    def _unpack(self, layer: DeflateLayer) -> bytes:
        try:
            data = layer.unpack() if layer.holds_input else layer.unpack(self._take())
        except zlib.error as error:
            raise StreamCorrupt(str(error)) from error
        if layer.ended:
            self._chunks.clear()
            self._unread_bytes = 0
            self._eof = True
        return data

    # -- writing ------------------------------------------------------------------------------------------------------

    def write(self, data: Bytes) -> None:
        """Queue output. What is queued leaves at the next `flush` or wait for input, or once it is big enough."""
        size = len(data)
        self._out.append(data)
        self._out_bytes += size
        self.bytes_out += size
        if self._out_bytes >= self._limits.hand_over_bytes:
            self._hand_over()

    async def flush(self) -> None:
        """Hand all queued output to the transport; wait while the peer is too slow. Raises StreamClosed."""
        self._hand_over()
        if self._lost:
            raise StreamClosed("connection lost")
        if self._write_paused:
            await self._writable()

    async def drain_if_needed(self) -> None:
        """Wait only if the peer is too slow; queued output stays queued. For long answers, every 64 KiB or so."""
        if self._write_paused:
            await self._writable()

    def start_deflate(self, pending: bytes = b"") -> None:
        """Compress from here on (RFC 4978): queued output still leaves plain, `pending` input is already deflated."""
        if self.compressed:
            raise RuntimeError("the stream is compressed already")
        self._hand_over()
        self._layer = DeflateLayer(
            level=self._limits.deflate_level, piece_bytes=self._limits.inflate_chunk_bytes, pending=pending
        )

    def _hand_over(self) -> None:
        if not self._out:
            return
        data: Bytes = self._out[0] if len(self._out) == 1 else b"".join(self._out)
        self._out.clear()
        self._out_bytes = 0
        if self._transport is None or self._lost:
            return
        self._transport.write(data if self._layer is None else self._layer.pack(data))

    async def _writable(self) -> None:
        """Until the peer has taken its output. Raises StreamClosed when it does not, or is gone."""
        if self._lost:
            raise StreamClosed("connection lost")
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._write_waiters.append(waiter)
        timer = self._timers.call_at(self._timers.time() + self._limits.write_timeout_s, self._peer_is_stuck)
        try:
            await waiter
        finally:
            timer.cancel()
            self._write_waiters.remove(waiter)

    def _peer_is_stuck(self) -> None:
        self._report("write_timeout", {"peer": self.peer.host})
        self.abort()

    # -- ending -------------------------------------------------------------------------------------------------------

    async def close(self) -> None:
        """Send what is queued, say close_notify, wait for the end at most `close_timeout_s`, then cut. Idempotent."""
        self._hand_over()
        if self._transport is None or self._lost:
            return
        self._transport.close()
        if self._reading_paused:
            # A paused transport would not see the peer's close_notify.
            self._reading_paused = False
            self._transport.resume_reading()
        if self._close_waiter is None:
            self._close_waiter = asyncio.get_running_loop().create_future()
            timer = self._timers.call_at(self._timers.time() + self._limits.close_timeout_s, self.abort)
            try:
                await self._close_waiter
            finally:
                timer.cancel()

    def abort(self) -> None:
        """Cut the connection now."""
        if self._transport is not None and not self._lost:
            self._transport.abort()

    def begin_drain(self) -> None:
        """The server stops: a wait between two commands ends now with ShuttingDown, others when they come there."""
        self._draining = True
        if self._interruptible:
            self._wake(ShuttingDown())

    # -- the transport's side -----------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(self._limits.write_high_bytes, self._limits.write_low_bytes)
        ssl_object = transport.get_extra_info("ssl_object")
        if isinstance(ssl_object, ssl.SSLObject | ssl.SSLSocket):
            cipher = ssl_object.cipher() or ("", "", 0)
            version = ssl_object.version() or ""
            self.tls = TlsInfo(version, cipher[0], cipher[2], ssl_object.selected_alpn_protocol())
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        try:
            await self._handler(self)
        except StreamError as error:
            self._report("stream_ended", {"peer": self.peer.host, "reason": str(error)})
            self.abort()
        except Exception as error:  # noqa: BLE001 -- the last line of defence: one bug ends one connection
            self._report("handler_failed", {"peer": self.peer.host, "error": error})
            self.abort()
        finally:
            await self.close()

    def data_received(self, data: bytes) -> None:
        self._chunks.append(data)
        self._unread_bytes += len(data)
        if self._unread_bytes >= self._limits.read_high_bytes and not self._reading_paused and self._transport:
            self._reading_paused = True
            self._transport.pause_reading()
        if self._waiter is not None:
            self._wake()

    def eof_received(self) -> bool:
        # The peer has only ended its own direction: its last commands still get their replies.
        self._eof = True
        self._wake()
        return True

    def pause_writing(self) -> None:
        self._write_paused = True

    def resume_writing(self) -> None:
        self._write_paused = False
        for waiter in self._write_waiters:
            if not waiter.done():
                waiter.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost = True
        self._eof = True
        self._write_paused = False
        for waiter in self._write_waiters:
            if not waiter.done():
                waiter.set_exception(StreamClosed("connection lost"))
        if self._close_waiter is not None and not self._close_waiter.done():
            self._close_waiter.set_result(None)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._out.clear()
        self._out_bytes = 0
        self._wake()

    def when_finished(self, callback: Callable[[], None]) -> None:
        """Call back once the handler's task has ended; at once if it has, or was never begun."""
        if self._task is None or self._task.done():
            callback()
        else:
            self._task.add_done_callback(lambda _task: callback())

    def cancel(self) -> None:
        """End the handler's task and cut the connection: the last step of a drain."""
        if self._task is not None:
            self._task.cancel()
        self.abort()
