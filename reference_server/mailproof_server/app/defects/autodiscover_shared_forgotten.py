"""Accounts with full access are not handed out."""

import re

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._autodiscover import POX, rewrite

_SHARED = re.compile(rb"<AlternativeMailbox>.*?</AlternativeMailbox>", re.DOTALL)


def apply(server: Server) -> None:
    rewrite(server, POX, lambda body, asked: _SHARED.sub(b"", body))


DEFECT = Defect(
    name="autodiscover_shared_forgotten",
    summary="accounts with full access are not handed out",
    requirements=("MS-OXDSCLI:2.2.4.1.1-7",),
    apply=apply,
)
