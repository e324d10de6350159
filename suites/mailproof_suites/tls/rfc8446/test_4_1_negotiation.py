"""What a hello offers and the server chooses: RFC 8446 sections 4.1.1 to 4.1.4, 4.2.1, 4.2.8, 9.1, 9.3 and D.5."""

import os

import pytest

from mailproof_suites.case import expect, requirement
from mailproof_suites.clients.errors import ClientError
from mailproof_suites.clients.tls_probe import TLS1_2, TLS1_3, Alert, ServerHello, client_hello
from mailproof_suites.tls.conftest import Control
from mailproof_suites.tls.port import GREETINGS, TlsPort, expect_refused, prove, refused_with, server_hello
from mailproof_suites.tls.session13 import suite_of, with_share

_KEY_SHARE, _COOKIE = 51, 44
_P256_NOT_ON_THE_CURVE = b"\x04" + b"\x01" * 64


@requirement("RFC8446:4.1.1-1", "RFC8446:2.1-1")
@pytest.mark.parametrize("ciphers", [(0x1304, 0x1305), (0x0A0A,)], ids=["ccm", "grease"])
def test_no_common_suite_is_refused(tls13: TlsPort, accepting_server: Control, ciphers: tuple[int, ...]) -> None:
    """Only suites that the server does not have: handshake_failure or insufficient_security."""
    hello = client_hello(TLS1_3, ciphers=ciphers, server_name=tls13.server_name)
    outcome = tls13.send(hello)
    if isinstance(outcome, ServerHello):
        expect.contains(ciphers, outcome.cipher, "chosen suite")
        pytest.skip("the server has the rare suites of this hello")
    refused_with(tls13, accepting_server, hello, "no common suite", {"handshake_failure", "insufficient_security"})


@requirement("RFC8446:4.1.2-3", "RFC8446:9.3-1", "RFC5246:7.4.1.2-3")
@pytest.mark.parametrize("version", [TLS1_2, TLS1_3], ids=["tls1.2", "tls1.3"])
def test_unknown_suites_are_passed_over(tls: TlsPort, version: int) -> None:
    """Suites that nobody knows before, between and behind one that is known: the known one is chosen."""
    known = 0x1301 if version == TLS1_3 else 0xC02B
    rest = () if version == TLS1_3 else (0xC02F,)
    hello = client_hello(version, ciphers=(0xFEFE, 0x5A5A, known, *rest, 0xFFFE), server_name=tls.server_name)
    outcome = tls.send(hello)
    if version == TLS1_3 and not outcome.accepted and not tls.hello(TLS1_3).accepted:
        pytest.skip("the server has no TLS 1.3")
    chosen = outcome.cipher if isinstance(outcome, ServerHello) else str(outcome)
    expect.one_of(chosen, {known, *rest}, "chosen suite")


@requirement("RFC8446:4.2.8-2")
@pytest.mark.parametrize("public", [bytes(32), b"\x01" + bytes(31)], ids=["zero", "one"])
def test_a_share_of_small_order_is_refused(tls13: TlsPort, accepting_server: Control, public: bytes) -> None:
    """An x25519 share that leads to an all-zero secret: illegal_parameter."""
    hello = with_share(client_hello(TLS1_3, server_name=tls13.server_name), public)
    outcome = tls13.send(hello)
    if isinstance(outcome, ServerHello):
        expect.that(outcome.is_retry, "a share of small order", expected="an alert", actual=str(outcome))
        pytest.skip("the server does not use x25519")
    refused_with(tls13, accepting_server, hello, "a share of small order", {"illegal_parameter", "handshake_failure"})


@requirement("RFC8446:4.2.8.2-1")
def test_a_point_beside_the_curve_is_refused(tls13: TlsPort, accepting_server: Control) -> None:
    """A P-256 share that is no point of the curve: illegal_parameter."""
    hello = client_hello(TLS1_3, groups=(23,), key_shares=(23,), server_name=tls13.server_name)
    hello = with_share(hello, _P256_NOT_ON_THE_CURVE, b"\x00\x17")
    refused_with(tls13, accepting_server, hello, "a point beside the curve", {"illegal_parameter", "decode_error"})


@requirement("RFC8446:4.2.8-3")
@pytest.mark.parametrize("groups", [(29,), (23,)], ids=["x25519", "secp256r1"])
def test_the_servers_share_is_of_the_offered_group(tls13: TlsPort, groups: tuple[int, ...]) -> None:
    """key_share of the ServerHello names the group that the client offered, and no other."""
    shares = groups if groups == (29,) else ()
    found = server_hello(tls13.send(client_hello(TLS1_3, groups=groups, key_shares=shares)), "one group")
    chosen = int.from_bytes(found.extensions.get(_KEY_SHARE, b"")[:2], "big")
    expect.equal(chosen, groups[0], "group of key_share")


@requirement("RFC8446:4.1.4-1", "RFC8446:4.1.4-2", "RFC8446:4.1.1-2")
def test_a_retry_asks_for_what_was_offered(tls13: TlsPort) -> None:
    """A HelloRetryRequest: version 1.3, the session id, the offered suite, and only key_share (or a cookie) beside."""
    session_id = os.urandom(32)
    hello = client_hello(TLS1_3, groups=(23,), key_shares=(), ciphers=(0x1301,), session_id=session_id)
    found = server_hello(tls13.send(hello), "a hello without shares")
    expect.that(found.is_retry, "the answer", expected="a HelloRetryRequest", actual=str(found))
    expect.equal(found.extensions.get(43), b"\x03\x04", "supported_versions", requirement="RFC8446:4.1.4-1")
    extra = set(found.extensions) - {43, _KEY_SHARE, _COOKIE}
    expect.equal(extra, set(), "further extensions", requirement="RFC8446:4.1.4-2")
    expect.equal((found.session_id, found.cipher), (session_id, 0x1301), "session id and suite")


@requirement("RFC8446:4.1.4-3")
def test_a_whole_session_after_a_retry(tls13: TlsPort) -> None:
    """A client whose first share is of no use is asked again and gets its session, in the suite of the retry."""
    with tls13.session13(retry=True, groups=(29,)) as session:
        expect.equal(suite_of(session.server_hello), suite_of(session.retry_request), "suite after the retry")
        session.complete()
        data = session.application()
        expect.that(data.startswith(GREETINGS[tls13.name]), "data", expected="a greeting", actual=data)


@requirement("RFC8446:D.5-1")
def test_a_legacy_version_of_ssl_is_refused(tls13: TlsPort, accepting_server: Control) -> None:
    """A hello whose legacy_version is 0x0300 is refused, even where supported_versions names 1.3."""
    hello = bytearray(client_hello(TLS1_3, server_name=tls13.server_name))
    hello[9:11] = b"\x03\x00"
    prove(accepting_server, bytes(hello), "SSL 3.0")
    outcome = tls13.send(bytes(hello))
    expect_refused(outcome, "SSL 3.0 in legacy_version")
    if isinstance(outcome, Alert):
        # See interpretations.md, "Which alert has to come?".
        names = {"protocol_version": "", "handshake_failure": "the alert for it is protocol_version"}
        expect.graded(outcome.name, names, "alert for SSL 3.0")


@requirement("RFC8446:4.2.1-6", "RFC8446:4.2.1-7")
def test_a_list_without_1_3_gets_1_2_without_the_extension(tls13: TlsPort) -> None:
    """supported_versions of 1.2 alone: version 1.2 in the ServerHello, and no supported_versions in it."""
    found = server_hello(tls13.send(client_hello(TLS1_2, supported_versions=(TLS1_2,))), "supported_versions of 1.2")
    expect.equal(found.version, TLS1_2, "version")
    expect.lacks(found.extensions, 43, "extensions of the ServerHello", requirement="RFC8446:4.2.1-7")


@requirement("RFC8446:9.1-4")
@pytest.mark.parametrize("how", ["rsa", "ecdsa"])
def test_the_certificates_signature_scheme_is_enough(tls13: TlsPort, how: str) -> None:
    """The mandatory schemes of the server's kind of key are enough: ecdsa_secp256r1_sha256, or RSA with SHA-256."""
    schemes = {"rsa": (0x0804, 0x0401), "ecdsa": (0x0403,)}[how]
    try:
        with tls13.session13(signature_algorithms=schemes) as session:
            expect.that(session.flight, "the flight", expected="one", actual="none")
    except (expect.Violation, ClientError):
        other = {"rsa": (0x0403,), "ecdsa": (0x0804, 0x0401)}[how]
        with tls13.session13(signature_algorithms=other):
            pytest.skip(f"the server's key is not for {how}")
