"""The messages that rules send on (RULE-05, RULE-06, RULE-09).

    forward                a new message from the owner: a few lines on the original, then the original's own body as it
                           is, attachments and signatures included
    forward as attachment  a new message from the owner, with the whole original as message/rfc822
    redirect               the original, with a block of Resent fields on top (RFC 5322 section 3.6.6)

All of them name the owner in the loop field, below those that were there already.
"""

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime

from mailproof_server.services.composing import (
    MAX_SUBJECT,
    addresses_field,
    multipart,
    one_line,
    text_field,
    text_part,
    thread_fields,
)
from mailproof_server.services.message_head import MessageHead, address_field
from mailproof_server.services.notices import message_id
from mailproof_server.services.rules.message import Arrival

_LOOP_NAME = "X-MS-Exchange-Inbox-Rules-Loop"
_NOT_PASSED_ON = frozenset({b"return-path", b"bcc", b"resent-bcc"})
_SHOWN = (("From", b"from"), ("Sent", b"date"), ("To", b"to"), ("Cc", b"cc"), ("Subject", b"subject"))
_MAX_SHOWN = 2000


def make_forward(arrival: Arrival, recipients: Sequence[str]) -> bytes:
    """From the owner, with the original in it. Raises Invalid for a header without end."""
    message = arrival.message
    shown = [(label, one_line(message.value(name))[:_MAX_SHOWN]) for label, name in _SHOWN]
    told = ["-----Original Message-----", *(f"{label}: {value}" for label, value in shown if value), ""]
    return _head(arrival, recipients) + multipart("mixed", [text_part("\n".join(told)), _entity(arrival)])


def make_forward_as_attachment(arrival: Arrival, recipients: Sequence[str]) -> bytes:
    """From the owner, with the original attached. Raises Invalid for a header without end."""
    original = MessageHead(arrival.message.content.data).edited((), _NOT_PASSED_ON)
    who = one_line(arrival.owner.display_name) or arrival.owner.address
    attached = b"Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n"
    if not original.isascii():
        attached += b"Content-Transfer-Encoding: 8bit\r\n"
    told = text_part(f"A rule of {who} forwards the attached message.")
    return _head(arrival, recipients) + multipart("mixed", [told, attached + b"\r\n" + original])


def make_redirect(arrival: Arrival, recipients: Sequence[str]) -> bytes:
    """The original as it is, sent again by the owner. Raises Invalid for a header without end."""
    owner = arrival.owner
    top = [
        _loop_field(owner.address),
        b"Resent-From: <" + owner.address.encode() + b">\r\n",
        addresses_field("Resent-To", recipients),
        b"Resent-Date: " + _date(arrival.at) + b"\r\n",
        b"Resent-Message-ID: " + message_id(owner.address.rpartition("@")[2]).encode() + b"\r\n",
    ]
    return MessageHead(arrival.message.content.data).edited(top, _NOT_PASSED_ON)


def _head(arrival: Arrival, recipients: Sequence[str]) -> bytes:
    """Of a new message about the original."""
    owner, message = arrival.owner, arrival.message
    subject = message.content.subject[:MAX_SUBJECT]
    if not subject.lower().startswith(("fw:", "fwd:")):
        subject = f"FW: {subject}"
    return b"".join(
        [
            address_field("From", owner.display_name, owner.address),
            addresses_field("To", recipients),
            text_field("Subject", subject),
            b"Date: " + _date(arrival.at) + b"\r\n",
            b"Message-ID: " + message_id(owner.address.rpartition("@")[2]).encode() + b"\r\n",
            *thread_fields(message.value(b"message-id"), message.value(b"references")),
            # RFC 3834 section 5: nobody wrote this for the occasion, so nothing may answer it by itself.
            b"Auto-Submitted: auto-generated\r\n",
            *(_loop_field(each) for each in sorted(message.forwarders)),
            _loop_field(owner.address),
        ]
    )


def _entity(arrival: Arrival) -> bytes:
    """The original's body with the fields that describe it, as a part."""
    data, root = arrival.message.content.data, arrival.message.root
    described = [data[each.start : each.end].rstrip(b"\r\n") + b"\r\n" for each in arrival.message.content_fields]
    return b"".join([*described, b"\r\n", data[root.body_start : root.end]])


def _loop_field(address: str) -> bytes:
    return f"{_LOOP_NAME}: {one_line(address)}\r\n".encode()


def _date(at: datetime) -> bytes:
    return format_datetime(at).encode()
