"""A mailbox that is gone is told without NonExistent, so that it stays in the client's list."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap import notifying as module


def apply(_server: Server) -> None:
    list_line = module.list_line

    def told(words, *arguments, **options):
        return list_line([word for word in words if word != b"\\NonExistent"], *arguments, **options)

    module.list_line = told


DEFECT = Defect(
    name="imap_notify_deleted_looks_alive",
    summary="a deleted mailbox is told without NonExistent",
    requirements=("RFC5465:5.4-2",),
    apply=apply,
)
