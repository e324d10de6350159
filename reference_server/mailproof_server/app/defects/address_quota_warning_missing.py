"""The mailbox fills up without a word."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    async def send_notice(_owner):
        return None

    replace_method(server.services.quota, "send_notice", lambda _original: send_notice)


DEFECT = Defect(
    name="address_quota_warning_missing",
    summary="no warning at 90 percent",
    requirements=("ADDRESSES:MAIL18-1",),
    apply=apply,
)
