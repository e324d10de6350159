"""Errors do not tell when they happened."""

import re

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._autodiscover import POX, rewrite

_TIME = re.compile(rb' Time="[^"]*"')


def apply(server: Server) -> None:
    rewrite(server, POX, lambda body, asked: _TIME.sub(b"", body))


DEFECT = Defect(
    name="autodiscover_error_without_time",
    summary="errors do not tell when they happened",
    requirements=("MS-OXDSCLI:2.2.4.1.1.2-51",),
    apply=apply,
)
