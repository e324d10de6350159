"""The search key MODSEQ leaves out messages with just that mod-sequence."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap import querying as module


def apply(_server: Server) -> None:
    original = module._plain

    def plain(key):
        if isinstance(key, module.wire.ModSeqAtLeast):
            return original(module.wire.ModSeqAtLeast(key.value + 1))
        return original(key)

    module._plain = plain


DEFECT = Defect(
    name="imap_search_modseq_strict",
    summary="MODSEQ finds only higher ones",
    requirements=("RFC7162:3.1.5-1",),
    apply=apply,
)
