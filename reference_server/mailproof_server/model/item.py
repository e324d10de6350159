"""Items: what folders hold. Content is immutable and shared by copies; flags and place are the item's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntFlag, StrEnum
from typing import NamedTuple

from mailproof_server.model.event import EventKey
from mailproof_server.model.ids import ContentId, FolderId, FolderUid, ItemId, Modseq


class ItemKind(StrEnum):
    MESSAGE = "message"
    EVENT = "event"
    CONTACT = "contact"
    TASK = "task"
    NOTE = "note"


class Flag(IntFlag):
    """System flags, as bits of one integer column."""

    SEEN = 1
    ANSWERED = 2
    FLAGGED = 4
    DELETED = 8
    DRAFT = 16


NO_FLAGS = Flag(0)


@dataclass(frozen=True, slots=True)
class Flags:
    """System flags and keywords of one item.

    Keywords keep the spelling first used in the account and compare case-insensitively.
    """

    system: Flag = NO_FLAGS
    keywords: frozenset[str] = frozenset()


class FlagAction(StrEnum):
    SET = "set"
    ADD = "add"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Content:
    """What is computed once, when bytes arrive; the `bytes` are ready to be sent as they are."""

    data: bytes
    size_bytes: int
    structure: bytes
    """Encoded part tree with offsets (`wire.mime.structure`)."""
    envelope: bytes
    body: bytes
    body_structure: bytes
    preview: str
    headers_text: str
    """For searching: a line `name:value` for each field, the name in lower case, the value decoded, unfolded and
    case-folded."""
    body_text: str
    """For searching: what is text in the body, decoded and case-folded."""
    sent_at: datetime | None
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    subject: str
    base_subject: str
    """This and the next five are sorted by as they are, by code point: whoever makes them has folded them already."""
    sort_from: str
    sort_to: str
    sort_cc: str
    display_from: str
    display_to: str
    has_attachment: bool


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item about to be stored."""

    content: Content
    flags: Flags = Flags()
    received_at: datetime | None = None
    """INTERNALDATE, aware, zone kept; None: now."""
    kind: ItemKind = ItemKind.MESSAGE
    properties: Mapping[str, object] | None = None
    """Typed properties of events, contacts, tasks and notes; JSON-like."""
    event: EventKey | None = None
    """Of events: what the store indexes."""


class ItemRow(NamedTuple):
    """The small facts of an item: what flag syncs and lists need, read in one ordered query.

    A named tuple, because rows are read by the ten thousand and a frozen dataclass takes five times as long to make.
    """

    id: ItemId
    folder_id: FolderId
    uid: FolderUid
    content_id: ContentId
    system: int
    """Bits of `Flag`: a plain int, because rows are read by the ten thousand."""
    keywords: str
    """Space-separated, sorted; empty when none."""
    modseq: Modseq
    size_bytes: int
    received_at: datetime
    saved_at: datetime
    thread_id: str
