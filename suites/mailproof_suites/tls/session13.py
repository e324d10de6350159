"""A TLS 1.3 client by hand (RFC 8446 sections 4, 5 and 7): it shows and sends what libraries keep to themselves.

One suite (TLS_AES_128_GCM_SHA256, which every server has to have), one group (x25519), no certificate of our
own, and no judgement about the server's: whether its chain is to be trusted is asked elsewhere.
"""

from __future__ import annotations

import hashlib
import hmac
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mailproof_suites.case import expect
from mailproof_suites.clients.tls import Deadline, open_tcp
from mailproof_suites.clients.tls_probe import TLS1_3, client_hello, record
from mailproof_suites.clients.tls_probe.outcome import ALERT_NAMES
from mailproof_suites.tls.hellos import edited, extension

CHANGE_CIPHER, ALERT, HANDSHAKE, APPLICATION = 20, 21, 22, 23
SERVER_HELLO, NEW_SESSION_TICKET, ENCRYPTED_EXTENSIONS, CERTIFICATE = 2, 4, 8, 11
CERTIFICATE_REQUEST, CERTIFICATE_VERIFY, FINISHED, KEY_UPDATE = 13, 15, 20, 24
RETRY_RANDOM = hashlib.sha256(b"HelloRetryRequest").digest()
"""Section 4.1.3: the random that makes a ServerHello a request for another hello."""
_SUITE = 0x1301
_EMPTY_HASH = hashlib.sha256(b"").digest()


@dataclass(frozen=True, slots=True)
class Received:
    """One message of the server: a handshake message, an alert (its two octets), or application data."""

    kind: int
    """Content type of the record: 21, 22 or 23."""
    body: bytes
    """A handshake message with its four octets of header."""

    @property
    def alert(self) -> str:
        """The alert's name; "" for anything else."""
        return ALERT_NAMES.get(self.body[1], str(self.body[1])) if self.kind == ALERT and len(self.body) == 2 else ""

    def __str__(self) -> str:
        if self.kind == ALERT:
            return f"alert {self.alert}"
        return f"handshake message {self.body[0]}" if self.kind == HANDSHAKE else f"data {self.body[:40]!r}"


class Keys:
    """One direction's traffic keys (RFC 8446 section 7.3); `update` is what a KeyUpdate means."""

    def __init__(self, secret: bytes) -> None:
        self.secret = secret
        self._number = 0
        self._aead = AESGCM(_expand(secret, b"key", b"", 16))
        self._iv = _expand(secret, b"iv", b"", 12)

    def update(self) -> None:
        """The next generation (section 7.2)."""
        self.__init__(_expand(self.secret, b"traffic upd", b"", 32))  # type: ignore[misc]

    def _nonce(self) -> bytes:
        nonce = (int.from_bytes(self._iv, "big") ^ self._number).to_bytes(12, "big")
        self._number += 1
        return nonce

    def seal(self, kind: int, content: bytes, padding: int = 0) -> bytes:
        """A protected record."""
        inner = content + bytes([kind]) + bytes(padding) if kind else content + bytes(padding)
        head = record(APPLICATION, 0x0303, b"", length=len(inner) + 16)
        return head + self._aead.encrypt(self._nonce(), inner, head)

    def open(self, head: bytes, sealed: bytes) -> tuple[int, bytes]:
        """(content type, content) of a protected record. Raises InvalidTag."""
        inner = self._aead.decrypt(self._nonce(), sealed, head).rstrip(b"\0")
        return (inner[-1], inner[:-1]) if inner else (0, b"")


@dataclass
class Session13:
    """From the ClientHello on. `connect` makes one that has seen the server's whole first flight, not yet answered."""

    sock: socket.socket
    timeout_s: float
    hello: bytes
    flight: list[Received] = field(default_factory=list)
    """EncryptedExtensions to Finished."""
    records: list[bytes] = field(default_factory=list)
    """Header and payload of every record, as they came."""
    _incoming: Iterator[Received] = field(default_factory=lambda: iter(()))
    server_hello: bytes = b""
    retry_request: bytes = b""

    @classmethod
    def connect(cls, host: str, port: int, *, timeout_s: float, retry: bool = False, **choices: Any) -> Self:
        """Send a ClientHello and read the first flight. Keywords are those of `client_hello`.

        ``retry``: the first hello has no key share, so that the server has to ask for one.

        Raises Violation when the server does not go through with it.
        """
        private = x25519.X25519PrivateKey.generate()
        choices = {"ciphers": (_SUITE,), "session_id": b"\x07" * 32, "renegotiation_scsv": False, **choices}
        public = private.public_key().public_bytes_raw()
        hello = client_hello(TLS1_3, **choices)
        hello = edited(hello, {51: b"\x00\x00"}) if retry else with_share(hello, public)
        made = cls(open_tcp(host, port, timeout_s=timeout_s), timeout_s, hello)
        try:
            made.sock.sendall(hello)
            made._incoming = made._plain_messages()
            before = made._retry(public) if retry else b""
            made._read_flight(private, before)
        except BaseException:
            made.close()
            raise
        return made

    def _retry(self, public: bytes) -> bytes:
        """Answer a HelloRetryRequest by a second hello; what stands for both at the beginning of the transcript."""
        asked = next(self._incoming, None)
        if asked is None or asked.body[6:38] != RETRY_RANDOM:
            raise expect.fail("a hello without shares", expected="a HelloRetryRequest", actual=str(asked))
        self.retry_request = asked.body
        given = _extensions_of_hello(asked.body)
        shares = extension(29, public)
        answer: dict[int, bytes | None] = {51: len(shares).to_bytes(2, "big") + shares}
        if 44 in given:
            answer[44] = given[44]  # the cookie, as it came
        first, self.hello = self.hello, edited(self.hello, answer)
        self.sock.sendall(self.hello)
        return message(254, hashlib.sha256(first[5:]).digest()) + asked.body

    def _read_flight(self, private: x25519.X25519PrivateKey, before: bytes) -> None:
        first = next(self._incoming, None)
        if first is None or first.kind != HANDSHAKE or first.body[0] != SERVER_HELLO:
            raise expect.fail("a hello of TLS 1.3", expected="a ServerHello", actual=str(first))
        self.server_hello = first.body
        self._transcript = hashlib.sha256(before + self.hello[5:] + first.body)
        shared = private.exchange(x25519.X25519PublicKey.from_public_bytes(_server_share(first.body)))
        early = _extract(bytes(32), bytes(32))
        self._handshake = _extract(_expand(early, b"derived", _EMPTY_HASH, 32), shared)
        met = self._transcript.digest()
        self.reading = Keys(_expand(self._handshake, b"s hs traffic", met, 32))
        self.writing = Keys(_expand(self._handshake, b"c hs traffic", met, 32))
        self._incoming = self._sealed_messages()
        while not self.flight or self.flight[-1].body[0] != FINISHED:
            message = self.receive()
            if message is None or message.kind != HANDSHAKE:
                raise expect.fail("the server's first flight", expected="its Finished", actual=str(message))
            self.flight.append(message)
            self._transcript.update(message.body)
        master = _extract(_expand(self._handshake, b"derived", _EMPTY_HASH, 32), bytes(32))
        met = self._transcript.digest()
        self.reading = Keys(_expand(master, b"s ap traffic", met, 32))
        self._next_writing = Keys(_expand(master, b"c ap traffic", met, 32))

    def of(self, kind: int) -> bytes:
        """The body of the flight's message of this type, without its header. Raises Violation when there is none."""
        found = next((each.body[4:] for each in self.flight if each.body[0] == kind), None)
        return expect.given(found, f"handshake message {kind} in the server's first flight")

    # -- our side ------------------------------------------------------------------------------------------------------

    def finished(self, *, wrong: bool = False) -> bytes:
        """Our Finished message."""
        key = _expand(self.writing.secret, b"finished", b"", 32)
        proof = hmac.digest(key, self._transcript.digest(), "sha256")
        return message(FINISHED, bytes(32) if wrong else proof)

    def complete(self) -> None:
        """Send our Finished; from now on everything is application traffic."""
        self.send(HANDSHAKE, self.finished())
        self.writing = self._next_writing

    def send(self, kind: int, content: bytes, padding: int = 0) -> None:
        """One protected record."""
        self.send_raw(self.writing.seal(kind, content, padding))

    def send_raw(self, octets: bytes) -> None:
        """Octets as they are. That the server has gone already shows when its answer is read."""
        try:
            self.sock.sendall(octets)
        except OSError:
            return

    # -- the server's side ---------------------------------------------------------------------------------------------

    def receive(self) -> Received | None:
        """The next message; None at the end of the stream. Raises TimedOut."""
        return next(self._incoming, None)

    def alert(self) -> str:
        """The name of the next alert, tickets and data before it passed over; "" when the stream ends without one."""
        while (each := self.receive()) is not None:
            if each.kind == ALERT:
                return each.alert
        return ""

    def application(self) -> bytes:
        """The next application data, tickets before it passed over. Raises Violation for an alert or the end."""
        while (each := self.receive()) is not None and each.kind != ALERT:
            if each.kind == APPLICATION:
                return each.body
        raise expect.fail("application data", expected="some", actual=str(each or "end of stream"))

    def close(self) -> None:
        """Drop the connection."""
        self.sock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _records(self) -> Iterator[tuple[bytes, bytes]]:
        held = b""
        while True:
            if len(held) >= 5 and len(held) >= (size := 5 + int.from_bytes(held[3:5], "big")):
                whole, held = held[:size], held[size:]
                self.records.append(whole)
                yield whole[:5], whole[5:]
                continue
            deadline = Deadline("a TLS record", self.timeout_s)
            try:
                self.sock.settimeout(deadline.left_s())
                piece = self.sock.recv(65536)
            except TimeoutError:
                raise deadline.missed() from None
            except OSError:
                return
            if not piece:
                return
            held += piece

    def _plain_messages(self) -> Iterator[Received]:
        self._source = self._records()
        for head, payload in self._source:
            if head[0] == HANDSHAKE:
                yield from (Received(HANDSHAKE, each) for each in _messages(payload))
            elif head[0] != CHANGE_CIPHER:
                yield Received(head[0], payload)

    def _sealed_messages(self) -> Iterator[Received]:
        held = b""
        for head, payload in self._source:
            if head[0] == CHANGE_CIPHER:
                continue
            if head[0] != APPLICATION:
                yield Received(head[0], payload)
                continue
            try:
                kind, content = self.reading.open(head, payload)
            except InvalidTag as problem:
                raise expect.fail("a record", expected="one under the agreed keys", actual="another") from problem
            if kind != HANDSHAKE:
                yield Received(kind, content)
                continue
            held += content
            whole = list(_messages(held))
            held = held[sum(map(len, whole)) :]
            yield from (Received(HANDSHAKE, each) for each in whole)


def message(kind: int, body: bytes) -> bytes:
    """A handshake message."""
    return bytes([kind]) + len(body).to_bytes(3, "big") + body


def with_share(hello: bytes, public: bytes, group: bytes = b"\x00\x1d") -> bytes:
    """The hello with this public key in place of the made-up octets of its only key share."""
    at = hello.index(group + len(public).to_bytes(2, "big"), hello.index(b"\x00\x33\x00"))
    return hello[: at + 4] + public + hello[at + 4 + len(public) :]


def _messages(octets: bytes) -> Iterator[bytes]:
    while len(octets) >= 4 and len(octets) >= (size := 4 + int.from_bytes(octets[1:4], "big")):
        yield octets[:size]
        octets = octets[size:]


def extensions_of(block: bytes) -> dict[int, bytes]:
    """Type → body of an extension block that begins with its length."""
    found: dict[int, bytes] = {}
    at, end = 2, 2 + int.from_bytes(block[:2], "big")
    while at < end:
        size = int.from_bytes(block[at + 2 : at + 4], "big")
        found[int.from_bytes(block[at : at + 2], "big")] = block[at + 4 : at + 4 + size]
        at += 4 + size
    return found


def suite_of(server_hello: bytes) -> int:
    """The suite of a ServerHello or a HelloRetryRequest."""
    at = 4 + 35 + server_hello[4 + 34]
    return int.from_bytes(server_hello[at : at + 2], "big")


def _extensions_of_hello(server_hello: bytes) -> dict[int, bytes]:
    return extensions_of(server_hello[4 + 35 + server_hello[4 + 34] + 3 :])


def _server_share(server_hello: bytes) -> bytes:
    share = _extensions_of_hello(server_hello).get(51, b"")
    if share[:4] != b"\x00\x1d\x00\x20":
        raise expect.fail("key_share of the ServerHello", expected="one of x25519", actual=share)
    return share[4:]


def _extract(salt: bytes, material: bytes) -> bytes:
    return hmac.digest(salt, material, "sha256")


def _expand(secret: bytes, label: bytes, context: bytes, size: int) -> bytes:
    """HKDF-Expand-Label (RFC 8446 section 7.1) with SHA-256; at most 32 octets."""
    label = b"tls13 " + label
    info = size.to_bytes(2, "big") + bytes([len(label)]) + label + bytes([len(context)]) + context
    return hmac.digest(secret, info + b"\x01", "sha256")[:size]
