"""A text in HTML is sent as plain text."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import autoreply as module


def apply(_server: Server) -> None:
    module._is_html = lambda text: False


DEFECT = Defect(
    name="autoreply_html_as_plain",
    summary="a text in HTML is sent as plain text",
    requirements=("AUTO-REPLY:text-2",),
    apply=apply,
)
