"""BINARY.SIZE is the size in the transfer encoding: clients wait for octets that never come."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.fetching import Plan
from mailproof_server.wire.mime import section


def apply(_server: Server) -> None:
    def binary_size(self, item):
        self._tree_and_data()
        label = item.label()

        def render(message):
            part = section.find_part(message.tree, item.part)
            return b"%b %d" % (label, 0 if part is None else part.end - part.body_start)

        return render

    Plan._binary_size = binary_size


DEFECT = Defect(
    name="imap_binary_size_encoded",
    summary="BINARY.SIZE is the encoded size",
    requirements=("RFC3516:4.3-1", "RFC3516:4.3-51"),
    apply=apply,
)
