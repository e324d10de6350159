"""IDLE (RFC 2177, RFC 9051 6.3.13): what changes is told as it happens, until the client says DONE."""

from mailproof_server.net.stream import Wake
from mailproof_server.protocols.imap.command import SIGNED_IN, Reply, bad, command, ok
from mailproof_server.protocols.imap.session import Session
from mailproof_server.protocols.imap.updates import report
from mailproof_server.wire.imap.parse import parse_nothing
from mailproof_server.wire.imap.stream import CommandLine

MAX_DONE_BYTES = 64


@command(b"IDLE", SIGNED_IN, capability=b"IDLE")
async def idle(session: Session, line: CommandLine) -> Reply:
    parse_nothing(session.parser(line))
    session.reader.expect_raw_line(MAX_DONE_BYTES)
    deadline = session.deadline()
    undo = None
    if session.notifier is not None:
        # RFC 5465 4: the server "MUST send exactly the same events as instructed by the client using the NOTIFY".
        session.notifier.follow()
    elif session.selected is not None:
        undo = session.services.changes.watch(session.selected.owner, lambda _newest: session.stream.notify())
    try:
        session.write(b"+ idling\r\n")
        await _tell(session)
        while not session.input_waits():
            if await session.wait(deadline) is Wake.NOTIFIED:
                await _tell(session)
    finally:
        if undo is not None:
            undo()
    done = await session.finish_raw_line()
    if done is None or done.upper() != b"DONE":
        return bad(b"Expected DONE")
    return ok(b"IDLE completed")


async def _tell(session: Session) -> None:
    if session.notifier is not None:
        await session.notifier.push(expunges=True)
    else:
        await report(session, expunges=True)
