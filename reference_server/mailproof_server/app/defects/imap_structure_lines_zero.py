"""A text part always has 0 lines, as in the structures that mail.ru tells (himalaya issue 649)."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.mime.structure import _Scanner


def apply(_server: Server) -> None:
    original = _Scanner._finish

    def finish(self, part):
        original(self, part)
        part.lines = 0

    _Scanner._finish = finish


DEFECT = Defect(
    name="imap_structure_lines_zero",
    summary="the number of lines is always 0",
    requirements=("RFC9051:7.5.2-6",),
    apply=apply,
)
