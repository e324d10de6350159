"""A reply has the owner as the envelope's sender."""

import dataclasses

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import autoreply as module
from mailproof_server.services.posting import Letter
from mailproof_server.services.rules.message import Arrival


def _letter(arrival: Arrival, text: str) -> Letter:
    letter = _original(arrival, text)
    return dataclasses.replace(letter, sender=arrival.owner.address)


_original = module._letter


def apply(_server: Server) -> None:
    module._letter = _letter


DEFECT = Defect(
    name="autoreply_sender_is_owner",
    summary="a reply has the owner as the envelope's sender",
    requirements=("RFC3834:3.3-1",),
    apply=apply,
)
