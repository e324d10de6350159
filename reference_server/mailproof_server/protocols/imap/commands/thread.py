"""THREAD and UID THREAD (RFC 5256 3, 5): the answer is nested lists of numbers."""

from collections.abc import Callable

from mailproof_server.model.ids import FolderUid
from mailproof_server.model.query import And, UidIn
from mailproof_server.protocols.imap.command import Reply, State, command, ok
from mailproof_server.protocols.imap.numbering import ranges_of
from mailproof_server.protocols.imap.querying import check_charset, query_of
from mailproof_server.protocols.imap.session import Session
from mailproof_server.protocols.imap.sets import is_uid
from mailproof_server.services.threads import Thread, ThreadAlgorithm
from mailproof_server.wire.imap.format import ThreadNode, threads
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
    check_charset(session, args.charset)
    if args.uses_modseq:
        session.enable_condstore()
    algorithm = ThreadAlgorithm(args.algorithm.decode("ascii"))
    numbering = session.open_folder.numbering
    # A message that the client was not told of yet has no number, so it takes no part.
    known = UidIn(tuple(ranges_of(numbering.uids)))
    found = await session.services.messages.threads(
        session.signed_in, session.open_folder.folder_id, And((known, query_of(session, args.key))), algorithm
    )
    answer = threads(_nodes(found, lambda each: each if uid else numbering.number(each)))
    session.write(b"* THREAD %b\r\n" % answer if answer else b"* THREAD\r\n")
    return ok(b"THREAD completed")


def _nodes(found: list[Thread], number_of: Callable[[FolderUid], int | None]) -> list[ThreadNode]:
    """The same trees in the client's numbers; without recursion, because threads can be thousands deep."""
    roots = ThreadNode(None)
    pending = [(roots, thread) for thread in reversed(found)]
    while pending:
        parent, thread = pending.pop()
        node = ThreadNode(None if thread.uid is None else number_of(thread.uid))
        parent.children.append(node)
        pending += [(node, child) for child in reversed(thread.children)]
    return roots.children
