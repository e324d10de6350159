"""LISTRIGHTS (RFC 4314 3.4): the owner always holds everything; anybody else can be granted each right by itself."""

from mailproof_server.model.permission import Right
from mailproof_server.protocols.imap.command import SIGNED_IN, Reply, command, ok
from mailproof_server.protocols.imap.opening import open_named
from mailproof_server.protocols.imap.rights import LETTERS, VIRTUAL, letters_of
from mailproof_server.protocols.imap.session import Session
from mailproof_server.wire.imap.acl import parse_acl
from mailproof_server.wire.imap.format import astring, mailbox
from mailproof_server.wire.imap.stream import CommandLine


@command(b"LISTRIGHTS", SIGNED_IN, capability=b"ACL")
async def listrights(session: Session, line: CommandLine) -> Reply:
    args = parse_acl(session.parser(line))
    folder = (await open_named(session, args.mailbox, Right.ADMINISTER)).folder
    grantee = await session.services.permissions.grantee(args.identifier)
    owner = await session.services.directory.owner_of(folder.account_id)
    if grantee == owner.id:
        rights = [letters_of(Right.everything())]
    else:
        # RFC 4314 2.1.1: "If the member rights aren't tied to non-member rights, then the "d" right is returned by
        # itself", and so is "c".
        rights = [b'""', *(letter.encode("ascii") for letter in (*LETTERS, *VIRTUAL))]
    name, identifier = mailbox(args.mailbox, utf8=session.utf8), args.identifier.encode("utf-8")
    session.write(b"* LISTRIGHTS %b %b %b\r\n" % (name, astring(identifier, utf8=session.utf8), b" ".join(rights)))
    return ok(b"LISTRIGHTS completed")
