"""IsAutomaticForward: a rule of its sender has sent it on (RFC 2156 has the older field)."""

from mailproof_server.services.rules.condition import flag
from mailproof_server.services.rules.message import Arrival


def _is_automatic_forward(arrival: Arrival) -> bool:
    return bool(arrival.message.forwarders) or arrival.message.word(b"autoforwarded") == "true"


CONDITION = flag("IsAutomaticForward", _is_automatic_forward)
