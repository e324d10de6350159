"""Of several authors the first is checked."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import submission as module


def apply(_server: Server) -> None:
    original = module._authorship

    def authorship(view, principal, authors, *rest):
        return original(view, principal, authors[:1], *rest)

    module._authorship = authorship


DEFECT = Defect(
    name="delegation_first_author_only",
    summary="the second author of a message may be anybody",
    requirements=("DELEGATION:DELE04-7",),
    apply=apply,
)
