"""LOGOUT that expunges the selected folder."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import wrap_command


def apply(server: Server) -> None:
    async def wrapper(run, session, line):
        if session.selected is not None and not session.selected.read_only:
            await session.services.messages.expunge(session.signed_in, session.selected.folder_id)
        return await run(session, line)

    wrap_command(server, b"LOGOUT", wrapper)


DEFECT = Defect(
    name="imap_logout_expunges",
    summary="LOGOUT removes deleted messages",
    requirements=("RFC9051:6.1.3-2",),
    apply=apply,
)
