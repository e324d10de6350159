"""A reply repeats the message."""

import dataclasses

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import autoreply as module
from mailproof_server.services.posting import Letter
from mailproof_server.services.rules.message import Arrival


def _letter(arrival: Arrival, text: str) -> Letter:
    letter = _original(arrival, text)
    original = arrival.message.content.data
    return dataclasses.replace(letter, data=letter.data + b"\r\n" + original[arrival.message.root.body_start :])


_original = module._letter


def apply(_server: Server) -> None:
    module._letter = _letter


DEFECT = Defect(
    name="autoreply_quotes_message",
    summary="a reply repeats the message",
    requirements=("RFC3834:3.2-1",),
    apply=apply,
)
