"""VRFY answers 250 for every address, so that it is worth nothing and tells a lie."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.smtp import replies
from mailproof_server.wire.smtp.reply import Reply


def apply(_server: Server) -> None:
    replies.CANNOT_VERIFY = Reply(250, "2.1.5", "<someone@example.test>")


DEFECT = Defect(
    name="smtp_vrfy_says_yes",
    summary="VRFY says 250 to anything",
    requirements=("RFC5321:7.3-1",),
    apply=apply,
)
