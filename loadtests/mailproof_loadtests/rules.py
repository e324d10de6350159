"""What must be right under load, each rule with the requirements of the catalogue that it rests on."""

from __future__ import annotations

RULES: dict[str, tuple[str, ...]] = {
    "an acknowledged message is there": ("RFC9051:6.3.12-1", "RFC9051:6.4.3-2"),
    "an acknowledged message is there once": ("RFC9051:6.3.12-1",),
    "a message keeps every octet": ("RFC9051:6.3.12-1", "RFC9051:6.4.5-51"),
    "flags are as last set": ("RFC9051:6.4.6-1",),
    "flags given to APPEND are set": ("RFC9051:6.3.12-2",),
    "an expunged message stays away": ("RFC9051:6.4.3-1",),
    "a moved message is in the destination": ("RFC9051:6.4.8-1",),
    "a moved message is not left behind": ("RFC6851:3.3-4",),
    "a folder holds no other message": ("RFC9051:6.4.3-2",),
    "a UID is given once": ("RFC9051:2.3.1.1-2",),
    "a message keeps its UID": ("RFC9051:2.3.1.1-3",),
    "UIDVALIDITY stays": ("RFC9051:2.3.1.1-3",),
    "a mod-sequence does not fall": ("RFC7162:3.1-2",),
    "CHANGEDSINCE tells every change": ("RFC7162:3.1.4.1-1",),
    "SEARCH finds what is there": ("RFC9051:6.4.4-1",),
    "another connection sees what was acknowledged": ("RFC9051:6.1.2-2", "RFC9051:5.2-3"),
    "an idling connection is woken": ("RFC2177:3-3",),
    "accepted mail is delivered": ("RFC5321:6.1-1",),
    "accepted mail is delivered once": ("RFC5321:6.1-1",),
    "delivered mail keeps its body": ("RFC5321:6.1-1",),
}
GRAMMAR = "answers are grammatical"
MONITOR = "the monitors find nothing"


class WrongAnswerError(Exception):
    """The target answered wrongly, however fast: `rule` is a key of `RULES`."""

    def __init__(self, rule: str, expected: str, actual: str) -> None:
        super().__init__(f"{rule}: expected {expected}, got {actual}")
        self.rule = rule
        self.expected = expected
        self.actual = actual
