"""Cipher suites of TLS 1.2, RFC 9325 sections 3.3, 3.5, 4.1, 4.2 and 4.5; signatures, RFC 9155."""

import pytest

from mailproof_suites.case import expect, requirement
from mailproof_suites.clients.tls_probe import TLS1_2, Outcome, ServerHello, client_hello
from mailproof_suites.tls.conftest import Control
from mailproof_suites.tls.port import TlsPort, expect_refused, prove

_FORBIDDEN = {
    "null_null": (0x0000,),
    "null_encryption": (0x0001, 0x0002, 0x003B, 0x00B0, 0xC001, 0xC006, 0xC010),
    "rc4": (0x0004, 0x0005, 0x0018, 0xC002, 0xC007, 0xC00C, 0xC011, 0xC016),
    "export": (0x0003, 0x0006, 0x0008, 0x000B, 0x000E, 0x0011, 0x0014, 0x0017, 0x0019, 0x0026),
    "single_des": (0x0009, 0x000C, 0x000F, 0x0012, 0x0015, 0x001A),
}
_ANONYMOUS = (0x001B, 0x0034, 0x003A, 0x006C, 0x006D, 0x00A6, 0x00A7, 0xC017, 0xC018, 0xC019)
_DISCOURAGED = {
    "triple_des": (0x000A, 0x0013, 0x0016, 0xC003, 0xC008, 0xC00D, 0xC012),
    "static_rsa": (0x009C, 0x009D, 0x002F, 0x0035, 0x003C, 0x003D, 0xC09C, 0xC09D),
    "static_dh": (0x00A0, 0x00A1, 0x00A4, 0x00A5, 0x0030, 0x0036, 0x003F, 0x0069),
    "static_ecdh": (0xC02D, 0xC02E, 0xC031, 0xC032, 0xC004, 0xC005, 0xC00E, 0xC00F),
    "ephemeral_finite_field_dh": (0x009E, 0x009F, 0x0033, 0x0039, 0x0067, 0x006B, 0xCCAA),
    "cbc": (0xC009, 0xC00A, 0xC013, 0xC014, 0xC023, 0xC024, 0xC027, 0xC028),
}
_RECOMMENDED = (0xC02B, 0xC02C, 0xC02F, 0xC030)
_FORWARD_SECRET = {*_RECOMMENDED, 0xCCA8, 0xCCA9, 0xC009, 0xC00A, 0xC013, 0xC014, 0x009E, 0x009F}


def _hello(outcome: Outcome, what: str) -> ServerHello:
    if not isinstance(outcome, ServerHello):
        raise expect.fail(what, expected="a ServerHello", actual=str(outcome))
    return outcome


def _refuses(tls: TlsPort, control: Control, suites: tuple[int, ...], what: str) -> None:
    hello = client_hello(TLS1_2, ciphers=suites, server_name=tls.server_name)
    prove(control, hello, what)
    expect_refused(tls.send(hello), what)


@requirement("RFC9325:4.1-1", "RFC8446:D.5-2", "RFC5246:A.5-2")
@pytest.mark.parametrize("kind", _FORBIDDEN)
def test_forbidden_suites_are_refused(tls: TlsPort, accepting_server: Control, kind: str) -> None:
    """A hello with nothing but forbidden suites of one kind is refused."""
    _refuses(tls, accepting_server, _FORBIDDEN[kind], f"suites: {kind}")


@requirement("RFC5246:A.5-1", "RFC9325:4.1-4")
def test_anonymous_suites_are_refused(tls: TlsPort, accepting_server: Control) -> None:
    """A hello with nothing but suites without a certificate is refused."""
    _refuses(tls, accepting_server, _ANONYMOUS, "suites: anonymous")


@requirement("RFC9325:4.1-2")
@pytest.mark.parametrize("kind", ["triple_des", "static_rsa", "static_dh", "static_ecdh", "ephemeral_finite_field_dh"])
def test_discouraged_suites_are_refused(tls: TlsPort, accepting_server: Control, kind: str) -> None:
    """A hello with nothing but suites below 128 bits, or without a proper key exchange, should be refused."""
    _refuses(tls, accepting_server, _DISCOURAGED[kind], f"suites: {kind}")


@requirement("RFC9325:4.2-1")
def test_cbc_needs_encrypt_then_mac(tls: TlsPort, accepting_server: Control) -> None:
    """CBC suites should not be used where encrypt_then_mac was not offered."""
    _refuses(tls, accepting_server, _DISCOURAGED["cbc"], "suites: cbc")


@requirement("RFC9325:4.1-3")
def test_forward_secrecy_is_preferred(tls: TlsPort) -> None:
    """Of static RSA first and ECDHE last in the offer the server takes one with forward secrecy."""
    offer = (*_DISCOURAGED["static_rsa"], *_DISCOURAGED["cbc"], 0xCCA8, 0xCCA9, *_RECOMMENDED)
    found = _hello(tls.hello(TLS1_2, ciphers=offer), "a hello with many suites")
    expect.that(found.cipher in _FORWARD_SECRET, "chosen suite", expected="ECDHE or DHE", actual=str(found))


@requirement("RFC9325:4.2-2")
def test_a_recommended_suite_is_there(tls: TlsPort) -> None:
    """One of the four recommended suites of TLS 1.2 is taken (which of them depends on the kind of certificate)."""
    _hello(tls.hello(TLS1_2, ciphers=_RECOMMENDED), "the recommended suites")


@requirement("RFC9325:4.5-1")
def test_small_curves_are_refused(tls: TlsPort, accepting_server: Control) -> None:
    """Nothing but curves below 224 bits (sect163k1 to secp192r1): no session."""
    hello = client_hello(
        TLS1_2, ciphers=_RECOMMENDED, groups=(1, 2, 3, 4, 5, 15, 16, 17, 18, 19), server_name=tls.server_name
    )
    prove(accepting_server, hello, "small curves")
    expect_refused(tls.send(hello), "a small curve")


@requirement("RFC9325:3.3-1")
def test_compression_is_not_used(tls: TlsPort) -> None:
    """DEFLATE is offered first, and null is taken."""
    found = _hello(tls.hello(TLS1_2, compression=(1, 0)), "a hello that offers compression")
    expect.equal(found.compression, 0, "chosen compression")


@requirement("RFC5246:7.4.1.2-1")
def test_a_hello_without_null_compression_is_refused(tls: TlsPort, accepting_server: Control) -> None:
    """Every hello has to offer null compression."""
    hello = client_hello(TLS1_2, compression=(1,), server_name=tls.server_name)
    prove(accepting_server, hello, "compression")
    expect_refused(tls.send(hello), "a hello without null compression")


@requirement("RFC9155:4-1")
@pytest.mark.parametrize("algorithms", [(0x0201, 0x0203), (0x0101, 0x0103)], ids=["sha1", "md5"])
def test_sha1_and_md5_signatures_are_refused(
    tls: TlsPort, accepting_server: Control, algorithms: tuple[int, ...]
) -> None:
    """A client that can check nothing but SHA-1 (or MD5) gets no session with an ephemeral key exchange."""
    hello = client_hello(TLS1_2, ciphers=_RECOMMENDED, signature_algorithms=algorithms, server_name=tls.server_name)
    prove(accepting_server, hello, "old hashes")
    expect_refused(tls.send(hello), "signatures with old hashes")
