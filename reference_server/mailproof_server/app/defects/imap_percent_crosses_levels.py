"""LIST with % that crosses the hierarchy separator."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.commands import list as module


def apply(_server: Server) -> None:
    original = module.ListPattern
    module.ListPattern = lambda pattern, separator="/": original(pattern.replace("%", "*"), separator)


DEFECT = Defect(
    name="imap_percent_crosses_levels",
    summary="% matches the delimiter",
    requirements=("RFC9051:6.3.9-1",),
    apply=apply,
)
