"""BINARY gives the octets as they stand, in their transfer encoding."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap import fetching as module


def apply(_server: Server) -> None:
    module.section = _Undecoded(module.section)


class _Undecoded:
    """The module of sections, but for what it decodes."""

    def __init__(self, sections):
        self._sections = sections

    def __getattr__(self, name):
        return getattr(self._sections, name)

    def decoded(self, data, part):
        return data[part.body_start : part.end]


DEFECT = Defect(
    name="imap_binary_encoded",
    summary="BINARY does not decode",
    requirements=("RFC3516:4.2-1", "RFC9051:6.4.5-6"),
    apply=apply,
)
