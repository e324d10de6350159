"""STATUS UNSEEN that counts every message.

Cyrus's counter was wrong in another way: it wrapped around after EXPUNGE (cyrus-imapd issue 1640, Bugzilla 3776).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap import status as module


def apply(_server: Server) -> None:
    original = module._number
    module._number = lambda session, folder, item: original(session, folder, b"MESSAGES" if item == b"UNSEEN" else item)


DEFECT = Defect(
    name="imap_status_unseen_counts_all",
    summary="UNSEEN is the number of all messages",
    requirements=("RFC9051:6.3.11-1",),
    apply=apply,
)
