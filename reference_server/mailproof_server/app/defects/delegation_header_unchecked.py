"""Only the envelope is looked at.

Hosts of many customers were found to do so in 2024 (CVE-2024-7208, CVE-2024-7209).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import submission as module


def apply(_server: Server) -> None:
    module._authorship = lambda *_arguments: module._Authorship(False, False, False)


DEFECT = Defect(
    name="delegation_header_unchecked",
    summary="anybody may stand in From",
    requirements=("DELEGATION:DELE04-1",),
    apply=apply,
)
