"""TLS over a plain asyncio transport, by OpenSSL through memory BIOs (RFC 8446, RFC 5246).

Why not the loop's own `ssl=`: asyncio (cpython issue 98078) and uvloop drop the alert that OpenSSL has written when a
handshake fails, so a TLS 1.0 client would see a bare end of file instead of protocol_version(70); both close at once
when a client closes only its sending side, so the replies to its last commands are lost; and both keep large buffers
per connection. Here

1. whatever OpenSSL has written is sent, also after a failure, and the socket is closed without a reset, so that the
   alert arrives;
2. close_notify ends one direction only (RFC 8446 §6.1: it "does not have any effect on its read side"): the protocol
   hears `eof_received` and may still answer;
3. one receive buffer serves all connections of a listener, and the BIOs are fed record by record, so an idle
   connection keeps no large buffer even after large transfers.

What a refused client sees: an offer below TLS 1.2, also as an SSLv2-framed hello, gets alert 70; no common suite or
group gets alert 40; a first record that is no TLS at all (plain text) is closed without an answer, for its sender
could not read one.
"""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum, auto
from typing import Any, cast

from mailproof_server.net.base import Bytes, Report, Timers

RECORD_BYTES = 16 * 1024
"""RFC 8446 §5.1: "The length MUST NOT exceed 2^14 bytes"."""

PROTOCOL_VERSION_ALERT = bytes.fromhex("15 03 01 00 02 02 46")
"""One answer to every old offer. OpenSSL's own differs: SSLv3 knows no such alert, so it tells an SSLv3 client
handshake_failure(40), while RFC 8446 appendix D asks for protocol_version whatever the old version was."""
_TOO_OLD = frozenset({"UNSUPPORTED_PROTOCOL", "VERSION_TOO_LOW", "UNKNOWN_PROTOCOL"})
"""OpenSSL's reasons for refusing a version: TLS 1.0 and 1.1, SSLv3, an SSLv2-framed hello."""


class _State(IntEnum):
    HANDSHAKE = auto()
    OPEN = auto()
    CLOSING = auto()
    """We have said close_notify; what still arrives is discarded until the peer's."""
    LINGERING = auto()
    """Failed: the alert is out, our sending side shut; input is discarded until the peer closes."""
    LOST = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsLimits:
    """Times in seconds."""

    handshake_timeout_s: float = 10.0
    """From the TCP connection to the finished handshake; also bounds a client that says nothing."""
    close_timeout_s: float = 5.0
    """How long to wait for the peer's close_notify before the connection is cut."""
    linger_s: float = 2.0
    """How long a refused client may take to read its alert."""


class TlsTransport(asyncio.Transport, asyncio.BufferedProtocol):
    """Protocol of the TCP transport below, transport of the protocol above.

    The protocol above meets `connection_made` once the handshake is done, and `connection_lost` only if it met that.
    """

    __slots__ = (
        "_buffer",
        "_incoming",
        "_limits",
        "_on_lost",
        "_outgoing",
        "_plain_ended",
        "_protocol",
        "_reading",
        "_report",
        "_ssl",
        "_state",
        "_tcp",
        "_tcp_ended",
        "_timer",
        "_timers",
    )

    def __init__(
        self,
        context: ssl.SSLContext,
        protocol: asyncio.Protocol,
        *,
        buffer: memoryview,
        limits: TlsLimits,
        timers: Timers,
        on_lost: Callable[[], None],
        report: Report,
    ) -> None:
        """`buffer` is shared by connections of one loop; `on_lost` is called once, whatever became of the handshake."""
        super().__init__()
        self._protocol = protocol
        self._buffer = buffer
        self._limits = limits
        self._timers = timers
        self._on_lost = on_lost
        self._report = report
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._ssl = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._state = _State.HANDSHAKE
        self._reading = True
        self._plain_ended = False
        self._tcp_ended = False
        self._tcp: asyncio.Transport | None = None
        self._timer: Any = None

    # -- the side of the TCP transport --------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._tcp = cast("asyncio.Transport", transport)
        if self._state is _State.LOST:
            self._tcp.abort()
            return
        self._set_timer(self._limits.handshake_timeout_s, self._handshake_too_slow)

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        if nbytes <= RECORD_BYTES:
            self._incoming.write(self._buffer[:nbytes])
            self._advance()
            return
        for start in range(0, nbytes, RECORD_BYTES):
            self._incoming.write(self._buffer[start : min(start + RECORD_BYTES, nbytes)])
            self._advance()

    def eof_received(self) -> bool:
        """TCP's end, after close_notify or without it: nothing more will come, also no close_notify."""
        self._tcp_ended = True
        if self._state is not _State.OPEN:
            self._close_tcp_when_sent()
        elif not self._plain_ended:
            self._plain_ended = True
            if not self._protocol.eof_received():
                self.close()
        return True

    def pause_writing(self) -> None:
        if self._state is _State.OPEN:
            self._protocol.pause_writing()

    def resume_writing(self) -> None:
        if self._state is _State.OPEN:
            self._protocol.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        state, self._state = self._state, _State.LOST
        self._set_timer(None)
        if state in (_State.OPEN, _State.CLOSING):
            self._protocol.connection_lost(exc)
        self._on_lost()

    # -- the engine ---------------------------------------------------------------------------------------------------

    def _advance(self) -> None:
        if self._state is _State.HANDSHAKE:
            self._handshake()
        if self._state is _State.OPEN:
            if self._reading:
                self._read()
        elif self._state is _State.CLOSING:
            self._discard()
        elif self._state is _State.LINGERING:
            self._incoming.read()

    def _handshake(self) -> None:
        try:
            self._ssl.do_handshake()
        except ssl.SSLWantReadError:
            self._send()
            return
        except ssl.SSLError as error:
            self._report("tls_refused", {"peer": self.get_extra_info("peername"), "reason": error.reason})
            if error.reason in _TOO_OLD and self._outgoing.read() and self._tcp is not None:
                self._tcp.write(PROTOCOL_VERSION_ALERT)
            self._fail()
            return
        self._send()
        self._state = _State.OPEN
        self._set_timer(None)
        self._protocol.connection_made(self)

    def _read(self) -> None:
        data: bytes | None = None
        more: list[bytes] | None = None
        ended = False
        incoming, tls = self._incoming, self._ssl
        try:
            while incoming.pending or tls.pending():
                piece = tls.read(RECORD_BYTES)
                if not piece:
                    ended = True
                    break
                if data is None:
                    data = piece
                elif more is None:
                    more = [data, piece]
                else:
                    more.append(piece)
        except ssl.SSLWantReadError:
            pass  # Half a record: the rest is on its way.
        except ssl.SSLError as error:
            self._report("tls_broken", {"peer": self.get_extra_info("peername"), "reason": error.reason})
            self._fail()
            self._protocol.connection_lost(None)
            return
        self._send()  # Answers of the TLS layer itself: key updates, a refusal to renegotiate.
        if data is not None:
            self._protocol.data_received(data if more is None else b"".join(more))
        if ended and self._state is _State.OPEN and not self._plain_ended:
            self._plain_ended = True
            if not self._protocol.eof_received():
                self.close()

    def _discard(self) -> None:
        try:
            while self._incoming.pending or self._ssl.pending():
                if not self._ssl.read(RECORD_BYTES):
                    self._close_tcp_when_sent()
                    return
        except ssl.SSLWantReadError:
            pass  # Half a record: the rest is on its way.
        except ssl.SSLError:
            # We are leaving, and what the peer still sends is not understood: there is nobody to tell.
            self._close_tcp_when_sent()

    def _send(self) -> None:
        if self._outgoing.pending and self._tcp is not None:
            self._tcp.write(self._outgoing.read())

    def _fail(self) -> None:
        """Send the alert that OpenSSL has written, and close so that it arrives."""
        self._state = _State.LINGERING
        self._send()
        if self._tcp is None or self._tcp.is_closing():
            return
        if self._tcp.can_write_eof():
            # A close with unread input would be a reset, and a reset may overtake the alert.
            self._tcp.write_eof()
        self._tcp.resume_reading()
        self._set_timer(self._limits.linger_s, self.abort)

    def _handshake_too_slow(self) -> None:
        self._report("tls_timeout", {"peer": self.get_extra_info("peername")})
        self.abort()

    def _close_tcp_when_sent(self) -> None:
        if self._tcp is not None:
            self._tcp.close()

    def _set_timer(self, after_s: float | None, callback: Callable[[], None] | None = None) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if after_s is not None and callback is not None:
            self._timer = self._timers.call_at(self._timers.time() + after_s, callback)

    # -- the side of the protocol above -------------------------------------------------------------------------------

    def write(self, data: Bytes) -> None:
        """Encrypt and send; `pause_writing` tells when the peer is too slow."""
        if self._state is not _State.OPEN or self._tcp is None:
            return
        size = len(data)
        try:
            if size <= RECORD_BYTES:
                if size:
                    self._ssl.write(data)
                    self._tcp.write(self._outgoing.read())
                return
            view = memoryview(data)
            records = []
            sent = 0
            while sent < size:
                sent += self._ssl.write(view[sent : sent + RECORD_BYTES])
                records.append(self._outgoing.read())
        except ssl.SSLError as error:
            self._report("tls_broken", {"peer": self.get_extra_info("peername"), "reason": error.reason})
            self.abort()
            return
        self._tcp.write(b"".join(records))

    def close(self) -> None:
        """Send close_notify and close once the peer has sent its own, or at the time-out."""
        if self._state is _State.HANDSHAKE:
            self.abort()
        if self._state is not _State.OPEN or self._tcp is None:
            return
        self._state = _State.CLOSING
        try:
            self._ssl.unwrap()
            answered = True
        except ssl.SSLError:
            # Want-read: the peer's close_notify is still to come. Or its last data is: close_notify is written anyway.
            answered = False
        self._send()
        if answered or self._tcp_ended:
            self._close_tcp_when_sent()
            return
        self._set_timer(self._limits.close_timeout_s, self.abort)
        if not self._reading:
            self._reading = True
            self._tcp.resume_reading()
        self._discard()

    def abort(self) -> None:
        """Cut the TCP connection now."""
        if self._tcp is not None:
            self._tcp.abort()
        else:
            self._state = _State.LOST  # Before the loop has handed the connection over: it is cut then.

    @property
    def in_handshake(self) -> bool:
        """Whether the protocol above has not met its connection yet."""
        return self._state is _State.HANDSHAKE

    def is_closing(self) -> bool:
        return self._state is not _State.OPEN or self._tcp is None or self._tcp.is_closing()

    def is_reading(self) -> bool:
        return self._reading

    def pause_reading(self) -> None:
        if self._reading and self._state is _State.OPEN and self._tcp is not None:
            self._reading = False
            self._tcp.pause_reading()

    def resume_reading(self) -> None:
        if not self._reading and self._state is _State.OPEN and self._tcp is not None:
            self._reading = True
            self._tcp.resume_reading()
            if self._incoming.pending or self._ssl.pending():
                # Not from here: the caller is in the middle of taking what it has.
                asyncio.get_running_loop().call_soon(self._advance)

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        if self._tcp is not None:
            self._tcp.set_write_buffer_limits(high, low)

    def get_write_buffer_size(self) -> int:
        return self._tcp.get_write_buffer_size() if self._tcp is not None else 0

    def get_write_buffer_limits(self) -> tuple[int, int]:
        return self._tcp.get_write_buffer_limits() if self._tcp is not None else (0, 0)

    def writelines(self, list_of_data: Any) -> None:
        self.write(b"".join(list_of_data))

    def can_write_eof(self) -> bool:
        return False

    def get_protocol(self) -> asyncio.BaseProtocol:
        return self._protocol

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self._protocol = cast("asyncio.Protocol", protocol)

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        if name == "ssl_object":
            return self._ssl
        if name == "cipher":
            return self._ssl.cipher()
        if name == "sslcontext":
            return self._ssl.context
        return self._tcp.get_extra_info(name, default) if self._tcp is not None else default
