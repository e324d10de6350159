"""SETMETADATA (RFC 5464 4.3): all entries or none; NIL removes one."""

from mailproof_server.model.errors import TooLarge, TooMany
from mailproof_server.protocols.imap.command import SIGNED_IN, Reply, command, no, ok
from mailproof_server.protocols.imap.errors import text_of
from mailproof_server.protocols.imap.metadata import place
from mailproof_server.protocols.imap.session import Session
from mailproof_server.wire.imap.metadata import parse_set_metadata
from mailproof_server.wire.imap.stream import CommandLine


@command(b"SETMETADATA", SIGNED_IN, capability=b"METADATA")
async def setmetadata(session: Session, line: CommandLine) -> Reply:
    args = parse_set_metadata(session.parser(line))
    where = await place(session, args.mailbox)
    if any(entry in where.computed for entry, _ in args.entries):
        return no(b"The special uses of a folder are set by CREATE", b"CANNOT")
    session.note_own("metadata", args.mailbox)
    try:
        await session.services.annotations.set(session.signed_in, where.owner, where.folder_id, dict(args.entries))
    except TooLarge as refusal:
        return no(text_of(refusal), b"METADATA MAXSIZE %d" % session.services.limits.annotation_bytes)
    except TooMany as refusal:
        return no(text_of(refusal), b"METADATA TOOMANY")
    return ok(b"SETMETADATA completed")
