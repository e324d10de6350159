"""Versions that work, and how one is chosen: RFC 8446 sections 4.1.3, 4.2.1 and D.1, RFC 5246 appendix E, RFC 7507."""

import pytest

from mailproof_suites.case import expect, requirement
from mailproof_suites.clients.tls_probe import TLS1_2, TLS1_3, Alert, Outcome, ServerHello, client_hello
from mailproof_suites.tls.conftest import Control
from mailproof_suites.tls.port import GREETINGS, TlsPort, expect_refused, prove

_FUTURE = 0x0305


def _chosen(outcome: Outcome) -> str:
    return outcome.version_name if isinstance(outcome, ServerHello) else str(outcome)


@requirement("NET-01", "RFC9325:3.1.1-2", "RFC9325:3.1.1-4")
@pytest.mark.parametrize("version", [TLS1_2, TLS1_3], ids=["tls1.2", "tls1.3"])
def test_a_whole_session_works(tls: TlsPort, version: int) -> None:
    """The handshake is completed and the greeting comes, in TLS 1.2 and in TLS 1.3."""
    with tls.handshake(minimum=version, maximum=version) as session:
        expect.equal(session.version, version, "negotiated version")
        expect.that(
            session.receive().startswith(GREETINGS[tls.name]), "first octets", expected="a greeting", actual="others"
        )


@requirement("RFC9325:3.1.1-1")
def test_tls_1_3_is_preferred(tls: TlsPort) -> None:
    """Of 1.2 and 1.3 the server takes 1.3, whatever their order in the offer."""
    expect.equal(_chosen(tls.hello(TLS1_3, supported_versions=(TLS1_2, TLS1_3))), "TLSv1.3", "chosen version")


@requirement("RFC8446:4.2.1-1")
def test_the_extension_decides_and_not_the_legacy_field(tls: TlsPort) -> None:
    """supported_versions that lists 1.2 only gives 1.2."""
    outcome = tls.hello(TLS1_2, supported_versions=(TLS1_2,))
    expect.equal(_chosen(outcome), "TLSv1.2", "chosen version")


@requirement("RFC8446:4.2.1-2")
def test_unknown_versions_are_ignored(tls: TlsPort) -> None:
    """A version of the future and GREASE beside 1.3 do no harm."""
    outcome = tls.hello(TLS1_3, supported_versions=(0x7A7A, _FUTURE, TLS1_3, TLS1_2))
    expect.equal(_chosen(outcome), "TLSv1.3", "chosen version")


@requirement("RFC8446:4.2.1-3")
def test_versions_of_the_future_alone_are_refused(tls: TlsPort, accepting_server: Control) -> None:
    """supported_versions without any version that the server has: protocol_version."""
    hello = client_hello(TLS1_3, supported_versions=(_FUTURE,), server_name=tls.server_name)
    prove(accepting_server, hello, "any version")
    outcome = tls.send(hello)
    expect_refused(outcome, "a version of the future")
    if isinstance(outcome, Alert):
        expect.one_of(outcome.name, {"protocol_version", "handshake_failure"}, "alert")


@requirement("RFC5246:E.1-1", "RFC8446:4.2.1-8")
@pytest.mark.parametrize("legacy", [0x0304, 0x0305, 0x03FF], ids=hex)
def test_a_higher_legacy_version_gets_tls_1_2(tls: TlsPort, legacy: int) -> None:
    """A hello of an unknown higher version without supported_versions is answered with TLS 1.2, not refused."""
    hello = bytearray(client_hello(TLS1_2, server_name=tls.server_name))
    hello[9:11] = legacy.to_bytes(2, "big")
    expect.equal(_chosen(tls.send(bytes(hello))), "TLSv1.2", "chosen version")


@requirement("RFC8446:4.1.3-1")
def test_the_downgrade_mark_is_set(tls: TlsPort) -> None:
    """A server that has 1.3 and negotiates 1.2 says so in the last eight octets of its random."""
    if not tls.hello(TLS1_3).accepted:
        pytest.skip("the server has no TLS 1.3")
    outcome = tls.hello(TLS1_2)
    mark = outcome.downgrade_mark if isinstance(outcome, ServerHello) else None
    expect.equal(mark, TLS1_2, "downgrade mark in the random")


@requirement("RFC7507:3-1", "RFC7507:3-3")
def test_a_needless_fallback_is_refused(tls: TlsPort, accepting_server: Control) -> None:
    """TLS_FALLBACK_SCSV in a hello of 1.2, where the server has 1.3: inappropriate_fallback (86)."""
    hello = client_hello(TLS1_2, fallback_scsv=True, server_name=tls.server_name)
    prove(accepting_server, hello, "a fallback")
    outcome = tls.send(hello)
    expect_refused(outcome, "a needless fallback")
    if isinstance(outcome, Alert):
        expect.equal(outcome.name, "inappropriate_fallback", "alert")


@requirement("RFC7507:3-2")
def test_the_fallback_mark_does_no_harm_at_the_highest_version(tls: TlsPort) -> None:
    """TLS_FALLBACK_SCSV in a hello of 1.3 is ignored."""
    expect.equal(_chosen(tls.hello(TLS1_3, fallback_scsv=True)), "TLSv1.3", "chosen version")
