"""What changed before IDLE is told with the next change only: the race that makes mail arrive late."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.commands import idle as module


def apply(_server: Server) -> None:
    original = module._tell

    async def tell(session):
        if not getattr(session, "began_to_idle", False):
            session.began_to_idle = True
            return
        await original(session)

    module._tell = tell


DEFECT = Defect(
    name="imap_idle_misses_what_waits",
    summary="IDLE does not begin with what waits",
    requirements=("RFC2177:3-5",),
    apply=apply,
)
