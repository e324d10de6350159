"""COUNT is the number of all messages in the mailbox.

Purelymail did so for UNSEEN in 2026 (purelymail-issues 445): unread counters showed the total.
"""

import importlib
import re

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap import answering as module


def apply(_server: Server) -> None:
    original = module.write_extended

    def write_extended(session, tag, uids, returns, *, uid, ordered, modseq):
        write = session.write
        total = len(session.open_folder.numbering)
        session.write = lambda data: write(re.sub(rb"COUNT \d+", b"COUNT %d" % total, data))
        try:
            original(session, tag, uids, returns, uid=uid, ordered=ordered, modseq=modseq)
        finally:
            del session.write

    for name in ("search", "sort"):
        importlib.import_module(f"mailproof_server.protocols.imap.commands.{name}").write_extended = write_extended


DEFECT = Defect(
    name="imap_esearch_count_is_total",
    summary="COUNT counts all messages",
    requirements=("RFC4731:3.1-1", "RFC9051:6.4.4-11", "RFC9051:7.3.4-52"),
    apply=apply,
)
