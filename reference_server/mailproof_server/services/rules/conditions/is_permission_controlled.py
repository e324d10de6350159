"""IsPermissionControlled: protected by rights management; its content travels as message.rpmsg (MS-OXORMMS)."""

from mailproof_server.services.rules.condition import flag
from mailproof_server.services.rules.message import Arrival


def _is_permission_controlled(arrival: Arrival) -> bool:
    message = arrival.message
    return message.word(b"content-class").startswith("rpmsg.") or any(
        part.type == b"application" and part.subtype == b"x-microsoft-rpmsg-message" for part in message.parts
    )


CONDITION = flag("IsPermissionControlled", _is_permission_controlled)
