"""Above the mark, each delivery leaves one more warning."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    quota = server.services.quota
    replace_method(quota, "is_notice_due", lambda _original: lambda view, owner: quota._is_high(view.account(owner)))


DEFECT = Defect(
    name="address_quota_warns_each_time",
    summary="the quota warning comes with every message",
    requirements=("ADDRESSES:MAIL18-1",),
    apply=apply,
)
