"""A cancelled AUTH counts as a wrong password: 535, and on the way to being locked out."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.smtp import replies


def apply(_server: Server) -> None:
    replies.AUTH_CANCELLED = replies.WRONG_CREDENTIALS


DEFECT = Defect(
    name="smtp_auth_cancel_is_failure",
    summary="AUTH * is answered 535",
    requirements=("RFC4954:4-4",),
    apply=apply,
)
