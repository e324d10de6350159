"""Finished, tickets and key updates: RFC 8446 sections 4.4.4 and 4.6."""

import pytest

from mailproof_suites.case import expect, requirement
from mailproof_suites.tls.ends import ends, greeted
from mailproof_suites.tls.port import GOODBYES, TlsPort
from mailproof_suites.tls.session13 import (
    APPLICATION,
    HANDSHAKE,
    KEY_UPDATE,
    NEW_SESSION_TICKET,
    Received,
    Session13,
    message,
)

_WEEK_S = 604_800


@requirement("RFC8446:4.4.4-1", "RFC8446:6.2-2")
def test_a_wrong_finished_is_refused(tls13: TlsPort) -> None:
    """A Finished with a wrong proof: decrypt_error, and no greeting."""
    with tls13.session13() as session:
        session.send(HANDSHAKE, session.finished(wrong=True))
        ends(session, "a wrong Finished", "decrypt_error")


@requirement("RFC8446:4.4.4-2")
def test_nothing_is_obeyed_before_finished(tls13: TlsPort) -> None:
    """Application data under the handshake's keys, before Finished: unexpected_message."""
    with tls13.session13() as session:
        session.send(APPLICATION, GOODBYES[tls13.name])
        ends(session, "data before Finished", "unexpected_message")


@requirement("RFC8446:4.6.3-1", "RFC8446:4.6.3-3")
def test_keys_are_updated_when_asked_for(tls13: TlsPort) -> None:
    """KeyUpdate with update_requested: the server reads under our new keys, and sends its own update before data."""
    with tls13.session13() as session:
        session.complete()
        greeted(session, tls13)
        session.send(HANDSHAKE, message(KEY_UPDATE, b"\x01"))
        session.writing.update()
        session.send(APPLICATION, GOODBYES[tls13.name])
        answer = _without_tickets(session)
        wanted = message(KEY_UPDATE, b"\x00")
        expect.that(answer == Received(HANDSHAKE, wanted), "answer", expected="a KeyUpdate", actual=str(answer))
        session.reading.update()
        expect.that(session.application(), "data under the new keys", expected="some", actual="none")


@requirement("RFC8446:4.6.1-1", "RFC8446:4.6.1-2", "RFC8446:4.2.6-1", "RFC8446:C.4-1", "RFC9325:3.4-4")
def test_tickets_live_a_week_at_most(tls13: TlsPort) -> None:
    """ticket_lifetime is at most 604800 seconds, and each ticket has an age mask of its own."""
    masks = []
    for _ in range(2):
        with tls13.session13() as session:
            session.complete()
            while (each := session.receive()) is not None and each.kind == HANDSHAKE:
                expect.equal(each.body[0], NEW_SESSION_TICKET, "messages behind the handshake")
                lifetime_s = int.from_bytes(each.body[4:8], "big")
                expect.that(lifetime_s <= _WEEK_S, "ticket_lifetime", expected=f"{_WEEK_S} or less", actual=lifetime_s)
                masks.append(each.body[8:12])
    if not masks:
        pytest.skip("the server issues no tickets")  # with its greeting; RFC 9325 section 3.4 wants it to
    expect.equal(len(set(masks)), len(masks), "different values of ticket_age_add", requirement="RFC8446:4.6.1-2")


def _without_tickets(session: Session13) -> Received | None:
    while (each := session.receive()) is not None:
        if each.kind != HANDSHAKE or each.body[0] != NEW_SESSION_TICKET:
            return each
    return None
