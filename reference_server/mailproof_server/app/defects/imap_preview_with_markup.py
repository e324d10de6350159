"""Previews of HTML with the tags in them."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.mime import text as module


def apply(_server: Server) -> None:
    module.strip_markup = lambda text, **_options: text


DEFECT = Defect(
    name="imap_preview_with_markup",
    summary="previews hold markup",
    requirements=("RFC8970:3.3-2",),
    apply=apply,
)
