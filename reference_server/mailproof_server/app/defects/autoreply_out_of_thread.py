"""A reply does not refer to the message."""

import dataclasses

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import autoreply as module
from mailproof_server.services.posting import Letter
from mailproof_server.services.rules.message import Arrival


def _letter(arrival: Arrival, text: str) -> Letter:
    letter = _original(arrival, text)
    lines = letter.data.replace(b"In-Reply-To:", b"X-In-Reply-To:", 1).replace(b"References:", b"X-References:", 1)
    return dataclasses.replace(letter, data=lines)


_original = module._letter


def apply(_server: Server) -> None:
    module._letter = _letter


DEFECT = Defect(
    name="autoreply_out_of_thread",
    summary="a reply does not refer to the message",
    requirements=("RFC3834:3.1.6-1", "RFC3834:3.1.6-2"),
    apply=apply,
)
