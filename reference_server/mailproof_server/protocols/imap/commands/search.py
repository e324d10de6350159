"""SEARCH and UID SEARCH (RFC 9051 6.4.4, RFC 3501 6.4.4; ESEARCH, SEARCHRES, WITHIN)."""

from mailproof_server.protocols.imap.answering import announced, highest_modseq, numbers_of, save, write_extended
from mailproof_server.protocols.imap.command import Reply, State, command, ok
from mailproof_server.protocols.imap.querying import query_of
from mailproof_server.protocols.imap.session import Session
from mailproof_server.protocols.imap.sets import is_uid
from mailproof_server.wire.imap.errors import WireError
from mailproof_server.wire.imap.search import SearchReturn, parse_search
from mailproof_server.wire.imap.stream import CommandLine

ALL_ONLY = SearchReturn(all=True)


@command(b"SEARCH", State.SELECTED, uid=True, holds_numbers=True, extra=(b"ESEARCH", b"SEARCHRES", b"WITHIN"))
async def search(session: Session, line: CommandLine) -> Reply:
    uid = is_uid(line)
    try:
        args = parse_search(session.parser(line), charset_allowed=b"UTF8=ACCEPT" not in session.enabled)
    except WireError as error:
        if error.status == b"NO" and b"SAVE" in line.text.upper():
            # RFC 5182 2.1: "if the SEARCH … with the SAVE result option … returns NO", `$` becomes empty
            session.open_folder.saved = []
        raise
    if args.uses_modseq:
        session.enable_condstore()
    query = query_of(session, args.key)
    found = await session.services.messages.search(session.signed_in, session.open_folder.folder_id, query)
    uids = announced(session, found)
    returns = args.returns
    if returns is None and session.rev2:
        returns = ALL_ONLY  # RFC 9051 6.4.4: without RETURN the answer is ESEARCH with ALL
    modseq = await highest_modseq(session, uids, returns) if args.uses_modseq else None
    if returns is None:
        numbers = b"".join(b" %d" % number for number in numbers_of(session, uids, uid=uid))
        tail = b" (MODSEQ %d)" % modseq if modseq is not None else b""
        session.write(b"* SEARCH%b%b\r\n" % (numbers, tail))
    else:
        save(session, uids, returns)
        write_extended(session, line.tag, uids, returns, uid=uid, ordered=False, modseq=modseq)
    return ok(b"SEARCH completed")
