"""STATUS that leaves the selected folder."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import wrap_command


def apply(server: Server) -> None:
    async def wrapper(run, session, line):
        reply = await run(session, line)
        session.deselect()
        return reply

    wrap_command(server, b"STATUS", wrapper)


DEFECT = Defect(
    name="imap_status_selects",
    summary="STATUS deselects",
    requirements=("RFC9051:6.3.11-3",),
    apply=apply,
)
