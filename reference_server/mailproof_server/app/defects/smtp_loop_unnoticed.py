"""Nobody counts Received fields: a message goes in circles until a disk is full."""

import msgspec

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect


def apply(server: Server) -> None:
    submission = server.services.submission
    submission._limits = msgspec.structs.replace(submission._limits, received_hops=10**9)


DEFECT = Defect(
    name="smtp_loop_unnoticed",
    summary="loops are not stopped",
    requirements=("RFC5321:6.3-2",),
    apply=apply,
)
