"""SORT and UID SORT (RFC 5256 3, 4; DISPLAYFROM and DISPLAYTO, RFC 5957; RETURN, RFC 5267)."""

from mailproof_server.model.query import SortField, SortKey
from mailproof_server.protocols.imap.answering import announced, highest_modseq, numbers_of, save, write_extended
from mailproof_server.protocols.imap.command import Reply, State, command, ok
from mailproof_server.protocols.imap.querying import check_charset, query_of
from mailproof_server.protocols.imap.session import Session
from mailproof_server.protocols.imap.sets import is_uid
from mailproof_server.wire.imap.sort import parse_sort
from mailproof_server.wire.imap.stream import CommandLine

FIELDS: dict[bytes, SortField] = {
    b"ARRIVAL": SortField.RECEIVED,
    b"CC": SortField.CC,
    b"DATE": SortField.SENT,
    b"DISPLAYFROM": SortField.DISPLAY_FROM,
    b"DISPLAYTO": SortField.DISPLAY_TO,
    b"FROM": SortField.FROM,
    b"SIZE": SortField.SIZE,
    b"SUBJECT": SortField.SUBJECT,
    b"TO": SortField.TO,
}


@command(b"SORT", State.SELECTED, capability=b"SORT", extra=(b"SORT=DISPLAY", b"ESORT"), uid=True, holds_numbers=True)
async def sort(session: Session, line: CommandLine) -> Reply:
    uid = is_uid(line)
    args = parse_sort(session.parser(line))
    check_charset(session, args.charset)
    if args.uses_modseq:
        session.enable_condstore()
    keys = [SortKey(FIELDS[each.key], descending=each.reverse) for each in args.criteria]
    found = await session.services.messages.search(
        session.signed_in, session.open_folder.folder_id, query_of(session, args.key), keys
    )
    uids = announced(session, found)
    modseq = await highest_modseq(session, uids, args.returns) if args.uses_modseq else None
    if args.returns is None:
        numbers = b"".join(b" %d" % number for number in numbers_of(session, uids, uid=uid))
        tail = b" (MODSEQ %d)" % modseq if modseq is not None else b""
        session.write(b"* SORT%b%b\r\n" % (numbers, tail))
    else:
        save(session, uids, args.returns)
        write_extended(session, line.tag, uids, args.returns, uid=uid, ordered=True, modseq=modseq)
    return ok(b"SORT completed")
