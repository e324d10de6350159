"""HTTP/1.1 (RFC 9112) on connections of a `Listener`: uvicorn's parser and ASGI cycle behind this server's own TLS.

Theory
------
uvicorn's own accept loop would refuse old TLS versions without an alert (see `tls_transport`), so only its protocol
class is used. What it leaves open is closed here, because anybody can connect: how long a client may take to send a
header, to send a body, to read an answer, and how large a header may be. The size of a body is the application's to
limit, for it knows what it would do with it.
"""

import asyncio
from collections.abc import Callable
from typing import Any, cast

import msgspec
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from mailproof_server.net.base import Peer, Report, ignore


class HttpLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every limit of one HTTP connection. Times in seconds."""

    header_bytes: int = 64 * 1024
    """Request line and header fields; more is answered with 431 (RFC 6585 section 5)."""
    header_timeout_s: float = 15.0
    """From the first octet of a request, or from the handshake, to the end of the header."""
    body_timeout_s: float = 60.0
    """Between two pieces of a body."""
    write_timeout_s: float = 60.0
    """How long a client may refuse to take output."""
    keep_alive_s: float = 120.0
    """Between an answer and the next request."""


TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class HttpApplication:
    """An ASGI application, ready to be connected: `Listener(HttpApplication(app).connect, …)`."""

    def __init__(self, app: ASGIApp, *, limits: HttpLimits | None = None, report: Report = ignore) -> None:
        self.app = app
        self.limits = limits or HttpLimits()
        self.report = report
        self.state = ServerState()
        self.config = uvicorn.Config(
            app,
            http="httptools",
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=True,
            proxy_headers=False,
            timeout_keep_alive=int(self.limits.keep_alive_s),
        )
        self.config.load()

    def connect(self, peer: Peer) -> "HttpConnection":
        """The session of one connection."""
        return HttpConnection(self, peer)


class HttpConnection(HttpToolsProtocol):
    """One connection: one request after another."""

    def __init__(self, application: HttpApplication, peer: Peer) -> None:
        super().__init__(application.config, application.state, {"peer": peer}, asyncio.get_running_loop())
        self.peer = peer
        self.access_log = False
        self._limits = application.limits
        self._report = application.report
        self._inner = application.app
        self.app = cast("Any", self._serve)
        self._running: set[asyncio.Task[Any]] = set()
        self._finished: Callable[[], None] | None = None
        self._header_bytes = 0
        self._in_body = False
        self._timer: asyncio.TimerHandle | None = None
        self._write_timer: asyncio.TimerHandle | None = None

    # -- what the listener asks (`Session`) ----------------------------------------------------------------------------

    def begin_drain(self) -> None:
        """Answer what is under way, then close."""
        if self.transport is not None:
            self.shutdown()

    def cancel(self) -> None:
        for task in self._running:
            task.cancel()
        if self.transport is not None:
            self.transport.abort()

    def when_finished(self, callback: Callable[[], None]) -> None:
        if self._running:
            self._finished = callback
        else:
            callback()

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 -- uvicorn runs every request in a task of its own
        self._running.add(task)
        try:
            await self._inner(scope, receive, send)
        except Exception as error:
            self._report("http_request_failed", {"peer": self.peer.host, "path": scope["path"], "error": error})
            raise
        finally:
            self._running.discard(task)
            if not self._running and self._finished is not None:
                self._finished()

    # -- the transport's side ------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast("asyncio.Transport", transport))
        self._set_timer(self._limits.header_timeout_s)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timers()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.parser is None:
            return  # the connection is being closed
        if self._in_body:
            self._set_timer(self._limits.body_timeout_s)
        super().data_received(data)
        if self._header_bytes > self._limits.header_bytes:
            self._refuse_header()

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._write_timer is None:
            self._write_timer = self.loop.call_later(self._limits.write_timeout_s, self._too_slow, "write")

    def resume_writing(self) -> None:
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None
        super().resume_writing()

    # -- the parser's side ---------------------------------------------------------------------------------------------

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._header_bytes = 0
        self._set_timer(self._limits.header_timeout_s)

    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value) + 4)
        super().on_header(name, value)

    def _count(self, octets: int) -> None:
        self._header_bytes += octets

    def on_headers_complete(self) -> None:
        self._in_body = True
        if self._header_bytes > self._limits.header_bytes:
            return  # `data_received` refuses it when the parser has returned
        self._set_timer(self._limits.body_timeout_s)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if self._header_bytes <= self._limits.header_bytes:
            super().on_body(body)

    def on_message_complete(self) -> None:
        self._in_body = False
        self._set_timer(None)
        if self._header_bytes <= self._limits.header_bytes:
            super().on_message_complete()

    # -- limits --------------------------------------------------------------------------------------------------------

    def _refuse_header(self) -> None:
        self._report("http_header_too_large", {"peer": self.peer.host})
        self._stop_timers()
        if not self.transport.is_closing():
            self.transport.write(TOO_LARGE)
            self.transport.close()

    def _set_timer(self, after_s: float | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if after_s is None else self.loop.call_later(after_s, self._too_slow, "read")

    def _stop_timers(self) -> None:
        self._set_timer(None)
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None

    def _too_slow(self, what: str) -> None:
        if what == "read" and self.flow.read_paused:
            # The application has not taken what is here already: it is not the client that is slow.
            self._set_timer(self._limits.body_timeout_s)
            return
        self._report("http_too_slow", {"peer": self.peer.host, "what": what})
        self.transport.abort()
