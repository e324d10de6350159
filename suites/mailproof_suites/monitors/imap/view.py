"""What a client must believe about the selected mailbox, from nothing but the responses it has seen.

Invariant: ``uids`` has one place per message that the server has announced; a place holds the UID once it was seen.
An EXPUNGE removes a place, an EXISTS adds places at the end, and nothing else moves them (RFC 9051 section 2.3.1.2).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from mailproof_suites.clients.imap.values import FetchData, InternalDate, NumberSet

_REMEMBERED_MESSAGES = 20_000
_IMMUTABLE = ("RFC822.SIZE", "INTERNALDATE", "ENVELOPE", "BODYSTRUCTURE", "EMAILID", "THREADID", "SAVEDATE")


@dataclass(slots=True)
class MailboxView:
    """One selected mailbox. Values are None while the server has not told them."""

    name: bytes
    epoch: int = 0
    """The collector's epoch when it was opened: a later one means that a mailbox was deleted or renamed since."""
    announcements: int = 0
    """How many EXISTS were seen."""
    uids: list[int | None] = field(default_factory=list)
    recent: int | None = None
    uid_validity: int | None = None
    uid_next: int | None = None
    settled: int | None = None
    """How many messages were there when ``uid_next`` was told (less those expunged since)."""
    flags: frozenset[bytes] | None = None
    highest_modseq: int | None = None
    no_modseq: bool = False
    uid_not_sticky: bool = False
    facts: dict[int, dict[str, Any]] = field(default_factory=dict)

    @property
    def announced(self) -> bool:
        """An EXISTS was seen."""
        return self.announcements > 0

    @property
    def exists(self) -> int:
        """Number of messages, as last announced and counted."""
        return len(self.uids)

    def set_exists(self, count: int) -> None:
        """An EXISTS: places are added at the end (or, against the rules, taken away)."""
        self.announcements += 1
        if count < len(self.uids):
            del self.uids[count:]
        else:
            self.uids.extend([None] * (count - len(self.uids)))

    def expunge(self, seq: int) -> None:
        """An EXPUNGE of an existing message."""
        uid = self.uids.pop(seq - 1)
        if uid is not None:
            self.facts.pop(uid, None)
        if self.settled is not None and seq <= self.settled:
            self.settled -= 1

    def vanish(self, gone: NumberSet) -> None:
        """A VANISHED: known UIDs lose their places; if UIDs of unknown places may be named too, no place is certain."""
        known = [uid for uid in self.uids if uid is not None and uid in gone]
        if gone.count == len(known) or None not in self.uids:
            for seq in reversed(range(1, self.exists + 1)):
                uid = self.uids[seq - 1]
                if uid is not None and uid in gone:
                    self.expunge(seq)
            return
        self.uids = [None] * max(0, self.exists - gone.count)
        self.settled = None
        for uid in known:
            self.facts.pop(uid, None)

    def uid_of(self, data: FetchData) -> int | None:
        """The UID that a FETCH response is about: the one it carries, else the one known for its number."""
        if data.uid is not None:
            return data.uid
        return self.uids[data.seq - 1] if 1 <= data.seq <= self.exists else None

    def learn(self, data: FetchData) -> None:
        """Remember what a FETCH response told that can never change."""
        if not 1 <= data.seq <= self.exists:
            return
        if data.uid is not None:
            self.uids[data.seq - 1] = data.uid
        uid = self.uid_of(data)
        if uid is not None and (uid in self.facts or len(self.facts) < _REMEMBERED_MESSAGES):
            self.facts.setdefault(uid, {}).update(immutable_facts(data))

    def neighbours(self, seq: int, reach: int = 64) -> tuple[int | None, int | None]:
        """The nearest known UIDs below and above ``seq`` (looking ``reach`` places each way)."""
        below = next((uid for uid in reversed(self.uids[max(0, seq - 1 - reach) : seq - 1]) if uid is not None), None)
        above = next((uid for uid in self.uids[seq : seq + reach] if uid is not None), None)
        return below, above


def immutable_facts(data: FetchData) -> dict[str, Any]:
    """The items of ``data`` that never change, made small: texts of the message as (length, digest)."""
    facts: dict[str, Any] = {}
    for name, value in data.items.items():
        if name in _IMMUTABLE:
            facts[name] = value.at if isinstance(value, InternalDate) else value
        elif is_message_text(name) and value is not None:
            facts[name] = (len(value), hashlib.sha256(value).digest())
    return facts


def is_message_text(name: str) -> bool:
    """Whether an item is a text of the message whose octets never change."""
    return name.startswith(("BODY[", "BINARY[")) or name in ("RFC822", "RFC822.HEADER", "RFC822.TEXT")
