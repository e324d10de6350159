"""Mail servers of another region are handed out."""

import re

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._autodiscover import POX, rewrite

_PORT = re.compile(rb"<Port>\d+</Port>")


def apply(server: Server) -> None:
    rewrite(server, POX, lambda body, asked: _PORT.sub(b"<Port>993</Port>", body))


DEFECT = Defect(
    name="autodiscover_other_region",
    summary="mail servers of another region are handed out",
    requirements=("MS-OXDSCLI:2.2.4.1.1-2",),
    apply=apply,
)
