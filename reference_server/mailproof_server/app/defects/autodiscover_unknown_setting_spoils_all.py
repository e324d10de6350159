"""One unknown setting spoils the whole response."""

import re

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._autodiscover import SVC, rewrite

_USERS = re.compile(rb"<UserResponses>.*</UserResponses>", re.DOTALL)


def _spoil(body: bytes) -> bytes:
    if b"<ErrorCode>InvalidSetting<" not in body:
        return body
    return _USERS.sub(b"", body).replace(b"<ErrorCode>NoError<", b"<ErrorCode>InvalidSetting<", 1)


def apply(server: Server) -> None:
    rewrite(server, SVC, lambda body, asked: _spoil(body))


DEFECT = Defect(
    name="autodiscover_unknown_setting_spoils_all",
    summary="one unknown setting spoils the whole response",
    requirements=("MS-OXWSADISC:3.1.4.3-3",),
    apply=apply,
)
