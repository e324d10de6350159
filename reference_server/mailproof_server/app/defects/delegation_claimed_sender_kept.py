"""A Sender that the client has written is taken at its word."""

from dataclasses import replace

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import submission as module


def apply(_server: Server) -> None:
    original = module._authorship

    def authorship(view, principal, authors, given, *rest):
        found = original(view, principal, authors, given, *rest)
        return found if given is None else replace(found, names_sender=False)

    module._authorship = authorship


DEFECT = Defect(
    name="delegation_claimed_sender_kept",
    summary="Sender is only made where none was given",
    requirements=("DELEGATION:DELE02-4",),
    apply=apply,
)
