"""SETACL with a plus sign that replaces what was held."""

from dataclasses import replace

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.commands import setacl as module
from mailproof_server.wire.imap.acl import RightsMode


def apply(_server: Server) -> None:
    original = module.parse_set_acl
    module.parse_set_acl = lambda parser: replace(original(parser), mode=RightsMode.REPLACE)


DEFECT = Defect(
    name="imap_setacl_plus_replaces",
    summary="SETACL +rights takes the others away",
    requirements=("RFC4314:3.1-2",),
    apply=apply,
)
