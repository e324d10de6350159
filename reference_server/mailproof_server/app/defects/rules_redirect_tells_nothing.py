"""A redirect does not say who has sent it on."""

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
    return re.sub(rb"^Resent-[^\r\n]*\r\n([ \t][^\r\n]*\r\n)*", b"", made, flags=re.MULTILINE)


def apply(_server: Server) -> None:
    module.ACTIONS["RedirectToRecipients"] = sending("RedirectToRecipients", 12, _make, keeps_sender=True)


DEFECT = Defect(
    name="rules_redirect_tells_nothing",
    summary="a redirect does not say who has sent it on",
    requirements=("RULES:actions.RedirectToRecipients-3",),
    apply=apply,
)
