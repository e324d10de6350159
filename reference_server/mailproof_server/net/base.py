"""The words of this layer: what a connection may do, who is at the other end, how a wait can end."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Protocol

Bytes = bytes | bytearray | memoryview


class StreamError(Exception):
    """The connection cannot go on; the session ends without a word to the peer."""


class StreamClosed(StreamError):  # noqa: N818
    """The peer is gone, or took no output for `write_timeout_s`."""


class StreamCorrupt(StreamError):  # noqa: N818
    """The peer's deflate stream is damaged (RFC 4978)."""


class ReadTimeout(Exception):  # noqa: N818 -- an outcome that sessions answer, not a fault
    """Nothing arrived in the time allowed; the connection still works, so the session may say goodbye."""


class ShuttingDown(Exception):  # noqa: N818 -- likewise
    """The server stops and this session sat between two commands; it may say goodbye."""


class Wake(Enum):
    """Why `Stream.wait` came back."""

    INPUT = auto()
    """`read` will not block: there is input, or the peer has closed."""
    NOTIFIED = auto()
    """Somebody called `Stream.notify`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Every limit of one connection. Sizes in octets, times in seconds."""

    read_high_bytes: int = 64 * 1024
    """Unread input at which reading from the socket stops until the session has taken it."""
    write_high_bytes: int = 64 * 1024
    """Output that the peer has not taken at which `flush` begins to wait."""
    write_low_bytes: int = 16 * 1024
    """Output left at which a waiting `flush` goes on."""
    hand_over_bytes: int = 64 * 1024
    """Queued output that `write` hands to the transport without waiting for a flush."""
    write_timeout_s: float = 60.0
    """How long a peer may refuse to take output before it is dropped."""
    close_timeout_s: float = 5.0
    """How long a polite close may take before the connection is cut."""
    inflate_chunk_bytes: int = 64 * 1024
    """Most octets that one `read` unpacks from a compressed connection."""
    deflate_level: int = 6


class Timers(Protocol):
    """The part of an event loop that measures time; tests pass one that they move by hand."""

    def time(self) -> float:
        """Seconds that never run backwards."""

    def call_at(self, when: float, callback: Callable[..., object], *args: Any) -> Any:
        """Call back at `when`; the answer has `cancel()`."""


@dataclass(frozen=True, slots=True)
class TlsInfo:
    """What the handshake agreed on."""

    version: str
    """`TLSv1.2` or `TLSv1.3`."""
    cipher: str
    bits: int
    alpn: str | None


@dataclass(frozen=True, slots=True)
class Peer:
    """The other end's address."""

    host: str
    port: int


Report = Callable[[str, dict[str, object]], None]
"""`report(event, fields)`: structured log of the layer above; fields hold no content of the conversation."""


def ignore(_event: str, _fields: dict[str, object]) -> None:
    """The default report: nobody listens."""
