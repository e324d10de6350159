"""What the two mailboxes hold, whoever looks: messages by UID, with flags and a mark of their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class Message:
    """One message; `mark` is its subject, by which a copy is known."""

    mark: str
    flags: set[str]


@dataclass
class Mailbox:
    """One mailbox as it must be. Flags are compared in lower case: they have no case of their own."""

    name: str
    uid_validity: int = 0
    highest_uid: int = 0
    messages: dict[int, Message] = field(default_factory=dict)

    def uids(self) -> list[int]:
        return sorted(self.messages)

    def add(self, uid: int, mark: str, flags: Iterable[str]) -> str | None:
        """A message came; what is wrong with its UID, or None."""
        wrong = None
        if uid <= self.highest_uid:
            wrong = f"UID {uid} for a new message, though {self.highest_uid} was given out before"
        self.highest_uid = max(self.highest_uid, uid)
        self.messages[uid] = Message(mark, {flag.lower() for flag in flags})
        return wrong

    def store(self, uids: Iterable[int], action: str, flags: Iterable[str]) -> None:
        wanted = {flag.lower() for flag in flags}
        for uid in uids:
            message = self.messages[uid]
            if action.startswith("+"):
                message.flags |= wanted
            elif action.startswith("-"):
                message.flags -= wanted
            else:
                message.flags = set(wanted)

    def expunge(self, uids: Iterable[int] | None = None) -> list[int]:
        """Remove what is marked as deleted, of all or of these; the UIDs that went."""
        gone = [uid for uid in (self.uids() if uids is None else uids) if "\\deleted" in self.messages[uid].flags]
        for uid in gone:
            del self.messages[uid]
        return gone

    def picture(self) -> dict[int, tuple[str, tuple[str, ...]]]:
        """Comparable with what a client reads: UID to (mark, sorted flags)."""
        return {uid: (message.mark, tuple(sorted(message.flags))) for uid, message in sorted(self.messages.items())}
