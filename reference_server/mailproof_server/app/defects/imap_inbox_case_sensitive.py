"""INBOX compared with its letter case."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap import names
from mailproof_server.wire.imap import parse
from mailproof_server.wire.imap.names import decode_mailbox as original


def apply(_server: Server) -> None:
    parse.decode_mailbox = lambda name, *, utf8, separator="/": original(b"." + name, utf8=utf8, separator=separator)[
        1:
    ]
    names.fold_inbox = lambda name, separator="/": name


DEFECT = Defect(
    name="imap_inbox_case_sensitive",
    summary="inbox is not INBOX",
    requirements=("RFC9051:5.1-1",),
    apply=apply,
)
