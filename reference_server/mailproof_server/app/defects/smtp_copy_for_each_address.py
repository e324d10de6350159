"""An account gets a copy for each of its addresses on the envelope."""

from dataclasses import replace

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import delivery as module


def apply(_server: Server) -> None:
    original = module.plan

    def plan(view, envelope, size_bytes, limits):
        found = original(view, envelope, size_bytes, limits)
        inside = len(envelope.recipients) - len(found.outside)
        return replace(found, copies=found.copies * max(1, inside // max(1, len(found.copies))))

    module.plan = plan


DEFECT = Defect(
    name="smtp_copy_for_each_address",
    summary="one copy for each address",
    requirements=("RFC5321:3.9.1-1",),
    apply=apply,
)
