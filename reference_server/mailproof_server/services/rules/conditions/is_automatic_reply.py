"""IsAutomaticReply: an answer that nobody wrote for this occasion (RFC 3834 section 5); reports are not among them."""

from mailproof_server.services.rules.condition import flag
from mailproof_server.services.rules.message import Arrival

_OLDER_FIELDS = frozenset({b"x-autoreply", b"x-autorespond", b"x-auto-reply"})


def _is_automatic_reply(arrival: Arrival) -> bool:
    message = arrival.message
    if message.report_type:
        return False
    return message.word(b"auto-submitted") == "auto-replied" or not _OLDER_FIELDS.isdisjoint(message.field_names)


CONDITION = flag("IsAutomaticReply", _is_automatic_reply)
