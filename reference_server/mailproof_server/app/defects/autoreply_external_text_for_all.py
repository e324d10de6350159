"""Colleagues get the text for others."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.model.account import DirectoryEntry
from mailproof_server.services import autoreply as module
from mailproof_server.store.base import View


def _text_for(_view: View, _owner: DirectoryEntry, settings: module.ReplySettings, _sender: str) -> str:
    return (settings.external_reply or settings.internal_reply).strip()


def apply(_server: Server) -> None:
    module._text_for = _text_for


DEFECT = Defect(
    name="autoreply_external_text_for_all",
    summary="colleagues get the text for others",
    requirements=("AUTO-REPLY:text-3",),
    apply=apply,
)
