"""LIST passes its reference over: every question below a folder is answered from the top."""

from dataclasses import replace

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.commands import list as module


def apply(_server: Server) -> None:
    original = module.parse_list
    module.parse_list = lambda parser: replace(original(parser), reference="")


DEFECT = Defect(
    name="imap_list_reference_ignored",
    summary="the reference of LIST is ignored",
    requirements=("RFC9051:6.3.9-1",),
    apply=apply,
)
