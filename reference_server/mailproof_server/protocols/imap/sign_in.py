"""From credentials to the authenticated state, for LOGIN and AUTHENTICATE alike (RFC 9051 6.2)."""

from mailproof_server.protocols.imap.command import Reply, ok
from mailproof_server.protocols.imap.session import Session


async def sign_in(session: Session, user: str, password: str, done: bytes, authorize: str = "") -> Reply:
    """Check the credentials and enter the authenticated state. Raises NotAuthenticated, TooManyAttempts, TooMany."""
    principal = await session.services.credentials.authenticate(
        user, password, protocol="imap", address=session.stream.peer.host, authorize=authorize
    )
    session.connection.sign_in(principal)
    session.signed_in_as(principal)
    return ok(done, b"CAPABILITY " + session.capability_list)
