"""STATUS (RFC 9051 6.3.11; STATUS=SIZE, RFC 8438): counters of a folder without selecting it."""

from mailproof_server.model.permission import Right
from mailproof_server.protocols.imap.command import SIGNED_IN, Reply, command, no, ok
from mailproof_server.protocols.imap.opening import open_named
from mailproof_server.protocols.imap.session import Session
from mailproof_server.protocols.imap.status import status_response
from mailproof_server.wire.imap.status import parse_status
from mailproof_server.wire.imap.stream import CommandLine


@command(b"STATUS", SIGNED_IN, extra=(b"STATUS=SIZE",))
async def status(session: Session, line: CommandLine) -> Reply:
    args = parse_status(session.parser(line))
    view = await open_named(session, args.mailbox, Right.READ_ANY)
    if not view.folder.selectable:
        return no(b"This name holds only other folders", b"CANNOT")
    if b"HIGHESTMODSEQ" in args.items:
        session.enable_condstore()
    session.write(await status_response(session, view, args.mailbox, args.items))
    return ok(b"STATUS completed")
