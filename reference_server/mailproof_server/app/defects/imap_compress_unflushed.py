"""The compressor keeps what it has: the tagged OK leaves with a later answer, or never."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.net.deflate import DeflateLayer


def apply(_server: Server) -> None:
    DeflateLayer.pack = lambda self, data: self._packer.compress(data)


DEFECT = Defect(
    name="imap_compress_unflushed",
    summary="compressed answers are not flushed",
    requirements=("RFC4978:3-4", "RFC4978:3-1"),
    apply=apply,
)
