"""FlaggedForAction: the sender asks for an action, in Outlook's field X-Message-Flag; Any stands for whichever."""

from mailproof_server.model.errors import Invalid
from mailproof_server.services.rules.condition import Condition, Test

_SAID = {
    "Call": "call",
    "DoNotForward": "do not forward",
    "FollowUp": "follow up",
    "FYI": "for your information",
    "Forward": "forward",
    "NoResponseNecessary": "no response necessary",
    "Read": "read",
    "Reply": "reply",
    "ReplyToAll": "reply to all",
    "Review": "review",
}


def _read(value: object) -> Test:
    if value == "Any":
        return lambda arrival: bool(arrival.message.value(b"x-message-flag").strip())
    if not isinstance(value, str) or value not in _SAID:
        raise Invalid(f"FlaggedForAction is one of Any, {', '.join(_SAID)}")
    wanted = _SAID[value]
    return lambda arrival: arrival.message.value(b"x-message-flag").strip().lower() == wanted


CONDITION = Condition("FlaggedForAction", _read)
