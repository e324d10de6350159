"""A part that does not exist gives the whole message."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap import fetching as module


def apply(_server: Server) -> None:
    original = module.section.fetch

    def fetch(data, tree, part, kind=b"", names=()):
        octets = original(data, tree, part, kind, names)
        return data if octets is None else octets

    module.section.fetch = fetch


DEFECT = Defect(
    name="imap_missing_part_is_whole_message",
    summary="a section that does not exist has octets",
    requirements=("RFC9051:6.4.5.1-2",),
    apply=apply,
)
