"""DELETE INBOX that says OK.

GreenMail let INBOX be deleted until 2021 (greenmail issue 399).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import wrap_command
from mailproof_server.model.errors import Refusal
from mailproof_server.protocols.imap.command import ok


def apply(server: Server) -> None:
    async def wrapper(run, session, line):
        try:
            return await run(session, line)
        except Refusal:
            return ok(b"DELETE completed")

    wrap_command(server, b"DELETE", wrapper)


DEFECT = Defect(
    name="imap_delete_inbox",
    summary="INBOX can be deleted",
    requirements=("RFC9051:6.3.5-2",),
    apply=apply,
)
