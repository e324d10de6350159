"""GETQUOTA (RFC 9208 4.2)."""

from mailproof_server.protocols.imap.command import SIGNED_IN, Reply, command, ok
from mailproof_server.protocols.imap.quota import owner_of, quota_response
from mailproof_server.protocols.imap.session import Session
from mailproof_server.wire.imap.quota import parse_get_quota
from mailproof_server.wire.imap.stream import CommandLine


@command(b"GETQUOTA", SIGNED_IN, capability=b"QUOTA", extra=(b"QUOTA=RES-STORAGE",))
async def getquota(session: Session, line: CommandLine) -> Reply:
    root = parse_get_quota(session.parser(line))
    session.write(await quota_response(session, await owner_of(session, root), root))
    return ok(b"GETQUOTA completed")
