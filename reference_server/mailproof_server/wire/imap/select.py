"""SELECT and EXAMINE with their parameters (RFC 3501 §6.3.1-2; CONDSTORE and QRESYNC RFC 7162 §3.1.8, §3.2.5)."""

from __future__ import annotations

from dataclasses import dataclass

from mailproof_server.wire.imap.errors import WireError
from mailproof_server.wire.imap.parse import Parser
from mailproof_server.wire.imap.sequence import SequenceSet


@dataclass(frozen=True, slots=True)
class QResync:
    """What the client knows: none of the sets holds `*`.

    `known_uids`: UIDs in its cache, or None for all. `known_pairs`: message numbers and the UIDs they had, both sets in
    ascending order and of equal count, or None.
    """

    uid_validity: int
    modseq: int
    known_uids: SequenceSet | None = None
    known_pairs: tuple[SequenceSet, SequenceSet] | None = None


@dataclass(frozen=True, slots=True)
class SelectArgs:
    mailbox: str
    condstore: bool = False
    qresync: QResync | None = None


def parse_select(parser: Parser) -> SelectArgs:
    """The arguments of SELECT and EXAMINE. Whether QRESYNC was enabled first is the session's to know."""
    parser.sp()
    mailbox = parser.mailbox()
    condstore = False
    qresync: QResync | None = None

    def parameter() -> bytes:
        nonlocal condstore, qresync
        name = parser.keyword()
        if name == b"CONDSTORE":
            condstore = True
        elif name == b"QRESYNC":
            parser.sp()
            qresync = _qresync(parser)
        else:
            raise WireError("unknown SELECT parameter")
        return name

    if not parser.at_end():
        parser.sp()
        names = parser.parenthesised(parameter)
        if len(set(names)) != len(names):
            raise WireError("repeated SELECT parameter")
    parser.end()
    return SelectArgs(mailbox, condstore, qresync)


def _qresync(parser: Parser) -> QResync:
    parser.expect(b"(")
    uid_validity = parser.nz_number()
    parser.sp()
    modseq = parser.mod_sequence()
    known_uids: SequenceSet | None = None
    known_pairs: tuple[SequenceSet, SequenceSet] | None = None
    if parser.peek(b" ") and not parser.peek(b" ("):
        parser.sp()
        known_uids = _known_set(parser)
    if parser.take(b" ("):
        numbers = _known_set(parser)
        parser.sp()
        uids = _known_set(parser)
        parser.expect(b")")
        # The n-th number goes with the n-th UID, which nothing can mean when the counts differ.
        if numbers.count(0) != uids.count(0):
            raise WireError("message numbers and UIDs differ in count")
        known_pairs = numbers, uids
    parser.expect(b")")
    return QResync(uid_validity, modseq, known_uids, known_pairs)


def _known_set(parser: Parser) -> SequenceSet:
    return parser.sequence_set(allow_star=False, allow_saved=False)
