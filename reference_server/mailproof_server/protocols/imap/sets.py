"""Which messages a command means: sequence numbers, uids or `$` become known uids (RFC 9051 9, RFC 5182)."""

from mailproof_server.model.ids import FolderUid
from mailproof_server.protocols.imap.session import Session
from mailproof_server.wire.imap.errors import WireError
from mailproof_server.wire.imap.sequence import SequenceSet
from mailproof_server.wire.imap.stream import CommandLine


def is_uid(line: CommandLine) -> bool:
    """Whether the command has its UID prefix."""
    return line.name.startswith(b"UID ")


def targets(session: Session, sequence: SequenceSet, *, uid: bool, strict: bool = True) -> list[FolderUid]:
    """Known uids in the set, ascending. Raises WireError for a number beyond the last message, if `strict`.

    "A non-existent unique identifier is ignored without any error message generated" (RFC 9051 6.4.9); a number that
    does not exist is an error of the client.
    """
    numbering = session.open_folder.numbering
    if sequence.saved:
        return list(session.open_folder.saved)
    if uid:
        return list(sequence.select(numbering.uids))  # type: ignore[arg-type]
    count = len(numbering)
    if strict and sequence.exceeds(count):
        raise WireError("No such message number")
    if sequence.is_all:
        return list(numbering.uids)
    found: list[FolderUid] = []
    for low, high in sequence.resolve(count):
        found.extend(numbering.uids[low - 1 : high])
    return found
