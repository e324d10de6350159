"""The Apple profile holds a password."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._autodiscover import APPLE, rewrite


def apply(server: Server) -> None:
    rewrite(
        server,
        APPLE,
        lambda body, asked: body.replace(
            b"<key>EmailAddress<", b"<key>IncomingPassword</key><string>x</string><key>EmailAddress<"
        ),
    )


DEFECT = Defect(
    name="autodiscover_profile_with_password",
    summary="the Apple profile holds a password",
    requirements=("AUTODISCOVER:APPLE-4",),
    apply=apply,
)
