"""One unknown user spoils the answers for the others."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._autodiscover import SVC, rewrite


def apply(server: Server) -> None:
    rewrite(
        server,
        SVC,
        lambda body, asked: (
            body.replace(b"<ErrorCode>NoError<", b"<ErrorCode>InvalidUser<") if b">InvalidUser<" in body else body
        ),
    )


DEFECT = Defect(
    name="autodiscover_one_nobody_spoils_all",
    summary="one unknown user spoils the answers for the others",
    requirements=("MS-OXWSADISC:3.1.4.3-5",),
    apply=apply,
)
