"""APPEND that creates a missing folder."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._contents import append_head_name, create_quietly
from mailproof_server.app.defects._patching import change_command, wrap_command


def apply(server: Server) -> None:
    async def wrapper(run, session, line):
        name = append_head_name(line)
        if name is not None:
            await create_quietly(session, name)
        return await run(session, line)

    wrap_command(server, b"APPEND", wrapper)
    change_command(server, b"APPEND", gate=None)


DEFECT = Defect(
    name="imap_append_creates_folder",
    summary="APPEND makes the missing folder",
    requirements=("RFC9051:6.3.12-3",),
    apply=apply,
)
