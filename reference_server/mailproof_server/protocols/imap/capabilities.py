"""What a session may advertise: computed from the command files, narrowed by the profile (RFC 9051 6.1.1)."""

from collections.abc import Iterable
from dataclasses import dataclass

from mailproof_server.protocols.imap.command import Command

BASE = (b"IMAP4rev1", b"IMAP4rev2", b"LITERAL+")
"""What no single command brings: the dialects, and what `wire.imap.stream` reads."""
PRE_AUTHENTICATION = frozenset({b"IMAP4rev1", b"IMAP4rev2", b"SASL-IR", b"AUTH=PLAIN", b"ID", b"ENABLE", b"LITERAL+"})
"""What a client can use before it has signed in; the rest is shown afterwards."""
POST_AUTHENTICATION_HIDDEN = frozenset({b"SASL-IR", b"AUTH=PLAIN"})

# What the public captures and the documentation of these services show (no CONDSTORE, SORT, SPECIAL-USE, QUOTA there).
NARROW: dict[str, frozenset[bytes] | None] = {
    "full": None,
    "workmail": frozenset(
        {b"IMAP4rev1", b"AUTH=PLAIN", b"SASL-IR", b"LITERAL+", b"ID", b"ENABLE", b"IDLE", b"NAMESPACE", b"UNSELECT",
         b"UIDPLUS", b"CHILDREN", b"MOVE", b"SPECIAL-USE", b"LIST-EXTENDED", b"LIST-STATUS", b"ESEARCH", b"CONDSTORE"}
    ),
    "exchange": frozenset(
        {b"IMAP4rev1", b"AUTH=PLAIN", b"SASL-IR", b"LITERAL+", b"ID", b"IDLE", b"NAMESPACE", b"UNSELECT", b"UIDPLUS",
         b"CHILDREN", b"MOVE"}
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Capabilities:
    """One worker's set; `active` decides which commands and options exist at all."""

    active: frozenset[bytes]
    before: bytes
    """The CAPABILITY list before sign-in."""
    after: bytes

    def knows(self, command: Command) -> bool:
        """Whether one of the capabilities that bring the command is in the set."""
        return any(each in self.active for each in command.capabilities)

    @classmethod
    def build(cls, commands: Iterable[Command], profile: str, *, append_limit_bytes: int) -> "Capabilities":
        everything: list[bytes] = [*BASE]
        for each in commands:
            everything.extend((*each.capabilities, *each.extra))
        everything = [
            b"APPENDLIMIT=%d" % append_limit_bytes if each == b"APPENDLIMIT" else each
            for each in dict.fromkeys(everything)
        ]
        narrow = NARROW[profile]
        active = [each for each in everything if narrow is None or each in narrow]
        return cls(
            frozenset(active),
            b" ".join(each for each in active if each in PRE_AUTHENTICATION),
            b" ".join(each for each in active if each not in POST_AUTHENTICATION_HIDDEN),
        )
