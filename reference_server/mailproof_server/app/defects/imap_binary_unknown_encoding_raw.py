"""BINARY of a part with an unknown transfer encoding gives it as it stands, and nothing tells."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.mime import section as module


def apply(_server: Server) -> None:
    original = module.decode_transfer

    def decode_transfer(octets, encoding):
        found = original(octets, encoding)
        return octets if found is None else found

    module.decode_transfer = decode_transfer


DEFECT = Defect(
    name="imap_binary_unknown_encoding_raw",
    summary="UNKNOWN-CTE is never told",
    requirements=("RFC3516:4.3-2",),
    apply=apply,
)
