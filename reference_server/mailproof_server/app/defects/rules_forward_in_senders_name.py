"""A forward is in the name of the original's author."""

import re
from collections.abc import Sequence

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.rules import forwarding
from mailproof_server.services.rules import rule as module
from mailproof_server.services.rules.actions._sending import sending
from mailproof_server.services.rules.message import Arrival


def _make(arrival: Arrival, recipients: Sequence[str]) -> bytes:
    made = forwarding.make_forward(arrival, recipients)
    author = arrival.message.authors[0].encode() if arrival.message.authors else b"nobody@invalid"
    return re.sub(rb"^From: .*(\r\n[ \t].*)*\r\n", b"From: " + author + b"\r\n", made, count=1)


def apply(_server: Server) -> None:
    module.ACTIONS["ForwardToRecipients"] = sending("ForwardToRecipients", 12, _make)


DEFECT = Defect(
    name="rules_forward_in_senders_name",
    summary="a forward is in the name of the original's author",
    requirements=("RULES:actions.ForwardToRecipients-1",),
    apply=apply,
)
