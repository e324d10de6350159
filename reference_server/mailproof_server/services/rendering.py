"""The MIME form of events, contacts, tasks and notes: what IMAP shows of them, and where their attachments are kept.

The properties are the item; this is one rendering of it, made anew whenever they change. Its attachments are its last
parts, in the order of the properties' list, so that their bytes are stored once, as part of the content.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

import msgspec

from mailproof_server.model.attachment import AttachedFile, Attachment
from mailproof_server.services.composing import one_line

ATTACHED = "X-Mailproof-Attached"
"""Marks the parts that are the item's attachments, apart from those that render it."""
MAX_HEADER_CHARACTERS = 400


@dataclass(frozen=True, slots=True)
class Rendering:
    """The parts of one message."""

    subject: str
    date: datetime
    text: str
    sender: tuple[str, str] | None = None
    """(display name, address)."""
    recipients: tuple[tuple[str, str], ...] = ()
    acting: tuple[str, str] | None = None
    """Sender, where somebody else acts."""
    message_id: str = ""
    html: str = ""
    alternative: tuple[str, bytes, dict[str, str]] | None = None
    """(media subtype of text, octets in UTF-8, parameters)."""
    fields: tuple[tuple[str, str], ...] = ()


def render(parts: Rendering, files: Sequence[AttachedFile] = ()) -> bytes:
    """A message of 7-bit lines."""
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    if parts.sender is not None:
        message["From"] = address(parts.sender)
    if parts.acting is not None:
        message["Sender"] = address(parts.acting)
    if parts.recipients:
        message["To"] = tuple(map(address, parts.recipients))
    message["Subject"] = one_line(parts.subject)[:MAX_HEADER_CHARACTERS]
    message["Date"] = format_datetime(parts.date)
    if parts.message_id:
        message["Message-ID"] = parts.message_id
    message.set_content(_lines(parts.text), cte="quoted-printable")
    if parts.html:
        message.add_alternative(_lines(parts.html), subtype="html", cte="base64")
    if parts.alternative is not None:
        subtype, octets, parameters = parts.alternative
        # As text in UTF-8 for every client; octets may be anything, so base64 carries them.
        message.add_alternative(octets, maintype="text", subtype=subtype, cte="base64", params=parameters)
    for each in files:
        maintype, _, kind = each.described.media_type.partition("/")
        if not kind or maintype in ("multipart", "message"):
            maintype, kind = "application", "octet-stream"
        message.add_attachment(
            each.data,
            maintype=_token(maintype),
            subtype=_token(kind),
            filename=one_line(each.described.name) or "attachment",
            disposition="inline" if each.described.is_inline else "attachment",
            headers=[f"{ATTACHED}: 1"],
        )
    # Last, since putting parts together moves what begins with Content- into the first of them.
    for name, value in parts.fields:
        message[name] = value
    return message.as_bytes()


def attached(data: bytes, described: Sequence[Attachment]) -> list[AttachedFile]:
    """The attachments of a message that `render` has made."""
    if not described:
        return []
    parts = [part for part in message_from_bytes(data).walk() if part.get(ATTACHED) is not None]
    found: list[AttachedFile] = []
    for each, part in zip(described, parts, strict=False):
        payload = part.get_payload(decode=True)
        found.append(AttachedFile(each, payload if isinstance(payload, bytes) else b""))
    return found


def described(files: Sequence[AttachedFile]) -> tuple[Attachment, ...]:
    """What the properties keep of them."""
    return tuple(msgspec.structs.replace(each.described, size_bytes=len(each.data)) for each in files)


def address(person: tuple[str, str]) -> Address | str:
    """(display name, address) for a header; one that is no address in the strict sense is quoted as it is."""
    name, spec = one_line(person[0]), one_line(person[1])
    try:
        return Address(name, addr_spec=spec)
    except (ValueError, IndexError):
        return (
            Address(name or spec, addr_spec="invalid@invalid.invalid")
            if not parseaddr(spec)[1]
            else Address(name, username=spec.rpartition("@")[0], domain=spec.rpartition("@")[2])
        )


def _lines(text: str) -> str:
    """Without what no text may hold."""
    text = "\n".join(text.splitlines())
    kept = (each for each in text if each in "\n\t" or (ord(each) >= 0x20 and not 0xD800 <= ord(each) <= 0xDFFF))
    return "".join(kept) + "\n"


def _token(word: str) -> str:
    return "".join(each for each in word if each.isascii() and (each.isalnum() or each in "-.+_")) or "x-unknown"
