"""The header of a message about to be sent: what it says of its author, and the few edits that are allowed.

RFC 6409 section 8: a submission server may add Sender, Date and Message-ID; the rest of the message stays as it is,
byte for byte, so that signatures hold.
"""

import re
from collections.abc import Iterable
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.policy import SMTP
from itertools import islice

from mailproof_server.model.errors import Invalid, NotQualified
from mailproof_server.services.addresses import MailAddress
from mailproof_server.wire.mime.addresses import address_list, flatten
from mailproof_server.wire.mime.charsets import decode_raw
from mailproof_server.wire.mime.encoded_words import decode_header
from mailproof_server.wire.mime.headers import MAX_FIELDS, Field, iter_fields

_ADDRESS_FIELDS = (
    b"from",
    b"sender",
    b"reply-to",
    b"to",
    b"cc",
    b"resent-from",
    b"resent-sender",
    b"resent-to",
    b"resent-cc",
)
_MESSAGE_ID = re.compile(rb"<[^<>\x00-\x1f]+@[^<>@\x00-\x20]+>")
"""Generous: what other servers and programs take for an identifier stays."""
MAX_AUTHORS = 100
MAX_AUTHOR_OCTETS = 10_000
"""Of one From or Sender field. Lenient readers stop somewhere; what is checked must be all that is there."""


class MessageHead:
    """The fields of a message's header with their places; nothing is decoded that is not asked for.

    Raises Invalid for a header of more fields than anybody reads: what is checked must be all that is there.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._fields = list(islice(iter_fields(data, 0, len(data)), MAX_FIELDS + 1))
        if len(self._fields) > MAX_FIELDS:
            raise Invalid(f"The message has more than {MAX_FIELDS} header fields")

    def named(self, name: bytes) -> list[Field]:
        """All fields of that name (lower case)."""
        return [field for field in self._fields if field.name == name]

    def value(self, name: bytes) -> bytes | None:
        """The unfolded value of the first field of that name."""
        found = self.named(name)
        return found[0].value(self._data) if found else None

    def header(self) -> bytes:
        """The header as it stands, without the blank line that ends it."""
        return self._data[: self._fields[-1].end if self._fields else 0]

    def authors(self) -> list[MailAddress]:
        """Who wrote it, by its one From field. Raises Invalid when there is none, or several, or none with an address.

        RFC 5322 section 3.6: From occurs exactly once.
        """
        found = self._addresses(b"from")
        if not found:
            raise Invalid("The message has no From field with an address")
        return found

    def sender(self) -> MailAddress | None:
        """The agent that its Sender field names; None without one. Raises Invalid for several or none in it."""
        if not self.named(b"sender"):
            return None
        found = self._addresses(b"sender")
        if len(found) != 1:
            raise Invalid("A Sender field names exactly one address")
        return found[0]

    def _addresses(self, name: bytes) -> list[MailAddress]:
        fields = self.named(name)
        if len(fields) > 1:
            raise Invalid(f"The message has more than one {name.decode().title()} field")
        if not fields:
            return []
        value = fields[0].value(self._data)
        found = flatten(address_list(value))
        if len(value) > MAX_AUTHOR_OCTETS or len(found) > MAX_AUTHORS:
            raise Invalid(f"The {name.decode().title()} field is too long")
        if any(not each.local or not each.domain for each in found):
            raise Invalid(f"The {name.decode().title()} field holds what is no address")
        return [MailAddress(decode_raw(each.local).lower(), decode_raw(each.domain).lower()) for each in found]

    def require_qualified_domains(self) -> None:
        """Raise NotQualified when an address field names a domain of a single level.

        RFC 6409 section 4.2: a server that "examines or alters the message text in any way […] MUST ensure that all
        domains in address header fields are fully qualified".
        """
        for name in _ADDRESS_FIELDS:
            for field in self.named(name):
                for each in flatten(address_list(field.value(self._data))):
                    if each.local and each.domain and b"." not in each.domain and not each.domain.startswith(b"["):
                        domain = decode_raw(each.domain)
                        raise NotQualified(f"The domain {domain} in {name.decode().title()} is not fully qualified")

    def has_valid_message_id(self) -> bool:
        """Whether there is one Message-ID field that holds one identifier with a left and a right part."""
        found = self.named(b"message-id")
        return len(found) == 1 and _MESSAGE_ID.fullmatch(found[0].value(self._data).strip()) is not None

    def author_name(self) -> str:
        """The display name of the first author; empty without one."""
        found = flatten(address_list(self.value(b"from") or b""))
        return decode_header(found[0].name or b"") if found else ""

    def edited(self, top: Iterable[bytes], removed: frozenset[bytes]) -> bytes:
        """The message with whole fields put on top and all fields of the `removed` names (lower case) taken out."""
        pieces = list(top)
        at = 0
        for field in self._fields:
            if field.name in removed:
                pieces.append(self._data[at : field.start])
                at = field.end
        pieces.append(self._data[at:])
        return b"".join(pieces)


def address_field(name: str, display_name: str, address: str) -> bytes:
    """A whole header field with one address; a display name beyond ASCII is encoded (RFC 2047)."""
    message = EmailMessage(policy=SMTP)
    message[name] = HeaderAddress(display_name, addr_spec=address)
    return message.as_bytes().removesuffix(b"\r\n")
