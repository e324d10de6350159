"""COPY to a missing folder without TRYCREATE: clients do not know that they may create it."""

from dataclasses import replace

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import rewrite_reply


def apply(server: Server) -> None:
    rewrite_reply(server, b"COPY", lambda reply: replace(reply, code=None) if reply.status == b"NO" else reply)


DEFECT = Defect(
    name="imap_copy_no_trycreate",
    summary="TRYCREATE is missing",
    requirements=("RFC9051:6.4.7-3",),
    apply=apply,
)
