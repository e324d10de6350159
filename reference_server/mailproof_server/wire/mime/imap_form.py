"""ENVELOPE, BODY and BODYSTRUCTURE as ready IMAP octets (RFC 3501 sections 7.4.2 and 9, RFC 9051 section 7.5.2).

The values are what stands after `ENVELOPE ` and so on in a FETCH response. They are right for both revisions: strings
are quoted only when they are 7-bit without CR, LF and NUL, and literals otherwise, which every client reads in every
mode. A message/global part has the form of message/rfc822 (RFC 9051: `media-message`).
"""

import re
from collections.abc import Sequence
from typing import Final

from mailproof_server.wire.mime.addresses import Address, Group, address_list
from mailproof_server.wire.mime.headers import Field, fields
from mailproof_server.wire.mime.structure import Part

NIL: Final = b"NIL"

_SAFE: Final = re.compile(rb"[\x01-\x09\x0b\x0c\x0e-!#-\[\]-\x7f]*+")
_QUOTABLE: Final = re.compile(rb"[\x01-\x09\x0b\x0c\x0e-\x7f]*+")
_SPECIAL: Final = re.compile(rb'["\\]')
_ENVELOPE_FIELDS: Final = frozenset(
    {b"date", b"subject", b"from", b"sender", b"reply-to", b"to", b"cc", b"bcc", b"in-reply-to", b"message-id"}
)


def string(value: bytes) -> bytes:
    """A quoted string where the grammar allows one, else a literal; NUL, which neither may hold, becomes "?"."""
    if _SAFE.fullmatch(value):
        return b'"%b"' % value
    if _QUOTABLE.fullmatch(value):
        return b'"%b"' % _SPECIAL.sub(rb"\\\g<0>", value)
    if b"\0" in value:
        return string(value.replace(b"\0", b"?"))
    return b"{%d}\r\n%b" % (len(value), value)


def nstring(value: bytes | None) -> bytes:
    """NIL for an absent value; an empty one is `""`."""
    return NIL if value is None else string(value)


def envelope(data: bytes, part: Part) -> bytes:
    """The ENVELOPE of a message: of the root, or of the message embedded in a message/rfc822 part (`part.embedded`)."""
    return envelope_of(data, fields(data, part.header_start, part.body_start))


def envelope_of(data: bytes, header: Sequence[Field]) -> bytes:
    """The ENVELOPE that a header's fields make."""
    return Envelope(data, header).render()


class Envelope:
    """The fields of a header that ENVELOPE shows.

    Of date, subject, in-reply-to and message-id the first occurrence counts. Address fields that stand several times
    (RFC 5322 section 3.6 forbids it, mailers do it) are read as one list, so that no recipient is lost.

    Attributes:
        values: unfolded values by field name (lower case); absent fields are absent.
        addresses: parsed lists of the six address fields that are present.
    """

    __slots__ = ("addresses", "values")

    def __init__(self, data: bytes, header: Sequence[Field]) -> None:
        self.values: dict[bytes, bytes] = {}
        self.addresses: dict[bytes, list[Address | Group]] = {}
        for field in header:
            name = field.name
            if name not in _ENVELOPE_FIELDS:
                continue
            if name in _ADDRESS_FIELDS:
                found = address_list(field.value(data))
                if name in self.addresses:
                    self.addresses[name].extend(found)
                else:
                    self.addresses[name] = found
            elif name not in self.values:
                self.values[name] = field.value(data)

    def render(self) -> bytes:
        value, addresses = self.values.get, self._addresses
        from_ = addresses(b"from")
        # "If the Sender or Reply-To lines are absent in the header, or are present but empty, the server sets the
        # corresponding member of the envelope to be the same value as the from member".
        sender, reply_to = addresses(b"sender"), addresses(b"reply-to")
        return b"(%b %b %b %b %b %b %b %b %b %b)" % (
            nstring(value(b"date")),
            nstring(value(b"subject")),
            from_,
            from_ if sender == NIL else sender,
            from_ if reply_to == NIL else reply_to,
            addresses(b"to"),
            addresses(b"cc"),
            addresses(b"bcc"),
            nstring(value(b"in-reply-to")),
            nstring(value(b"message-id")),
        )

    def _addresses(self, name: bytes) -> bytes:
        found = self.addresses.get(name)
        if not found:
            return NIL
        rendered = [_group(entry) if isinstance(entry, Group) else _address(entry) for entry in found]
        return b"(%b)" % b"".join(rendered)


_ADDRESS_FIELDS: Final = frozenset({b"from", b"sender", b"reply-to", b"to", b"cc", b"bcc"})


def _address(address: Address) -> bytes:
    # A missing domain is "": a NIL host would make the address the start of a group.
    return b"(%b %b %b %b)" % (
        NIL if address.name is None else string(address.name),
        NIL if address.route is None else string(address.route),
        string(address.local),
        string(address.domain),
    )


def _group(group: Group) -> bytes:
    members = b"".join([_address(member) for member in group.members])
    return b"(NIL NIL %b NIL)%b(NIL NIL NIL NIL)" % (string(group.name), members)


def body(data: bytes, part: Part) -> bytes:
    """The non-extensible form, as `FETCH BODY` shows it."""
    return bodies(data, part)[0]


def body_structure(data: bytes, part: Part) -> bytes:
    """The form with extension data, as `FETCH BODYSTRUCTURE` shows it."""
    return bodies(data, part)[1]


def bodies(data: bytes, part: Part) -> tuple[bytes, bytes]:
    """Both forms, BODY and BODYSTRUCTURE, from one walk over the tree."""
    if part.children:
        rendered = [bodies(data, child) for child in part.children]
        subtype = string(part.subtype.upper())
        # RFC 3501 section 9: body-type-mpart = 1*body SP media-subtype; no space between the parts.
        basic = b"(%b %b)" % (b"".join([pair[0] for pair in rendered]), subtype)
        children = b"".join([pair[1] for pair in rendered])
        return basic, b"(%b %b %b%b)" % (children, subtype, _parameters(part.params), _tail(part))
    head = b"(%b %b %b %b %b %b %d" % (
        string(part.type.upper()),
        string(part.subtype.upper()),
        _parameters(part.params),
        nstring(part.content_id),
        nstring(part.description),
        string(part.encoding.upper()),
        part.end - part.body_start,
    )
    extension = b" %b%b)" % (nstring(part.md5), _tail(part))
    if part.embedded is not None:
        inner = bodies(data, part.embedded)
        head = b"%b %b" % (head, envelope(data, part.embedded))
        basic, extended = (b"%b %b %d" % (head, form, part.lines) for form in inner)
        return basic + b")", extended + extension
    if part.type == b"text":
        head = b"%b %d" % (head, part.lines)
    return head + b")", head + extension


def _tail(part: Part) -> bytes:
    """Disposition, language and location, which end the extension data of both kinds of bodies."""
    if part.disposition is None and not part.language and part.location is None:
        return b" NIL NIL NIL"
    disposition = NIL
    if part.disposition is not None:
        disposition = b"(%b %b)" % (string(part.disposition), _parameters(part.disposition_params))
    language = b"(%b)" % b" ".join([string(tag) for tag in part.language]) if part.language else NIL
    return b" %b %b %b" % (disposition, language, nstring(part.location))


def _parameters(parameters: Sequence[tuple[bytes, bytes]]) -> bytes:
    if not parameters:
        return NIL
    return b"(%b)" % b" ".join([b"%b %b" % (string(name), string(value)) for name, value in parameters])
