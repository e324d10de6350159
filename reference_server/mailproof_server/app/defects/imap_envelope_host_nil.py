"""An address without a domain gets a NIL host, and so reads like the beginning of a group that never ends."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.mime import imap_form as module


def apply(_server: Server) -> None:
    original = module._address

    def address(found):
        return original(found) if found.domain else original(found)[:-3] + b"NIL)"

    module._address = address


DEFECT = Defect(
    name="imap_envelope_host_nil",
    summary="the host of an address without a domain is NIL",
    requirements=("RFC9051:7.5.2-1", "RFC9051:7.5.2-5"),
    apply=apply,
)
