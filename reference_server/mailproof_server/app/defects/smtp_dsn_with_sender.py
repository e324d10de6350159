"""Reports come from the recipient's address instead of the null sender: two servers bounce bounces for ever."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import delivery as module


def apply(_server: Server) -> None:
    original = module.report

    def report(envelope, *arguments, **options):
        made = original(envelope, *arguments, **options)
        return made.replace(b"Return-Path: <>", b"Return-Path: <" + envelope.sender.encode() + b">", 1)

    module.report = report


DEFECT = Defect(
    name="smtp_dsn_with_sender",
    summary="a report has a sender",
    requirements=("RFC3461:6.1-1", "RFC3461:6.2-1"),
    apply=apply,
)
