"""Any envelope sender is taken from a signed-in client.

Hosts of many customers were found to do so in 2024 (VU#244112; CVE-2024-7208, CVE-2024-7209).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    async def check_sender(_principal, _address):
        return None

    replace_method(server.services.submission, "check_sender", lambda _original: check_sender)


DEFECT = Defect(
    name="smtp_foreign_sender_accepted",
    summary="MAIL FROM somebody else is accepted",
    requirements=("RFC6409:6.1-1",),
    apply=apply,
)
