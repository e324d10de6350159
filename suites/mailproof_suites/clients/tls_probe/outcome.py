"""What a server did with raw octets on its TLS port, read without any TLS library.

Every outcome holds what was sent and what came back, so that "refused" can never mean "nothing was sent".
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

from mailproof_suites.clients.tls_probe.hello import ALERT, HANDSHAKE, NAMES, TLS1_3

# RFC 8446 section 4.1.3: the random of a ServerHello that is a HelloRetryRequest (SHA-256 of that name).
_RETRY_RANDOM = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
_DOWNGRADE_TO_1_2 = b"DOWNGRD\x01"
_DOWNGRADE_TO_1_1 = b"DOWNGRD\x00"
_SUPPORTED_VERSIONS = 43

ALERT_NAMES = {
    0: "close_notify",
    10: "unexpected_message",
    20: "bad_record_mac",
    22: "record_overflow",
    40: "handshake_failure",
    47: "illegal_parameter",
    50: "decode_error",
    51: "decrypt_error",
    70: "protocol_version",
    71: "insufficient_security",
    80: "internal_error",
    86: "inappropriate_fallback",
    100: "no_renegotiation",
    109: "missing_extension",
    110: "unsupported_extension",
    112: "unrecognized_name",
    120: "no_application_protocol",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a probe: ``sent`` octets left us completely, ``received`` is all that came back."""

    sent: bytes
    received: bytes = b""

    @property
    def accepted(self) -> bool:
        """The server went on with the handshake."""
        return isinstance(self, ServerHello)

    @property
    def refused(self) -> bool:
        """The server ended it by an alert, by closing or by a reset, after our octets had been sent."""
        return isinstance(self, (Alert, Eof, Reset)) and bool(self.sent)

    def __str__(self) -> str:
        return f"{type(self).__name__} after {len(self.sent)} octets were sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerHello(Outcome):
    """A ServerHello. ``version`` is the negotiated one (from extension 43 if it is there), ``cipher`` the suite."""

    version: int
    cipher: int
    random: bytes = b""
    session_id: bytes = b""
    compression: int = 0
    extensions: Mapping[int, bytes] = field(default_factory=dict)

    @property
    def version_name(self) -> str:
        """``TLSv1.2``; hexadecimal for what has no name."""
        return NAMES.get(self.version, f"{self.version:#06x}")

    @property
    def is_retry(self) -> bool:
        """Whether it is a HelloRetryRequest of TLS 1.3."""
        return self.random == _RETRY_RANDOM

    @property
    def downgrade_mark(self) -> int | None:
        """TLS1.2 or TLS1.1 when the random ends in that downgrade mark of RFC 8446 section 4.1.3, else None."""
        marks = {_DOWNGRADE_TO_1_2: 0x0303, _DOWNGRADE_TO_1_1: 0x0302}
        return marks.get(self.random[-8:])

    def __str__(self) -> str:
        return f"ServerHello {self.version_name}, cipher {self.cipher:#06x}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert(Outcome):
    """A TLS alert: ``level`` 1 is a warning, 2 fatal."""

    level: int
    description: int

    @property
    def name(self) -> str:
        """``protocol_version`` for 70, and so on."""
        return ALERT_NAMES.get(self.description, str(self.description))

    def __str__(self) -> str:
        return f"alert {self.name} ({self.description}), {'fatal' if self.level == 2 else f'level {self.level}'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Eof(Outcome):
    """The server closed without a word."""

    def __str__(self) -> str:
        return "end of stream, no alert"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reset(Outcome):
    """The server reset the TCP connection."""

    def __str__(self) -> str:
        return "TCP reset, no alert"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeout(Outcome):
    """Nothing that decides came in time."""

    timeout_s: float

    def __str__(self) -> str:
        return f"silence for {self.timeout_s:g} s"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTls(Outcome):
    """The server answered with octets that are no TLS record (a plaintext greeting, for example)."""

    def __str__(self) -> str:
        return f"no TLS: {self.received[:60]!r}"


def read_outcome(sent: bytes, received: bytes) -> Outcome | None:
    """The outcome that ``received`` decides; None when more octets are needed."""
    at = 0
    handshake = b""
    while len(received) - at >= 5:
        kind, major, length = received[at], received[at + 1], int.from_bytes(received[at + 3 : at + 5], "big")
        if kind not in (20, ALERT, HANDSHAKE, 23) or major != 3 or length > 0x4800:
            return NotTls(sent=sent, received=received)
        payload = received[at + 5 : at + 5 + length]
        if len(payload) < length:
            return None
        at += 5 + length
        if kind == ALERT and length == 2:
            return Alert(sent=sent, received=received, level=payload[0], description=payload[1])
        if kind == HANDSHAKE:
            handshake += payload
            hello = _server_hello(sent, received, handshake)
            if hello is not None:
                return hello
    prefix = received[at:]
    plausible = not prefix or (prefix[0] in (20, ALERT, HANDSHAKE, 23) and prefix[1:2] in (b"", b"\x03"))
    return None if plausible else NotTls(sent=sent, received=received)


def _server_hello(sent: bytes, received: bytes, handshake: bytes) -> Outcome | None:
    if len(handshake) < 4:
        return None
    size = int.from_bytes(handshake[1:4], "big")
    if handshake[0] != 2:
        return NotTls(sent=sent, received=received)
    body = handshake[4 : 4 + size]
    if len(body) < size:
        return None
    try:
        return _parse_hello(sent, received, body)
    except (struct.error, IndexError):
        return NotTls(sent=sent, received=received)


def _parse_hello(sent: bytes, received: bytes, body: bytes) -> ServerHello:
    version = struct.unpack_from("!H", body)[0]
    random = body[2:34]
    id_size = body[34]
    at = 35 + id_size
    cipher, compression = struct.unpack_from("!HB", body, at)
    at += 3
    extensions: dict[int, bytes] = {}
    if at < len(body):
        end = at + 2 + struct.unpack_from("!H", body, at)[0]
        at += 2
        while at < end:
            kind, size = struct.unpack_from("!HH", body, at)
            extensions[kind] = body[at + 4 : at + 4 + size]
            at += 4 + size
    chosen = extensions.get(_SUPPORTED_VERSIONS, b"")
    if len(chosen) == 2 and int.from_bytes(chosen, "big") >= TLS1_3:
        version = int.from_bytes(chosen, "big")
    return ServerHello(
        sent=sent,
        received=received,
        version=version,
        cipher=cipher,
        random=random,
        session_id=body[35 : 35 + id_size],
        compression=compression,
        extensions=extensions,
    )
