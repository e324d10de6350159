"""A mailbox that is made anew has the rights that were given on a deleted one of its name.

Of servers that keep the list in a file beside the mailbox.
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.store.sqlite.folders import FolderWrites


def apply(_server: Server) -> None:
    kept = {}
    remove, create = FolderWrites.remove_folder, FolderWrites.create_folder

    def remove_folder(self, folder_id):
        folder = self._existing_folder(folder_id)
        kept[folder.account_id, folder.path] = self.folder_grants(folder_id)
        remove(self, folder_id)

    def create_folder(self, account_id, *arguments, **options):
        folder = create(self, account_id, *arguments, **options)
        for grant in kept.get((account_id, folder.path), ()):
            self.set_grant(folder.id, grant.grantee, grant.rights)
        return self._existing_folder(folder.id)

    FolderWrites.remove_folder, FolderWrites.create_folder = remove_folder, create_folder


DEFECT = Defect(
    name="imap_acl_survives_delete",
    summary="rights outlive their mailbox",
    requirements=("RFC4314:4-5",),
    apply=apply,
)
