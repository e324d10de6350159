"""A reply does not say that it is automatic."""

import dataclasses

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import autoreply as module
from mailproof_server.services.posting import Letter
from mailproof_server.services.rules.message import Arrival


def _letter(arrival: Arrival, text: str) -> Letter:
    letter = _original(arrival, text)
    return dataclasses.replace(letter, data=letter.data.replace(b"Auto-Submitted: auto-replied\r\n", b"", 1))


_original = module._letter


def apply(_server: Server) -> None:
    module._letter = _letter


DEFECT = Defect(
    name="autoreply_not_automatic",
    summary="a reply does not say that it is automatic",
    requirements=("RFC3834:3.1.7-1", "RFC3834:5-1"),
    apply=apply,
)
