"""What a folder may be called: Unicode as given, within limits, without control characters (RFC 9755 section 3)."""

from mailproof_server.model.errors import AlreadyExists, Invalid
from mailproof_server.model.folder import SEPARATOR
from mailproof_server.services.limits import ServiceLimits

INBOX = "INBOX"


def _forbidden(character: str) -> bool:
    """Controls C0, DEL and C1, line and paragraph separators, and lone surrogates, which have no encoding."""
    code = ord(character)
    return code < 0x20 or 0x7F <= code <= 0x9F or code in (0x2028, 0x2029) or 0xD800 <= code <= 0xDFFF


def checked_parts(path: str, limits: ServiceLimits) -> list[str]:
    """The names of a new folder's path. Raises Invalid, naming the reason.

    INBOX is one folder however it is spelt, so that another spelling of it is refused at the top: AlreadyExists when
    the inbox itself is meant, Invalid above a subfolder.
    """
    parts = path.split(SEPARATOR)
    if not all(parts):
        raise Invalid("A folder's name must not be empty")
    if any(map(_forbidden, path)):
        raise Invalid("Control characters are not allowed in a folder's name")
    if len(parts) > limits.folder_depth:
        raise Invalid(f"Folders nest at most {limits.folder_depth} deep")
    if any(len(part.encode()) > limits.folder_name_octets for part in parts):
        raise Invalid(f"A folder's name has at most {limits.folder_name_octets} octets")
    if len(path.encode()) > limits.folder_path_octets:
        raise Invalid(f"A folder's path has at most {limits.folder_path_octets} octets")
    if parts[0] != INBOX and parts[0].isascii() and parts[0].upper() == INBOX:
        if len(parts) == 1:
            raise AlreadyExists("INBOX already exists, in any spelling")
        raise Invalid("The inbox is called INBOX")
    return parts
