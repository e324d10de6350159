"""IsVoicemail: a voice message (RFC 3458, RFC 3801, or Exchange's content class)."""

from mailproof_server.services.rules.condition import flag
from mailproof_server.services.rules.message import Arrival


def _is_voicemail(arrival: Arrival) -> bool:
    message = arrival.message
    return (
        message.word(b"message-context") == "voice-message"
        or message.word(b"content-class") in ("voice", "voice-uc", "missedcall")
        or (message.root.type == b"multipart" and message.root.subtype == b"voice-message")
    )


CONDITION = flag("IsVoicemail", _is_voicemail)
