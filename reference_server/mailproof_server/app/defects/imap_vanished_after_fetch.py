"""VANISHED (EARLIER) behind the FETCH responses, where it has to come first."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import wrap_command


def apply(server: Server) -> None:
    async def wrapper(run, session, line):
        write = session.write
        late: list[bytes] = []

        def hold(data):
            (late.append if data.startswith(b"* VANISHED (EARLIER)") else write)(data)

        session.write = hold
        try:
            return await run(session, line)
        finally:
            del session.write
            write(b"".join(late))

    wrap_command(server, b"FETCH", wrapper)


DEFECT = Defect(
    name="imap_vanished_after_fetch",
    summary="VANISHED comes behind FETCH",
    requirements=("RFC7162:3.2.6-1",),
    apply=apply,
)
