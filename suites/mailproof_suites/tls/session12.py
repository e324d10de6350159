"""A TLS 1.2 client by hand (RFC 5246 sections 6 to 8): ECDHE, AES-128-GCM, tickets, extended master secret.

It shows what libraries read and keep to themselves, and sends what they would not. No certificate is judged here.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import socket
from dataclasses import dataclass, field
from typing import Any, Self

from cryptography.hazmat.primitives.asymmetric import ec, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mailproof_suites.case import expect
from mailproof_suites.clients.tls import Deadline, open_tcp
from mailproof_suites.clients.tls_probe import TLS1_2, client_hello, record
from mailproof_suites.clients.tls_probe.outcome import ALERT_NAMES

CHANGE_CIPHER, ALERT, HANDSHAKE, APPLICATION = 20, 21, 22, 23
SERVER_HELLO, NEW_SESSION_TICKET, CERTIFICATE, SERVER_KEY_EXCHANGE = 2, 4, 11, 12
CERTIFICATE_REQUEST, SERVER_HELLO_DONE, CLIENT_KEY_EXCHANGE, FINISHED = 13, 14, 16, 20
EXTENDED_MASTER_SECRET, SESSION_TICKET = 23, 35
_SUITES = (0xC02B, 0xC02F)


@dataclass
class Session12:
    """From the ClientHello on; `connect` has read the server's first flight, up to ServerHelloDone or what ended it."""

    sock: socket.socket
    timeout_s: float
    hello: bytes
    flight: list[bytes] = field(default_factory=list)
    """Handshake messages of the server, headers included."""
    records: list[bytes] = field(default_factory=list)
    """Every record of the server, header included."""
    alert: str = ""
    """The alert that ended the conversation."""
    ticket: bytes = b""
    _held: bytes = b""
    _rest: bytes = b""
    _messages: bytes = b""
    _sent: int = 0
    _keys: tuple[AESGCM, bytes] | None = None

    @classmethod
    def connect(
        cls, host: str, port: int, *, timeout_s: float, extensions: dict[int, bytes] | None = None, **choices: Any
    ) -> Self:
        """Send a ClientHello of TLS 1.2 (keywords of `client_hello`; ``extensions`` are further ones) and read on."""
        choices = {"ciphers": _SUITES, "groups": (29, 23), **choices}
        hello = client_hello(TLS1_2, extensions=tuple((extensions or {}).items()), **choices)
        made = cls(open_tcp(host, port, timeout_s=timeout_s), timeout_s, hello)
        try:
            made.sock.sendall(hello)
            made._read(until={SERVER_HELLO_DONE, FINISHED})
        except BaseException:
            made.close()
            raise
        return made

    @property
    def kinds(self) -> list[int]:
        """Types of the server's handshake messages so far."""
        return [each[0] for each in self.flight]

    def of(self, kind: int) -> bytes:
        """The body of the first message of this type. Raises Violation when there is none."""
        found = next((each[4:] for each in self.flight if each[0] == kind), None)
        return expect.given(found, f"handshake message {kind} in the server's flight (alert: {self.alert or 'none'})")

    @property
    def extensions(self) -> dict[int, bytes]:
        """Of the ServerHello."""
        body = self.of(SERVER_HELLO)
        at = 35 + body[34] + 3
        found: dict[int, bytes] = {}
        end = at + 2 + int.from_bytes(body[at : at + 2], "big")
        at += 2
        while at < end:
            size = int.from_bytes(body[at + 2 : at + 4], "big")
            found[int.from_bytes(body[at : at + 2], "big")] = body[at + 4 : at + 4 + size]
            at += 4 + size
        return found

    @property
    def resumed(self) -> bool:
        """The server went on without a certificate."""
        return SERVER_HELLO in self.kinds and CERTIFICATE not in self.kinds

    def complete(self, *, wrong: bool = False) -> None:
        """Send our key exchange and Finished (a ``wrong`` one), and read the server's end of the handshake."""
        public, secret = _agree(self.of(SERVER_KEY_EXCHANGE))
        exchange = _message(CLIENT_KEY_EXCHANGE, bytes([len(public)]) + public)
        self._messages = self.hello[5:] + b"".join(self.flight) + exchange
        randoms = self.hello[11:43], self.of(SERVER_HELLO)[2:34]
        met = hashlib.sha256(self._messages).digest()
        if EXTENDED_MASTER_SECRET in self.extensions:
            master = _prf(secret, b"extended master secret", met, 48)
        else:
            master = _prf(secret, b"master secret", randoms[0] + randoms[1], 48)
        block = _prf(master, b"key expansion", randoms[1] + randoms[0], 40)
        self._keys = AESGCM(block[:16]), block[32:36]
        proof = bytes(12) if wrong else _prf(master, b"client finished", met, 12)
        self.send_raw(record(HANDSHAKE, 0x0303, exchange) + record(CHANGE_CIPHER, 0x0303, b"\x01"))
        self.send(HANDSHAKE, _message(FINISHED, proof))
        self._read(until={NEW_SESSION_TICKET, FINISHED})
        if NEW_SESSION_TICKET in self.kinds:
            self.ticket = self.of(NEW_SESSION_TICKET)[6:]

    def send(self, kind: int, content: bytes) -> None:
        """One protected record."""
        if self._keys is None:
            raise ValueError("keys come with `complete`")
        aead, fixed = self._keys
        number = self._sent.to_bytes(8, "big")
        self._sent += 1
        about = number + bytes([kind]) + b"\x03\x03" + len(content).to_bytes(2, "big")
        self.send_raw(record(kind, 0x0303, number + aead.encrypt(fixed + number, content, about)))

    def send_raw(self, octets: bytes) -> None:
        """Octets as they are. That the server has gone already shows when its answer is read."""
        try:
            self.sock.sendall(octets)
        except OSError:
            return

    def read_to_the_end(self) -> None:
        """Read until the stream ends. Raises TimedOut for silence."""
        self._read(until=set())

    def close(self) -> None:
        """Drop the connection."""
        self.sock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self, until: set[int]) -> None:
        """Records up to a handshake message of these types in the clear, a change of ciphers, or the end."""
        deadline = Deadline("a TLS record", self.timeout_s)
        while True:
            while len(self._held) >= 5 and len(self._held) >= (size := 5 + int.from_bytes(self._held[3:5], "big")):
                whole, self._held = self._held[:size], self._held[size:]
                self.records.append(whole)
                if whole[0] == ALERT and size == 7:
                    self.alert = ALERT_NAMES.get(whole[6], str(whole[6]))
                if whole[0] == CHANGE_CIPHER and until:
                    return
                if whole[0] == HANDSHAKE and self._note(whole[5:]) & until:
                    return
            try:
                self.sock.settimeout(deadline.left_s())
                piece = self.sock.recv(65536)
            except TimeoutError:
                raise deadline.missed() from None
            except OSError:
                return
            if not piece:
                return
            self._held += piece

    def _note(self, octets: bytes) -> set[int]:
        """Take the handshake messages of a record into the flight; their types."""
        pending = self._rest + octets
        kinds = set()
        while len(pending) >= 4 and len(pending) >= (size := 4 + int.from_bytes(pending[1:4], "big")):
            self.flight.append(pending[:size])
            kinds.add(pending[0])
            pending = pending[size:]
        self._rest = pending
        return kinds


def new_session_id() -> bytes:
    """What a client sends beside a ticket, so that it can tell whether the server has taken it (RFC 5077 §3.4)."""
    return os.urandom(32)


def _agree(exchange: bytes) -> tuple[bytes, bytes]:
    """Our public key and the shared secret for the server's key exchange, which names x25519 or secp256r1."""
    group, point = exchange[:3], exchange[4 : 4 + exchange[3]]
    if group == b"\x03\x00\x1d":
        private = x25519.X25519PrivateKey.generate()
        return private.public_key().public_bytes_raw(), private.exchange(
            x25519.X25519PublicKey.from_public_bytes(point)
        )
    expect.equal(group, b"\x03\x00\x17", "curve of the key exchange")
    own = ec.generate_private_key(ec.SECP256R1())
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    public = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return public, own.exchange(ec.ECDH(), theirs)


def _message(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + len(body).to_bytes(3, "big") + body


def _prf(secret: bytes, label: bytes, seed: bytes, size: int) -> bytes:
    """RFC 5246 section 5, with SHA-256."""
    seed = label + seed
    found, step = b"", seed
    while len(found) < size:
        step = hmac.digest(secret, step, "sha256")
        found += hmac.digest(secret, step + seed, "sha256")
    return found[:size]
