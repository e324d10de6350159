"""Search keys of the wire as queries of the model (RFC 9051 6.4.4): numbers become uids, intervals become instants."""

from datetime import date, timedelta

from mailproof_server.model import query as model
from mailproof_server.model.ids import FolderUid, Modseq
from mailproof_server.model.query import Query
from mailproof_server.protocols.imap import flags
from mailproof_server.protocols.imap.numbering import ranges_of
from mailproof_server.protocols.imap.session import Session
from mailproof_server.protocols.imap.sets import targets
from mailproof_server.wire.imap import search as wire
from mailproof_server.wire.imap.errors import WireError
from mailproof_server.wire.imap.search import DateRelation, SearchKey

FIELDS = {
    wire.DateField.INTERNAL: model.DateField.RECEIVED,
    wire.DateField.SENT: model.DateField.SENT,
    wire.DateField.SAVED: model.DateField.SAVED,
}


def check_charset(session: Session, charset: str) -> None:
    """Of SORT and THREAD after ENABLE UTF8=ACCEPT: "servers SHOULD reject charset values other than UTF-8 with a "BAD"
    response" (RFC 6855 erratum 4029). Raises WireError."""
    if b"UTF8=ACCEPT" in session.enabled and charset != "UTF-8":
        raise WireError("Only UTF-8 is allowed after UTF8=ACCEPT was enabled")


def query_of(session: Session, key: SearchKey) -> Query:
    """The query for the selected folder.

    A message number beyond the last matches nothing, where other commands answer BAD: a key describes messages, it does
    not address them, and imapclient's live test counts on `SEARCH 5` being answered by none.
    """
    match key:
        case wire.And(keys):
            return model.And(tuple(query_of(session, each) for each in keys)) if keys else model.All()
        case wire.Or(keys):
            return model.Or(tuple(query_of(session, each) for each in keys))
        case wire.Not(inner):
            return model.Not(query_of(session, inner))
        case wire.Numbers(numbers):
            # "the VANISHED response MUST NOT be sent during a UID SEARCH command that contains message numbers in the
            # search criteria" (RFC 7162 3.2.10.2)
            session.counts_numbers = session.counts_numbers or not numbers.saved
            return model.UidIn(tuple(ranges_of(targets(session, numbers, uid=False, strict=False))))
        case wire.Uids(uids):
            return model.UidIn(tuple(ranges_of(targets(session, uids, uid=True))))
        case wire.HasFlag(flag):
            return _flag(session, flag)
        case wire.DateIs(field, relation, day):
            return _day(field, relation, day)
        case wire.Younger(interval_s):
            since = session.services.clock.now() - timedelta(seconds=interval_s)
            return model.InstantRange(model.DateField.RECEIVED, since=since)
        case wire.Older(interval_s):
            until = session.services.clock.now() - timedelta(seconds=interval_s)
            return model.InstantRange(model.DateField.RECEIVED, until=until)
        case _:
            return _plain(key)


def _plain(key: SearchKey) -> Query:
    """Keys that only change their name."""
    match key:
        case wire.HeaderContains(field, text):
            return model.HeaderContains(field, text)
        case wire.BodyContains(text):
            return model.BodyContains(text)
        case wire.TextContains(text):
            return model.TextContains(text)
        case wire.Larger(size_bytes):
            return model.SizeRange(larger_bytes=size_bytes)
        case wire.Smaller(size_bytes):
            return model.SizeRange(smaller_bytes=size_bytes)
        case wire.ModSeqAtLeast(value):
            return model.ChangedSince(Modseq(value))
        case wire.EmailId(object_id):
            return model.ContentIs(object_id)
        case wire.ThreadId(object_id):
            return model.ThreadIs(object_id)
        case _:  # SAVEDATESUPPORTED: "matches all messages in the mailbox when the underlying mailbox supports" it
            return model.All()


def _flag(session: Session, flag: bytes) -> Query:
    bit = flags.BITS.get(flag)
    if bit is not None:
        return model.HasFlag(bit)
    if flag == b"\\Recent":
        recent: set[FolderUid] = set() if session.rev2 else session.open_folder.recent
        return model.UidIn(tuple(ranges_of(sorted(recent))))
    return model.HasKeyword(flag.decode("ascii"))


def _day(field: wire.DateField, relation: DateRelation, day: date) -> Query:
    column = FIELDS[field]
    if relation is DateRelation.BEFORE:
        return model.DayRange(column, before=day)
    if relation is DateRelation.SINCE:
        return model.DayRange(column, since=day)
    # The last day that the calendar knows has no day after it.
    return model.DayRange(column, since=day, before=None if day == date.max else day + timedelta(days=1))
