"""What the organisation's log tells: one structured record for each act, by WorkMail's names (administrator guide,
monitoring with CloudWatch Logs; audit logging).

A record is a flat object of strings, numbers, lists and truth values. Fields keep the documented names: `recipients`,
`sender` (only where somebody acted on another's behalf), `from` (the owner, also for send as), `subject`, `messageId`.
Secrets are no fields, and bodies are never told. Services record; where the records go is up to the app.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

MAX_SUBJECT = 256
MAX_LISTED = 500


class Event(StrEnum):
    """On the way of a message."""

    ORGANIZATION_EMAIL_RECEIVED = "ORGANIZATION_EMAIL_RECEIVED"
    MAILBOX_EMAIL_DELIVERED = "MAILBOX_EMAIL_DELIVERED"
    RULE_APPLIED = "RULE_APPLIED"
    JOURNALING_INITIATED = "JOURNALING_INITIATED"
    INCOMING_EMAIL_BOUNCED = "INCOMING_EMAIL_BOUNCED"
    OUTGOING_EMAIL_SUBMITTED = "OUTGOING_EMAIL_SUBMITTED"
    OUTGOING_EMAIL_SENT = "OUTGOING_EMAIL_SENT"
    OUTGOING_EMAIL_BOUNCED = "OUTGOING_EMAIL_BOUNCED"
    DMARC_POLICY_APPLIED = "DMARC_POLICY_APPLIED"
    # The audit log's kinds.
    ACCESS_CONTROL = "ACCESS_CONTROL"
    AUTHENTICATION = "AUTHENTICATION"
    AVAILABILITY_PROVIDER = "AVAILABILITY_PROVIDER"
    MAILBOX_ACCESS = "MAILBOX_ACCESS"
    PERSONAL_ACCESS_TOKEN = "PERSONAL_ACCESS_TOKEN"  # noqa: S105 -- a name


AUDIT = frozenset(
    {
        Event.ACCESS_CONTROL,
        Event.AUTHENTICATION,
        Event.AVAILABILITY_PROVIDER,
        Event.MAILBOX_ACCESS,
        Event.PERSONAL_ACCESS_TOKEN,
    }
)
PROTOCOLS: Mapping[str, str] = {
    "imap": "IMAP",
    "smtp": "SMTP",
    "ews": "EWS",
    "eas": "ActiveSync",
    "web": "WebMail",
    "autodiscover": "AutoDiscover",
}
Recorder = Callable[[Event, Mapping[str, Any]], None]


def _nowhere(_event: Event, _fields: Mapping[str, Any]) -> None:
    """Until the app has said where records go."""


_recorder: Recorder = _nowhere


def record(event: Event, **fields: Any) -> None:
    """Tell of an act that has been committed. Empty fields are left out; a trailing underscore guards Python's words
    (`from_`)."""
    _recorder(
        event, {name.rstrip("_"): _short(name, value) for name, value in fields.items() if value not in (None, "")}
    )


def send_to(recorder: Recorder) -> Recorder:
    """Have records go there from now on; returns where they went before."""
    global _recorder
    before, _recorder = _recorder, recorder
    return before


def _short(name: str, value: Any) -> Any:
    if name == "subject":
        return str(value)[:MAX_SUBJECT]
    return list(value)[:MAX_LISTED] if isinstance(value, list | tuple | set | frozenset) else value
