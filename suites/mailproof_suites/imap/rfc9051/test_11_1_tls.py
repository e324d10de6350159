"""TLS of the IMAP port, RFC 9051 sections 11.1 and 11.2."""

import ssl

import pytest

from mailproof_suites.case import ConnectImap, Target, expect, requirement
from mailproof_suites.clients.errors import TlsRefused

MANDATORY = "ECDHE-RSA-AES128-GCM-SHA256"


def only(target: Target, version: ssl.TLSVersion, ciphers: str = "") -> ssl.SSLContext:
    """A context that offers one version, and of TLS 1.2 these suites."""
    context = ssl.create_default_context(cafile=target.tls.ca_file or None)
    context.minimum_version = context.maximum_version = version
    if ciphers:
        context.set_ciphers(ciphers)
    return context


@requirement("RFC9051:11.1-1", "RFC9051:11.2-1")
def test_the_port_speaks_a_modern_tls(connect_imap: ConnectImap) -> None:
    """TLS is there from the first octet, in version 1.2 or 1.3."""
    client = connect_imap(login=False)
    expect.one_of(client.stream.version, {"TLSv1.2", "TLSv1.3"}, "the version of TLS")


@requirement("RFC9051:11.1-3")
def test_tls_1_3_is_spoken(connect_imap: ConnectImap, target: Target) -> None:
    """A client that offers nothing else is served."""
    try:
        client = connect_imap(login=False, context=only(target, ssl.TLSVersion.TLSv1_3))
    except TlsRefused as refusal:
        raise expect.fail("a client of TLS 1.3", expected="a session", actual=str(refusal)) from refusal
    expect.equal(client.stream.version, "TLSv1.3", "the version of TLS")


@requirement("RFC9051:11.1-2")
def test_tls_1_2_has_its_mandatory_suite(connect_imap: ConnectImap, target: Target) -> None:
    """A client of TLS 1.2 that offers the mandatory suite alone is served, where TLS 1.2 is spoken at all."""
    try:
        spoken = connect_imap(login=False, context=only(target, ssl.TLSVersion.TLSv1_2)).stream.cipher or ""
    except TlsRefused:
        pytest.skip("the server speaks no TLS 1.2")
    if "ECDSA" in spoken:
        pytest.skip("the server's certificate has no RSA key, without which the suite cannot be used")
    try:
        client = connect_imap(login=False, context=only(target, ssl.TLSVersion.TLSv1_2, MANDATORY))
    except TlsRefused as refusal:
        raise expect.fail(f"a client with {MANDATORY}", expected="a session", actual=str(refusal)) from refusal
    expect.equal(client.stream.cipher, MANDATORY, "the cipher suite")
