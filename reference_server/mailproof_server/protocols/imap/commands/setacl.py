"""SETACL (RFC 4314 3.1). Negative rights (`-user`) are refused, as 2 allows."""

from mailproof_server.model.permission import Right
from mailproof_server.protocols.imap.command import SIGNED_IN, Reply, command, ok
from mailproof_server.protocols.imap.opening import open_named
from mailproof_server.protocols.imap.rights import NONE, rights_of
from mailproof_server.protocols.imap.session import Session
from mailproof_server.services.permissions import without
from mailproof_server.wire.imap.acl import RightsMode, parse_set_acl
from mailproof_server.wire.imap.stream import CommandLine


@command(b"SETACL", SIGNED_IN, capability=b"ACL", extra=(b"RIGHTS=texk",))
async def setacl(session: Session, line: CommandLine) -> Reply:
    args = parse_set_acl(session.parser(line))
    change = rights_of(args.rights)
    folder_id = (await open_named(session, args.mailbox, Right.ADMINISTER)).folder.id
    permissions = session.services.permissions
    grantee = await permissions.grantee(args.identifier)
    rights = change
    if args.mode is not RightsMode.REPLACE:
        held = NONE
        for grant in await permissions.grants(session.signed_in, folder_id):
            if grant.grantee == grantee:
                held |= grant.rights
        rights = held | change if args.mode is RightsMode.ADD else without(held, change)
    await permissions.set_grant(session.signed_in, folder_id, grantee, rights)
    return ok(b"SETACL completed")
