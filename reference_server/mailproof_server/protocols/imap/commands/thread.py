"""THREAD and UID THREAD (RFC 5256 3, 5): the answer is nested lists of numbers."""

from mailproof_server.protocols.imap.command import Reply, State, command, ok
from mailproof_server.protocols.imap.querying import query_of
from mailproof_server.protocols.imap.session import Session
from mailproof_server.protocols.imap.sets import is_uid
from mailproof_server.services.threads import Thread, ThreadAlgorithm
from mailproof_server.wire.imap.sort import parse_thread
from mailproof_server.wire.imap.stream import CommandLine


@command(
    b"THREAD",
    State.SELECTED,
    capability=(b"THREAD=ORDEREDSUBJECT", b"THREAD=REFERENCES"),
    uid=True,
    holds_numbers=True,
)
async def thread(session: Session, line: CommandLine) -> Reply:
    uid = is_uid(line)
    args = parse_thread(session.parser(line))
    if args.uses_modseq:
        session.enable_condstore()
    algorithm = ThreadAlgorithm(args.algorithm.decode("ascii"))
    threads = await session.services.messages.threads(
        session.signed_in, session.open_folder.folder_id, query_of(session, args.key), algorithm
    )
    answer = b"".join(_members(session, each, uid=uid) for each in threads)
    session.write(b"* THREAD %b\r\n" % answer if answer else b"* THREAD\r\n")
    return ok(b"THREAD completed")


def _members(session: Session, top: Thread, *, uid: bool) -> bytes:
    """`(3 6 (4 23)(44 7 96))`: a run of only children is written flat. Iterative: threads can be thousands deep."""
    numbering = session.open_folder.numbering
    parts: list[bytes] = [b"("]
    pending: list[Thread | bytes] = [b")", top]
    while pending:
        step = pending.pop()
        if isinstance(step, bytes):
            parts.append(step)
            continue
        number = None if step.uid is None else (step.uid if uid else numbering.number(step.uid))
        if number is not None:
            if parts[-1] != b"(":
                parts.append(b" ")
            parts.append(b"%d" % number)
        if len(step.children) == 1 and number is not None:
            pending.append(step.children[0])
            continue
        if step.children and number is not None:
            parts.append(b" ")
        for child in reversed(step.children):
            pending += [b")", child, b"("]
    return b"".join(parts) if parts != [b"(", b")"] else b""
