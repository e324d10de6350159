"""SETACL (RFC 4314 3.1). Negative rights (`-user`) are refused, as 2 allows."""

from mailproof_server.model.permission import Right
from mailproof_server.protocols.imap.command import SIGNED_IN, Reply, command, ok
from mailproof_server.protocols.imap.opening import open_named
from mailproof_server.protocols.imap.rights import NONE, changed, rights_of
from mailproof_server.protocols.imap.session import Session
from mailproof_server.wire.imap.acl import parse_set_acl
from mailproof_server.wire.imap.stream import CommandLine


@command(b"SETACL", SIGNED_IN, capability=b"ACL", extra=(b"RIGHTS=texk",))
async def setacl(session: Session, line: CommandLine) -> Reply:
    args = parse_set_acl(session.parser(line))
    rights_of(args.rights)  # an unknown letter is an error of the client, whatever the folder
    folder_id = (await open_named(session, args.mailbox, Right.ADMINISTER)).folder.id
    permissions = session.services.permissions
    grantee = await permissions.grantee(args.identifier)
    held = NONE
    for grant in await permissions.grants(session.signed_in, folder_id):
        if grant.grantee == grantee:
            held = grant.rights
    rights = changed(held, args.rights, args.mode)
    # "l" is "mailbox is visible to LIST/LSUB commands": so is the way down to it, for which IMAP has no name.
    await permissions.set_grant(session.signed_in, folder_id, grantee, rights, reveal=True)
    return ok(b"SETACL completed")
