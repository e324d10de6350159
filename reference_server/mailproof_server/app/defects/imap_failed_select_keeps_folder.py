"""A SELECT that fails leaves the old folder selected: commands hit the wrong one."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import wrap_command
from mailproof_server.model.errors import Refusal


def apply(server: Server) -> None:
    async def wrapper(run, session, line):
        before, state = session.selected, session.state
        try:
            return await run(session, line)
        except Refusal:
            session.selected, session.state = before, state
            raise

    wrap_command(server, b"SELECT", wrapper)


DEFECT = Defect(
    name="imap_failed_select_keeps_folder",
    summary="a failed SELECT leaves a folder selected",
    requirements=("RFC9051:6.3.2-3",),
    apply=apply,
)
