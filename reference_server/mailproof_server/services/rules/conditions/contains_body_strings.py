"""ContainsBodyStrings: one of the texts is in the body as it is read, or as it is written (RULE-08)."""

from mailproof_server.model.errors import Invalid
from mailproof_server.services.rules.condition import Condition, Test, strings
from mailproof_server.services.rules.message import Message, plain
from mailproof_server.wire.mime.html import strip_markup


def in_body(message: Message, needle: str) -> bool:
    """A text with markup in it is looked for in the source, and in what is read without that markup."""
    if needle in message.body_text:
        return True
    if "<" not in needle and "&" not in needle:
        return False
    bare = plain(strip_markup(needle))
    return needle in message.body_markup or (bool(bare) and bare in message.body_text)


def _read(value: object) -> Test:
    needles = [plain(each) for each in strings("ContainsBodyStrings", value)]
    if not all(needles):
        raise Invalid("ContainsBodyStrings holds an empty text, which is in every message")
    return lambda arrival: any(in_body(arrival.message, each) for each in needles)


CONDITION = Condition("ContainsBodyStrings", _read)
