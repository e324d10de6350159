"""Final delivery without Return-Path: bounces have nowhere to go."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._smtp import drop_return_path


def apply(server: Server) -> None:
    drop_return_path(server)


DEFECT = Defect(
    name="smtp_no_return_path",
    summary="Return-Path is missing",
    requirements=("RFC5321:4.4-3",),
    apply=apply,
)
