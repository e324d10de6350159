"""25 Received fields are called a loop, which mail through lists and gateways reaches.

sendmail's MaxHopCount is 25 by default.
"""

import msgspec

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect


def apply(server: Server) -> None:
    submission = server.services.submission
    submission._limits = msgspec.structs.replace(submission._limits, received_hops=25)


DEFECT = Defect(
    name="smtp_loop_assumed_early",
    summary="a loop is assumed at 25 fields",
    requirements=("RFC5321:6.3-1",),
    apply=apply,
)
