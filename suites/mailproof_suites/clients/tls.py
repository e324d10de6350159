"""Buffered byte streams over TCP and TLS, with one deadline per operation.

A deadline covers the whole operation, not each `recv`: a server that drips one octet a second still times out.
TLS runs over memory BIOs, so that the stream can read while it writes (deep pipelining cannot deadlock), can close
its own half only, and knows whether the peer said close_notify. It works on any connected socket and under gevent.
"""

from __future__ import annotations

import select
import socket
import ssl
import time
import zlib
from pathlib import Path
from typing import Any

from mailproof_suites.clients.errors import ConnectionClosed, GrammarViolation, TimedOut, TlsRefused, Unreachable

DEFAULT_LINE_LIMIT = 1 << 20
_CHUNK = 65536
_SLOWEST_OCTETS_PER_S = 64 * 1024


class Stream:
    """A connected socket with a read buffer; plain TCP by itself, TLS in `TlsStream`.

    Every reading or writing call takes at most ``timeout_s`` (the stream's own, unless given), plus one second per
    64 KiB that it has to move, and raises TimedOut or ConnectionClosed.
    """

    def __init__(self, sock: socket.socket, *, timeout_s: float) -> None:
        self.sock = sock
        self.timeout_s = timeout_s
        self.closed = False
        self._buffer = bytearray()
        self._early: list[bytes] = []
        self._compressor: Any = None
        self._decompressor: Any = None

    @property
    def version(self) -> str | None:
        """TLS version ("TLSv1.3"), None on plain TCP."""
        return None

    @property
    def cipher(self) -> str | None:
        """Name of the cipher suite, None on plain TCP."""
        return None

    # -- writing ---------------------------------------------------------------------------------------------------

    def sendall(self, data: bytes | bytearray | memoryview, *, timeout_s: float | None = None) -> None:
        """Send all of ``data``; what the peer sends meanwhile is kept for the next read."""
        deadline = Deadline("room to send", self._limit(timeout_s, len(data)))
        if self._compressor is not None:
            data = self._compressor.compress(data) + self._compressor.flush(zlib.Z_SYNC_FLUSH)
        self._transmit(data, deadline)

    def _transmit(self, data: bytes | bytearray | memoryview, deadline: Deadline) -> None:
        self._push(data, deadline)

    def _push(self, data: bytes | bytearray | memoryview, deadline: Deadline) -> None:
        view = memoryview(data)
        self.sock.settimeout(0)
        while view:
            try:
                view = view[self.sock.send(view) :]
            except BlockingIOError:
                self._wait_for_room(deadline)
            except OSError as problem:
                raise ConnectionClosed(f"while sending: {problem}") from problem

    def _wait_for_room(self, deadline: Deadline) -> None:
        poll = select.poll()
        poll.register(self.sock, select.POLLIN | select.POLLOUT)
        events = poll.poll(deadline.left_s() * 1000)
        if any(mask & select.POLLIN for _, mask in events):
            try:
                data = self.sock.recv(_CHUNK)
            except BlockingIOError:
                return
            except OSError as problem:
                raise ConnectionClosed(f"while sending: {problem}") from problem
            if not data:
                raise ConnectionClosed("the peer stopped reading and closed")
            self._early.append(data)

    # -- reading ---------------------------------------------------------------------------------------------------

    def read_line(self, limit: int = DEFAULT_LINE_LIMIT, *, timeout_s: float | None = None) -> bytes:
        """Octets up to and including the next LF (so a line that ends in a bare LF shows it).

        Raises GrammarViolation ("line") when ``limit`` octets hold no LF.
        """
        deadline = Deadline("a line", self._limit(timeout_s, 0))
        scanned = 0
        while True:
            end = self._buffer.find(b"\n", scanned, limit)
            if end >= 0:
                return self._take(end + 1)
            scanned = len(self._buffer)
            if scanned >= limit:
                raise GrammarViolation(bytes(self._buffer[:limit]), limit, "line", f"a line of at most {limit} octets")
            self._fill(deadline)

    def read_exact(self, size: int, *, timeout_s: float | None = None) -> bytes:
        """Exactly ``size`` octets."""
        deadline = Deadline(f"{size} octets", self._limit(timeout_s, size))
        while len(self._buffer) < size:
            self._fill(deadline)
        return self._take(size)

    def read_available(self, timeout_s: float) -> bytes:
        """What has come, waiting at most ``timeout_s`` for the first octet; empty when nothing came.

        Raises ConnectionClosed when the stream is at its end.
        """
        if not self._buffer:
            try:
                self._fill(Deadline("anything", timeout_s))
            except TimedOut:
                return b""
        return self._take(len(self._buffer))

    def unread(self, data: bytes) -> None:
        """Put ``data`` back in front of what is still to be read."""
        self._buffer[:0] = data

    @property
    def buffered(self) -> bytes:
        """What was received but not read yet (shown when an operation times out in the middle of a line)."""
        return bytes(self._buffer)

    def _take(self, size: int) -> bytes:
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        return data

    def _fill(self, deadline: Deadline) -> None:
        """Append at least one decoded octet to the buffer."""
        while True:
            try:
                data = self._receive(deadline)
            except TimedOut as timeout:
                raise TimedOut(timeout.what, timeout.timeout_s, partial=self.buffered) from None
            if not data:
                raise ConnectionClosed(self._end_reason(), partial=self.buffered, clean=self._ended_cleanly())
            if self._decompressor is not None:
                data = self._inflate(data)
            if data:
                self._buffer += data
                return

    def _receive(self, deadline: Deadline) -> bytes:
        """The next piece of the stream; empty at its end."""
        return self._pull(deadline)

    def _pull(self, deadline: Deadline) -> bytes:
        if self._early:
            return self._early.pop(0)
        self.sock.settimeout(deadline.left_s())
        try:
            return self.sock.recv(_CHUNK)
        except TimeoutError:
            raise deadline.missed() from None
        except OSError as problem:
            raise ConnectionClosed(str(problem), partial=self.buffered) from problem

    def _end_reason(self) -> str:
        return "end of stream"

    def _ended_cleanly(self) -> bool:
        return False

    def _limit(self, timeout_s: float | None, size: int) -> float:
        return (self.timeout_s if timeout_s is None else timeout_s) + size / _SLOWEST_OCTETS_PER_S

    # -- compression -----------------------------------------------------------------------------------------------

    def start_deflate(self) -> None:
        """From here on both directions are raw DEFLATE (RFC 4978); what is buffered already counts as compressed."""
        self._compressor = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._decompressor = zlib.decompressobj(-zlib.MAX_WBITS)
        waiting = self._take(len(self._buffer))
        if waiting:
            self._buffer += self._inflate(waiting)

    def _inflate(self, data: bytes) -> bytes:
        try:
            plain: bytes = self._decompressor.decompress(data)
        except zlib.error as problem:
            raise GrammarViolation(data[:200], 0, "deflate", f"a DEFLATE stream ({problem})") from problem
        return plain

    # -- ending ----------------------------------------------------------------------------------------------------

    def half_close(self) -> None:
        """Say that we send no more, and keep reading."""
        try:
            self.sock.shutdown(socket.SHUT_WR)
        except OSError as problem:
            raise ConnectionClosed(f"while closing our half: {problem}") from problem

    def close(self) -> None:
        """Close the connection; a second call does nothing."""
        if not self.closed:
            self.closed = True
            self.sock.close()


class TlsStream(Stream):
    """A TLS session on a connected socket; the handshake is done in the constructor."""

    def __init__(
        self, sock: socket.socket, *, context: ssl.SSLContext, server_hostname: str | None, timeout_s: float
    ) -> None:
        super().__init__(sock, timeout_s=timeout_s)
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self.tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=server_hostname)
        self._clean_end = False
        self._end = "end of stream without close_notify"
        self._handshake(Deadline("the TLS handshake", timeout_s))

    def _handshake(self, deadline: Deadline) -> None:
        while True:
            try:
                self.tls.do_handshake()
            except ssl.SSLWantReadError:
                self._feed_handshake(deadline)
            except ssl.SSLError as problem:
                self._flush_alert(deadline)
                raise TlsRefused(_reason(problem)) from problem
            else:
                self._drain(deadline)
                return

    def _feed_handshake(self, deadline: Deadline) -> None:
        try:
            self._drain(deadline)
            data = self._pull(deadline)
        except ConnectionClosed as problem:
            raise TlsRefused(f"the peer closed during the handshake ({problem.reason})") from problem
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()

    def _flush_alert(self, deadline: Deadline) -> None:
        """Send our own alert (untrusted certificate …), so that the server logs a reason; it may be gone already."""
        try:
            self._drain(deadline)
        except (ConnectionClosed, TimedOut):
            self._outgoing.read()

    @property
    def version(self) -> str | None:
        """TLS version as OpenSSL names it, e.g. "TLSv1.3"."""
        return self.tls.version()

    @property
    def cipher(self) -> str | None:
        """Name of the negotiated cipher suite."""
        cipher = self.tls.cipher()
        return cipher[0] if cipher else None

    def _transmit(self, data: bytes | bytearray | memoryview, deadline: Deadline) -> None:
        view = memoryview(data)
        for start in range(0, len(view), _CHUNK):
            try:
                self.tls.write(view[start : start + _CHUNK])
            except ssl.SSLError as problem:
                raise ConnectionClosed(f"while sending: {_reason(problem)}") from problem
            self._drain(deadline)

    def _drain(self, deadline: Deadline) -> None:
        if self._outgoing.pending:
            self._push(self._outgoing.read(), deadline)

    def _receive(self, deadline: Deadline) -> bytes:
        while True:
            try:
                data = self.tls.read(_CHUNK)
            except ssl.SSLWantReadError:
                self._drain(deadline)
                octets = self._pull(deadline)
                if octets:
                    self._incoming.write(octets)
                else:
                    self._incoming.write_eof()
                continue
            except ssl.SSLZeroReturnError:
                data = b""
            except ssl.SSLEOFError:
                return b""
            except ssl.SSLError as problem:
                raise ConnectionClosed(_reason(problem), partial=self.buffered) from problem
            if not data:
                self._clean_end = True
                self._end = "close_notify"
            return data

    def _end_reason(self) -> str:
        return self._end

    def _ended_cleanly(self) -> bool:
        return self._clean_end

    def half_close(self) -> None:
        """Send close_notify and a TCP FIN, and keep reading."""
        self._say_goodbye()
        super().half_close()

    def close(self) -> None:
        """Send close_notify if the peer still listens, and close."""
        if not self.closed:
            try:
                self._say_goodbye()
            except (ConnectionClosed, TimedOut):
                pass  # the peer is gone already: nobody is left to be told
        super().close()

    def _say_goodbye(self) -> None:
        try:
            self.tls.unwrap()
        except (ssl.SSLError, ValueError):
            pass  # "want read" for the peer's own close_notify, or a session that is broken already
        self._drain(Deadline("room for close_notify", min(self.timeout_s, 1.0)))


def open_tls(
    host: str,
    port: int,
    *,
    ca_file: Path | None,
    timeout_s: float,
    context: ssl.SSLContext | None = None,
    server_hostname: str | None = None,
) -> TlsStream:
    """Connect and shake hands.

    ``ca_file``: PEM file of trusted authorities, None for the system's. ``context`` replaces the verifying default
    context altogether. ``server_hostname``: name for SNI and verification (default: ``host``). ``timeout_s`` bounds
    connecting and the handshake, each, and becomes the stream's own. Raises Unreachable, TlsRefused, TimedOut.
    """
    context = context or client_context(ca_file)
    sock = open_tcp(host, port, timeout_s=timeout_s)
    try:
        return TlsStream(sock, context=context, server_hostname=server_hostname or host, timeout_s=timeout_s)
    except BaseException:
        sock.close()
        raise


def open_tcp(host: str, port: int, *, timeout_s: float) -> socket.socket:
    """A connected TCP socket without Nagle's delay. Raises Unreachable (also when connecting takes too long)."""
    try:
        sock = socket.create_connection((host, port), timeout=timeout_s)
    except OSError as problem:
        raise Unreachable(host, port, str(problem) or type(problem).__name__) from problem
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def client_context(ca_file: Path | None) -> ssl.SSLContext:
    """A verifying client context, TLS 1.2 or better, trusting ``ca_file`` (or the system's authorities)."""
    context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # Python 3.13 began to set these. Whether a certificate is trusted must not depend on the Python that asks; what
    # the strict reading of RFC 5280 would refuse is for cases to judge.
    context.verify_flags &= ~(ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN)
    return context


class Deadline:
    """The moment by which an operation must be over."""

    def __init__(self, what: str, timeout_s: float) -> None:
        self.what = what
        self.timeout_s = timeout_s
        self._at = time.monotonic() + timeout_s

    def left_s(self) -> float:
        """Seconds left; raises TimedOut when none are."""
        left = self._at - time.monotonic()
        if left <= 0:
            raise self.missed()
        return left

    def missed(self) -> TimedOut:
        return TimedOut(self.what, self.timeout_s)


def _reason(problem: ssl.SSLError) -> str:
    if isinstance(problem, ssl.SSLCertVerificationError):
        return f"certificate not trusted: {problem.verify_message}"
    return problem.reason or str(problem)
