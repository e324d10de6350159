"""A VANISHED response without any UID where nothing has vanished.

Apache James did so until 2022 (JAMES-3722).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import wrap_command


def apply(server: Server) -> None:
    async def wrapper(run, session, line):
        if session.qresync:
            session.write(b"* VANISHED (EARLIER) \r\n")
        return await run(session, line)

    wrap_command(server, b"FETCH", wrapper)


DEFECT = Defect(
    name="imap_vanished_empty",
    summary="VANISHED names no UID",
    requirements=("RFC9051:9-51", "RFC7162:3.2.6-1"),
    apply=apply,
)
