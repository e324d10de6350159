"""TLS of the clients' stream against a server of the standard library in a thread of its own."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest

from mailproof_suites.clients.errors import ConnectionClosed, TimedOut, TlsRefused
from mailproof_suites.clients.tls import TlsStream, client_context
from mailproof_suites.clients.tls_probe import control

Serve: TypeAlias = Callable[[Callable[[ssl.SSLSocket], None]], TlsStream]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(control.self_signed())
    return path


@pytest.fixture
def serve(certificate: Path) -> Iterator[Serve]:
    """Runs the server's half of a connection in a thread and returns the client's stream."""
    threads: list[threading.Thread] = []
    opened: list[TlsStream] = []

    def start(half: Callable[[ssl.SSLSocket], None]) -> TlsStream:
        near, far = socket.socketpair()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)

        def run() -> None:
            far.settimeout(5)
            with context.wrap_socket(far, server_side=True, suppress_ragged_eofs=False) as tls:
                half(tls)

        thread = threading.Thread(target=run)
        thread.start()
        threads.append(thread)
        stream = TlsStream(near, context=client_context(certificate), server_hostname="localhost", timeout_s=5)
        opened.append(stream)
        return stream

    yield start
    for stream in opened:
        stream.close()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


def test_large_amounts_in_both_directions_at_once(serve: Serve) -> None:
    """A server that only writes until it is read from cannot block a client that only writes: deep pipelining."""
    size = 4 << 20

    def half(tls: ssl.SSLSocket) -> None:
        tls.sendall(b"y" * size)
        left = size
        while left:
            left -= len(tls.recv(65536))

    stream = serve(half)
    stream.sendall(b"x" * size)
    assert stream.read_exact(size) == b"y" * size


def test_half_closing_says_close_notify_and_reads_on(serve: Serve) -> None:
    def half(tls: ssl.SSLSocket) -> None:
        assert tls.recv(100) == b"the last words"
        assert tls.recv(100) == b""
        tls.sendall(b"heard you\r\n")

    stream = serve(half)
    stream.sendall(b"the last words")
    stream.half_close()
    assert stream.read_line() == b"heard you\r\n"


def test_a_clean_end_is_told_from_a_torn_one(serve: Serve) -> None:
    def clean(tls: ssl.SSLSocket) -> None:
        try:
            tls.unwrap()
        except OSError:
            pass  # the client goes without answering

    def torn(tls: ssl.SSLSocket) -> None:
        socket.socket.shutdown(tls, socket.SHUT_WR)
        try:
            tls.recv(100)
        except OSError:
            pass  # the client complains of the torn end with an alert

    for half, expected in ((clean, True), (torn, False)):
        stream = serve(half)
        with pytest.raises(ConnectionClosed) as caught:
            stream.read_line()
        assert caught.value.clean is expected
        stream.close()


def test_silence_after_the_handshake_times_out(serve: Serve) -> None:
    def half(tls: ssl.SSLSocket) -> None:
        assert tls.recv(100) == b""

    stream = serve(half)
    with pytest.raises(TimedOut):
        stream.read_line(timeout_s=0.05)


def test_silence_during_the_handshake_times_out() -> None:
    near, far = socket.socketpair()
    with far, near, pytest.raises(TimedOut):
        TlsStream(near, context=client_context(None), server_hostname="x.test", timeout_s=0.05)


def test_plaintext_instead_of_a_handshake_is_refused() -> None:
    near, far = socket.socketpair()
    far.sendall(b"* OK plain\r\n")
    with far, near, pytest.raises(TlsRefused):
        TlsStream(near, context=client_context(None), server_hostname="x.test", timeout_s=2)


def test_a_peer_that_goes_during_the_handshake_is_a_refusal() -> None:
    near, far = socket.socketpair()
    far.close()
    with near, pytest.raises(TlsRefused):
        TlsStream(near, context=client_context(None), server_hostname="x.test", timeout_s=2)
