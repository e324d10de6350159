"""The entries of a mailbox are gone after RENAME.

Cyrus 2.4.16 lost them with a move (cyrus-imapd issue 1660, Bugzilla 3883, Debian 776139).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.store.sqlite.folders import FolderWrites


def apply(_server: Server) -> None:
    original = FolderWrites.rename_folder

    def rename_folder(self, folder_id, parent_id, name):
        folder = original(self, folder_id, parent_id, name)
        self.db.execute("DELETE FROM annotations WHERE folder_id = ?", (folder_id,))
        return folder

    FolderWrites.rename_folder = rename_folder


DEFECT = Defect(
    name="imap_metadata_lost_by_rename",
    summary="RENAME loses the entries",
    requirements=("RFC5464:4.1-1",),
    apply=apply,
)
