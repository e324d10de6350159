"""MODIFIED with sequence numbers after UID STORE."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.commands import store as module


def apply(_server: Server) -> None:
    original = module._as_asked
    module._as_asked = lambda session, uids, *, uid: original(session, uids, uid=not uid)


DEFECT = Defect(
    name="imap_modified_in_wrong_numbers",
    summary="MODIFIED holds numbers where UIDs are due",
    requirements=("RFC7162:3.1.3-3",),
    apply=apply,
)
