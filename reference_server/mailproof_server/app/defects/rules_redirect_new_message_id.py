"""A redirect has a Message-ID of its own."""

import re
from collections.abc import Sequence

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.rules import forwarding
from mailproof_server.services.rules import rule as module
from mailproof_server.services.rules.actions._sending import sending
from mailproof_server.services.rules.message import Arrival


def _make(arrival: Arrival, recipients: Sequence[str]) -> bytes:
    made = forwarding.make_redirect(arrival, recipients)
    return re.sub(rb"^Message-ID: <", b"Message-ID: <new-", made, count=1, flags=re.MULTILINE)


def apply(_server: Server) -> None:
    module.ACTIONS["RedirectToRecipients"] = sending("RedirectToRecipients", 12, _make, keeps_sender=True)


DEFECT = Defect(
    name="rules_redirect_new_message_id",
    summary="a redirect has a Message-ID of its own",
    requirements=("RULES:actions.RedirectToRecipients-1",),
    apply=apply,
)
