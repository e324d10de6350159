"""Refusals in SMTP's words (RFC 5321 §4.2.3, RFC 3463): one table, the only place where the two meet.

A few refusals read differently by what was refused: the sender at MAIL, a recipient at RCPT, the message at its end.
"""

from enum import Enum, auto

from mailproof_server.model import errors
from mailproof_server.wire.smtp.reply import Reply


class Situation(Enum):
    """What a refusal is about."""

    SENDER = auto()
    RECIPIENT = auto()
    MESSAGE = auto()
    LOGIN = auto()
    OTHER = auto()


REPLIES: dict[type[errors.Refusal], tuple[int, str]] = {
    errors.NotFound: (550, "5.1.1"),
    errors.FolderNotFound: (550, "5.2.0"),
    errors.AlreadyExists: (554, "5.3.0"),
    errors.NotAuthenticated: (535, "5.7.8"),
    errors.TooManyAttempts: (421, "4.7.0"),
    errors.PermissionDenied: (550, "5.7.1"),
    errors.SendAsDenied: (550, "5.7.1"),
    errors.OverQuota: (552, "5.2.2"),
    errors.TooLarge: (552, "5.3.4"),
    errors.TooMany: (452, "4.5.3"),
    errors.HasChildren: (554, "5.3.0"),
    errors.Stale: (451, "4.3.0"),
    errors.CursorExpired: (451, "4.3.0"),
    errors.Invalid: (501, "5.5.4"),
    errors.NotQualified: (554, "5.1.2"),
    errors.LoopDetected: (554, "5.4.6"),
    errors.Unavailable: (451, "4.3.0"),
}
SPECIAL: dict[tuple[Situation, type[errors.Refusal]], tuple[int, str]] = {
    # The path was well-formed: what is refused is to send from nowhere, which is a matter of policy.
    (Situation.SENDER, errors.Invalid): (550, "5.7.1"),
    (Situation.RECIPIENT, errors.Invalid): (550, "5.1.3"),
    # A group that is too large stays so: trying later is no help.
    (Situation.RECIPIENT, errors.TooMany): (550, "5.5.3"),
    (Situation.MESSAGE, errors.Invalid): (554, "5.6.0"),
    (Situation.LOGIN, errors.TooMany): (421, "4.7.0"),
    (Situation.LOGIN, errors.Unavailable): (454, "4.7.0"),
}
CLOSING_CODE = 421
"""RFC 5321 §4.2.1: the server is closing the channel; whoever sends it does."""


def reply_to(refusal: errors.Refusal, situation: Situation) -> Reply:
    """The reply for a refusal; its text is the refusal's."""
    # A refusal without words of its own is told in those of what it is a kind of.
    code, enhanced = next(
        found
        for kind in type(refusal).__mro__
        if issubclass(kind, errors.Refusal)
        if (found := SPECIAL.get((situation, kind)) or REPLIES.get(kind))
    )
    return Reply(code, enhanced, refusal.text.replace("\n", " ").strip() or "Refused")
