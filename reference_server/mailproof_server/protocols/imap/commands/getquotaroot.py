"""GETQUOTAROOT (RFC 9208 4.3): the roots of a folder, then their usage."""

from mailproof_server.protocols.imap.command import SIGNED_IN, Reply, command, ok
from mailproof_server.protocols.imap.opening import open_named
from mailproof_server.protocols.imap.quota import quota_response, root_of
from mailproof_server.protocols.imap.session import Session
from mailproof_server.wire.imap.folders import parse_mailbox
from mailproof_server.wire.imap.format import astring, mailbox
from mailproof_server.wire.imap.stream import CommandLine


@command(b"GETQUOTAROOT", SIGNED_IN, capability=b"QUOTA")
async def getquotaroot(session: Session, line: CommandLine) -> Reply:
    name = parse_mailbox(session.parser(line))
    owner = (await open_named(session, name)).folder.account_id
    root = await root_of(session, owner)
    shown = astring(root.encode("utf-8"), utf8=session.utf8)
    session.write(b"* QUOTAROOT %b %b\r\n" % (mailbox(name, utf8=session.utf8), shown))
    session.write(await quota_response(session, owner, root))
    return ok(b"GETQUOTAROOT completed")
