"""Probes against servers that do accept old versions, servers that do not, and octets that no server would send."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailproof_suites.clients.errors import TlsRefused, Unreachable
from mailproof_suites.clients.tls import open_tls
from mailproof_suites.clients.tls_probe import (
    SSL3,
    TLS1_0,
    TLS1_1,
    TLS1_2,
    TLS1_3,
    Alert,
    ControlServer,
    NotTls,
    Outcome,
    ServerHello,
    Timeout,
    client_hello,
    control_server,
    fragmented,
    handshake,
    probe,
    probe_version,
    read_outcome,
    record,
    ssl2_hello,
)


@pytest.fixture(scope="module")
def old() -> Iterator[ControlServer]:
    """Accepts TLS 1.0 to 1.3."""
    with control_server() as server:
        yield server


@pytest.fixture(scope="module")
def modern() -> Iterator[ControlServer]:
    """Accepts TLS 1.2 and 1.3 only."""
    with control_server(minimum="TLSv1_2") as server:
        yield server


@pytest.mark.parametrize("version", [TLS1_0, TLS1_1, TLS1_2, TLS1_3])
def test_the_control_server_accepts_every_version(old: ControlServer, version: int) -> None:
    outcome = probe_version(old.host, old.port, version)
    assert isinstance(outcome, ServerHello), str(outcome)
    assert outcome.version == version
    assert outcome.accepted
    assert not outcome.refused
    assert len(outcome.sent) > 40


@pytest.mark.parametrize("version", [SSL3, TLS1_0, TLS1_1])
def test_a_modern_server_refuses_old_versions_with_an_alert(modern: ControlServer, version: int) -> None:
    outcome = probe_version(modern.host, modern.port, version)
    assert isinstance(outcome, Alert), str(outcome)
    assert outcome.refused
    assert outcome.level == 2
    assert outcome.name in ("protocol_version", "handshake_failure")
    assert outcome.sent
    assert outcome.received


def test_a_fragmented_hello_is_a_hello(modern: ControlServer) -> None:
    outcome = probe(modern.host, modern.port, fragmented(client_hello(TLS1_2), 9))
    assert isinstance(outcome, ServerHello), str(outcome)


def test_a_server_of_1_3_marks_a_downgrade_to_1_2(modern: ControlServer) -> None:
    outcome = probe_version(modern.host, modern.port, TLS1_2)
    assert isinstance(outcome, ServerHello)
    assert outcome.downgrade_mark == TLS1_2


def test_a_fallback_is_recognised(modern: ControlServer) -> None:
    outcome = probe_version(modern.host, modern.port, TLS1_2, fallback_scsv=True)
    assert isinstance(outcome, Alert)
    assert outcome.name == "inappropriate_fallback"


def test_a_retry_is_told_from_a_hello(modern: ControlServer) -> None:
    outcome = probe_version(modern.host, modern.port, TLS1_3, key_shares=())
    assert isinstance(outcome, ServerHello)
    assert outcome.is_retry


def test_an_offer_without_a_common_suite_is_refused(modern: ControlServer) -> None:
    assert probe_version(modern.host, modern.port, TLS1_2, ciphers=[0x0001]).refused


def test_a_broken_record_is_refused(modern: ControlServer) -> None:
    assert probe(modern.host, modern.port, record(22, TLS1_0, b"\x01\xff\xff\xff" + b"x" * 60)).refused


def test_plaintext_and_ssl2_are_refused(modern: ControlServer) -> None:
    assert probe(modern.host, modern.port, b"a001 LOGIN alice secret\r\n").refused
    assert probe(modern.host, modern.port, ssl2_hello()).refused


def test_a_server_that_speaks_plaintext_is_no_tls_server() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        near = socket.create_connection(("127.0.0.1", port))
        far, _ = listener.accept()
        far.sendall(b"* OK plain\r\n")
        assert near.recv(3) == b"* O"
        near.close()
        far.close()
    outcome = read_outcome(b"hello", b"* OK plain\r\n")
    assert isinstance(outcome, NotTls)
    assert not outcome.refused


def test_a_server_that_is_silent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        outcome = probe_version("127.0.0.1", listener.getsockname()[1], TLS1_2, timeout_s=0.2)
    assert isinstance(outcome, Timeout)
    assert outcome.sent
    assert not outcome.refused


def test_nobody_listens() -> None:
    with pytest.raises(Unreachable):
        probe_version("127.0.0.1", 1, TLS1_2)


def test_the_hello_of_tls_1_1_octet_by_octet() -> None:
    """The encoder against a hello that is written down by hand."""
    body = bytes.fromhex("0302") + b"\x07" * 32 + b"\x00" + bytes.fromhex("0004002f00ff0100")
    name = bytes.fromhex("0000000b0009000006") + b"x.test"
    extensions = name + bytes.fromhex("000a00040002001d000b00020100")
    message = body + struct.pack("!H", len(extensions)) + extensions
    expected = (
        b"\x16\x03\x01" + struct.pack("!H", len(message) + 4) + b"\x01" + len(message).to_bytes(3, "big") + message
    )
    hello = client_hello(
        TLS1_1, ciphers=[0x2F], random=b"\x07" * 32, server_name="x.test", groups=[29], signature_algorithms=None
    )
    assert hello == expected


def test_the_hello_of_ssl_3_has_no_extensions() -> None:
    hello = client_hello(SSL3, ciphers=[0x2F], random=b"\x07" * 32, server_name="x.test")
    assert hello == b"\x16\x03\x00\x00\x2f\x01\x00\x00\x2b\x03\x00" + b"\x07" * 32 + bytes.fromhex("000004002f00ff0100")


SERVER_HELLO = record(22, TLS1_2, b"\x02\x00\x00\x26\x03\x03" + b"r" * 32 + b"\x00\xc0\x2f\x00")


def test_a_hello_is_read_from_any_pieces() -> None:
    whole = read_outcome(b"sent", SERVER_HELLO)
    assert isinstance(whole, ServerHello)
    assert (whole.version_name, whole.cipher) == ("TLSv1.2", 0xC02F)
    assert [read_outcome(b"sent", SERVER_HELLO[:size]) for size in range(len(SERVER_HELLO))] == [None] * len(
        SERVER_HELLO
    )


def test_an_alert_is_read() -> None:
    outcome = read_outcome(b"sent", record(21, TLS1_0, b"\x02\x46"))
    assert str(outcome) == "alert protocol_version (70), fatal"


@given(st.binary(max_size=80) | st.binary(max_size=60).map(lambda data: record(22, TLS1_2, data)))
def test_any_octets_are_an_outcome_or_too_few(data: bytes) -> None:
    outcome = read_outcome(b"sent", data)
    assert outcome is None or isinstance(outcome, Outcome)


# -- whole handshakes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [TLS1_0, TLS1_1, TLS1_2, TLS1_3])
def test_a_handshake_of_each_version(old: ControlServer, version: int) -> None:
    with handshake(old.host, old.port, minimum=version, maximum=version, server_name="localhost") as talk:
        assert talk.version == version
        assert talk.receive() == b"* OK control server\r\n"
        assert talk.receive() == b""
        assert len(talk.chain) == 1
        assert not talk.resumed
        with talk.reconnect() as again:
            assert again.resumed


@pytest.mark.parametrize("version", [TLS1_0, TLS1_1])
def test_a_handshake_that_is_refused(modern: ControlServer, version: int) -> None:
    with pytest.raises(TlsRefused) as caught:
        handshake(modern.host, modern.port, minimum=version, maximum=version)
    assert "alert protocol version" in caught.value.reason


def test_suites_and_verification(modern: ControlServer, tmp_path: Any) -> None:
    suite = "ECDHE-RSA-AES128-GCM-SHA256"
    with handshake(modern.host, modern.port, maximum=TLS1_2, ciphers=suite, ca_file=modern.ca_file) as talk:
        assert talk.cipher == suite
        assert talk.cipher_bits == 128
    with handshake(modern.host, modern.port, suites="TLS_CHACHA20_POLY1305_SHA256") as talk:
        assert talk.cipher == "TLS_CHACHA20_POLY1305_SHA256"
    with control_server() as other, pytest.raises(TlsRefused):
        handshake(modern.host, modern.port, ca_file=other.ca_file)


def test_a_server_of_openssl_does_not_renegotiate(modern: ControlServer) -> None:
    with handshake(modern.host, modern.port, maximum=TLS1_2) as talk:
        assert not talk.renegotiate(timeout_s=0.3)


# -- the ordinary client's TLS -----------------------------------------------------------------------------------------


def test_the_clients_stream(modern: ControlServer) -> None:
    stream = open_tls(modern.host, modern.port, ca_file=modern.ca_file, timeout_s=5, server_hostname="localhost")
    assert stream.version == "TLSv1.3"
    assert stream.cipher
    assert stream.read_line() == b"* OK control server\r\n"
    stream.close()


def test_a_name_that_does_not_fit_is_refused(modern: ControlServer) -> None:
    with pytest.raises(TlsRefused) as caught:
        open_tls(modern.host, modern.port, ca_file=modern.ca_file, timeout_s=5, server_hostname="other.test")
    assert "Hostname mismatch" in caught.value.reason


def test_an_authority_that_is_not_trusted_is_refused(modern: ControlServer) -> None:
    with pytest.raises(TlsRefused) as caught:
        open_tls(modern.host, modern.port, ca_file=None, timeout_s=5, server_hostname="localhost")
    assert "certificate not trusted" in caught.value.reason
