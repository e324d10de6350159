"""MULTIAPPEND keeps the messages that came before the one that was refused."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import change_command
from mailproof_server.model.errors import Refusal
from mailproof_server.protocols.imap.commands import append as module
from mailproof_server.protocols.imap.storing import incoming
from mailproof_server.protocols.imap.transferring import target_folder
from mailproof_server.wire.imap.append import _message
from mailproof_server.wire.imap.errors import LiteralPendingError


def apply(server: Server) -> None:
    async def gate(session, announced):
        try:
            await module.gate(session, announced)
        except Refusal:
            parser = session.parser(announced)
            parser.sp()
            target = await target_folder(session, parser.mailbox())
            try:
                while True:
                    message = incoming(_message(parser))
                    await session.services.messages.append(session.signed_in, target.folder_id, [message])
            except LiteralPendingError:
                pass  # all that came before is stored
            raise

    change_command(server, b"APPEND", gate=gate)


DEFECT = Defect(
    name="imap_multiappend_stores_some",
    summary="a refused MULTIAPPEND stores the first messages",
    requirements=("RFC3502:6.3.11-2",),
    apply=apply,
)
