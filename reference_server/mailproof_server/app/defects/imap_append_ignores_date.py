"""APPEND that takes the current time instead of the date given."""

from dataclasses import replace

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.commands import append as module


def apply(_server: Server) -> None:
    original = module.incoming
    module.incoming = lambda message: replace(original(message), received_at=None)


DEFECT = Defect(
    name="imap_append_ignores_date",
    summary="the date given to APPEND is dropped",
    requirements=("RFC9051:6.3.12-2", "RFC9051:2.3.3-2"),
    apply=apply,
)
