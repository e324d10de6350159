"""LIST (RFC 9051 6.3.9; LIST-EXTENDED, RFC 5258; LIST-STATUS, RFC 5819; SPECIAL-USE, RFC 6154; LIST-MYRIGHTS, RFC 8440;
LIST-METADATA, RFC 9590)."""

from mailproof_server.model.folder import SEPARATOR
from mailproof_server.model.permission import Right
from mailproof_server.protocols.imap.command import SIGNED_IN, Reply, command, ok
from mailproof_server.protocols.imap.listing import Name, attributes, names
from mailproof_server.protocols.imap.metadata import write_metadata
from mailproof_server.protocols.imap.names import special_uses
from mailproof_server.protocols.imap.rights import letters_of
from mailproof_server.protocols.imap.session import Session
from mailproof_server.protocols.imap.status import status_response
from mailproof_server.wire.imap.format import list_line, mailbox
from mailproof_server.wire.imap.list import ListArgs, parse_list
from mailproof_server.wire.imap.names import ListPattern
from mailproof_server.wire.imap.stream import CommandLine


@command(
    b"LIST",
    SIGNED_IN,
    extra=(
        b"CHILDREN",
        b"LIST-EXTENDED",
        b"LIST-STATUS",
        b"SPECIAL-USE",
        b"LIST-MYRIGHTS",
        b"LIST-METADATA",
    ),
)
async def list_names(session: Session, line: CommandLine) -> Reply:
    args = parse_list(session.parser(line))
    if not args.extended and args.patterns == ("",):
        # "An empty ("" string) mailbox name argument is a special request to return the hierarchy delimiter"
        session.write(list_line([b"\\Noselect"], SEPARATOR, "", utf8=session.utf8))
        return ok(b"LIST completed")
    if b"HIGHESTMODSEQ" in args.status:
        session.enable_condstore()
    patterns = [ListPattern(args.reference + each) for each in args.patterns if each]
    found = await names(session)
    if b"RECURSIVEMATCH" in args.selection:
        _add_parents(found, args)
    matching = {text for text in found if any(pattern.matches(text) for pattern in patterns)}
    below, hidden = _descendants(found, matching, args) if b"RECURSIVEMATCH" in args.selection else (set(), set())
    for text in sorted(matching):
        wanted = _is_wanted(found[text], args)
        if wanted or text in hidden:
            await _answer(session, found[text], args, wanted=wanted, child_info=text in below)
    return ok(b"LIST completed")


def _is_wanted(name: Name, args: ListArgs) -> bool:
    if b"SUBSCRIBED" in args.selection and not name.subscribed:
        return False
    if b"SPECIAL-USE" in args.selection and (name.view is None or not special_uses(name.view.folder)):
        return False
    # A name without a folder is shown where it leads to folders, and among the subscribed ones.
    return name.view is not None or name.has_children or b"SUBSCRIBED" in args.selection


def _add_parents(found: dict[str, Name], args: ListArgs) -> None:
    """Names that are there only because something below them meets the criteria, be it gone as well."""
    for text in [name.text for name in found.values() if _is_wanted(name, args)]:
        parent = text.rpartition(SEPARATOR)[0]
        while parent:
            found.setdefault(parent, Name(parent, None, False, False))
            parent = parent.rpartition(SEPARATOR)[0]


def _descendants(found: dict[str, Name], matching: set[str], args: ListArgs) -> tuple[set[str], set[str]]:
    """Names with a descendant that meets the selection criteria, and those of which one is not listed by itself.

    RFC 9051 6.3.9.6: a name that meets the criteria gets CHILDINFO for any such descendant; one that does not is only
    shown "if at least one matching child is not also being returned".
    """
    below: set[str] = set()
    hidden: set[str] = set()
    for name in found.values():
        if not _is_wanted(name, args):
            continue
        parent = name.text.rpartition(SEPARATOR)[0]
        while parent:
            below.add(parent)
            if name.text not in matching:
                hidden.add(parent)
            parent = parent.rpartition(SEPARATOR)[0]
    return below, hidden


async def _answer(session: Session, name: Name, args: ListArgs, *, wanted: bool, child_info: bool) -> None:
    shows_subscribed = b"SUBSCRIBED" in args.selection or b"SUBSCRIBED" in args.returns
    extended = b'("CHILDINFO" ("SUBSCRIBED"))' if child_info else b""
    words = attributes(name, subscribed=shows_subscribed)
    session.write(list_line(words, SEPARATOR, name.text, utf8=session.utf8, extended=extended))
    view = name.view
    if view is None or not view.folder.selectable or not wanted:
        # RFC 9051 6.3.9.8, example 11: "no STATUS reply is returned because "foo" itself doesn't match the selection"
        return
    if args.status and Right.READ_ANY in view.rights:
        # RFC 5819 2: a name whose STATUS would be refused is listed without it
        session.write(await status_response(session, view, name.text, args.status))
    if b"MYRIGHTS" in args.returns:
        rights = letters_of(view.rights)
        session.write(b"* MYRIGHTS %b %b\r\n" % (mailbox(name.text, utf8=session.utf8), rights))
    if args.metadata and Right.READ_ANY in view.rights:
        await write_metadata(session, view, name.text, args.metadata)
