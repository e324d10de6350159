"""TLS from the first octet, RFC 8314 sections 3.2, 3.3 and 4.1."""

import pytest

from mailproof_suites.case import expect, needs, requirement
from mailproof_suites.clients.tls import open_tcp
from mailproof_suites.clients.tls_probe import TLS1_3, client_hello, probe
from mailproof_suites.targets import Endpoint, Target
from mailproof_suites.tls.port import GREETINGS, TlsPort

_PLAIN = {
    "imap": b"a CAPABILITY\r\n",
    "imap_starttls": b"a STARTTLS\r\n",
    "smtp": b"EHLO client.mailproof.test\r\n",
    "smtp_starttls": b"STARTTLS\r\n",
    "pop3": b"CAPA\r\n",
}


@requirement("RFC8314:3-1", "NET-02", "NET-03", "RFC8314:4.1-2", "RFC4954:4-21", "RFC4616:1-1")
@pytest.mark.parametrize("command", _PLAIN.values(), ids=_PLAIN.keys())
def test_plain_text_gets_no_answer_in_plain_text(tls: TlsPort, command: bytes) -> None:
    """A command without TLS is not answered by the protocol, and no greeting comes either."""
    outcome = tls.send(command)
    for greeting in (*GREETINGS.values(), b"250", b"+OK", b" OK ", b"CAPABILITY"):
        expect.lacks(outcome.received, greeting, "what came back in plain text")
    expect.that(outcome.refused, "plain text on a TLS port", expected="an alert, or the end", actual=str(outcome))


@requirement("RFC8314:3-1", "NET-02", "NET-03", "RFC9325:3.2-1", "RFC8314:3.3-1")
def test_the_first_octets_of_a_session_are_the_greeting(tls: TlsPort) -> None:
    """No negotiation in plain text, no command: after the handshake the greeting comes by itself."""
    with tls.stream() as stream:
        line = stream.read_line()
    expect.that(line.startswith(GREETINGS[tls.name]), "the first line", expected="a greeting", actual=line)


@requirement("RFC8314:4.1-1")
def test_tls_1_2_or_better_is_negotiated(tls: TlsPort) -> None:
    """A client with the usual settings ends up with TLS 1.2 or 1.3."""
    with tls.stream() as stream:
        expect.one_of(stream.version, {"TLSv1.2", "TLSv1.3"}, "negotiated version")


@requirement("RFC8314:3-2")
def test_a_client_that_sends_nothing_holds_up_nobody(tls: TlsPort) -> None:
    """While some connections stand at the beginning of their handshake, others are served."""
    hello = client_hello(TLS1_3, server_name=tls.server_name)
    idle = [open_tcp(tls.host, tls.port, timeout_s=tls.timeout_s) for _ in range(5)]
    try:
        for number, sock in enumerate(idle):
            sock.sendall(hello[: number * 40])
        tls.is_alive("clients that have stopped in the middle of a hello")
    finally:
        for sock in idle:
            sock.close()


@requirement("NET-03", "NET-02")
@needs("endpoint:imaps", "endpoint:smtps")
def test_both_ports_have_the_same_floor(target: Target) -> None:
    """IMAPS and SMTPS refuse and accept the same versions."""
    outcomes = []
    for name in ("imaps", "smtps"):
        endpoint = target.endpoint(name)
        assert isinstance(endpoint, Endpoint)
        answers = [probe(endpoint.host, endpoint.port, client_hello(version)) for version in (0x0301, 0x0302, 0x0303)]
        outcomes.append([answer.accepted for answer in answers])
    expect.equal(outcomes[0], outcomes[1], "what IMAPS and SMTPS accept of TLS 1.0, 1.1, 1.2")
