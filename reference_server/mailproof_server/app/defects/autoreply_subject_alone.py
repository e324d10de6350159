"""The subject of a reply does not have that of the message."""

import dataclasses

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import autoreply as module
from mailproof_server.services.posting import Letter
from mailproof_server.services.rules.message import Arrival


def _letter(arrival: Arrival, text: str) -> Letter:
    letter = _original(arrival, text)
    head, _, rest = letter.data.partition(b"Subject: ")
    return dataclasses.replace(letter, data=head + b"Subject: Automatic reply\r\nX-Was: " + rest)


_original = module._letter


def apply(_server: Server) -> None:
    module._letter = _letter


DEFECT = Defect(
    name="autoreply_subject_alone",
    summary="the subject of a reply does not have that of the message",
    requirements=("RFC3834:3.1.5-1",),
    apply=apply,
)
