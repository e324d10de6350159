"""The opaque ids of RFC 8474 as texts: `F7` a folder, `M12` a content (EMAILID), `T1f` a thread; `[A-Za-z0-9_-]` only.

A text that is no id of ours parses to None: asking for it finds nothing, which is no error (RFC 8474 section 6).
"""

from mailproof_server.model.ids import ContentId, FolderId

_LARGEST = 2**63 - 1


def folder_object_id(folder_id: FolderId) -> str:
    """IMAP's MAILBOXID: stable over rename and move."""
    return f"F{folder_id}"


def content_object_id(content_id: ContentId) -> str:
    """IMAP's EMAILID: "MUST be the same" for all copies (RFC 8474 section 5.1), so it names the shared content."""
    return f"M{content_id}"


def thread_object_id(number: int) -> str:
    """IMAP's THREADID, of the store's number for the thread: T and lower-case hexadecimal digits."""
    return f"T{number:x}"


def parse_folder_object_id(text: str) -> FolderId | None:
    number = _parse(text, "F", 10)
    return None if number is None else FolderId(number)


def parse_content_object_id(text: str) -> ContentId | None:
    number = _parse(text, "M", 10)
    return None if number is None else ContentId(number)


def parse_thread_object_id(text: str) -> int | None:
    return _parse(text, "T", 16)


def _parse(text: str, letter: str, base: int) -> int | None:
    digits = text[1:]
    # isalnum: int() would also take signs, spaces and underscores, and two texts must never name one object.
    if not text.startswith(letter) or not digits.isascii() or not digits.isalnum() or len(digits) > 19:
        return None
    try:
        number = int(digits, base)
    except ValueError:
        return None
    canonical = f"{number:x}" if base == 16 else str(number)
    return number if digits == canonical and 0 < number <= _LARGEST else None
