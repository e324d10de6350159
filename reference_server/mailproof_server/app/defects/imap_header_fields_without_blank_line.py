"""HEADER.FIELDS without the empty line at its end: parsers run into the next item."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap import fetching as module


def apply(_server: Server) -> None:
    original = module.section.fetch

    def fetch(data, tree, part, kind=b"", names=()):
        octets = original(data, tree, part, kind, names)
        return octets.removesuffix(b"\r\n") if octets and kind == b"HEADER.FIELDS" else octets

    module.section.fetch = fetch


DEFECT = Defect(
    name="imap_header_fields_without_blank_line",
    summary="HEADER.FIELDS ends without an empty line",
    requirements=("RFC9051:6.4.5.1-3",),
    apply=apply,
)
