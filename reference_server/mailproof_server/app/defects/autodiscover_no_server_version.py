"""Answers of SOAP do not tell the version."""

import re

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._autodiscover import SVC, rewrite

_INFO = re.compile(rb"<ServerVersionInfo.*?</ServerVersionInfo>", re.DOTALL)


def apply(server: Server) -> None:
    rewrite(server, SVC, lambda body, asked: _INFO.sub(b"", body))


DEFECT = Defect(
    name="autodiscover_no_server_version",
    summary="answers of SOAP do not tell the version",
    requirements=("MS-OXWSADISC:2.2.2-51",),
    apply=apply,
)
