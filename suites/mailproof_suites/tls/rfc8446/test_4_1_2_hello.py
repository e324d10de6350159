"""Hellos of TLS 1.3, RFC 8446 sections 4.1.2, 4.1.3, 4.2, 4.2.8, 4.2.11 and 9."""

import os

import pytest

from mailproof_suites.case import expect, requirement
from mailproof_suites.clients.tls_probe import TLS1_2, TLS1_3, client_hello
from mailproof_suites.tls.conftest import Control
from mailproof_suites.tls.port import TlsPort, refused_with, server_hello

_KEY_SHARE, _PSK = 51, 41
_SUITES = {"aes_128_gcm": 0x1301, "aes_256_gcm": 0x1302, "chacha20_poly1305": 0x1303}
_GROUPS = {"x25519": 29, "secp256r1": 23}


@pytest.fixture(autouse=True)
def _needs_tls_1_3(tls: TlsPort) -> None:
    if not tls.hello(TLS1_3).accepted:
        pytest.skip("the server has no TLS 1.3")


@requirement("RFC8446:9.1-1")
def test_the_mandatory_suite_is_there(tls: TlsPort) -> None:
    """TLS_AES_128_GCM_SHA256 alone is enough."""
    expect.equal(
        server_hello(tls.hello(TLS1_3, ciphers=(0x1301,)), "the mandatory suite").cipher, 0x1301, "chosen suite"
    )


@requirement("RFC8446:9.1-2")
@pytest.mark.parametrize("suite", ["aes_256_gcm", "chacha20_poly1305"])
def test_the_recommended_suites_are_there(tls: TlsPort, suite: str) -> None:
    """TLS_AES_256_GCM_SHA384 and TLS_CHACHA20_POLY1305_SHA256 are what a server should have."""
    outcome = tls.hello(TLS1_3, ciphers=(_SUITES[suite],))
    expect.equal(server_hello(outcome, "a recommended suite").cipher, _SUITES[suite], "chosen suite")


@requirement("RFC9325:4.2.1-1")
@pytest.mark.parametrize(
    "group",
    # RFC 8446 section 9.1 has a MUST for one of them, a SHOULD for the other.
    [
        pytest.param(_GROUPS["secp256r1"], id="secp256r1", marks=requirement("RFC8446:9.1-3")),
        pytest.param(_GROUPS["x25519"], id="x25519"),
    ],
)
def test_groups_are_asked_for_when_no_share_is_offered(tls: TlsPort, group: int) -> None:
    """One group and no share of it: a HelloRetryRequest asks for just that group."""
    hello = client_hello(TLS1_3, groups=(group,), key_shares=(), server_name=tls.server_name)
    found = server_hello(tls.send(hello), "a hello without key shares")
    expect.that(found.is_retry, "the answer", expected="HelloRetryRequest", actual=str(found))
    expect.equal(found.extensions.get(_KEY_SHARE), group.to_bytes(2, "big"), "the group that is asked for")


@requirement("RFC8446:4.1.3-2")
def test_the_session_id_is_echoed(tls: TlsPort) -> None:
    """legacy_session_id comes back as it was sent."""
    session_id = os.urandom(32)
    found = server_hello(tls.hello(TLS1_3, session_id=session_id), "a hello with a session id")
    expect.equal(found.session_id, session_id, "legacy_session_id_echo")


@requirement("RFC8446:4.1.3-3", "RFC8446:4.1.3-6", "RFC5246:7.4.1.3-1")
def test_randoms_differ(tls: TlsPort) -> None:
    """Two sessions have two server randoms."""
    # Shares for both groups: the random of a HelloRetryRequest is the same constant each time (section 4.1.3).
    hellos = (tls.hello(TLS1_3, key_shares=tuple(_GROUPS.values())) for _ in range(2))
    first, second = (server_hello(outcome, "a hello").random for outcome in hellos)
    expect.that(first != second, "two server randoms", expected="different", actual=first)


@requirement("RFC8446:4.2-1", "RFC5246:7.4.1.4-2", "RFC7627:5.2-2", "RFC6520:2-1")
def test_unasked_extensions_are_not_sent(tls: TlsPort) -> None:
    """A ServerHello of 1.2 holds only what the client has offered."""
    offered = {0, 10, 11, 13, 0xFF01}
    found = server_hello(tls.hello(TLS1_2), "a hello of 1.2")
    expect.that(set(found.extensions) <= offered, "extensions", expected=f"some of {offered}", actual=found.extensions)


@requirement("RFC8701:4-1", "RFC8446:9.3-1", "RFC8701:4-2")
def test_grease_is_ignored(tls: TlsPort) -> None:
    """Reserved values among suites, groups, signature algorithms and extensions change nothing."""
    hello = client_hello(
        TLS1_3,
        ciphers=(0x0A0A, 0x1301),
        groups=(0x1A1A, 29, 23),
        signature_algorithms=(0x2A2A, 0x0403, 0x0804, 0x0401),
        extensions=[(0x3A3A, b""), (0x4A4A, b"\x00")],
        server_name=tls.server_name,
    )
    expect.equal(server_hello(tls.send(hello), "a hello with GREASE").cipher, 0x1301, "chosen suite")


@requirement("RFC8446:4.1.2-1")
def test_compression_is_illegal_in_tls_1_3(tls: TlsPort, accepting_server: Control) -> None:
    """A hello of 1.3 that offers more than null compression: illegal_parameter."""
    hello = client_hello(TLS1_3, compression=(1, 0), server_name=tls.server_name)
    refused_with(tls, accepting_server, hello, "compression in TLS 1.3", {"illegal_parameter", "decode_error"})


@requirement("RFC8446:9.2-1", "RFC8446:4.2.3-1")
def test_missing_signature_algorithms_are_refused(tls: TlsPort, accepting_server: Control) -> None:
    """A hello of 1.3 for a certificate, without signature_algorithms: missing_extension."""
    hello = client_hello(TLS1_3, signature_algorithms=None, server_name=tls.server_name)
    refused_with(tls, accepting_server, hello, "no signature_algorithms", {"missing_extension", "handshake_failure"})


@requirement("RFC8446:9.2-2")
def test_groups_without_key_share_are_refused(tls: TlsPort, accepting_server: Control) -> None:
    """supported_groups without the extension key_share: missing_extension."""
    hello = client_hello(TLS1_3, key_shares=None, server_name=tls.server_name)
    refused_with(tls, accepting_server, hello, "no key_share", {"missing_extension", "handshake_failure"})


@requirement("RFC8446:4.2.8-1")
def test_no_common_group_is_refused(tls: TlsPort, accepting_server: Control) -> None:
    """Only a group that nobody has: handshake_failure."""
    hello = client_hello(TLS1_3, groups=(0x1A1A,), key_shares=(), server_name=tls.server_name)
    refused_with(tls, accepting_server, hello, "no common group", {"handshake_failure", "illegal_parameter"})


@requirement("RFC8446:4.2-2")
def test_an_extension_twice_is_refused(tls: TlsPort, accepting_server: Control) -> None:
    """Two extensions of one type: illegal_parameter, or decode_error."""
    hello = client_hello(TLS1_3, extensions=[(0x3A3A, b""), (13, b"\x00\x02\x04\x03")], server_name=tls.server_name)
    refused_with(tls, accepting_server, hello, "an extension twice", {"illegal_parameter", "decode_error"})


@requirement("RFC8446:4.2.11-1")
def test_an_unknown_ticket_leads_to_a_full_handshake(tls: TlsPort) -> None:
    """A pre-shared key that the server does not know is ignored: the hello is answered without it."""
    identity, binder = os.urandom(64), os.urandom(32)
    entry = len(identity).to_bytes(2, "big") + identity + os.urandom(4)
    offer = len(entry).to_bytes(2, "big") + entry + (len(binder) + 1).to_bytes(2, "big") + bytes([len(binder)]) + binder
    hello = client_hello(TLS1_3, extensions=[(_PSK, offer)], server_name=tls.server_name)
    found = server_hello(tls.send(hello), "a hello with an unknown ticket")
    expect.lacks(found.extensions, _PSK, "extensions of the ServerHello")
