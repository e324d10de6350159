"""A folder that is made again under an old name has the UIDVALIDITY of the old one: caches show the wrong messages.

Servers do so that keep no counter: a constant, or the time of day in seconds, which two folders of one second share.
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.model.ids import UidValidity
from mailproof_server.store.sqlite.folders import FolderWrites


def apply(_server: Server) -> None:
    FolderWrites._next_uid_validity = lambda _self, _account_id: UidValidity(1)
    FolderWrites._outgrow_past = lambda _self, _folder, _path: None


DEFECT = Defect(
    name="imap_uidvalidity_reused",
    summary="UIDVALIDITY is the same for every folder",
    requirements=("RFC9051:6.3.4-6", "RFC9051:6.3.6-7"),
    apply=apply,
)
