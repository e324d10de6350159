"""ENVELOPE with the line ends of folded fields in it."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.mime.headers import Field


def apply(_server: Server) -> None:
    Field.value = lambda self, data: self.raw_value(data).strip(b" \t\r\n")


DEFECT = Defect(
    name="imap_envelope_folded",
    summary="fields of the envelope keep their line ends",
    requirements=("RFC9051:7.5.2-4",),
    apply=apply,
)
