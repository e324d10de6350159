"""A forward does not say that it is automatic."""

from collections.abc import Sequence

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.rules import forwarding
from mailproof_server.services.rules import rule as module
from mailproof_server.services.rules.actions._sending import sending
from mailproof_server.services.rules.message import Arrival


def _make(arrival: Arrival, recipients: Sequence[str]) -> bytes:
    return forwarding.make_forward(arrival, recipients).replace(b"Auto-Submitted: auto-generated\r\n", b"", 1)


def apply(_server: Server) -> None:
    module.ACTIONS["ForwardToRecipients"] = sending("ForwardToRecipients", 12, _make)


DEFECT = Defect(
    name="rules_forward_not_automatic",
    summary="a forward does not say that it is automatic",
    requirements=("RULES:actions.ForwardToRecipients-3",),
    apply=apply,
)
