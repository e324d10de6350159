"""A change of one entry is told with the names of all entries that the mailbox has."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.notifying import Notifier


def apply(_server: Server) -> None:
    original = Notifier._changed_entries
    Notifier._changed_entries = lambda self, name, _old, new: original(self, name, {}, new)


DEFECT = Defect(
    name="imap_notify_tells_all_entries",
    summary="entries that did not change are told",
    requirements=("RFC5465:5.6-2", "RFC5465:5.6-3"),
    apply=apply,
)
