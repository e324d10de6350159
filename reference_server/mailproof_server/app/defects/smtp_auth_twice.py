"""AUTH is taken again after it has succeeded, so that a session changes hands."""

from dataclasses import replace
from typing import Any, cast

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect


def apply(server: Server) -> None:
    table = cast("dict[bytes, Any]", server.smtp.commands)
    original = table[b"AUTH"].run

    async def run(session, line):
        held, session.principal = session.principal, None
        try:
            return await original(session, line)
        finally:
            session.principal = session.principal or held

    table[b"AUTH"] = replace(table[b"AUTH"], run=run)


DEFECT = Defect(
    name="smtp_auth_twice",
    summary="a second AUTH is taken",
    requirements=("RFC4954:4-7",),
    apply=apply,
)
