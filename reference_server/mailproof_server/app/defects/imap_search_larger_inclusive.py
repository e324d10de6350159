"""LARGER that includes the size itself."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.model.query import SizeRange
from mailproof_server.protocols.imap import querying as module
from mailproof_server.wire.imap import search as wire


def apply(_server: Server) -> None:
    original = module._plain

    def plain(key):
        if isinstance(key, wire.Larger):
            return SizeRange(larger_bytes=key.size_bytes - 1)
        return original(key)

    module._plain = plain


DEFECT = Defect(
    name="imap_search_larger_inclusive",
    summary="LARGER n finds messages of n octets",
    requirements=("RFC9051:6.4.4-8",),
    apply=apply,
)
