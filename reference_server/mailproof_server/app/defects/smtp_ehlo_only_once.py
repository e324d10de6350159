"""A second EHLO is refused, and resets nothing.

OpenSMTPD 6.8 did so (OpenSMTPD issue 1147), inbucket 3.0 too (inbucket issue 141).
"""

from dataclasses import replace
from typing import Any, cast

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.smtp import replies


def apply(server: Server) -> None:
    table = cast("dict[bytes, Any]", server.smtp.commands)
    original = table[b"EHLO"].run

    async def ehlo(session, line):
        return replies.BAD_SEQUENCE if session.hello is not None else await original(session, line)

    table[b"EHLO"] = replace(table[b"EHLO"], run=ehlo)


DEFECT = Defect(
    name="smtp_ehlo_only_once",
    summary="EHLO is taken once",
    requirements=("RFC5321:4.1.4-1",),
    apply=apply,
)
