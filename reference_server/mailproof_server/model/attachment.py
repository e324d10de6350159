"""What events, contacts, tasks and notes have attached."""

from dataclasses import dataclass

import msgspec


class Attachment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Described among the item's properties; its bytes stand in the item's content, in the same order."""

    name: str
    media_type: str = "application/octet-stream"
    size_bytes: int = 0
    content_id: str = ""
    is_inline: bool = False
    is_photo: bool = False
    """Of a contact."""


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """An attachment with its bytes."""

    described: Attachment
    data: bytes
