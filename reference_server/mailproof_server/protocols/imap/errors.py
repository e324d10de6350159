"""Refusals in IMAP's words (RFC 9051 7.1, RFC 5530): one table, the only place where the two meet."""

from mailproof_server.model import errors
from mailproof_server.protocols.imap.command import Reply, no

CODES: dict[type[errors.Refusal], bytes | None] = {
    errors.NotFound: b"NONEXISTENT",
    errors.FolderNotFound: b"NONEXISTENT",
    errors.AlreadyExists: b"ALREADYEXISTS",
    errors.NotAuthenticated: b"AUTHENTICATIONFAILED",
    errors.TooManyAttempts: b"UNAVAILABLE",
    errors.PermissionDenied: b"NOPERM",
    errors.SendAsDenied: b"NOPERM",
    errors.OverQuota: b"OVERQUOTA",
    errors.TooLarge: b"TOOBIG",
    errors.TooMany: b"LIMIT",
    errors.HasChildren: b"HASCHILDREN",
    errors.Stale: b"EXPUNGEISSUED",
    errors.CursorExpired: b"UNAVAILABLE",
    errors.Invalid: b"CANNOT",
    errors.NotQualified: b"CANNOT",
    errors.LoopDetected: b"CANNOT",
    errors.Unavailable: b"UNAVAILABLE",
}


def reply_to(refusal: errors.Refusal) -> Reply:
    """The tagged NO for a refusal."""
    return no(text_of(refusal), CODES[type(refusal)])


def target_reply(refusal: errors.Refusal) -> Reply:
    """The same for the target of APPEND, COPY, MOVE and REPLACE: a folder that could be made is TRYCREATE."""
    if isinstance(refusal, errors.FolderNotFound) and refusal.can_create:
        return no(text_of(refusal), b"TRYCREATE")
    return reply_to(refusal)


def text_of(refusal: errors.Refusal) -> bytes:
    """Response text: one line of printable ASCII, never empty."""
    text = "".join(each if " " <= each <= "~" else "?" for each in refusal.text).strip()
    return (text or "Refused").encode("ascii")
