"""Servers of the tests: sockets whose other end was filled beforehand, and one that hands out octet by octet."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import pytest

from mailproof_suites.clients.imap import ImapClient
from mailproof_suites.clients.observer import ConnectionInfo, SentCommand
from mailproof_suites.clients.smtp import SmtpClient
from mailproof_suites.clients.tls import Stream
from mailproof_suites.clients.transcript import Transcript


class Watch:
    """An observer that remembers what it was told."""

    def __init__(self) -> None:
        self.events: list[tuple[str, Any]] = []

    def on_open(self, connection: ConnectionInfo) -> None:
        self.events.append(("open", connection))

    def on_sent(self, command: SentCommand) -> None:
        self.events.append(("sent", command))

    def on_response(self, response: Any) -> None:
        self.events.append(("response", response))

    def on_violation(self, violation: Any) -> None:
        self.events.append(("violation", violation))

    def on_close(self) -> None:
        self.events.append(("close", None))

    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.events]


class Far:
    """The server's end: what it will say was said before the client asks; what the client sent can be read."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock

    def say(self, data: bytes) -> None:
        self.sock.sendall(data)

    def heard(self) -> bytes:
        self.sock.settimeout(0)
        pieces = []
        while True:
            try:
                piece = self.sock.recv(65536)
            except BlockingIOError:
                break
            if not piece:
                break
            pieces.append(piece)
        return b"".join(pieces)

    def hang_up(self) -> None:
        self.sock.close()


Pair: TypeAlias = tuple[Stream, Far]


@pytest.fixture
def pair() -> Iterator[Pair]:
    """A client's stream and the server's end of it."""
    near, far = socket.socketpair()
    stream = Stream(near, timeout_s=5)
    yield stream, Far(far)
    stream.close()
    far.close()


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def transcript() -> Transcript:
    return Transcript()


OpenImap: TypeAlias = Callable[[bytes], tuple[ImapClient, Far]]


@pytest.fixture
def open_imap(pair: Pair, watch: Watch, transcript: Transcript) -> OpenImap:
    """Opens an ImapClient on a server that has said these octets already."""
    stream, far = pair

    def open_client(script: bytes) -> tuple[ImapClient, Far]:
        far.say(script)
        return ImapClient("s.test", 993, stream=stream, observers=[watch], transcript=transcript), far

    return open_client


OpenSmtp: TypeAlias = Callable[[bytes], tuple[SmtpClient, Far]]


@pytest.fixture
def open_smtp(pair: Pair, watch: Watch, transcript: Transcript) -> OpenSmtp:
    """Opens an SmtpClient on a server that has said these octets already."""
    stream, far = pair

    def open_client(script: bytes) -> tuple[SmtpClient, Far]:
        far.say(script)
        return SmtpClient("s.test", 465, stream=stream, observers=[watch], transcript=transcript), far

    return open_client


class DrippingSocket:
    """A socket that gives ``data`` in pieces of ``size`` octets, and takes ``seconds`` of the clock for each."""

    def __init__(self, data: bytes, size: int = 1, *, clock: list[float] | None = None, seconds: float = 0.0) -> None:
        self.data = data
        self.size = size
        self.clock = clock
        self.seconds = seconds
        self.timeout: float | None = None

    def settimeout(self, timeout: float | None) -> None:
        self.timeout = timeout

    def recv(self, size: int) -> bytes:
        if self.clock is not None:
            self.clock[0] += self.seconds
        piece, self.data = self.data[: self.size], self.data[self.size :]
        return piece

    def close(self) -> None:
        self.data = b""


@pytest.fixture
def dripping() -> type[DrippingSocket]:
    return DrippingSocket
