"""Resumption, renegotiation, and the extensions that guard them: RFC 5246, 5746, 6066, 6520, 7301, 7627, 8446."""

import pytest

from mailproof_suites.case import expect, requirement
from mailproof_suites.clients.errors import ClientError, ConnectionClosed
from mailproof_suites.clients.tls_probe import TLS1_2, TLS1_3, Alert, ServerHello, TlsConversation
from mailproof_suites.tls.port import GOODBYES, GREETINGS, TlsPort, server_hello

_VERSIONS = pytest.mark.parametrize("version", [TLS1_2, TLS1_3], ids=["tls1.2", "tls1.3"])
_EMS, _RENEGOTIATION_INFO, _HEARTBEAT, _TRUNCATED_HMAC = 23, 0xFF01, 15, 4


def _hello(tls: TlsPort, version: int = TLS1_2, extensions: list[tuple[int, bytes]] | None = None) -> ServerHello:
    outcome = tls.hello(version, extensions=extensions or [])
    if not isinstance(outcome, ServerHello):
        raise expect.fail("a hello", expected="a ServerHello", actual=str(outcome))
    return outcome


def _greeted(session: TlsConversation, tls: TlsPort) -> None:
    octets = session.receive()
    expect.that(octets.startswith(GREETINGS[tls.name]), "first octets", expected="a greeting", actual=octets)


@requirement("RFC9325:3.4-1")
@_VERSIONS
def test_a_session_is_resumed_or_begun_anew(tls: TlsPort, version: int) -> None:
    """A second connection that offers the first one's session works; resuming it is a should, worth a note if not."""
    with tls.handshake(minimum=version, maximum=version) as first:
        _greeted(first, tls)
        with first.reconnect() as second:
            _greeted(second, tls)
            expect.equal(second.version, version, "version of the second session")
            if not second.resumed:
                expect.note(f"{second.version_name}: sessions are not resumed")


@requirement("RFC9325:3.5-1", "RFC5746:3.6-2")
def test_secure_renegotiation_is_announced(tls: TlsPort) -> None:
    """TLS 1.2: the signalling suite in the hello is answered by renegotiation_info (RFC 5746), empty at first."""
    expect.equal(_hello(tls).extensions.get(_RENEGOTIATION_INFO), b"\x00", "renegotiation_info")


@requirement("RFC5746:3.6-2")
def test_an_empty_renegotiation_info_is_answered(tls: TlsPort) -> None:
    """TLS 1.2: the extension instead of the signalling suite gets the same answer."""
    outcome = tls.hello(TLS1_2, renegotiation_scsv=False, extensions=[(_RENEGOTIATION_INFO, b"\x00")])
    found = server_hello(outcome, "a hello with renegotiation_info")
    expect.equal(found.extensions.get(_RENEGOTIATION_INFO), b"\x00", "renegotiation_info")


@requirement("RFC5746:3.6-1")
def test_a_first_hello_with_old_verify_data_is_refused(tls: TlsPort) -> None:
    """renegotiation_info that is not empty, in an initial hello: handshake_failure."""
    outcome = tls.hello(TLS1_2, renegotiation_scsv=False, extensions=[(_RENEGOTIATION_INFO, b"\x0c" + bytes(12))])
    expect.that(outcome.refused, "a hello that pretends to renegotiate", expected="an alert", actual=str(outcome))


@requirement("RFC5246:7.4.1.1-1", "RFC9325:3.5-3", "RFC5746:4.4-1")
def test_renegotiation_by_the_client_is_refused_or_secure(tls: TlsPort) -> None:
    """A new handshake within a session of TLS 1.2 is refused; where it is done, it has to be the secure one."""
    with tls.handshake(minimum=TLS1_2, maximum=TLS1_2) as session:
        _greeted(session, tls)
        if session.renegotiate():
            expect.equal(_hello(tls).extensions.get(_RENEGOTIATION_INFO), b"\x00", "renegotiation_info")
            expect.note("clients may renegotiate, which costs the server more than them")
    tls.is_alive("an attempt to renegotiate")


@requirement("RFC9325:3.5-2", "RFC7627:5.2-1")
def test_extended_master_secret_is_supported(tls: TlsPort) -> None:
    """TLS 1.2: the offered extended_master_secret is taken."""
    expect.contains(_hello(tls, extensions=[(_EMS, b"")]).extensions, _EMS, "extensions of the ServerHello")


@requirement("RFC9325:4.6-1", "RFC8446:D.5-2")
def test_truncated_hmac_is_not_used(tls: TlsPort) -> None:
    """The offered truncated_hmac is not taken."""
    found = _hello(tls, extensions=[(_TRUNCATED_HMAC, b"")])
    expect.lacks(found.extensions, _TRUNCATED_HMAC, "extensions of the ServerHello")


@requirement("RFC6520:4-1", "RFC6520:3-1")
@_VERSIONS
def test_heartbeats_are_not_agreed_on(tls: TlsPort, version: int) -> None:
    """The offered heartbeat extension is not taken: a server of mail has no use for it (a note where it is)."""
    if _HEARTBEAT in _hello(tls, version, [(_HEARTBEAT, b"\x01")]).extensions:
        expect.note("heartbeats are agreed on")
    # A request that claims 16384 octets of payload and has none, before the handshake is over.
    request = bytes([24]) + version.to_bytes(2, "big")[:1] + b"\x03" + b"\x00\x03" + b"\x01\x40\x00"
    outcome = tls.send(request)
    expect.that(len(outcome.received) < 100, "octets that came back", expected="an alert at most", actual=str(outcome))


@requirement("RFC6066:3-1", "RFC8446:9.2-3", "RFC9325:3.7-1")
def test_an_unknown_server_name_is_refused_or_passed_over(tls: TlsPort) -> None:
    """SNI that the server does not know: the fatal alert unrecognized_name, or the handshake goes on; no warning."""
    outcome = tls.hello(TLS1_2, server_name="nobody.mailproof.test")
    if isinstance(outcome, Alert):
        expect.equal((outcome.name, outcome.level), ("unrecognized_name", 2), "alert for an unknown name")
    else:
        expect.that(
            outcome.accepted, "an unknown server name", expected="a ServerHello or the alert", actual=str(outcome)
        )
        expect.note("an unknown server name is passed over: RFC 9325 section 3.7 advises to refuse it")


@requirement("RFC6066:3-2")
@_VERSIONS
def test_a_client_without_a_server_name_is_served(tls: TlsPort, version: int) -> None:
    """Clients that connect to an address send no SNI; they get a session."""
    outcome = tls.hello(version, server_name=None)
    expect.that(outcome.accepted, "a hello without SNI", expected="a ServerHello", actual=str(outcome))


@requirement("RFC5246:7.2.1-1", "RFC8446:6.1-1", "RFC5246:7.2.1-2")
@pytest.mark.parametrize("goodbye", [True, False], ids=["after_goodbye", "after_close_notify"])
def test_the_server_says_close_notify(tls: TlsPort, goodbye: bool) -> None:
    """After LOGOUT or QUIT, and after the client's own close_notify, the server ends its side with close_notify."""

    with tls.stream() as stream:
        stream.read_line()
        try:
            if goodbye:
                stream.sendall(GOODBYES[tls.name])
            else:
                stream.half_close()
            while True:
                stream.read_line()
        except ClientError as problem:
            end = problem
    clean = isinstance(end, ConnectionClosed) and end.clean
    expect.that(clean, "how the connection ends", expected="close_notify", actual=str(end))
