"""A listening port: accepts, limits, hands over to TLS, and stops cleanly.

Every worker process binds the same port with SO_REUSEPORT, so the kernel spreads connections over them. The TLS side,
with the alerts that refused clients get, is in `tls_transport`.
"""

import asyncio
import errno
import ipaddress
import socket
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from mailproof_server.net.base import Peer, Report, Timers, ignore
from mailproof_server.net.stream import Handler, Limits, Stream
from mailproof_server.net.tls import ServerTls
from mailproof_server.net.tls_transport import TlsLimits, TlsTransport

_ACCEPTS_PER_TURN = 64
_RETRY_S = 0.5
_OUT_OF_RESOURCES = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenerLimits:
    """Every limit of one listening port of one worker."""

    connections: int = 10_000
    """Open connections; further ones are closed at once, before TLS."""
    connections_per_address: int = 500
    """The same for one remote address; an IPv6 /64 counts as one address."""
    receive_buffer_bytes: int = 128 * 1024
    """One buffer for all connections: most octets taken from a socket at once."""
    tls: TlsLimits = field(default_factory=TlsLimits)


def bind(host: str, port: int, *, backlog: int) -> socket.socket:
    """A listening socket that other workers may share; port 0 lets the kernel choose. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family is socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listening.setblocking(False)
        listening.bind((host, port))
        listening.listen(backlog)
    except OSError:
        listening.close()
        raise
    return listening


def address_key(host: str) -> str:
    """What counts as one remote address: the address, or the /64 of an IPv6 one (one customer has at least that)."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))


class Session(Protocol):
    """What speaks on a connection, an `asyncio.Protocol` as well: `Stream`, or one request after another of HTTP."""

    def begin_drain(self) -> None:
        """The server stops: come to an end where the protocol allows it."""

    def cancel(self) -> None:
        """End now."""

    def when_finished(self, callback: Callable[[], None]) -> None:
        """Call back once nothing runs for the connection any more; at once if nothing does."""


Connect = Callable[[Peer], Any]
"""Makes the `Session` of an admitted connection; Any, because it must also be an `asyncio.Protocol`."""


def streams(
    handler: Handler, *, limits: Limits | None = None, timers: Timers | None = None, report: Report = ignore
) -> Connect:
    """Each connection is a `Stream` with a task that runs `handler(stream)`."""
    return lambda peer: Stream(handler, limits=limits or Limits(), peer=peer, timers=timers, report=report)


@dataclass(slots=True, eq=False)
class _Connection:
    """One admitted connection: what a stop needs of it."""

    key: str
    peer: Peer
    socket: socket.socket
    session: Any
    """A `Session` and an `asyncio.Protocol`."""
    transport: TlsTransport | None = None


class Listener:
    """Serves sessions over TLS on one listening socket."""

    def __init__(
        self,
        connect: Connect,
        *,
        tls: ServerTls,
        limits: ListenerLimits | None = None,
        timers: Timers | None = None,
        report: Report = ignore,
    ) -> None:
        """`timers` defaults to the running loop's."""
        self._connect = connect
        self._tls = tls
        self._limits = limits or ListenerLimits()
        self._timers = timers
        self._report = report
        self._buffer = memoryview(bytearray(self._limits.receive_buffer_bytes))
        self._socket: socket.socket | None = None
        self._accepting = False
        self._retry: Any = None
        self._port = 0
        self._open: set[_Connection] = set()
        self._per_address: Counter[str] = Counter()
        self._handovers: set[asyncio.Task[None]] = set()
        self._emptied: asyncio.Future[None] | None = None
        self.accepted_count = 0
        """Connections accepted since the start, also those refused afterwards."""
        self.refused_count = 0
        """Of these: closed because a limit was reached."""

    @property
    def port(self) -> int:
        """The port in use; 0 before `start`."""
        return self._port

    @property
    def open_count(self) -> int:
        """Connections that are open now, also those in their handshake."""
        return len(self._open)

    def start(self, listening: socket.socket) -> None:
        """Accept from a socket made by `bind`; `stop` closes it. Called on the running loop."""
        self._socket = listening
        self._port = listening.getsockname()[1]
        self._watch()

    async def stop(self, drain_s: float) -> None:
        """Stop accepting, let sessions say goodbye, wait at most `drain_s` seconds for them, then cut the rest."""
        self._unwatch()
        if self._retry is not None:
            self._retry.cancel()
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        for connection in list(self._open):
            connection.session.begin_drain()
            if connection.transport is not None and connection.transport.in_handshake:
                connection.transport.abort()
        if self._open:
            self._emptied = asyncio.get_running_loop().create_future()
            timers = self._clock()
            timer = timers.call_at(timers.time() + drain_s, self._cut)
            try:
                await self._emptied
            finally:
                timer.cancel()

    # -- accepting ----------------------------------------------------------------------------------------------------

    def _clock(self) -> Timers:
        return self._timers if self._timers is not None else asyncio.get_running_loop()

    def _watch(self) -> None:
        self._retry = None
        if self._socket is not None and not self._accepting:
            self._accepting = True
            asyncio.get_running_loop().add_reader(self._socket, self._accept_ready)

    def _unwatch(self) -> None:
        if self._socket is not None and self._accepting:
            self._accepting = False
            asyncio.get_running_loop().remove_reader(self._socket)

    def _accept_ready(self) -> None:
        """Take what waits, but not for ever: the sessions that exist want their turn."""
        for _ in range(_ACCEPTS_PER_TURN):
            if self._socket is None:
                return
            try:
                accepted, address = self._socket.accept()
            except (BlockingIOError, InterruptedError):
                return
            except ConnectionAbortedError:
                continue  # The client left while it waited.
            except OSError as error:
                if error.errno not in _OUT_OF_RESOURCES:
                    raise
                # Nothing is wrong with the socket: the process has no descriptor or memory to spare just now.
                self._report("accept_paused", {"reason": error.strerror or ""})
                self._unwatch()
                timers = self._clock()
                self._retry = timers.call_at(timers.time() + _RETRY_S, self._watch)
                return
            self._admit(accepted, Peer(address[0], address[1]))

    def _admit(self, accepted: socket.socket, peer: Peer) -> None:
        self.accepted_count += 1
        key = address_key(peer.host)
        limit = None
        if len(self._open) >= self._limits.connections:
            limit = "connections"
        elif self._per_address[key] >= self._limits.connections_per_address:
            limit = "connections_per_address"
        if limit is not None:
            self.refused_count += 1
            self._report("connection_refused", {"peer": peer.host, "limit": limit})
            accepted.close()
            return
        accepted.setblocking(False)
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = _Connection(key, peer, accepted, self._connect(peer))
        self._open.add(connection)
        self._per_address[key] += 1
        task = asyncio.get_running_loop().create_task(self._hand_over(connection))
        self._handovers.add(task)
        task.add_done_callback(self._handovers.discard)

    async def _hand_over(self, connection: _Connection) -> None:
        """From here on the loop's transport owns the socket, and TLS speaks on it."""
        if self._socket is None:
            connection.socket.close()
            self._forget(connection)
            return
        connection.transport = TlsTransport(
            self._tls.context,
            connection.session,
            buffer=self._buffer,
            limits=self._limits.tls,
            timers=self._clock(),
            on_lost=partial(connection.session.when_finished, partial(self._forget, connection)),
            report=self._report,
        )
        transport = connection.transport
        try:
            await asyncio.get_running_loop().connect_accepted_socket(lambda: transport, connection.socket)
        except OSError as error:
            self._report("connection_failed", {"peer": connection.peer.host, "reason": str(error)})
            connection.socket.close()
            self._forget(connection)

    # -- ending -------------------------------------------------------------------------------------------------------

    def _forget(self, connection: _Connection) -> None:
        """Its socket is closed and its session has ended: what it was doing is done."""
        if connection not in self._open:
            return
        self._open.discard(connection)
        self._per_address[connection.key] -= 1
        if self._per_address[connection.key] <= 0:
            del self._per_address[connection.key]
        if not self._open and self._emptied is not None and not self._emptied.done():
            self._emptied.set_result(None)

    def _cut(self) -> None:
        self._report("drain_cut", {"connections": len(self._open)})
        for connection in list(self._open):
            self._cut_one(connection)

    def _cut_one(self, connection: _Connection) -> None:
        connection.session.cancel()
        if connection.transport is not None:
            connection.transport.abort()
