"""GETMETADATA (RFC 5464 4.2) with MAXSIZE and DEPTH."""

from mailproof_server.protocols.imap.command import SIGNED_IN, Reply, command, ok
from mailproof_server.protocols.imap.metadata import place, response
from mailproof_server.protocols.imap.session import Session
from mailproof_server.wire.imap.metadata import GetMetadataArgs, parse_get_metadata
from mailproof_server.wire.imap.stream import CommandLine


@command(b"GETMETADATA", SIGNED_IN, capability=b"METADATA")
async def getmetadata(session: Session, line: CommandLine) -> Reply:
    args = parse_get_metadata(session.parser(line))
    where = await place(session, args.mailbox)
    stored = await session.services.annotations.get(session.signed_in, where.owner, where.folder_id)
    stored |= {entry: value for entry, value in where.computed.items() if value is not None}
    found = _chosen(args, stored)
    longest = 0
    if args.max_size_bytes is not None:
        long_ones = {entry: value for entry, value in found.items() if value and len(value) > args.max_size_bytes}
        longest = max((len(value) for value in long_ones.values() if value), default=0)
        found = {entry: value for entry, value in found.items() if entry not in long_ones}
    if found:
        session.write(response(session, args.mailbox, found))
    # "LONGENTRIES … the size of the biggest entry value requested … that exceeded the MAXSIZE limit"
    return ok(b"GETMETADATA completed", b"METADATA LONGENTRIES %d" % longest if longest else None)


def _chosen(args: GetMetadataArgs, stored: dict[str, bytes]) -> dict[str, bytes | None]:
    """The entries asked for and, by DEPTH, those below them; an exact name without a value is NIL."""
    found: dict[str, bytes | None] = {}
    for entry in args.entries:
        if entry in stored or args.depth == 0:
            found[entry] = stored.get(entry)
        if args.depth == 0:
            continue
        prefix = entry + "/"
        found |= {
            name: value
            for name, value in stored.items()
            if name.startswith(prefix) and (args.depth is None or "/" not in name[len(prefix) :])
        }
    return found
