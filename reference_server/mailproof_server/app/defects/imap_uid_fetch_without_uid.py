"""UID FETCH answers without the UID: clients cannot tell which message it is.

Seen in the field by Nextcloud Mail (nextcloud/mail pull request 13507).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.commands import fetch as module


def apply(_server: Server) -> None:
    original = module.Plan
    module.Plan = lambda session, items, *, uid, modseq: original(session, items, uid=False, modseq=modseq)


DEFECT = Defect(
    name="imap_uid_fetch_without_uid",
    summary="UID FETCH does not tell UIDs",
    requirements=("RFC9051:6.4.9-51", "RFC9051:6.4.9-3"),
    apply=apply,
)
