"""IsApprovalRequest: a moderator is asked to approve a message (Exchange's fields of moderated transport)."""

from mailproof_server.services.rules.condition import flag
from mailproof_server.services.rules.message import Arrival

_FIELDS = b"x-ms-exchange-organization-approval-"


def _is_approval_request(arrival: Arrival) -> bool:
    return any(name.startswith(_FIELDS) for name in arrival.message.field_names)


CONDITION = flag("IsApprovalRequest", _is_approval_request)
