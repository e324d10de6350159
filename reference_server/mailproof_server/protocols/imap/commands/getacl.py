"""GETACL (RFC 4314 3.3): identifiers with their rights, for administrators of the folder."""

from mailproof_server.model.permission import Right
from mailproof_server.protocols.imap.command import SIGNED_IN, Reply, command, ok
from mailproof_server.protocols.imap.opening import open_named
from mailproof_server.protocols.imap.rights import letters_of
from mailproof_server.protocols.imap.session import Session
from mailproof_server.wire.imap.folders import parse_mailbox
from mailproof_server.wire.imap.format import astring, mailbox
from mailproof_server.wire.imap.stream import CommandLine


@command(b"GETACL", SIGNED_IN, capability=b"ACL")
async def getacl(session: Session, line: CommandLine) -> Reply:
    name = parse_mailbox(session.parser(line))
    folder_id = (await open_named(session, name, Right.ADMINISTER)).folder.id
    parts = [b"* ACL", mailbox(name, utf8=session.utf8)]
    for identifier, rights in await session.services.permissions.named_grants(session.signed_in, folder_id):
        parts += [astring(identifier.encode("utf-8"), utf8=session.utf8), letters_of(rights)]
    session.write(b" ".join(parts) + b"\r\n")
    return ok(b"GETACL completed")
