"""Short messages that the server itself writes to a user: quota warnings, refused senders (RFC 3834 section 5)."""

import secrets
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime


def message_id(domain: str) -> str:
    """A new identifier, with its angle brackets."""
    return f"<{secrets.token_hex(16)}@{domain}>"


def postmaster_of(address: str) -> str:
    """The postmaster of the address's domain (RFC 5321 section 4.5.1)."""
    return f"postmaster@{address.rpartition('@')[2]}"


def notice(recipient: str, display_name: str, subject: str, text: str, now: datetime) -> bytes:
    """A plain text message from the postmaster of the recipient's own domain, ready to be stored."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address("Postmaster", addr_spec=postmaster_of(recipient))
    message["To"] = Address(display_name, addr_spec=recipient)
    message["Subject"] = subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id(recipient.rpartition("@")[2])
    # RFC 3834 section 5: "auto-generated" for a message that answers no other one; no auto-reply may answer it.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return b"Return-Path: <>\r\n" + message.as_bytes()
