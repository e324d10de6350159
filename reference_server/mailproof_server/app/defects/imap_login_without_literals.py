"""LOGIN takes no literals, so that passwords with 8-bit characters cannot be said."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import wrap_command
from mailproof_server.protocols.imap.command import bad


def apply(server: Server) -> None:
    async def wrapper(run, session, line):
        return bad(b"No literals here") if line.literals else await run(session, line)

    wrap_command(server, b"LOGIN", wrapper)


DEFECT = Defect(
    name="imap_login_without_literals",
    summary="LOGIN refuses literals",
    requirements=("RFC9051:4.3-1",),
    apply=apply,
)
