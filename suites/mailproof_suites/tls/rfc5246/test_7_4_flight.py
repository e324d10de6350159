"""The server's first flight in TLS 1.2, RFC 5246 sections 7.3, 7.4 and 7.4.1 to 7.4.3, and what must not follow it."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa

from mailproof_suites.case import expect, requirement
from mailproof_suites.clients.errors import TimedOut
from mailproof_suites.clients.tls_probe import TLS1_2, Alert, Eof, client_hello, record
from mailproof_suites.tls.conftest import Control
from mailproof_suites.tls.hellos import edited
from mailproof_suites.tls.port import TlsPort, expect_refused, prove
from mailproof_suites.tls.session12 import (
    APPLICATION,
    CERTIFICATE,
    CERTIFICATE_REQUEST,
    HANDSHAKE,
    SERVER_HELLO,
    SERVER_HELLO_DONE,
    SERVER_KEY_EXCHANGE,
    Session12,
)

_GOOD = (0x0403, 0x0804, 0x0401)
_OLD = (0x0101, 0x0201, 0x0203, 0x0301, 0x0303)
"""MD5, SHA-1, SHA-224."""
_BANNED = _OLD[:3]
"""MD5 and SHA-1, all that RFC 9155 is about."""


@requirement("RFC5246:7.4-1", "RFC5246:7.3-1", "RFC5246:7.4.1.1-2", "RFC8314:4.2-1", "RFC6066:8-1")
def test_the_flight_is_in_order(tls: TlsPort) -> None:
    """ServerHello, Certificate, ServerKeyExchange, ServerHelloDone; no HelloRequest, no CertificateRequest, no data."""
    with tls.session12() as session:
        expect.lacks(session.kinds, CERTIFICATE_REQUEST, "messages of the flight", requirement="RFC8314:4.2-1")
        expect.lacks(session.kinds, 0, "messages of the flight", requirement="RFC5246:7.4.1.1-2")
        wanted = [SERVER_HELLO, CERTIFICATE, SERVER_KEY_EXCHANGE, SERVER_HELLO_DONE]
        expect.equal(session.kinds, wanted, "messages of the flight", requirement="RFC5246:7.4-1")
        kinds = {each[0] for each in session.records}
        expect.equal(kinds, {HANDSHAKE}, "types of records before the end of the handshake")


@requirement("RFC5246:7.4.2-2", "RFC5246:7.4.2-3", "RFC5246:7.4.2-4")
def test_the_certificate_fits_the_suite(tls: TlsPort) -> None:
    """At least one certificate, the server's own X.509 one first, with a key for the chosen suite."""
    with tls.session12() as session:
        body = session.of(CERTIFICATE)
        size = int.from_bytes(body[3:6], "big")
        expect.that(size, "certificates", expected="at least one", actual="none", requirement="RFC5246:7.4.2-2")
        key = x509.load_der_x509_certificate(body[6 : 6 + size]).public_key()
        hello = session.of(SERVER_HELLO)
        suite = int.from_bytes(hello[35 + hello[34] :][:2], "big")
        kinds = (rsa.RSAPublicKey,) if suite == 0xC02F else (ec.EllipticCurvePublicKey, ed25519.Ed25519PublicKey)
        fits = isinstance(key, (*kinds, ed448.Ed448PublicKey) if suite == 0xC02B else kinds)
        expect.that(fits, "key of the certificate", expected=f"one for {suite:#06x}", actual=type(key).__name__)


@requirement("RFC5246:7.4.3-1", "RFC9155:4-2")
@pytest.mark.parametrize("order", [(*_OLD, *_GOOD), (*_GOOD, *_OLD)], ids=["bad_first", "good_first"])
def test_the_signature_is_of_a_kind_that_was_offered(tls: TlsPort, order: tuple[int, ...]) -> None:
    """ServerKeyExchange: signed with an algorithm of the client's list, never MD5 or SHA-1, whatever stands first."""
    with tls.session12(signature_algorithms=order) as session:
        exchange = session.of(SERVER_KEY_EXCHANGE)
        scheme = int.from_bytes(exchange[4 + exchange[3] :][:2], "big")
        expect.lacks(_BANNED, scheme, "schemes with MD5 or SHA-1", requirement="RFC9155:4-2")
        expect.contains(order, scheme, "offered algorithms", requirement="RFC5246:7.4.3-1")


@requirement("RFC9155:4-2")
def test_no_signature_with_sha1_for_a_client_that_names_none(tls: TlsPort) -> None:
    """A hello of 1.2 without signature_algorithms once meant SHA-1: it is refused, or signed with something better."""
    with tls.session12(signature_algorithms=None) as session:
        if SERVER_KEY_EXCHANGE not in session.kinds:
            if not session.alert:  # interpretations.md, "Is a refusal without an alert a refusal?"
                expect.note("refused without an alert")
            return
        exchange = session.of(SERVER_KEY_EXCHANGE)
        scheme = int.from_bytes(exchange[4 + exchange[3] :][:2], "big")
        expect.lacks(_BANNED, scheme, "schemes with MD5 or SHA-1")


@requirement("RFC5246:7.4.1.4.1-1", "RFC5246:6.2.1-3", "RFC5246:6.2.1-4")
def test_records_and_extensions_of_the_hello(tls: TlsPort) -> None:
    """No signature_algorithms in a ServerHello, no empty record, none above 2^14 octets."""
    with tls.session12() as session:
        expect.lacks(session.extensions, 13, "extensions of the ServerHello", requirement="RFC5246:7.4.1.4.1-1")
        for each in session.records:
            size = len(each) - 5
            expect.that(0 < size <= 1 << 14, "size of a record", expected="1 to 2^14", actual=size)


@requirement("RFC5246:7.4.9-1")
def test_a_wrong_finished_is_refused(tls: TlsPort) -> None:
    """A Finished with a wrong proof under the right keys: decrypt_error, and no greeting."""
    with tls.session12() as session:
        session.complete(wrong=True)
        _ended(session, "decrypt_error")


@requirement("RFC5246:6.2.3.3-1")
def test_a_forged_record_is_refused(tls: TlsPort) -> None:
    """A record whose tag is wrong: bad_record_mac, if anything is said."""
    with tls.session12() as session:
        session.complete()
        session.send_raw(bytes([APPLICATION]) + b"\x03\x03\x00\x28" + bytes(40))
        _ended(session, "")  # the alert is encrypted: only the end can be seen
    tls.is_alive("a forged record")


def _ended(session: Session12, alert: str) -> None:
    try:
        session.read_to_the_end()
    except TimedOut as silence:
        raise expect.fail("the connection", expected="its end", actual=str(silence)) from silence
    if alert and session.alert:
        expect.equal(session.alert, alert, "alert")


@requirement("RFC5246:7.4.1.2-4")
def test_octets_behind_a_hello_are_refused(tls: TlsPort, accepting_server: Control) -> None:
    """A hello of 1.2 with octets behind its extensions: decode_error."""
    hello = bytearray(client_hello(TLS1_2, server_name=tls.server_name) + b"\xde\xad")
    hello[3:5] = (len(hello) - 5).to_bytes(2, "big")
    hello[6:9] = (len(hello) - 9).to_bytes(3, "big")
    prove(accepting_server, bytes(hello), "octets behind the extensions")
    outcome = tls.send(bytes(hello))
    expect_refused(outcome, "octets behind the extensions")
    if isinstance(outcome, Alert):
        expect.equal(outcome.name, "decode_error", "alert")


@requirement("RFC5246:7.4.1.2-5")
def test_a_hello_without_extensions_can_be_read(tls: TlsPort) -> None:
    """An old form of the hello: answered, or refused for what it lacks, not as one that cannot be read."""
    message = edited(client_hello(TLS1_2, server_name=None), dict.fromkeys((10, 11, 13)))[9:-2]
    hello = record(HANDSHAKE, 0x0301, b"\x01" + len(message).to_bytes(3, "big") + message)
    outcome = tls.send(hello)
    if isinstance(outcome, Alert):
        refusals = {"handshake_failure", "insufficient_security", "missing_extension", "internal_error"}
        expect.one_of(outcome.name, refusals, "alert for a hello without extensions")
    elif isinstance(outcome, Eof):  # interpretations.md, "Is a refusal without an alert a refusal?"
        expect.note(f"a hello without extensions: {outcome}")
    else:
        expect.that(outcome.accepted, "a hello without extensions", expected="an answer", actual=str(outcome))
