"""CREATE (RFC 9051 6.3.4; CREATE-SPECIAL-USE, RFC 6154 3; MAILBOXID, RFC 8474 4.1)."""

from mailproof_server.model.object_ids import folder_object_id
from mailproof_server.protocols.imap.command import SIGNED_IN, Reply, command, no, ok
from mailproof_server.protocols.imap.names import leads_to_others, resolve
from mailproof_server.protocols.imap.session import Session
from mailproof_server.wire.imap.folders import parse_create
from mailproof_server.wire.imap.stream import CommandLine

USES = {
    each.lower().encode("ascii"): each
    for each in ("\\Archive", "\\Drafts", "\\Important", "\\Junk", "\\Sent", "\\Trash")
}
r"""Lower case -> as shown. \All and \Flagged would be virtual folders, which there are none of."""


@command(b"CREATE", SIGNED_IN, extra=(b"CREATE-SPECIAL-USE",))
async def create(session: Session, line: CommandLine) -> Reply:
    args = parse_create(session.parser(line))
    if any(use not in USES for use in args.uses):
        return no(b"Special use not supported", b"USEATTR")
    if leads_to_others(args.mailbox):
        return no(b"This name only leads to the folders of other users", b"CANNOT")
    where = await resolve(session.signed_in, session.services.folders, args.mailbox)
    session.note_own("name", args.mailbox)
    view = await session.services.folders.create(
        session.signed_in, where.owner, where.path, special_uses=[USES[use] for use in args.uses]
    )
    code = b"MAILBOXID (%b)" % folder_object_id(view.folder.id).encode("ascii")
    return ok(b"CREATE completed", code if session.has(b"OBJECTID") else None)
