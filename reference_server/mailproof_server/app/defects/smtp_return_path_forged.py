"""A Return-Path that the client wrote stays beside the true one."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import submission as module


def apply(_server: Server) -> None:
    module._NEVER_SENT = module._NEVER_SENT - {b"return-path"}


DEFECT = Defect(
    name="smtp_return_path_forged",
    summary="a client can write Return-Path",
    requirements=("RFC5321:4.4-4",),
    apply=apply,
)
