"""The server's first flight, RFC 8446 sections 4.1.3, 4.3, 4.4 and D.4, read by a client that has its keys in hand."""

import pytest
from cryptography import x509

from mailproof_suites.case import expect, requirement
from mailproof_suites.clients.tls_probe import TLS1_3, ServerHello
from mailproof_suites.tls.port import TlsPort
from mailproof_suites.tls.session13 import (
    CERTIFICATE,
    CERTIFICATE_REQUEST,
    CERTIFICATE_VERIFY,
    CHANGE_CIPHER,
    ENCRYPTED_EXTENSIONS,
    FINISHED,
    extensions_of,
)

_OFFERED = {0, 10, 11, 13, 16, 43, 45, 51, 0xFF01}
_SHA1 = {0x0201, 0x0203}
_PKCS1 = {0x0401, 0x0501, 0x0601}
_OLD = {0x0101, 0x0103, 0x0301, 0x0303, 0x0202, 0x0402}
"""MD5, SHA-224, DSA."""
_SCHEMES = (0x0403, 0x0804, 0x0401, 0x0201, 0x0203, *sorted(_OLD))
"""ECDSA and RSA, the good ones and those that no server may choose in TLS 1.3."""


@requirement("RFC8446:4.3.1-1", "RFC8446:4.4.3-1", "RFC8446:4-1", "RFC8314:4.2-1")
def test_the_flight_is_in_order(tls13: TlsPort) -> None:
    """EncryptedExtensions, Certificate, CertificateVerify, Finished, and no request for a certificate of ours."""
    with tls13.session13() as session:
        order = [each.body[0] for each in session.flight]
        expect.lacks(order, CERTIFICATE_REQUEST, "messages of the flight", requirement="RFC8314:4.2-1")
        wanted = [ENCRYPTED_EXTENSIONS, CERTIFICATE, CERTIFICATE_VERIFY, FINISHED]
        expect.equal(order, wanted, "messages of the flight")


@requirement("RFC8446:4.4.2-1", "RFC8446:4.4.2-2", "RFC8446:4.4.2-3", "RFC8446:4.4.2-4")
def test_the_certificate_message_holds_the_chain(tls13: TlsPort) -> None:
    """No request context, at least one certificate, the server's own first, and extensions that were asked for only."""
    with tls13.session13() as session:
        body = session.of(CERTIFICATE)
        expect.equal(body[0], 0, "length of certificate_request_context", requirement="RFC8446:4.4.2-3")
        entries = list(_entries(body[4:]))
        expect.that(entries, "certificates", expected="at least one", actual="none", requirement="RFC8446:4.4.2-1")
        for _, extensions in entries:
            extra = set(extensions) - _OFFERED
            expect.equal(extra, set(), "extensions nobody asked for", requirement="RFC8446:4.4.2-4")
        own = x509.load_der_x509_certificate(entries[0][0])
        names = {each.subject for each in map(x509.load_der_x509_certificate, (entry for entry, _ in entries[1:]))}
        expect.lacks(names, own.subject, "subjects behind the first certificate", requirement="RFC8446:4.4.2-2")


@requirement("RFC8446:4.2.3-2", "RFC8446:4.4.3-2", "RFC8446:4.4.3-3", "RFC8446:4.4.3-4")
@pytest.mark.parametrize("order", [_SCHEMES, tuple(reversed(_SCHEMES))], ids=["good_first", "bad_first"])
def test_the_signature_is_of_a_kind_that_was_offered(tls13: TlsPort, order: tuple[int, ...]) -> None:
    """CertificateVerify: one of the offered schemes, neither SHA-1 nor PKCS #1, whatever the client likes best."""
    with tls13.session13(signature_algorithms=order) as session:
        scheme = int.from_bytes(session.of(CERTIFICATE_VERIFY)[:2], "big")
        expect.lacks(_OLD, scheme, "schemes with MD5, SHA-224 or DSA", requirement="RFC8446:4.2.3-2")
        expect.lacks(_SHA1, scheme, "schemes with SHA-1", requirement="RFC8446:4.4.3-4")
        expect.lacks(_PKCS1, scheme, "PKCS #1 signatures", requirement="RFC8446:4.4.3-3")
        expect.contains(order, scheme, "offered schemes", requirement="RFC8446:4.4.3-2")


@requirement("RFC8446:4.3.1-2", "RFC8446:4.2.9-3", "RFC8446:4.2.1-5")
def test_encrypted_extensions_are_answers(tls13: TlsPort) -> None:
    """Nothing that was not offered, and nothing that belongs into another message."""
    with tls13.session13(alpn=[b"imap"] if tls13.name == "imaps" else []) as session:
        found = set(extensions_of(session.of(ENCRYPTED_EXTENSIONS)))
        elsewhere = found & {13, 43, 44, 45, 51, 41}
        expect.equal(elsewhere, set(), "extensions that belong elsewhere")
        expect.equal(found - _OFFERED, set(), "extensions that were not offered")


@requirement("RFC8446:4.1.3-4", "RFC8446:4.1.3-5", "RFC8446:4.2.1-4")
def test_the_server_hello_has_its_form(tls13: TlsPort) -> None:
    """Legacy version 1.2, null compression, supported_versions and key_share, and nothing else."""
    found = tls13.hello(TLS1_3)
    if not isinstance(found, ServerHello):
        raise expect.fail("a hello of TLS 1.3", expected="a ServerHello", actual=str(found))
    at = found.received.index(b"\x02\x00")
    expect.equal(found.received[at + 4 : at + 6], b"\x03\x03", "legacy_version", requirement="RFC8446:4.2.1-4")
    expect.equal(found.compression, 0, "legacy_compression_method", requirement="RFC8446:4.1.3-4")
    expect.equal(set(found.extensions), {43, 51}, "extensions of the ServerHello", requirement="RFC8446:4.1.3-5")
    expect.equal(found.extensions[43], b"\x03\x04", "selected version", requirement="RFC8446:4.2.1-4")


@requirement("RFC8446:D.4-1")
def test_middleboxes_see_a_change_of_ciphers(tls13: TlsPort) -> None:
    """A hello with a session id is answered with a dummy change_cipher_spec behind the ServerHello."""
    with tls13.session13(session_id=b"\x01" * 32) as session:
        kinds = [each[0] for each in session.records]
        expect.equal(kinds[:2], [22, CHANGE_CIPHER], "first records of the server")


@requirement("RFC8446:5.1-3", "RFC8446:5.1-4", "RFC8446:5.2-1")
def test_records_have_the_frozen_version_and_a_legal_size(tls13: TlsPort) -> None:
    """Every record of the server says 0x0303 and holds at most 2^14 octets (and 256 more when protected)."""
    with tls13.session13() as session:
        session.complete()
        session.application()
        for each in session.records:
            expect.equal(each[1:3], b"\x03\x03", "version of a record", requirement="RFC8446:5.1-3")
            most = (1 << 14) + (256 if each[0] == 23 else 0)
            expect.that(len(each) - 5 <= most, "size of a record", expected=f"at most {most}", actual=len(each) - 5)
            expect.that(len(each) > 5, "size of a record", expected="not empty", actual=0)


def _entries(listed: bytes) -> list[tuple[bytes, dict[int, bytes]]]:
    found = []
    while listed:
        size = int.from_bytes(listed[:3], "big")
        block = listed[3 + size :]
        length = 2 + int.from_bytes(block[:2], "big")
        found.append((listed[3 : 3 + size], extensions_of(block[:length])))
        listed = block[length:]
    return found
