"""250 although the message was thrown away."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    async def submit(_principal, _envelope, _data):
        return "lost"

    replace_method(server.services.submission, "submit", lambda _original: submit)


DEFECT = Defect(
    name="smtp_250_before_commit",
    summary="250 is said and nothing is delivered",
    requirements=("RFC5321:6.1-1",),
    apply=apply,
)
