"""The highest UID is given again after its message is gone, by a server that takes "the highest one, plus one"."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.store.sqlite.transfers import TransferWrites


def apply(_server: Server) -> None:
    original = TransferWrites._take

    def take(self, folder, lot, kind):
        original(self, folder, lot, kind)
        if lot.uids and lot.uids[-1] == folder.uid_next - 1:
            self.db.execute("UPDATE folders SET uid_next = ? WHERE id = ?", (lot.uids[0], folder.id))

    TransferWrites._take = take


DEFECT = Defect(
    name="imap_uid_reused",
    summary="UIDs of expunged messages are given again",
    requirements=("RFC9051:2.3.1.1-2",),
    apply=apply,
)
