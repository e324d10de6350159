"""GlobalObjectId: a meeting's UID as Exchange's clients keep it, and the iCalendar UID (MS-OXCICAL 2.1.3.1.1.20.26).

A UID that is such an id in hexadecimal stands for those bytes; any other text is wrapped into one as `vCal-Uid`.
"""

from datetime import date

_CLASS_ID = bytes.fromhex("040000008200E00074C5B7101A82E008")
_WRAPPED = b"vCal-Uid\x01\x00\x00\x00"
_HEAD_BYTES = 40
"""Class id, instance date, creation time, reserved bytes, size of the data."""
_DATE_AT = 16
MAX_DATA_BYTES = 4096


def global_object_id(uid: str, instance: date | None = None) -> bytes:
    """The bytes for a UID; `instance`: the day of the occurrence that is meant, in the organiser's zone."""
    known = _from_hexadecimal(uid)
    if known is None:
        data = _WRAPPED + uid.encode("utf-8", "replace") + b"\x00"
        known = _CLASS_ID + bytes(20) + len(data).to_bytes(4, "little") + data
    return known[:_DATE_AT] + _instance(instance) + known[_DATE_AT + 4 :]


def uid_of(object_id: bytes) -> str:
    """The UID that the bytes stand for, the same for every occurrence. Raises ValueError for what is no such id."""
    if len(object_id) < _HEAD_BYTES or not object_id.startswith(_CLASS_ID):
        raise ValueError("no GlobalObjectId")
    data = object_id[_HEAD_BYTES:]
    if len(data) != int.from_bytes(object_id[_HEAD_BYTES - 4 : _HEAD_BYTES], "little"):
        raise ValueError("a GlobalObjectId of another length than it says")
    if data.startswith(_WRAPPED) and data.endswith(b"\x00"):
        return data[len(_WRAPPED) : -1].decode("utf-8", "replace")
    return (object_id[:_DATE_AT] + bytes(4) + object_id[_DATE_AT + 4 :]).hex().upper()


def instance_of(object_id: bytes) -> date | None:
    """The day of the occurrence that is meant; None: the series, or a single meeting."""
    year = int.from_bytes(object_id[_DATE_AT : _DATE_AT + 2], "big")
    month, day = object_id[_DATE_AT + 2 : _DATE_AT + 4]
    try:
        return date(year, month, day) if year else None
    except ValueError:
        return None


def _instance(day: date | None) -> bytes:
    return bytes(4) if day is None else day.year.to_bytes(2, "big") + bytes((day.month, day.day))


def _from_hexadecimal(uid: str) -> bytes | None:
    if len(uid) > 2 * (_HEAD_BYTES + MAX_DATA_BYTES) or not uid.upper().startswith(_CLASS_ID.hex().upper()):
        return None
    try:
        octets = bytes.fromhex(uid)
    except ValueError:
        return None
    is_whole = len(octets) >= _HEAD_BYTES and len(octets) - _HEAD_BYTES == int.from_bytes(
        octets[_HEAD_BYTES - 4 : _HEAD_BYTES], "little"
    )
    return octets if is_whole else None
