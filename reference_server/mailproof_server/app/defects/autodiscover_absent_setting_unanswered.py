"""A setting without a value is not answered at all."""

import re

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._autodiscover import SVC, rewrite

_ERRORS = re.compile(rb"<UserSettingError>.*?</UserSettingError>", re.DOTALL)


def apply(server: Server) -> None:
    rewrite(server, SVC, lambda body, asked: _ERRORS.sub(b"", body))


DEFECT = Defect(
    name="autodiscover_absent_setting_unanswered",
    summary="a setting without a value is not answered at all",
    requirements=("MS-OXWSADISC:3.1.4.3-2",),
    apply=apply,
)
