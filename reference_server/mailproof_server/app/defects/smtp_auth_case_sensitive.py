"""`AUTH plain` is an unknown mechanism."""

from dataclasses import replace
from typing import Any, cast

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.smtp import replies


def apply(server: Server) -> None:
    table = cast("dict[bytes, Any]", server.smtp.commands)
    original = table[b"AUTH"].run

    async def run(session, line):
        mechanism = line.argument.partition(b" ")[0]
        return replies.UNKNOWN_MECHANISM if mechanism != mechanism.upper() else await original(session, line)

    table[b"AUTH"] = replace(table[b"AUTH"], run=run)


DEFECT = Defect(
    name="smtp_auth_case_sensitive",
    summary="mechanisms are compared by letter case",
    requirements=("RFC4954:4-3",),
    apply=apply,
)
