"""`HttpsClient`: HTTP/1.1 over TLS, one request at a time, that shows every octet (RFC 9110, RFC 9112).

Nothing is followed, retried or unpacked: redirects, 401 and Content-Encoding are what cases judge. A connection is kept
for the next request as long as the server keeps it; `connect` makes a new one on purpose.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from mailproof_suites.clients.errors import ConnectionClosed, GrammarViolation, HarnessError
from mailproof_suites.clients.http_message import (
    HttpRequest,
    HttpResponse,
    basic,
    body_length,
    chunk_size,
    parse_field,
    parse_status,
    request,
)
from mailproof_suites.clients.observer import Observer, SentCommand
from mailproof_suites.clients.tls import Stream
from mailproof_suites.clients.transcript import Transcript
from mailproof_suites.clients.watched import WatchedConnection

MAX_HEADER_FIELDS = 200
MAX_BODY_OCTETS = 1 << 28
_PIECE = 1 << 16
_A_MOMENT_S = 0.001
Given = Mapping[str, str | None] | Iterable[tuple[str, str]]


class HttpsConnection(WatchedConnection):
    """One connection; `stream` replaces the TLS connection (tests of the client)."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        ca_file: Path | None = None,
        timeout_s: float = 10.0,
        transcript: Transcript | None = None,
        name: str = "H",
        observers: Sequence[Observer] = (),
        context: ssl.SSLContext | None = None,
        server_hostname: str | None = None,
        stream: Stream | None = None,
        line_limit: int = 1 << 16,
    ) -> None:
        super().__init__(
            "https",
            host,
            port,
            ca_file=ca_file,
            timeout_s=timeout_s,
            transcript=transcript,
            name=name,
            observers=observers,
            context=context,
            server_hostname=server_hostname,
            stream=stream,
            line_limit=line_limit,
        )
        self.is_over = False
        """No further request can be sent here."""

    def exchange(self, sent: HttpRequest, *, timeout_s: float | None = None) -> HttpResponse:
        """Send a request and read the whole response."""
        with self.streamed(sent, timeout_s=timeout_s) as (head, pieces):
            body = b"".join(pieces)
        whole = HttpResponse(sent, head.status, head.reason, head.headers, body, head.head, head.version)
        for observer in self._observers:
            observer.on_response(whole)
        return whole

    @contextmanager
    def streamed(
        self, sent: HttpRequest, *, timeout_s: float | None = None
    ) -> Iterator[tuple[HttpResponse, Iterator[bytes]]]:
        """The response's head (with an empty body) and the pieces of its body as they come, each awaited for
        `timeout_s`. Observers hear of the request only. Who leaves before the last piece ends the connection."""
        self._announce(SentCommand(sent.method, f"{sent.method} {sent.target}".encode()))
        self._write(sent.encode())
        with self._awaiting():
            head = self._read_head(sent, timeout_s)
            self.is_over = True  # until the last octet of this response was read
            pieces = self._read_body(head, timeout_s)
        yield head, pieces

    def read_response(self, sent: HttpRequest, *, timeout_s: float | None = None) -> HttpResponse:
        """The response to a request that was sent by `send_raw`, which is `sent` as far as that can be said."""
        with self._awaiting():
            head = self._read_head(sent, timeout_s)
            body = b"".join(self._read_body(head, timeout_s))
        return HttpResponse(sent, head.status, head.reason, head.headers, body, head.head, head.version)

    def is_kept(self) -> bool:
        """Whether another request can be sent. A server may close an idle connection (RFC 9112 section 9.3.1), with a
        408 before it or without: seen before a request leaves, that is nobody's fault."""
        if self.is_over:
            return False
        try:
            if unasked := self.stream.read_available(_A_MOMENT_S):
                self.transcript.received(self.name, unasked)
                self.is_over = True
        except ConnectionClosed as problem:
            self._end(str(problem), by_peer=True)
            self.is_over = True
        return not self.is_over

    def send_raw(self, data: bytes) -> None:
        """Send exactly these octets, grammatical or not."""
        self._announce(SentCommand("", data[:200], raw=True))
        self._write(data)

    def _read_head(self, sent: HttpRequest, timeout_s: float | None) -> HttpResponse:
        status = 100
        while status < 200:
            lines = [self._read_line(timeout_s)]
            version, status, reason = parse_status(lines[0])
            headers: list[tuple[str, str]] = []
            while (line := self._read_line(timeout_s)) != b"\r\n":
                if len(headers) == MAX_HEADER_FIELDS:
                    raise GrammarViolation(b"".join(lines[:3]), 0, "header", f"at most {MAX_HEADER_FIELDS} fields")
                lines.append(line)
                headers.append(parse_field(line))
        return HttpResponse(sent, status, reason, tuple(headers), b"", b"".join(lines), version)

    def _read_body(self, head: HttpResponse, timeout_s: float | None) -> Iterator[bytes]:
        with self._awaiting():
            length = body_length(head.head, head.request, head.status, head.headers)
            if length == "chunked":
                yield from self._read_chunks(timeout_s)
            elif length == "close":
                yield from self._read_to_the_end(timeout_s)
            else:
                assert isinstance(length, int)
                yield from self._read_octets(length, timeout_s)
        self.is_over = head.is_last or length == "close"

    def _read_line(self, timeout_s: float | None) -> bytes:
        line = self.stream.read_line(self.line_limit, timeout_s=timeout_s or self.timeout_s)
        self.transcript.received(self.name, line)
        return line

    def _read_octets(self, length: int, timeout_s: float | None) -> Iterator[bytes]:
        if length > MAX_BODY_OCTETS:
            raise GrammarViolation(b"", 0, "message-body", f"at most {MAX_BODY_OCTETS} octets")
        while length:
            piece = self.stream.read_exact(min(length, _PIECE), timeout_s=timeout_s or self.timeout_s)
            self.transcript.received(self.name, piece)
            length -= len(piece)
            yield piece

    def _read_chunks(self, timeout_s: float | None) -> Iterator[bytes]:
        while size := chunk_size(self._read_line(timeout_s)):
            yield from self._read_octets(size, timeout_s)
            if (end := self._read_line(timeout_s)) != b"\r\n":
                raise GrammarViolation(end, 0, "chunk", "CRLF behind chunk-data")
        while (line := self._read_line(timeout_s)) != b"\r\n":
            parse_field(line)  # the trailer section

    def _read_to_the_end(self, timeout_s: float | None) -> Iterator[bytes]:
        try:
            while True:
                piece = self.stream.read_available(timeout_s or self.timeout_s)
                if not piece:
                    return
                self.transcript.received(self.name, piece)
                yield piece
        except ConnectionClosed:
            self._end("closed by the server, which ends the body", by_peer=True)


class HttpsClient:
    """Sends requests to one host and port; every option is that of `HttpsConnection`.

    `user` and `password` go with every request as Basic credentials, unless a request says `auth=False`.
    """

    def __init__(
        self,
        host: str,
        port: int = 443,
        *,
        user: str = "",
        password: str = "",
        ca_file: Path | None = None,
        timeout_s: float = 10.0,
        transcript: Transcript | None = None,
        name: str = "H",
        observers: Sequence[Observer] = (),
        context: ssl.SSLContext | None = None,
        server_hostname: str | None = None,
    ) -> None:
        self.host = host
        self.port = port
        self.user = user
        self.name = name
        self.transcript = transcript if transcript is not None else Transcript(max_octets=1 << 20)
        self._password = password
        self._made = 0
        self._connection: HttpsConnection | None = None
        self._options = {
            "ca_file": ca_file,
            "timeout_s": timeout_s,
            "observers": observers,
            "context": context,
            "server_hostname": server_hostname,
        }
        self._authorization = basic(user, password) if user else ""
        self.transcript.secret(password)
        self.transcript.secret(self._authorization.removeprefix("Basic "))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def authority(self) -> str:
        """Value of Host."""
        return self.host if self.port == 443 else f"{self.host}:{self.port}"

    def connect(self) -> HttpsConnection:
        """A new connection, which replaces the one that is open. Raises Unreachable, TlsRefused."""
        self.close()
        self._made += 1
        label = self.name if self._made == 1 else f"{self.name}.{self._made}"
        self._connection = HttpsConnection(
            self.host,
            self.port,
            transcript=self.transcript,
            name=label,
            **self._options,  # type: ignore[arg-type]
        )
        return self._connection

    def close(self) -> None:
        """Close the connection, if there is one; the next request opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def request(
        self,
        method: str,
        target: str,
        body: bytes = b"",
        headers: Given = (),
        *,
        auth: bool = True,
        timeout_s: float | None = None,
    ) -> HttpResponse:
        """Send a request and read its whole response, whatever it says.

        Args:
            method: GET, POST …
            target: path and query, or a URL of this host and port.
            body: with Content-Length, unless `headers` has Transfer-Encoding.
            headers: further fields; in a mapping, None takes a standard one away.
            auth: send the credentials.
            timeout_s: longest wait for each piece of the response.

        Raises Unreachable, TlsRefused, TimedOut, ConnectionClosed, GrammarViolation; HarnessError for another host.
        """
        return self._open().exchange(self.prepared(method, target, body, headers, auth=auth), timeout_s=timeout_s)

    def prepared(
        self, method: str, target: str, body: bytes = b"", headers: Given = (), *, auth: bool = True
    ) -> HttpRequest:
        """The request that `request` would send."""
        parts = urlsplit(target)
        if parts.scheme and (parts.scheme, parts.hostname, parts.port or 443) != ("https", self.host, self.port):
            raise HarnessError(f"{target} is not on https://{self.authority}")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        given = list(headers.items() if isinstance(headers, Mapping) else headers)
        named = {name.lower() for name, _ in given}
        if auth and self._authorization and "authorization" not in named:
            given.append(("Authorization", self._authorization))
        return request(method, path, self.authority, body, dict(given) if len(named) == len(given) else given)

    def streamed(
        self, sent: HttpRequest, *, timeout_s: float | None = None
    ) -> AbstractContextManager[tuple[HttpResponse, Iterator[bytes]]]:
        """See `HttpsConnection.streamed`."""
        return self._open().streamed(sent, timeout_s=timeout_s)

    def _open(self) -> HttpsConnection:
        """A connection that takes a request."""
        kept = self._connection
        return kept if kept is not None and kept.is_kept() else self.connect()


def client_for(url: str, **options: object) -> HttpsClient:
    """A client for the host and port of a URL. Raises HarnessError for one that is not https."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise HarnessError(f"{url!r} is no https URL")
    return HttpsClient(parts.hostname, parts.port or 443, **options)  # type: ignore[arg-type]
