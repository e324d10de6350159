"""STARTTLS advertised inside TLS."""

from dataclasses import replace

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect


def apply(server: Server) -> None:
    server.imap = replace(
        server.imap,
        capabilities=replace(server.imap.capabilities, before=server.imap.capabilities.before + b" STARTTLS"),
    )


DEFECT = Defect(
    name="imap_starttls_offered",
    summary="STARTTLS is in the capabilities",
    requirements=("RFC9051:6.2.1-1",),
    apply=apply,
)
