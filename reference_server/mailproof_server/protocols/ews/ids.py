"""Opaque ids: what ItemId, FolderId, ChangeKey, AttachmentId and their kin hold (MS-OXWSCDATA 2.2.4).

Theory
------
* An id is URL-safe base64 of one kind byte and packed numbers. It tells nothing that a client may not know, and nothing
  is trusted that comes back: every use asks the services for rights, so a forged id reaches what its forger may reach
  by an honest one, and no more.
* Item ids hold the account and the item's place (folder and uid), so an item that moves to another folder gets a new
  id, as Exchange's do; folder ids hold the account and the folder and survive renaming and moving.
* ChangeKeys hold the modseq of the object's last change.
"""

import base64
import binascii
import struct
import zlib
from dataclasses import dataclass

from mailproof_server.model.folder import Folder
from mailproof_server.model.ids import AccountId, FolderId, FolderUid, Modseq
from mailproof_server.protocols.ews.errors import EwsError

_FOLDER = struct.Struct(">BQI")
_ITEM = struct.Struct(">BQIIQ")
_CHANGE = struct.Struct(">BQ")
_ATTACHMENT_HEAD = struct.Struct(">BQIIQH")
KIND_FOLDER, KIND_ITEM, KIND_CHANGE, KIND_ATTACHMENT, KIND_OCCURRENCE = 1, 2, 3, 4, 5
MAX_ID_CHARACTERS = 512


@dataclass(frozen=True, slots=True)
class FolderKey:
    """A folder by numbers."""

    account_id: AccountId
    folder_id: FolderId


@dataclass(frozen=True, slots=True)
class ItemKey:
    """An item by numbers. `start`: of one occurrence of a series, seconds since 1970 of its original start; 0: the item
    itself, which of a series is the master."""

    account_id: AccountId
    folder_id: FolderId
    uid: FolderUid
    start: int = 0


@dataclass(frozen=True, slots=True)
class AttachmentKey:
    """An attachment: the item and the part's index among its attachments, from 0; nested ones count on."""

    item: ItemKey
    path: tuple[int, ...]


def folder_id(key: FolderKey) -> str:
    return _text(_FOLDER.pack(KIND_FOLDER, key.account_id, key.folder_id))


def item_id(key: ItemKey) -> str:
    kind = KIND_OCCURRENCE if key.start else KIND_ITEM
    return _text(_ITEM.pack(kind, key.account_id, key.folder_id, key.uid, key.start))


def change_key(modseq: Modseq) -> str:
    return _text(_CHANGE.pack(KIND_CHANGE, modseq))


def folder_change_key(folder: Folder) -> str:
    """Of a folder's own properties: what happens to its items leaves it as it is."""
    said = f"{folder.parent_id}/{folder.name}/{folder.kind}".encode()
    return change_key(Modseq(zlib.crc32(said) + 1))


def attachment_id(key: AttachmentKey) -> str:
    item = key.item
    head = _ATTACHMENT_HEAD.pack(KIND_ATTACHMENT, item.account_id, item.folder_id, item.uid, item.start, len(key.path))
    return _text(head + struct.pack(f">{len(key.path)}H", *key.path))


def parse_folder_id(text: str) -> FolderKey:
    """Raises EwsError: ErrorInvalidIdEmpty, ErrorInvalidIdMalformed, ErrorCannotUseItemIdForFolderId."""
    data = _data(text)
    if data[0] in (KIND_ITEM, KIND_OCCURRENCE):
        raise EwsError("ErrorCannotUseItemIdForFolderId", "The id is of an item, not of a folder")
    _, account, folder = _unpack(_FOLDER, data, KIND_FOLDER)
    return FolderKey(AccountId(account), FolderId(folder))


def parse_item_id(text: str) -> ItemKey:
    """Raises EwsError: ErrorInvalidIdEmpty, ErrorInvalidIdMalformed, ErrorCannotUseFolderIdForItemId."""
    data = _data(text)
    if data[0] == KIND_FOLDER:
        raise EwsError("ErrorCannotUseFolderIdForItemId", "The id is of a folder, not of an item")
    if data[0] not in (KIND_ITEM, KIND_OCCURRENCE):
        raise EwsError("ErrorInvalidIdMalformed", "The id is malformed")
    _, account, folder, uid, start = _unpack(_ITEM, data, data[0])
    return ItemKey(AccountId(account), FolderId(folder), FolderUid(uid), start)


def parse_change_key(text: str) -> Modseq:
    """Raises EwsError: ErrorInvalidChangeKey."""
    try:
        _, modseq = _unpack(_CHANGE, _data(text), KIND_CHANGE)
    except EwsError as error:
        raise EwsError("ErrorInvalidChangeKey", "The change key is malformed") from error
    return Modseq(modseq)


def parse_attachment_id(text: str) -> AttachmentKey:
    """Raises EwsError: ErrorInvalidIdEmpty, ErrorInvalidIdMalformed, ErrorInvalidIdNotAnItemAttachmentId."""
    data = _data(text)
    if data[0] in (KIND_FOLDER, KIND_ITEM, KIND_OCCURRENCE):
        raise EwsError("ErrorInvalidIdNotAnItemAttachmentId", "The id is not of an attachment")
    head, tail = data[: _ATTACHMENT_HEAD.size], data[_ATTACHMENT_HEAD.size :]
    _, account, folder, uid, start, depth = _unpack(_ATTACHMENT_HEAD, head, KIND_ATTACHMENT)
    if len(tail) != 2 * depth or depth == 0:
        raise EwsError("ErrorInvalidIdMalformed", "The id is malformed")
    item = ItemKey(AccountId(account), FolderId(folder), FolderUid(uid), start)
    return AttachmentKey(item, struct.unpack(f">{depth}H", tail))


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _data(text: str) -> bytes:
    if not text:
        raise EwsError("ErrorInvalidIdEmpty", "The id is empty")
    try:
        data = base64.b64decode(text, validate=True) if len(text) <= MAX_ID_CHARACTERS else b""
    except (binascii.Error, ValueError):
        data = b""
    # One object, one id: base64 has several texts for the same octets where its last bits are free.
    if not data or _text(data) != text:
        raise EwsError("ErrorInvalidIdMalformed", "The id is malformed")
    return data


def _unpack(form: struct.Struct, data: bytes, kind: int) -> tuple[int, ...]:
    if len(data) != form.size or data[0] != kind:
        raise EwsError("ErrorInvalidIdMalformed", "The id is malformed")
    return form.unpack(data)
