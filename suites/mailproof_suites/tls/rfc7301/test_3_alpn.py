"""Application protocols of TLS, RFC 7301 section 3."""

from mailproof_suites.case import expect, requirement
from mailproof_suites.clients.errors import TlsRefused
from mailproof_suites.clients.tls_probe import TlsConversation
from mailproof_suites.tls.port import GREETINGS, TlsPort


def _greeted(session: TlsConversation, tls: TlsPort) -> None:
    octets = session.receive()
    expect.that(octets.startswith(GREETINGS[tls.name]), "first octets", expected="a greeting", actual=octets)


@requirement("RFC7301:3.2-1", "RFC7301:3.2-2", "RFC9325:3.8-1")
def test_an_unknown_application_protocol_is_not_agreed_on(tls: TlsPort) -> None:
    """ALPN with a name that nobody knows: no_application_protocol, or a session in which none was chosen."""
    try:
        with tls.handshake(alpn=[b"mailproof"]) as session:
            expect.equal(session.alpn, None, "chosen protocol")
            _greeted(session, tls)
            expect.note("ALPN is not enforced: RFC 9325 section 3.8 advises to")
    except TlsRefused as refusal:
        expect.contains(str(refusal).replace("_", " "), "no application protocol", "reason of the refusal")


@requirement("RFC7301:3.1-1")
def test_the_chosen_application_protocol_is_one_of_those_offered(tls: TlsPort) -> None:
    """ALPN with several names: none is chosen, or exactly one of them."""
    offered = [b"mailproof", b"imap", b"smtp", b"http/1.1"]
    try:
        with tls.handshake(alpn=offered) as session:
            expect.one_of(session.alpn, {None, *offered}, "chosen protocol")
            _greeted(session, tls)
    except TlsRefused as refusal:
        expect.contains(str(refusal).replace("_", " "), "no application protocol", "reason of the refusal")
