"""HEADER with an empty string finds every message, not those that have the field."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap import querying as module


def apply(_server: Server) -> None:
    original = module._plain

    def plain(key):
        if isinstance(key, module.wire.HeaderContains) and not key.text:
            return module.model.All()
        return original(key)

    module._plain = plain


DEFECT = Defect(
    name="imap_search_empty_header_key",
    summary="HEADER with an empty string matches all",
    requirements=("RFC9051:6.4.4-1",),
    apply=apply,
)
