"""LIST-STATUS that answers STATUS before the LIST response of the mailbox."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.commands import list as module


def apply(_server: Server) -> None:
    original = module._answer

    async def answer(session, name, args, *, wanted, child_info):
        write = session.write
        lines: list[bytes] = []
        session.write = lines.append
        try:
            await original(session, name, args, wanted=wanted, child_info=child_info)
        finally:
            del session.write
        write(b"".join(reversed(lines)))

    module._answer = answer


DEFECT = Defect(
    name="imap_list_status_first",
    summary="STATUS comes before LIST",
    requirements=("RFC5819:2-1", "RFC8440:3-2"),
    apply=apply,
)
