"""BDAT 0 LAST is a syntax error."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.smtp.commands import bdat as module
from mailproof_server.wire.smtp import replies
from mailproof_server.wire.smtp.errors import WireError


def apply(_server: Server) -> None:
    original = module.parse_chunk

    def parse_chunk(argument):
        chunk = original(argument)
        if not chunk.size:
            raise WireError(replies.ARGUMENT_NEEDED)
        return chunk

    module.parse_chunk = parse_chunk


DEFECT = Defect(
    name="smtp_empty_last_chunk_refused",
    summary="the last chunk must not be empty",
    requirements=("RFC3030:2-2",),
    apply=apply,
)
