"""From credentials to the authenticated state, for LOGIN and AUTHENTICATE alike (RFC 9051 6.2)."""

from mailproof_server.model.errors import NotAuthenticated
from mailproof_server.protocols.imap.command import Reply, no, ok
from mailproof_server.protocols.imap.errors import reply_to
from mailproof_server.protocols.imap.session import Session


async def sign_in(session: Session, user: bytes, password: bytes, done: bytes, authorize: bytes = b"") -> Reply:
    """Check the credentials and enter the authenticated state. Refusals other than a failed sign-in are raised."""
    try:
        principal = await session.services.credentials.authenticate(
            user.decode("utf-8"),
            password.decode("utf-8"),
            protocol="imap",
            address=session.stream.peer.host,
            authorize=authorize.decode("utf-8"),
        )
    except UnicodeDecodeError:
        return reply_to(NotAuthenticated())
    if session.stream.closed:
        return no(b"Connection is closing")
    connection = session.services.connections.enter(
        "imap", session.stream.peer.host, principal, on_revoked=session.stream.abort
    )
    session.signed_in_as(principal, connection)
    return ok(done, b"CAPABILITY " + session.capability_list)
