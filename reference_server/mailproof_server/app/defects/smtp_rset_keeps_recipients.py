"""RSET is answered 250, and the recipients are still there."""

from dataclasses import replace
from typing import Any, cast

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.smtp import replies


def apply(server: Server) -> None:
    table = cast("dict[bytes, Any]", server.smtp.commands)

    async def rset(session, line):
        return replies.RESET_DONE

    table[b"RSET"] = replace(table[b"RSET"], run=rset)


DEFECT = Defect(
    name="smtp_rset_keeps_recipients",
    summary="RSET resets nothing",
    requirements=("RFC5321:4.1.1.5-1",),
    apply=apply,
)
