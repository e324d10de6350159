"""ENABLED names everything that ENABLE named, known or not."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import wrap_command


def apply(server: Server) -> None:
    async def wrapper(run, session, line):
        write = session.write
        session.write = lambda data: write(b"* ENABLED%b\r\n" % line.text if data.startswith(b"* ENABLED") else data)
        try:
            return await run(session, line)
        finally:
            del session.write

    wrap_command(server, b"ENABLE", wrapper)


DEFECT = Defect(
    name="imap_enabled_echoes",
    summary="ENABLED names what is not enabled",
    requirements=("RFC5161:3.1-1", "RFC9051:6.3.1-1"),
    apply=apply,
)
