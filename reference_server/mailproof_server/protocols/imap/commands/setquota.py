"""SETQUOTA (RFC 9208 4.1): quotas are the operator's, so QUOTASET is not offered and nobody may set one here."""

from mailproof_server.protocols.imap.command import SIGNED_IN, Reply, command, no
from mailproof_server.protocols.imap.session import Session
from mailproof_server.wire.imap.quota import parse_set_quota
from mailproof_server.wire.imap.stream import CommandLine


@command(b"SETQUOTA", SIGNED_IN, capability=b"QUOTA")
async def setquota(session: Session, line: CommandLine) -> Reply:
    parse_set_quota(session.parser(line))
    return no(b"Quotas are set by the operator", b"NOPERM")
