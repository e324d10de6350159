"""Malformed records and hellos, RFC 5246 sections 6.2.1 and 7.4.1.2, RFC 8446 sections 4.1.2, 4.2, 5.1 and 6.

Each case expects an alert or the end of the connection, and that the next client is served all the same.
"""

import os
import struct

import pytest

from mailproof_suites.case import expect, requirement
from mailproof_suites.clients.tls_probe import TLS1_2, TLS1_3, ServerHello, client_hello, fragmented, record
from mailproof_suites.tls.port import TlsPort, expect_refused

_HANDSHAKE, _ALERT, _CHANGE_CIPHER, _APPLICATION = 22, 21, 20, 23


def _message(body: bytes, kind: int = 1) -> bytes:
    return record(_HANDSHAKE, 0x0301, bytes([kind]) + len(body).to_bytes(3, "big") + body)


def _with_extensions(extensions: bytes) -> bytes:
    """A hello whose extension block is exactly this."""
    start = b"\x03\x03" + os.urandom(32) + b"\x00" + b"\x00\x04\xc0\x2b\xc0\x2f" + b"\x01\x00"
    return _message(start + extensions)


_MALFORMED = {
    "application_data_first": record(_APPLICATION, 0x0303, b"EHLO client.mailproof.test\r\n"),
    "change_cipher_first": record(_CHANGE_CIPHER, 0x0303, b"\x01"),
    "unknown_record_type": record(99, 0x0303, b"\x00" * 32),
    "record_of_2_15_octets": record(_HANDSHAKE, 0x0301, b"\x01" + b"\x00" * 0x7FFF),
    "record_length_65535": record(_HANDSHAKE, 0x0301, b"\x01" + b"\x00" * 600, length=65535) + b"\x00" * 65000,
    "server_hello_from_the_client": _message(b"\x03\x03" + bytes(32) + b"\x00\xc0\x2f\x00", kind=2),
    "finished_first": _message(bytes(12), kind=20),
    "empty_hello": _message(b""),
    "hello_of_two_octets": _message(b"\x03\x03"),
    "session_id_of_33_octets": _message(b"\x03\x03" + bytes(32) + b"\x21" + bytes(33) + b"\x00\x02\xc0\x2f\x01\x00"),
    "session_id_beyond_the_end": _message(b"\x03\x03" + bytes(32) + b"\xff"),
    "odd_list_of_suites": _message(b"\x03\x03" + bytes(32) + b"\x00" + b"\x00\x03\xc0\x2f\xc0" + b"\x01\x00"),
    "no_suites": _message(b"\x03\x03" + bytes(32) + b"\x00" + b"\x00\x00" + b"\x01\x00"),
    "suites_beyond_the_end": _message(b"\x03\x03" + bytes(32) + b"\x00" + b"\xff\xfe\xc0\x2f" + b"\x01\x00"),
    "no_compression_methods": _message(b"\x03\x03" + bytes(32) + b"\x00" + b"\x00\x02\xc0\x2f" + b"\x00"),
    "extensions_beyond_the_end": _with_extensions(b"\xff\xff\x00\x0a"),
    "extension_beyond_its_block": _with_extensions(b"\x00\x06\x00\x0a\x00\x10\x00\x02"),
    "odd_list_of_groups": _with_extensions(b"\x00\x07\x00\x0a\x00\x03\x00\x01\x1d"),
    "octets_behind_the_extensions": _with_extensions(b"\x00\x00\xde\xad\xbe\xef"),
    "garbage": bytes(range(256)) * 4,
    "zeros": bytes(512),
    "high_octets": b"\xff" * 512,
    "http": b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "imap": b"a1 CAPABILITY\r\na2 LOGIN nobody nothing\r\n",
    "smtp": b"EHLO client.mailproof.test\r\nMAIL FROM:<>\r\n",
}


@requirement("RFC5246:7.2.2-1", "RFC8446:6.2-1", "RFC8446:5.1-6", "RFC8446:6-1", "RFC5246:6-1")
@pytest.mark.parametrize("octets", _MALFORMED.values(), ids=_MALFORMED.keys())
def test_what_is_no_hello_is_refused(tls: TlsPort, octets: bytes) -> None:
    """Broken records, broken hellos, plain text: an alert or the end of the connection, and life goes on."""
    expect_refused(tls.send(octets), "a malformed beginning")
    tls.is_alive("a malformed beginning")


@requirement("RFC8446:5.1-1")
def test_an_empty_handshake_record_is_refused(tls: TlsPort) -> None:
    """Records of type handshake hold at least one octet: an empty one and then a hello is no beginning."""
    hello = client_hello(TLS1_3, server_name=tls.server_name)
    outcome = tls.send(record(_HANDSHAKE, 0x0301, b"") + hello)
    if isinstance(outcome, ServerHello):
        expect.note("an empty handshake record is passed over, which RFC 5246 did not forbid")
        return
    expect_refused(outcome, "an empty handshake record")


@requirement("RFC5246:6.2.1-1", "RFC8446:5.1-2")
@pytest.mark.parametrize("size", [1, 7, 100])
@pytest.mark.parametrize("version", [TLS1_2, TLS1_3], ids=["tls1.2", "tls1.3"])
def test_a_hello_in_many_records_is_understood(tls: TlsPort, version: int, size: int) -> None:
    """A handshake message may be spread over records of any size, down to one octet."""
    hello = client_hello(version, server_name=tls.server_name)
    outcome = tls.send(fragmented(hello, size))
    expect.that(outcome.accepted, "a hello in pieces", expected="a ServerHello", actual=str(outcome))


@requirement("RFC5246:6.2.1-2", "RFC8446:5.1-5", "RFC5246:E.1-3")
@pytest.mark.parametrize("version", [0x0300, 0x0301, 0x0303], ids=hex)
def test_the_version_of_the_first_record_does_not_matter(tls: TlsPort, version: int) -> None:
    """The record around the first hello may say SSL 3.0 to TLS 1.2."""
    outcome = tls.hello(TLS1_3, record_version=version)
    expect.that(
        outcome.accepted, "a hello in a record of another version", expected="a ServerHello", actual=str(outcome)
    )


@requirement("RFC5246:7.4.1.2-2")
def test_an_unknown_session_is_a_new_session(tls: TlsPort) -> None:
    """A session id that the server does not know: a full handshake under another id, or none."""
    session_id = os.urandom(32)
    outcome = tls.hello(TLS1_2, session_id=session_id)
    if not isinstance(outcome, ServerHello):
        raise expect.fail("an unknown session id", expected="a ServerHello", actual=str(outcome))
    expect.that(outcome.session_id != session_id, "session id", expected="another one", actual=outcome.session_id)


@requirement("RFC5246:7.4.1.4-1")
def test_unknown_extensions_are_ignored(tls: TlsPort) -> None:
    """A large extension of an unassigned type changes nothing."""
    outcome = tls.hello(TLS1_2, extensions=[(0xFE77, struct.pack("!H", 4) + b"x" * 4000)])
    expect.that(outcome.accepted, "a hello with an unknown extension", expected="a ServerHello", actual=str(outcome))
