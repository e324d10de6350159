"""Requests and responses of HTTP/1.1 as they stand on the wire (RFC 9112)."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mailproof_suites.clients.errors import GrammarViolation

_STATUS_LINE = re.compile(rb"HTTP/(1\.[01]) ([1-5][0-9]{2})(?: ([\t\x20-\x7e\x80-\xff]*))?\r\n")
_FIELD_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*\r\n")
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What was sent: `target` is path and query."""

    method: str
    target: str
    headers: Headers = ()
    body: bytes = field(default=b"", repr=False)

    @property
    def path(self) -> str:
        """Without the query."""
        return self.target.partition("?")[0]

    def encode(self) -> bytes:
        """The octets of the wire."""
        lines = [f"{self.method} {self.target} HTTP/1.1", *(f"{name}: {value}" for name, value in self.headers)]
        return "\r\n".join([*lines, "", ""]).encode() + self.body

    def has(self, name: str) -> bool:
        """Whether there is such a header field."""
        return any(each.lower() == name.lower() for each, _ in self.headers)


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A whole response. `head`: its octets up to the body; `body`: without the framing of chunks."""

    request: HttpRequest
    status: int
    reason: str
    headers: Headers
    body: bytes
    head: bytes = b""
    version: str = "1.1"

    def header(self, name: str) -> str | None:
        """The first field with this name, in any letter case."""
        return next(iter(self.all(name)), None)

    def all(self, name: str) -> list[str]:
        """Every field with this name."""
        return [value for each, value in self.headers if each.lower() == name.lower()]

    @property
    def media_type(self) -> str:
        """Of Content-Type, without parameters, in small letters."""
        return (self.header("Content-Type") or "").partition(";")[0].strip().lower()

    @property
    def line(self) -> str:
        """`200 OK`, for messages."""
        return f"{self.status} {self.reason}".strip()

    @property
    def is_last(self) -> bool:
        """Whether the connection ends with it (RFC 9112 section 9.6)."""
        options = [each.strip().lower() for value in self.all("Connection") for each in value.split(",")]
        return "close" in options or (self.version == "1.0" and "keep-alive" not in options)


def basic(user: str, password: str) -> str:
    """Value of Authorization (RFC 7617), in UTF-8."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def request(
    method: str, target: str, host: str, body: bytes, headers: Mapping[str, str | None] | Iterable[tuple[str, str]]
) -> HttpRequest:
    """A request with Host, User-Agent and, where there is a body, its length, unless `headers` says otherwise.

    A mapping may take away what would be there by naming it with None.
    """
    given = list(headers.items() if isinstance(headers, Mapping) else headers)
    named = {name.lower() for name, _ in given}
    standard = [("Host", host), ("User-Agent", "mailproof"), ("Accept", "*/*")]
    if (body or method in ("POST", "PUT")) and "transfer-encoding" not in named:
        standard.append(("Content-Length", str(len(body))))
    kept = [(name, value) for name, value in standard if name.lower() not in named]
    return HttpRequest(method, target, (*kept, *((name, value) for name, value in given if value is not None)), body)


def parse_status(line: bytes) -> tuple[str, int, str]:
    """Version, status, reason. Raises GrammarViolation."""
    form = _STATUS_LINE.fullmatch(line)
    if form is None:
        raise GrammarViolation(line, 0, "status-line", "HTTP/1.1 SP 3DIGIT SP [ reason ] CRLF")
    return form[1].decode(), int(form[2]), (form[3] or b"").decode("latin-1")


def parse_field(line: bytes) -> tuple[str, str]:
    """Name and value. Raises GrammarViolation, also for a folded line, which RFC 9112 section 5.2 forbids."""
    form = _FIELD_LINE.fullmatch(line)
    if form is None:
        raise GrammarViolation(line, 0, "field-line", 'field-name ":" OWS field-value OWS CRLF')
    return form[1].decode(), form[2].decode("latin-1")


def body_length(head: bytes, request: HttpRequest, status: int, headers: Headers) -> int | str:
    """Octets of the body, or "chunked", or "close" (RFC 9112 section 6.3). Raises GrammarViolation."""
    if request.method == "HEAD" or status < 200 or status in (204, 304):
        return 0
    codings = [value.strip().lower() for name, value in headers if name.lower() == "transfer-encoding"]
    lengths = {value for name, value in headers if name.lower() == "content-length"}
    if codings:
        if codings != ["chunked"] or lengths:
            raise GrammarViolation(head, 0, "message-body", "chunked alone, without Content-Length")
        return "chunked"
    if not lengths:
        return "close"
    [length] = lengths if len(lengths) == 1 else [""]
    if not length.isdigit():
        raise GrammarViolation(head, 0, "Content-Length", "one number")
    return int(length)


def chunk_size(line: bytes) -> int:
    """Of the line before a chunk. Raises GrammarViolation."""
    digits = line.removesuffix(b"\r\n").partition(b";")[0].strip()
    if not line.endswith(b"\r\n") or not re.fullmatch(rb"[0-9A-Fa-f]{1,15}", digits):
        raise GrammarViolation(line, 0, "chunk", "chunk-size [ chunk-ext ] CRLF")
    return int(digits, 16)
