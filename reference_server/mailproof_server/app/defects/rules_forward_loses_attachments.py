"""A forward has the text of the original and none of its attachments."""

from collections.abc import Sequence

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.rules import forwarding
from mailproof_server.services.rules import rule as module
from mailproof_server.services.rules.actions._sending import sending
from mailproof_server.services.rules.message import Arrival


def _make(arrival: Arrival, recipients: Sequence[str]) -> bytes:
    made = forwarding.make_forward(arrival, recipients)
    return made.partition(b'filename="a.bin"')[0] if b"a.bin" in made else made


def apply(_server: Server) -> None:
    module.ACTIONS["ForwardToRecipients"] = sending("ForwardToRecipients", 12, _make)


DEFECT = Defect(
    name="rules_forward_loses_attachments",
    summary="a forward has the text of the original and none of its attachments",
    requirements=("RULES:actions.ForwardToRecipients-7",),
    apply=apply,
)
