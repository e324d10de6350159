"""The server of a phone has no Name."""

import re

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._autodiscover import POX, rewrite

_NAME = re.compile(rb"<Name>[^<]*</Name>")


def apply(server: Server) -> None:
    rewrite(server, POX, lambda body, asked: _NAME.sub(b"<Name/>", body))


DEFECT = Defect(
    name="autodiscover_phone_without_name",
    summary="the server of a phone has no Name",
    requirements=("MS-OXDSCLI:MOBILE-2",),
    apply=apply,
)
