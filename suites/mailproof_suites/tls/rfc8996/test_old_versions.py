"""TLS 1.0 and 1.1 are refused, RFC 8996; SSL 3.0, RFC 7568; SSL 2.0, RFC 6176."""

import pytest

from mailproof_suites.case import expect, requirement
from mailproof_suites.clients.tls_probe import SSL3, TLS1_0, TLS1_1, TLS1_2, Alert, client_hello, ssl2_hello
from mailproof_suites.tls.conftest import Control
from mailproof_suites.tls.port import TlsPort, expect_refused, prove

_OLD = {"tls1.0": TLS1_0, "tls1.1": TLS1_1}


@requirement("RFC8996:4-1", "NET-01", "RFC8446:D.2-1", "RFC5246:E.1-2", "RFC9325:3.1.1-3")
def test_tls_1_0_is_refused(tls: TlsPort, old_server: Control) -> None:
    """A hello that offers TLS 1.0 at most gets no ServerHello; a server that accepts it was seen to."""
    hello = client_hello(TLS1_0, server_name=tls.server_name)
    prove(old_server, hello, "TLS 1.0")
    expect_refused(tls.send(hello), "TLS 1.0")


@requirement("RFC8996:5-1", "NET-01", "RFC9325:3.1.1-3")
def test_tls_1_1_is_refused(tls: TlsPort, old_server: Control) -> None:
    """A hello that offers TLS 1.1 at most gets no ServerHello; a server that accepts it was seen to."""
    hello = client_hello(TLS1_1, server_name=tls.server_name)
    prove(old_server, hello, "TLS 1.1")
    expect_refused(tls.send(hello), "TLS 1.1")


@requirement("NET-01", "RFC8996:4-2", "RFC8996:5-2")
@pytest.mark.parametrize("version", _OLD.values(), ids=_OLD.keys())
def test_the_refusal_of_an_old_version_is_an_alert(tls: TlsPort, version: int) -> None:
    """The refusal says why: protocol_version, and the connection ends. Silence is a note, no failure."""
    outcome = tls.hello(version)
    expect_refused(outcome, "an old version")
    if isinstance(outcome, Alert):
        # See interpretations.md, "Which alert has to come?".
        other = "the alert for it is protocol_version"
        known = {"protocol_version": "", "handshake_failure": other, "insufficient_security": other}
        expect.graded(outcome.name, known, "description of the alert")
        expect.equal(outcome.level, 2, "level of the alert")


@requirement("RFC8996:4-1", "RFC8996:5-1")
@pytest.mark.parametrize("version", _OLD.values(), ids=_OLD.keys())
def test_old_versions_in_the_extension_are_refused(tls: TlsPort, accepting_server: Control, version: int) -> None:
    """supported_versions that lists an old version only is refused, although the legacy field says 1.2."""
    hello = client_hello(TLS1_2, supported_versions=(version,), server_name=tls.server_name)
    prove(accepting_server, hello, "any version")
    expect_refused(tls.send(hello), "an old version in supported_versions")


@requirement("RFC7568:3-1", "NET-01", "RFC8446:D.5-2", "RFC9325:3.1.1-3", "RFC7568:3-2")
def test_ssl_3_is_refused(tls: TlsPort, accepting_server: Control) -> None:
    """A hello of SSL 3.0 gets no ServerHello."""
    hello = client_hello(SSL3)
    prove(accepting_server, hello, "SSL 3.0")
    expect_refused(tls.send(hello), "SSL 3.0")


@requirement("RFC6176:3-1", "NET-01", "RFC9325:3.1.1-3")
def test_ssl_2_is_refused(tls: TlsPort, accepting_server: Control) -> None:
    """A CLIENT-HELLO of SSL 2.0 is not answered by a SERVER-HELLO."""
    hello = ssl2_hello()
    prove(accepting_server, hello, "SSL 2.0")
    expect_refused(tls.send(hello), "SSL 2.0")
