"""LSUB (RFC 3501 6.3.9): the subscribed names, also of folders that are gone."""

from mailproof_server.model.folder import SEPARATOR
from mailproof_server.protocols.imap.command import SIGNED_IN, Reply, command, ok
from mailproof_server.protocols.imap.listing import Name, names
from mailproof_server.protocols.imap.session import Session
from mailproof_server.wire.imap.format import list_line
from mailproof_server.wire.imap.list import parse_lsub
from mailproof_server.wire.imap.names import ListPattern
from mailproof_server.wire.imap.stream import CommandLine


@command(b"LSUB", SIGNED_IN)
async def lsub(session: Session, line: CommandLine) -> Reply:
    args = parse_lsub(session.parser(line))
    if not args.patterns:
        return ok(b"LSUB completed")
    pattern = ListPattern(args.reference + args.patterns[0])
    subscribed = {text: name for text, name in (await names(session)).items() if name.subscribed}
    shown: dict[str, list[bytes]] = {
        text: _attributes(name) for text, name in subscribed.items() if pattern.matches(text)
    }
    if "%" in args.patterns[0]:
        # RFC 3501 6.3.9: "%" returns foo with the \Noselect attribute" where only foo/bar is subscribed
        for text in subscribed:
            parent = text.rpartition(SEPARATOR)[0]
            while parent:
                if parent not in subscribed and pattern.matches(parent):
                    shown.setdefault(parent, [b"\\Noselect"])
                parent = parent.rpartition(SEPARATOR)[0]
    for text, words in sorted(shown.items()):
        session.write(list_line(words, SEPARATOR, text, utf8=session.utf8, command=b"LSUB"))
    return ok(b"LSUB completed")


def _attributes(name: Name) -> list[bytes]:
    return [b"\\Noselect"] if name.view is None or not name.view.folder.selectable else []
