"""How a session that a case drives by hand goes on, and how it ends (RFC 8446 section 6)."""

from mailproof_suites.case import expect
from mailproof_suites.clients.errors import TimedOut
from mailproof_suites.tls.port import GREETINGS, TlsPort
from mailproof_suites.tls.session13 import Session13


def ends(session: Session13, what: str, *alerts: str, requirement: str | None = None) -> None:
    """The server ends the connection, with one of these alerts or without a word."""
    try:
        found = session.alert()
    except TimedOut as silence:
        raise expect.fail(what, expected=" or ".join(alerts), actual=str(silence), requirement=requirement) from silence
    if not found:
        expect.note(f"{what}: the connection ends without an alert")
        return
    expect.one_of(found, set(alerts), f"alert for {what}", requirement=requirement)
    expect.equal(session.alert(), "", f"what follows the alert for {what}", requirement="RFC8446:6.2-2")


def greeted(session: Session13, tls: TlsPort) -> None:
    expect.that(
        session.application().startswith(GREETINGS[tls.name]), "data", expected="a greeting", actual="something else"
    )
