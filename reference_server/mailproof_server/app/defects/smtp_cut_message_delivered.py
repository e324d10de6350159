"""A message whose end never came is delivered as far as it went."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.smtp import receiving as module
from mailproof_server.protocols.smtp.session import EndOfInput


def apply(_server: Server) -> None:
    original = module._next_data

    async def next_data(session, decoder):
        try:
            return await original(session, decoder)
        except EndOfInput:
            session.finished = True
            return b"\r\n.\r\n"

    module._next_data = next_data


DEFECT = Defect(
    name="smtp_cut_message_delivered",
    summary="an unfinished message is delivered",
    requirements=("RFC5321:6.1-2",),
    apply=apply,
)
