"""Handshakes as the wire sees them: what is refused, with which alert, and what a connection survives."""

import asyncio
import os
import shutil
import signal
import socket
import ssl
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from OpenSSL import SSL

from mailproof_server.net.authority import CaPaths, make_test_ca
from mailproof_server.net.memory import ManualTimers
from mailproof_server.net.stream import Stream
from mailproof_server.net.tls import ServerTls, TlsConfigError, make_context

RSA_CBC = 0x002F
ECDHE_ECDSA_AES128_GCM = 0xC02B
FALLBACK_SCSV = 0x5600


async def echo(stream: Stream) -> None:
    while data := await stream.read(20):
        stream.write(data)
        await stream.flush()


def extension(number: int, body: bytes) -> bytes:
    return struct.pack("!HH", number, len(body)) + body


def client_hello(version: int, suites: list[int], *, versions: list[int] | None = None) -> bytes:
    extensions = extension(10, struct.pack("!HHH", 4, 0x001D, 0x0017)) + extension(11, b"\x01\x00")
    extensions += extension(13, struct.pack("!HHH", 4, 0x0403, 0x0804))
    if versions is not None:
        listed = b"".join(struct.pack("!H", each) for each in versions)
        extensions += extension(43, bytes([len(listed)]) + listed)
    body = struct.pack("!H", version) + b"\x07" * 32 + b"\x00"
    body += struct.pack("!H", 2 * len(suites)) + b"".join(struct.pack("!H", each) for each in suites) + b"\x01\x00"
    if version > 0x0300:
        body += struct.pack("!H", len(extensions)) + extensions
    message = b"\x01" + len(body).to_bytes(3, "big") + body
    return struct.pack("!BHH", 22, min(version, 0x0301), len(message)) + message


def sslv2_hello() -> bytes:
    body = b"\x01" + struct.pack("!HHHH", 0x0002, 3, 0, 16) + b"\x01\x00\x80" + b"\x05" * 16
    return struct.pack("!H", 0x8000 | len(body)) + body


def answer(port: int, sent: bytes) -> bytes:
    """Everything the server says to `sent`, up to its end of file."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
        sock.sendall(sent)
        received = b""
        while piece := sock.recv(4096):
            received += piece
        return received


def alert(code: int, record_version: int = 0x0301) -> bytes:
    return struct.pack("!BHHBB", 21, record_version, 2, 2, code)


@pytest.mark.parametrize("version", [0x0300, 0x0301, 0x0302], ids=hex)
def test_an_offer_below_tls_1_2_gets_protocol_version(served: Any, tls: ServerTls, version: int) -> None:
    port = served.serve(echo, tls).port
    assert answer(port, client_hello(version, [RSA_CBC, ECDHE_ECDSA_AES128_GCM])) == alert(70)


def test_an_sslv2_framed_hello_gets_protocol_version(served: Any, tls: ServerTls) -> None:
    port = served.serve(echo, tls).port
    assert answer(port, sslv2_hello()) == alert(70)


def test_the_supported_versions_extension_decides_not_the_legacy_field(served: Any, tls: ServerTls) -> None:
    port = served.serve(echo, tls).port
    hello = client_hello(0x0303, [0x1301, ECDHE_ECDSA_AES128_GCM], versions=[0x0302, 0x0301])
    assert answer(port, hello) == alert(70)


@pytest.mark.parametrize("suite", [RSA_CBC, 0x009C, 0xC009, 0xC023, 0x009E], ids=hex)
def test_suites_without_forward_secrecy_or_aead_get_handshake_failure(served: Any, tls: ServerTls, suite: int) -> None:
    port = served.serve(echo, tls).port
    got = answer(port, client_hello(0x0303, [suite]))
    assert got == alert(40, 0x0303)


def test_a_needless_fallback_is_noticed(served: Any, tls: ServerTls) -> None:
    port = served.serve(echo, tls).port
    got = answer(port, client_hello(0x0303, [ECDHE_ECDSA_AES128_GCM, FALLBACK_SCSV]))
    assert got == alert(86, 0x0303)


@pytest.mark.parametrize("text", [b"EHLO client.example\r\n", b"GET / HTTP/1.1\r\n\r\n", b"\x00\x00\x00\x00\x00\x00"])
def test_plain_text_is_closed_without_an_answer(served: Any, tls: ServerTls, text: bytes) -> None:
    port = served.serve(echo, tls).port
    assert answer(port, text) == b""
    assert served.events() == ["tls_refused"]


def test_a_hello_cut_short_is_closed(served: Any, tls: ServerTls) -> None:
    port = served.serve(echo, tls).port
    with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
        sock.sendall(client_hello(0x0303, [ECDHE_ECDSA_AES128_GCM])[:20])
        sock.shutdown(socket.SHUT_WR)
        assert sock.recv(100) == b""


def connect(port: int, ca: CaPaths, version: ssl.TLSVersion | None = None, **options: Any) -> ssl.SSLSocket:
    context = ssl.create_default_context(cafile=str(ca.ca))
    if version is not None:
        context.minimum_version = context.maximum_version = version
    sock = socket.create_connection(("127.0.0.1", port), timeout=10)
    return context.wrap_socket(sock, server_hostname="localhost", suppress_ragged_eofs=False, **options)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_both_versions_carry_data_and_end_with_close_notify(
    served: Any, tls: ServerTls, ca: CaPaths, version: ssl.TLSVersion
) -> None:
    seen: list[Any] = []

    async def once(stream: Stream) -> None:
        seen.append(stream.tls)
        stream.write(await stream.read(20))

    port = served.serve(once, tls).port
    with connect(port, ca, version) as sock:
        assert sock.compression() is None
        sock.sendall(b"hello")
        assert sock.recv(100) == b"hello"
        assert sock.recv(100) == b""  # close_notify: a bare end of file would raise here
        assert sock.version() == version.name.replace("_", ".")
        assert seen[0].version == sock.version()
        cipher = sock.cipher()
        assert cipher is not None
        assert seen[0].cipher == cipher[0]
        assert "GCM" in cipher[0] or "CHACHA20" in cipher[0]


def test_a_handshake_that_arrives_byte_by_byte_succeeds(served: Any, tls: ServerTls, ca: CaPaths) -> None:
    port = served.serve(echo, tls).port
    context = ssl.create_default_context(cafile=str(ca.ca))
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(incoming, outgoing, server_hostname="localhost")
    with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def pump(step: Any) -> Any:
            while True:
                try:
                    result = step()
                except ssl.SSLWantReadError:
                    result = None
                for byte in outgoing.read():
                    sock.send(bytes([byte]))
                if result is not None:
                    return result
                incoming.write(sock.recv(65536))

        def handshake() -> bool:
            client.do_handshake()
            return True

        pump(handshake)
        client.write(b"hello")
        assert pump(lambda: client.read(100)) == b"hello"


def test_a_large_transfer_both_ways_is_whole(served: Any, tls: ServerTls, ca: CaPaths) -> None:
    port = served.serve(echo, tls).port
    payload = os.urandom(3_000_000)
    with connect(port, ca) as sock:
        received = bytearray()
        view = memoryview(payload)
        for start in range(0, len(payload), 50_000):
            sock.sendall(view[start : start + 50_000])
            while len(received) < start + 50_000:
                received += sock.recv(65536)
        assert bytes(received) == payload


def test_a_slow_reader_holds_the_session_back_instead_of_filling_memory(
    served: Any, tls: ServerTls, ca: CaPaths
) -> None:
    streams: list[Stream] = []

    async def flood(stream: Stream) -> None:
        streams.append(stream)
        for _ in range(400):
            stream.write(b"x" * 50_000)
            await stream.flush()

    port = served.serve(flood, tls).port
    with connect(port, ca) as sock:
        total = len(sock.recv(1000))
        previous = -1
        while previous != (now := served.call(lambda: streams[0].bytes_out)):
            previous = now
            served.call(asyncio.sleep, 0.05)
        assert previous < 18_000_000, "the session wrote everything although nobody read"
        while piece := sock.recv(65536):
            total += len(piece)
        assert total == 20_000_000


@contextmanager
def pyopenssl(port: int, method: int) -> Iterator[SSL.Connection]:
    """A connection whose close_notify and renegotiation are ours to send."""
    with socket.create_connection(("127.0.0.1", port)) as sock:
        client = SSL.Connection(SSL.Context(method), sock)
        client.set_connect_state()
        client.do_handshake()
        yield client


@pytest.mark.parametrize("method", [SSL.TLSv1_2_METHOD, SSL.TLS_METHOD])
def test_a_client_that_ends_its_side_still_gets_its_replies(served: Any, tls: ServerTls, method: int) -> None:
    async def slow(stream: Stream) -> None:
        received = b""
        while data := await stream.read(20):
            received += data
        await asyncio.sleep(0)
        stream.write(b"got " + received)

    port = served.serve(slow, tls).port
    with pyopenssl(port, method) as client:
        client.send(b"QUIT\r\n")
        assert client.shutdown() is False  # ours is sent, theirs is to come
        assert client.recv(100) == b"got QUIT\r\n"
        with pytest.raises(SSL.ZeroReturnError):
            client.recv(100)


def test_a_damaged_record_gets_an_alert_and_the_session_ends(served: Any, tls: ServerTls, ca: CaPaths) -> None:
    ended: list[bytes] = []

    async def once(stream: Stream) -> None:
        ended.append(await stream.read(20))

    port = served.serve(once, tls).port
    with connect(port, ca) as sock:
        raw = socket.socket(fileno=os.dup(sock.fileno()))
        raw.sendall(b"\x17\x03\x03\x00\x20" + b"\x55" * 32)
        raw.close()
        with pytest.raises(ssl.SSLError, match="BAD_RECORD_MAC"):
            sock.recv(100)
    while not ended:
        served.call(asyncio.sleep, 0)  # The alert overtakes the session's own end.
    assert ended == [b""]
    assert "tls_broken" in served.events()


def test_renegotiation_is_refused(served: Any, tls: ServerTls) -> None:
    port = served.serve(echo, tls).port
    with pyopenssl(port, SSL.TLSv1_2_METHOD) as client:
        assert client.renegotiate()
        with pytest.raises(SSL.Error, match="no renegotiation"):
            client.do_handshake()


def test_sessions_are_resumed(served: Any, tls: ServerTls, ca: CaPaths) -> None:
    port = served.serve(echo, tls).port
    context = ssl.create_default_context(cafile=str(ca.ca))

    def visit(session: ssl.SSLSession | None) -> tuple[ssl.SSLSession | None, bool | None]:
        sock = socket.create_connection(("127.0.0.1", port), timeout=10)
        with context.wrap_socket(sock, server_hostname="localhost", session=session) as tls_sock:
            tls_sock.sendall(b"x")
            tls_sock.recv(10)
            return tls_sock.session, tls_sock.session_reused

    session, reused = visit(None)
    assert not reused
    assert visit(session)[1]


def test_a_client_that_says_nothing_is_cut_at_the_handshake_time_out(served: Any, tls: ServerTls) -> None:
    timers = ManualTimers()
    listener = served.serve(echo, tls, timers=timers)
    with socket.create_connection(("127.0.0.1", listener.port), timeout=10) as sock:
        while not served.call(lambda: timers.pending):
            pass
        served.call(timers.advance, 9.9)
        assert served.call(lambda: listener.open_count) == 1
        served.call(timers.advance, 0.2)
        try:
            assert sock.recv(10) == b""
        except ConnectionResetError:
            pass  # Cut is cut: a reset says the same.
    assert served.events() == ["tls_timeout"]


def test_reload_serves_the_new_certificate_and_keeps_the_old_one_when_files_are_bad(
    served: Any, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    first = make_test_ca(tmp_path, now=now)
    tls = ServerTls(first.cert, first.key)
    port = served.serve(echo, tls).port

    def shown() -> bytes | None:
        with connect(port, first) as sock:
            return sock.getpeercert(binary_form=True)

    old = shown()
    make_test_ca(tmp_path, now=now, names=["renewed.example.test"])
    assert shown() == old
    served.call(tls.reload)
    new = shown()
    assert new != old
    first.key.write_bytes(b"not a key")
    with pytest.raises(TlsConfigError, match=r"key\.pem"):
        served.call(tls.reload)
    assert shown() == new


def test_a_hangup_signal_reloads(ca: CaPaths, tmp_path: Path) -> None:
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    shutil.copy(ca.cert, cert)
    shutil.copy(ca.key, key)

    async def scenario() -> None:
        outcomes: asyncio.Queue[TlsConfigError | None] = asyncio.Queue()
        tls = ServerTls(cert, key)
        tls.reload_on_hangup(asyncio.get_running_loop(), outcomes.put_nowait)
        before = tls.context
        os.kill(os.getpid(), signal.SIGHUP)
        assert await asyncio.wait_for(outcomes.get(), 10) is None
        assert tls.context is not before
        cert.unlink()
        os.kill(os.getpid(), signal.SIGHUP)
        assert isinstance(await asyncio.wait_for(outcomes.get(), 10), TlsConfigError)

    asyncio.run(scenario())


def test_a_missing_file_is_named(ca: CaPaths, tmp_path: Path) -> None:
    with pytest.raises(TlsConfigError, match=r"absent\.pem: no such file"):
        make_context(tmp_path / "absent.pem", ca.key)


def test_the_tls_1_2_suites_all_have_forward_secrecy_and_aead(ca: CaPaths) -> None:
    suites = [each for each in make_context(ca.cert, ca.key).get_ciphers() if each["protocol"] == "TLSv1.2"]
    assert len(suites) >= 6
    for suite in suites:
        assert suite["aead"], suite["name"]
        assert suite["kea"] == "kx-ecdhe", suite["name"]
        assert suite["auth"] in ("auth-ecdsa", "auth-rsa"), suite["name"]


def test_alpn_is_offered_only_when_asked_for(served: Any, ca: CaPaths) -> None:
    plain = served.serve(echo, ServerTls(ca.cert, ca.key)).port
    offering = served.serve(echo, ServerTls(ca.cert, ca.key, alpn=["imap"])).port
    for port, expected in ((plain, None), (offering, "imap")):
        context = ssl.create_default_context(cafile=str(ca.ca))
        context.set_alpn_protocols(["imap"])
        with context.wrap_socket(socket.create_connection(("127.0.0.1", port)), server_hostname="localhost") as sock:
            assert sock.selected_alpn_protocol() == expected
