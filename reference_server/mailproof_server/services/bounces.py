"""Delivery status notifications: what became of a message, told to its sender (RFC 3461, RFC 3464, RFC 6533)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from enum import StrEnum

from mailproof_server.model.envelope import EnvelopeRecipient, SmtpEnvelope
from mailproof_server.services.composing import one_line, thread_fields
from mailproof_server.services.message_head import MessageHead
from mailproof_server.services.notices import message_id
from mailproof_server.wire.mime.charsets import decode_raw

MAX_RETURNED_BYTES = 256 * 1024
"""A longer message comes back as its header only, unless the sender asked for all of it (RET=FULL)."""


class Action(StrEnum):
    """RFC 3464 section 2.3.3."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


_WISHES = {
    Action.FAILED: "FAILURE",
    Action.DELAYED: "DELAY",
    Action.DELIVERED: "SUCCESS",
    Action.RELAYED: "SUCCESS",
    Action.EXPANDED: "SUCCESS",
}
_SUBJECTS = {
    Action.FAILED: "Undelivered Mail Returned to Sender",
    Action.DELAYED: "Delayed Mail (still being retried)",
}
_EXPLAINED = {
    Action.FAILED: "could not be delivered",
    Action.DELAYED: "has not been delivered yet; it will be tried again, and you need not send it again",
    Action.DELIVERED: "has been delivered",
    Action.RELAYED: "has been handed on to a server that may not confirm its delivery",
    Action.EXPANDED: "has been delivered to the members of the group",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one recipient."""

    recipient: EnvelopeRecipient
    action: Action
    status: str
    """RFC 3463, e.g. `5.2.2`."""
    diagnostic: str = ""
    """The reply that says why, e.g. `552 5.2.2 The mailbox is full`."""
    final_address: str = ""
    """Where it was to go in the end, where that is not the recipient's own address."""
    remote_host: str = ""


def is_wanted(outcome: Outcome) -> bool:
    """Whether the sender wants to be told (RFC 3461 section 4.1).

    Without NOTIFY failures are told and nothing else; `NEVER` stands alone, so that it contains no other wish.
    """
    notify = outcome.recipient.notify
    if not notify:
        return outcome.action is Action.FAILED
    return _WISHES[outcome.action] in notify


def report(
    envelope: SmtpEnvelope,
    data: bytes,
    outcomes: Sequence[Outcome],
    *,
    host_name: str,
    arrived: datetime,
    now: datetime,
) -> bytes:
    """A report of `outcomes` (at least one) to the envelope's sender, who must not be the null sender.

    RFC 3461 section 6.2: FULL returns the whole message, HDRS its header; a report without failures returns the header
    only (section 4.3).
    """
    domain = envelope.sender.rpartition("@")[2]
    actions = {outcome.action for outcome in outcomes}
    worst = next(action for action in Action if action in actions)
    lines = [_fields(envelope, host_name, arrived), *(_recipient_fields(each) for each in outcomes)]
    returned, is_whole = _returned(envelope, data, worst)
    # RFC 6533 section 4: the global types where an address or the header goes beyond ASCII.
    status = b"".join(lines)
    is_global = envelope.smtp_utf8 and not (status.isascii() and returned.isascii())
    if is_whole:
        returned_type = b"message/global" if is_global else b"message/rfc822"
    else:
        returned_type = b"message/global-headers" if is_global else b"text/rfc822-headers"
    parts = [
        _part(b"text/plain; charset=utf-8", _explanation(envelope, outcomes)),
        _part(b"message/global-delivery-status" if is_global else b"message/delivery-status", status),
        _part(returned_type, returned),
    ]
    boundary = f"report-{secrets.token_hex(16)}".encode()
    head = [
        b"Return-Path: <>",
        b"From: Mail Delivery System <MAILER-DAEMON@" + domain.encode() + b">",
        b"To: <" + envelope.sender.encode() + b">",
        b"Subject: " + _SUBJECTS.get(worst, "Delivery Status Notification (Success)").encode(),
        b"Date: " + format_datetime(now).encode(),
        b"Message-ID: " + message_id(domain).encode(),
        # RFC 3834 section 5: "auto-replied" for what answers a particular message; nothing may answer it.
        b"Auto-Submitted: auto-replied",
        *(
            each.removesuffix(b"\r\n")
            for each in thread_fields(decode_raw(MessageHead(data).value(b"message-id") or b""))
        ),
        b"MIME-Version: 1.0",
        b'Content-Type: multipart/report; report-type=delivery-status;\r\n boundary="' + boundary + b'"',
        b"Content-Transfer-Encoding: " + (b"7bit" if all(each.isascii() for each in parts) else b"8bit"),
    ]
    delimiter = b"--" + boundary
    body = b"".join(delimiter + b"\r\n" + part for part in parts)
    return b"\r\n".join(head) + b"\r\n\r\n" + body + delimiter + b"--\r\n"


def _fields(envelope: SmtpEnvelope, host_name: str, arrived: datetime) -> bytes:
    """Of the message as a whole (RFC 3464 section 2.2)."""
    lines = [f"Reporting-MTA: dns; {host_name}"]
    if envelope.envelope_id is not None:
        lines.insert(0, f"Original-Envelope-Id: {one_line(envelope.envelope_id)}")
    lines.append(f"Arrival-Date: {format_datetime(arrived)}")
    return _block(lines)


def _recipient_fields(outcome: Outcome) -> bytes:
    """Of one recipient, after a blank line (RFC 3464 section 2.3)."""
    lines = []
    if outcome.recipient.original is not None:
        lines.append(f"Original-Recipient: {one_line(outcome.recipient.original)}")
    final = outcome.final_address or outcome.recipient.address
    lines.append(f"Final-Recipient: {'rfc822' if final.isascii() else 'utf-8'}; {one_line(final)}")
    lines.append(f"Action: {outcome.action}")
    lines.append(f"Status: {outcome.status}")
    if outcome.remote_host:
        lines.append(f"Remote-MTA: dns; {one_line(outcome.remote_host)}")
    if outcome.diagnostic:
        lines.append(f"Diagnostic-Code: smtp; {one_line(outcome.diagnostic)}")
    return b"\r\n" + _block(lines)


def _explanation(envelope: SmtpEnvelope, outcomes: Sequence[Outcome]) -> bytes:
    text = ["This is an automatic report about the message that you sent.", ""]
    for action in Action:
        told = [each for each in outcomes if each.action is action]
        if not told:
            continue
        text += [f"To these recipients it {_EXPLAINED[action]}:", ""]
        for each in told:
            text.append(f"  <{one_line(each.final_address or each.recipient.address)}>")
            if each.diagnostic:
                text.append(f"    {one_line(each.diagnostic)}")
        text.append("")
    return _block(text)


def _returned(envelope: SmtpEnvelope, data: bytes, worst: Action) -> tuple[bytes, bool]:
    """What goes back of the message, and whether it is all of it."""
    asked = envelope.return_full
    wants_all = len(data) <= MAX_RETURNED_BYTES if asked is None else asked
    if worst is Action.FAILED and wants_all:
        return data, True
    return MessageHead(data).header(), False


def _part(content_type: bytes, content: bytes) -> bytes:
    """One part with its line end before the next delimiter."""
    encoding = b"" if content.isascii() else b"Content-Transfer-Encoding: 8bit\r\n"
    return b"Content-Type: " + content_type + b"\r\n" + encoding + b"\r\n" + content + b"\r\n"


def _block(lines: Sequence[str]) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8", "replace")
