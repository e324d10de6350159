"""DELETEACL (RFC 4314 3.2)."""

from mailproof_server.model.permission import Right
from mailproof_server.protocols.imap.command import SIGNED_IN, Reply, command, ok
from mailproof_server.protocols.imap.opening import open_named
from mailproof_server.protocols.imap.session import Session
from mailproof_server.wire.imap.acl import parse_acl
from mailproof_server.wire.imap.stream import CommandLine


@command(b"DELETEACL", SIGNED_IN, capability=b"ACL")
async def deleteacl(session: Session, line: CommandLine) -> Reply:
    args = parse_acl(session.parser(line))
    folder_id = (await open_named(session, args.mailbox, Right.ADMINISTER)).folder.id
    grantee = await session.services.permissions.grantee(args.identifier)
    await session.services.permissions.set_grant(session.signed_in, folder_id, grantee, None)
    return ok(b"DELETEACL completed")
