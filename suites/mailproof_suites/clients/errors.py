"""What can go wrong between us and a server, as a closed family of exceptions.

ClientError                the peer or the network did something that ends or spoils an exchange
├── Unreachable            no TCP connection: name, route, port (an environment's fault, never a verdict)
├── TlsRefused             TCP connected, but no TLS session came of it
├── ConnectionClosed       the peer ended the connection in the middle of our exchange
├── TimedOut               the peer did not finish an operation before its deadline
├── GrammarViolation       octets arrived, and the protocol's grammar does not allow them
└── UnexpectedReply        a well-formed reply that is not the one the step needs (NO where OK is needed)
HarnessError               we were about to send something ungrammatical without meaning to
"""

# ruff: noqa: N818 -- the names are said in sentences ("the login timed out"), the family name ends in Error

from __future__ import annotations


class ClientError(Exception):
    """The peer or the network ended or spoiled an exchange."""


class Unreachable(ClientError):
    """No TCP connection could be made to ``host``:``port``."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"{host}:{port} cannot be reached: {reason}")
        self.host = host
        self.port = port
        self.reason = reason


class TlsRefused(ClientError):
    """TCP connected, but the TLS handshake failed; ``reason`` is OpenSSL's or the socket's own word for it."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"no TLS session: {reason}")
        self.reason = reason


class ConnectionClosed(ClientError):
    """The peer closed (or reset) the connection while an answer was awaited.

    ``partial``: octets of the unfinished answer. ``clean``: a TLS close_notify preceded the end of the stream.
    """

    def __init__(self, reason: str, *, partial: bytes = b"", clean: bool = False) -> None:
        suffix = f" after {partial[:200]!r}" if partial else ""
        super().__init__(f"connection closed: {reason}{suffix}")
        self.reason = reason
        self.partial = partial
        self.clean = clean


class TimedOut(ClientError):
    """The peer did not finish ``what`` within ``timeout_s`` seconds; ``partial`` is what had come by then."""

    def __init__(self, what: str, timeout_s: float, *, partial: bytes = b"") -> None:
        suffix = f", only {partial[:200]!r}" if partial else ""
        super().__init__(f"{what} did not arrive within {timeout_s:g} s{suffix}")
        self.what = what
        self.timeout_s = timeout_s
        self.partial = partial


class GrammarViolation(ClientError):
    """The server sent octets that the protocol's grammar does not allow.

    ``raw`` is the whole response, ``offset`` the octet at which the grammar was left, ``production`` the name of the
    grammar rule that was being read ("envelope", "date-time", "line" …) and ``expected`` that rule in plain words.
    """

    def __init__(self, raw: bytes, offset: int, production: str, expected: str) -> None:
        super().__init__(raw, offset, production, expected)
        self.raw = raw
        self.offset = offset
        self.production = production
        self.expected = expected

    @property
    def actual(self) -> str:
        """The octets around the place where the grammar was left, the place itself marked by ``⟨here⟩``."""
        start = max(0, self.offset - 60)
        before = self.raw[start : self.offset]
        after = self.raw[self.offset : self.offset + 60]
        return f"{'…' if start else ''}{_ascii(before)}⟨here⟩{_ascii(after)}{'…' if len(after) == 60 else ''}"

    def __str__(self) -> str:
        return f"{self.production}: expected {self.expected}, got {self.actual}"


class UnexpectedReply(ClientError):
    """A well-formed reply, but not the one that this step needs (``expected`` and ``actual`` in the wire's words)."""

    def __init__(self, expected: str, actual: str) -> None:
        super().__init__(f"expected {expected}, got {actual}")
        self.expected = expected
        self.actual = actual


class HarnessError(Exception):
    """We were about to send something that the protocol does not allow, without the case having asked for it."""


def _ascii(data: bytes) -> str:
    """Printable rendering of wire octets: ASCII as it is, everything else escaped."""
    return data.decode("latin-1").encode("unicode_escape").decode("ascii")
