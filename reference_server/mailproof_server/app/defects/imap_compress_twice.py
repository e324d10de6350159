"""COMPRESS is taken a second time, and from then on nobody understands anybody."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import wrap_command
from mailproof_server.protocols.imap.command import ok


def apply(server: Server) -> None:
    async def wrapper(run, session, line):
        reply = await run(session, line)
        return ok(b"DEFLATE active") if reply.code == b"COMPRESSIONACTIVE" else reply

    wrap_command(server, b"COMPRESS", wrapper)


DEFECT = Defect(
    name="imap_compress_twice",
    summary="a second COMPRESS is OK",
    requirements=("RFC4978:3-2",),
    apply=apply,
)
