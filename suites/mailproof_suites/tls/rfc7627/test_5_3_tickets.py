"""Tickets of TLS 1.2, what they are bound to, and fragment lengths: RFC 7627 section 5.3, RFC 6066, RFC 9325."""

import pytest

from mailproof_suites.case import expect, requirement
from mailproof_suites.tls.port import TlsPort
from mailproof_suites.tls.session12 import (
    EXTENDED_MASTER_SECRET,
    SERVER_HELLO,
    SESSION_TICKET,
    Session12,
    new_session_id,
)

_MAX_FRAGMENT_LENGTH = 1


def _ticket(tls: TlsPort, **extensions: bytes) -> bytes:
    """A ticket of a finished session; skips where none is issued."""
    offered = {SESSION_TICKET: b"", **{int(kind[1:]): body for kind, body in extensions.items()}}
    with tls.session12(extensions=offered) as session:
        session.complete()
        if not session.ticket:
            pytest.skip("the server issues no tickets in TLS 1.2")
        return session.ticket


def _again(tls: TlsPort, ticket: bytes, further: dict[int, bytes], **choices: object) -> Session12:
    return tls.session12(extensions={SESSION_TICKET: ticket, **further}, session_id=new_session_id(), **choices)


@requirement("RFC9325:3.4-2")
def test_a_ticket_is_taken_as_it_was_issued_and_not_otherwise(tls: TlsPort) -> None:
    """The ticket resumes its session; with one bit of it changed there is a full handshake."""
    ticket = _ticket(tls, _23=b"")
    with _again(tls, ticket, {EXTENDED_MASTER_SECRET: b""}) as session:
        if not session.resumed:
            pytest.skip("the server does not resume the session")
    for at in (0, len(ticket) // 2, len(ticket) - 1):
        forged = ticket[:at] + bytes([ticket[at] ^ 1]) + ticket[at + 1 :]
        with _again(tls, forged, {EXTENDED_MASTER_SECRET: b""}) as session:
            expect.that(not session.resumed, "a changed ticket", expected="a full handshake", actual="resumed")


@requirement("RFC7627:5.3-1")
def test_a_session_with_the_extension_is_not_resumed_without(tls: TlsPort) -> None:
    """The session had extended_master_secret, the new hello has not: there is no abbreviated handshake."""
    ticket = _ticket(tls, _23=b"")
    with _again(tls, ticket, {}) as session:
        expect.that(not session.resumed, "a hello that drops the extension", expected="an alert", actual="resumed")
        # interpretations.md, "Does a full handshake abort the abbreviated one?"
        if not session.alert:
            expect.note("a full handshake instead of an alert")


@requirement("RFC7627:5.3-2")
def test_a_session_without_the_extension_is_not_resumed_with_it(tls: TlsPort) -> None:
    """The session had no extended_master_secret, the new hello has: a full handshake."""
    ticket = _ticket(tls)
    with _again(tls, ticket, {EXTENDED_MASTER_SECRET: b""}) as session:
        expect.that(
            not session.resumed, "a hello that adds the extension", expected="a full handshake", actual="resumed"
        )


@requirement("RFC6066:3-4")
def test_a_session_is_not_resumed_under_another_name(tls: TlsPort) -> None:
    """A ticket of one server name and a hello with another: no resumption."""
    if tls.server_name is None:
        pytest.skip("the profile names the server by its address")
    with tls.session12() as session:
        if 0 not in session.extensions:  # see interpretations.md, "Who implements server_name?"
            pytest.skip("the server does not answer server_name, and so does not tell sessions apart by it")
    ticket = _ticket(tls, _23=b"")
    with _again(tls, ticket, {EXTENDED_MASTER_SECRET: b""}, server_name="other.mailproof.test") as session:
        expect.that(not session.resumed, "a ticket under another name", expected="no resumption", actual="resumed")


@requirement("RFC6066:3-3")
def test_the_answer_to_a_server_name_is_empty(tls: TlsPort) -> None:
    """server_name in the ServerHello, if it is there, says nothing."""
    with tls.session12() as session:
        expect.equal(session.extensions.get(0, b""), b"", "server_name of the ServerHello")


@requirement("RFC6066:4-1", "RFC6066:4-2")
def test_a_maximum_fragment_length_is_kept(tls: TlsPort) -> None:
    """max_fragment_length of 512 octets: passed over, or echoed and kept to."""
    with tls.session12(extensions={_MAX_FRAGMENT_LENGTH: b"\x01"}) as session:
        answer = session.extensions.get(_MAX_FRAGMENT_LENGTH)
        if answer is None:
            pytest.skip("the server passes max_fragment_length over, as it may")
        expect.equal(answer, b"\x01", "max_fragment_length of the ServerHello", requirement="RFC6066:4-1")
        longest = max(len(each) - 5 for each in session.records)
        expect.that(longest <= 512, "longest record", expected="512 octets", actual=longest, requirement="RFC6066:4-2")


@requirement("RFC6066:4-3")
def test_a_senseless_fragment_length_is_refused(tls: TlsPort) -> None:
    """max_fragment_length with an unknown value: illegal_parameter, where the server looks at the extension."""
    with tls.session12(extensions={_MAX_FRAGMENT_LENGTH: b"\x01"}) as session:
        if _MAX_FRAGMENT_LENGTH not in session.extensions:
            pytest.skip("the server passes max_fragment_length over, as it may")
    with tls.session12(extensions={_MAX_FRAGMENT_LENGTH: b"\x09"}) as session:
        expect.lacks(session.kinds, SERVER_HELLO, "the answer to the value 9")
        if session.alert:
            expect.equal(session.alert, "illegal_parameter", "alert for the value 9")
