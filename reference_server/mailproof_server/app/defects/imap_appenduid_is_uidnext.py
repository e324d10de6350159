"""APPENDUID names the next UID instead of the one that the message got."""

from dataclasses import replace

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.commands import append as module


def apply(_server: Server) -> None:
    original = module.appenduid

    def appenduid(placement):
        return original(replace(placement, uids=tuple(uid + 1 for uid in placement.uids)))

    module.appenduid = appenduid


DEFECT = Defect(
    name="imap_appenduid_is_uidnext",
    summary="APPENDUID is one too high",
    requirements=("RFC9051:7.1-3", "RFC4315:3-1"),
    apply=apply,
)
