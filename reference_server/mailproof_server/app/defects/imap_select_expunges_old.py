"""SELECT of another folder expunges the one that was open, as CLOSE would."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import wrap_command


def apply(server: Server) -> None:
    async def wrapper(run, session, line):
        if session.selected is not None and not session.selected.read_only:
            await session.services.messages.expunge(session.signed_in, session.selected.folder_id)
        return await run(session, line)

    wrap_command(server, b"SELECT", wrapper)


DEFECT = Defect(
    name="imap_select_expunges_old",
    summary="SELECT expunges the folder it leaves",
    requirements=("RFC9051:6.3.2-4",),
    apply=apply,
)
