"""A reply goes to Reply-To."""

import dataclasses

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import autoreply as module
from mailproof_server.services.posting import Letter
from mailproof_server.services.rules.message import Arrival


def _letter(arrival: Arrival, text: str) -> Letter:
    letter = _original(arrival, text)
    to = arrival.message.addresses(b"reply-to")
    return dataclasses.replace(letter, recipients=to) if to else letter


_original = module._letter


def apply(_server: Server) -> None:
    module._letter = _letter


DEFECT = Defect(
    name="autoreply_to_reply_to",
    summary="a reply goes to Reply-To",
    requirements=("RFC3834:4-1",),
    apply=apply,
)
