"""Everything the store keeps about a message beside its octets, computed once when it arrives.

Readers then answer FETCH ENVELOPE, BODY, BODYSTRUCTURE, PREVIEW, SORT, THREAD and SEARCH from stored values, without
parsing (RFC 3501, RFC 5256, RFC 5957, RFC 8970).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from mailproof_server.wire.mime import imap_form, structure, text
from mailproof_server.wire.mime.addresses import Address, Group
from mailproof_server.wire.mime.charsets import decode_raw
from mailproof_server.wire.mime.dates import parse_date
from mailproof_server.wire.mime.encoded_words import decode_header
from mailproof_server.wire.mime.headers import Field, message_ids
from mailproof_server.wire.mime.subjects import base_subject

#: Octets of a subject or display name that are decoded for showing and sorting; ENVELOPE has the whole.
_TEXT_OCTETS: Final = 1 << 14


class Summary(msgspec.Struct):
    """What `summarise` found.

    Attributes:
        structure: the MIME tree, for `structure.decode`.
        envelope, body, body_structure: ready IMAP values.
        size_bytes: octets of the message (RFC822.SIZE).
        preview: at most 200 characters.
        search_headers, search_body: see `text.SearchText`.
        is_search_complete: False when a limit has cut the search text; a thorough SEARCH then reads the message.
        sent_date: the Date field, aware; None when there is none or it cannot be read.
        message_id: `<left@right>`, normalised; None when there is none.
        in_reply_to, references: identifiers of these fields, normalised, in order.
        subject: decoded; empty when absent.
        base_subject: RFC 5256 section 2.1, in the letters of the subject.
        is_reply_or_forward: a "Re:", "Fwd:" or the like was removed to get the base subject.
        from_address: `local@domain` of the first author, as written; empty when there is none.
        from_name: decoded display name of the first author; empty when there is none.
        sort_subject: the base subject, folded.
        sort_from, sort_to, sort_cc: addr-mailbox of the first address, folded (RFC 5256 section 3: FROM, TO, CC).
        sort_display_from, sort_display_to: RFC 5957 section 3, folded.
        has_attachment: see `text.has_attachment`.
    """

    structure: bytes
    envelope: bytes
    body: bytes
    body_structure: bytes
    size_bytes: int
    preview: str
    search_headers: str
    search_body: str
    is_search_complete: bool
    sent_date: datetime | None
    message_id: str | None
    in_reply_to: list[str]
    references: list[str]
    subject: str
    base_subject: str
    is_reply_or_forward: bool
    from_address: str
    from_name: str
    sort_subject: str
    sort_from: str
    sort_to: str
    sort_cc: str
    sort_display_from: str
    sort_display_to: str
    has_attachment: bool


def summarise(data: bytes, search_limit: int = text.SEARCH_LIMIT) -> Summary:
    """Describe a message; any octets are described.

    Args:
        data: the whole message.
        search_limit: characters of search text to keep of the header and of the body, each.
    """
    part, header = structure.parse_with_header(data)
    envelope = imap_form.Envelope(data, header)
    body, body_structure = imap_form.bodies(data, part)
    search = text.search_text_of(data, part, header, search_limit)
    values = envelope.values
    ids = message_ids(values.get(b"message-id", b""))
    subject = decode_header(values.get(b"subject", b"")[:_TEXT_OCTETS])
    base, is_reply_or_forward = base_subject(subject)
    senders, recipients = envelope.addresses.get(b"from", ()), envelope.addresses.get(b"to", ())
    author = _first_address(senders)
    date = values.get(b"date")
    return Summary(
        structure=structure.encode(part),
        envelope=envelope.render(),
        body=body,
        body_structure=body_structure,
        size_bytes=len(data),
        preview=text.preview(data, part),
        search_headers=search.headers,
        search_body=search.body,
        is_search_complete=search.is_complete,
        sent_date=None if date is None else parse_date(date),
        message_id=ids[0] if ids else None,
        in_reply_to=message_ids(values.get(b"in-reply-to", b"")),
        references=_references(data, header),
        subject=subject,
        base_subject=base,
        is_reply_or_forward=is_reply_or_forward,
        from_address="" if author is None else _addr_spec(author),
        from_name="" if author is None else _name(author),
        sort_subject=text.fold(base),
        sort_from=_sort_mailbox(senders),
        sort_to=_sort_mailbox(recipients),
        sort_cc=_sort_mailbox(envelope.addresses.get(b"cc", ())),
        sort_display_from=_sort_display(senders),
        sort_display_to=_sort_display(recipients),
        has_attachment=text.has_attachment(part),
    )


def _references(data: bytes, header: Sequence[Field]) -> list[str]:
    for field in header:
        if field.name == b"references":
            return message_ids(field.raw_value(data))
    return []


def _first_address(entries: Sequence[Address | Group]) -> Address | None:
    for entry in entries:
        if isinstance(entry, Address):
            return entry
        if entry.members:
            return entry.members[0]
    return None


def _addr_spec(address: Address) -> str:
    local, domain = decode_raw(address.local), decode_raw(address.domain)
    return f"{local}@{domain}" if domain else local


def _name(address: Address) -> str:
    return decode_header(address.name[:_TEXT_OCTETS]).strip() if address.name else ""


def _sort_mailbox(entries: Sequence[Address | Group]) -> str:
    """The addr-mailbox of the first address structure; the first structure of a group holds the group's name."""
    if not entries:
        return ""
    first = entries[0]
    return text.fold(decode_raw((first.name if isinstance(first, Group) else first.local)[:_TEXT_OCTETS]))


def _sort_display(entries: Sequence[Address | Group]) -> str:
    """RFC 5957 section 3: the decoded addr-name, else addr-mailbox "@" addr-host, else addr-mailbox alone (a group)."""
    if not entries:
        return ""
    first = entries[0]
    if isinstance(first, Group):
        return text.fold(decode_raw(first.name[:_TEXT_OCTETS]))
    return text.fold(_name(first) or _addr_spec(first))
