"""Delegates that an owner has named count for folders only."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import delegation as module


def apply(_server: Server) -> None:
    module.is_delegate = lambda *_arguments: False


DEFECT = Defect(
    name="delegation_delegates_unheard",
    summary="a delegate may not send on behalf",
    requirements=("DELEGATION:DELE01-1",),
    apply=apply,
)
