"""An alias is answered with itself instead of the primary address."""

import re

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._autodiscover import POX, rewrite

_ASKED = re.compile(rb"<EMailAddress>([^<]+)</EMailAddress>")
_TOLD = re.compile(rb"(?<=<AutoDiscoverSMTPAddress>)[^<]+")


def _swap(body: bytes, asked: bytes) -> bytes:
    found = _ASKED.search(asked)
    return _TOLD.sub(found[1], body) if found else body


def apply(server: Server) -> None:
    rewrite(server, POX, _swap)


DEFECT = Defect(
    name="autodiscover_alias_as_primary",
    summary="an alias is answered with itself instead of the primary address",
    requirements=("MS-OXDSCLI:3.2.5-8",),
    apply=apply,
)
