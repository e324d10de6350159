"""Unknown local recipients are taken at RCPT, and the mail is lost or bounced later."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method
from mailproof_server.model.errors import NotFound


def apply(server: Server) -> None:
    submission = server.services.submission

    def make(original):
        async def check_recipient(principal, address):
            try:
                await original(principal, address)
            except NotFound:
                return

        return check_recipient

    replace_method(submission, "check_recipient", make)


DEFECT = Defect(
    name="smtp_unknown_recipient_accepted",
    summary="RCPT takes unknown recipients",
    requirements=("RFC5321:3.3-3",),
    apply=apply,
)
