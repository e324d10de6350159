"""What rules and automatic replies look at: a message, read once, and one account's copy of it.

Nothing is read before a condition asks for it, and nothing is read twice: two hundred rules cost one reading. Texts are
compared as search compares them (`fold`), with every run of white space taken as one space, since neither a line end
nor an indentation is a matter of what was written. The envelope's recipients are not here: a rule never matches
through Bcc (RULE-07).
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property

from mailproof_server.model.account import DirectoryEntry
from mailproof_server.model.item import Content
from mailproof_server.wire.mime.addresses import address_list, flatten
from mailproof_server.wire.mime.charsets import decode_raw
from mailproof_server.wire.mime.encoded_words import decode_header
from mailproof_server.wire.mime.headers import Field, fields
from mailproof_server.wire.mime.html import strip_markup
from mailproof_server.wire.mime.parameters import parameter
from mailproof_server.wire.mime.structure import Part, decode
from mailproof_server.wire.mime.text import SEARCH_LIMIT, fold, part_text

LOOP_FIELD = b"x-ms-exchange-inbox-rules-loop"
"""Names the account whose rule has forwarded or redirected the message; one field for each account passed."""
MAX_VALUE_OCTETS = 1 << 16
"""Of one header field that are decoded."""
_UNSEEN = frozenset({b"bcc", b"resent-bcc", b"return-path"})
_MARKUP = frozenset({b"html", b"xhtml", b"enriched"})
_STATUS = frozenset({b"delivery-status", b"global-delivery-status"})
_FAILED = re.compile(rb"^action[ \t]*:[ \t]*failed\b", re.IGNORECASE | re.MULTILINE)
_SIGNED = frozenset({"signed-data", "certs-only"})


def plain(text: str) -> str:
    """Text as conditions compare it."""
    return " ".join(fold(text).split())


class Message:
    """A message on its way, the same for everybody who gets it."""

    def __init__(self, content: Content, return_path: str) -> None:
        """`return_path`: the envelope's sender; empty for the null one."""
        self.content = content
        self.return_path = return_path

    # -- header ------------------------------------------------------------------------------------------------------
    @cached_property
    def root(self) -> Part:
        """The MIME tree."""
        return decode(self.content.structure)

    @cached_property
    def _fields(self) -> dict[bytes, list[Field]]:
        found: dict[bytes, list[Field]] = {}
        for field in fields(self.content.data, 0, self.root.body_start):
            found.setdefault(field.name, []).append(field)
        return found

    @cached_property
    def field_names(self) -> frozenset[bytes]:
        """In lower case."""
        return frozenset(self._fields)

    @cached_property
    def content_fields(self) -> tuple[Field, ...]:
        """Those that describe the body, in their order (RFC 2045 section 9)."""
        return tuple(
            each
            for each in fields(self.content.data, 0, self.root.body_start)
            if each.name.startswith(b"content-") and each.name != b"content-length"
        )

    def values(self, name: bytes) -> list[str]:
        """Every value of a field (its name in lower case), unfolded and decoded."""
        data = self.content.data
        return [decode_header(each.value(data)[:MAX_VALUE_OCTETS]) for each in self._fields.get(name, ())]

    def value(self, name: bytes) -> str:
        """The first one; empty without."""
        found = self._fields.get(name)
        return decode_header(found[0].value(self.content.data)[:MAX_VALUE_OCTETS]) if found else ""

    def word(self, name: bytes) -> str:
        """The first value in lower case, without comment and parameters: `auto-replied` of `Auto-Replied; x=y`."""
        return self.value(name).partition(";")[0].partition("(")[0].strip().lower()

    def addresses(self, name: bytes) -> tuple[str, ...]:
        """All of a field's addresses, comparable."""
        return tuple(
            f"{decode_raw(each.local).lower()}@{decode_raw(each.domain).lower()}"
            for field in self._fields.get(name, ())
            for each in flatten(address_list(field.value(self.content.data)))
            if each.local and each.domain
        )

    @cached_property
    def authors(self) -> tuple[str, ...]:
        return self.addresses(b"from")

    @cached_property
    def to(self) -> tuple[str, ...]:
        return self.addresses(b"to")

    @cached_property
    def cc(self) -> tuple[str, ...]:
        return self.addresses(b"cc")

    @cached_property
    def recipients(self) -> frozenset[str]:
        """Whom the header names: To and Cc, never Bcc."""
        return frozenset(self.to + self.cc)

    @cached_property
    def recipients_and_bases(self) -> frozenset[str]:
        """The same, and of each sub-address the address it belongs to."""
        return self.recipients | {without_tag(each) for each in self.recipients}

    @cached_property
    def categories(self) -> frozenset[str]:
        """Case-folded, from the fields called Keywords."""
        return frozenset(
            each.strip().casefold() for value in self.values(b"keywords") for each in value.split(",") if each.strip()
        )

    @cached_property
    def forwarders(self) -> frozenset[str]:
        """Accounts whose rules have sent it on."""
        return frozenset(each.strip().lower() for each in self.values(LOOP_FIELD))

    # -- texts -------------------------------------------------------------------------------------------------------
    @cached_property
    def subject(self) -> str:
        return plain(self.content.subject)

    @cached_property
    def header_text(self) -> str:
        """`name: value` of every field but those that nobody else is to see."""
        lines: list[str] = []
        room = SEARCH_LIMIT
        for field in fields(self.content.data, 0, self.root.body_start):
            if field.name in _UNSEEN or room <= 0:
                continue
            value = decode_header(field.value(self.content.data)[: min(room, MAX_VALUE_OCTETS)])
            lines.append(f"{decode_raw(field.name)}: {value}")
            room -= len(lines[-1])
        # Texts of different fields are kept apart by a line end, which no needle holds.
        return "\n".join(map(plain, lines))

    @cached_property
    def author_text(self) -> str:
        return "\n".join(self.authors)

    @cached_property
    def recipient_text(self) -> str:
        return "\n".join((*self.to, *self.cc))

    @cached_property
    def _texts(self) -> list[tuple[str, bool]]:
        """The text parts that are no attachments, and whether they are markup."""
        found: list[tuple[str, bool]] = []
        room = SEARCH_LIMIT
        for part in self.parts:
            if part.type == b"text" and part.disposition != b"attachment" and room > 0:
                text = part_text(self.content.data, part)[:room]
                room -= len(text)
                found.append((text, part.subtype in _MARKUP))
        return found

    @cached_property
    def body_text(self) -> str:
        """What a reader sees."""
        return "\n".join(plain(strip_markup(text) if is_markup else text) for text, is_markup in self._texts)

    @cached_property
    def body_markup(self) -> str:
        """The same as it was written: who writes `<b>offer</b>` into a rule means that (RULE-08)."""
        return "\n".join(plain(text) for text, is_markup in self._texts if is_markup)

    # -- structure ---------------------------------------------------------------------------------------------------
    @cached_property
    def parts(self) -> Sequence[Part]:
        """Every part, outer ones first; those of attached messages are not this message's."""
        return tuple(_walk(self.root))

    @cached_property
    def calendar_method(self) -> str:
        """`request`, `reply`, `cancel`, `counter` …; empty without a calendar part (RFC 6047 section 2.4)."""
        for part in self.parts:
            if part.type == b"text" and part.subtype == b"calendar":
                return self.parameter(part, b"method")
        return ""

    @cached_property
    def report_type(self) -> str:
        """`delivery-status`, `disposition-notification` …; empty when it is no report (RFC 6522)."""
        if self.root.type == b"multipart" and self.root.subtype == b"report":
            return self.parameter(self.root, b"report-type") or "unknown"
        return ""

    @cached_property
    def is_failure_report(self) -> bool:
        """A delivery status notification that tells of a failure (RFC 3464 section 2.3.3)."""
        if self.report_type != "delivery-status":
            return False
        return any(
            _FAILED.search(self.content.data, part.body_start, part.end) is not None
            for part in self.parts
            if part.type == b"message" and part.subtype in _STATUS
        )

    @cached_property
    def is_bounce(self) -> bool:
        """A delivery status notification, or what its sender's name says is one."""
        if self.report_type == "delivery-status":
            return True
        return not self.return_path and any(each.startswith(("mailer-daemon@", "postmaster@")) for each in self.authors)

    @cached_property
    def smime_type(self) -> str:
        """Of an S/MIME body: `signed-data`, `enveloped-data` …; `unknown` when it does not say; else empty."""
        if self.root.type == b"application" and self.root.subtype in (b"pkcs7-mime", b"x-pkcs7-mime"):
            return self.parameter(self.root, b"smime-type") or "unknown"
        return ""

    @cached_property
    def is_signed(self) -> bool:
        return self.smime_type in _SIGNED or (self.root.type == b"multipart" and self.root.subtype == b"signed")

    @cached_property
    def is_encrypted(self) -> bool:
        if self.root.type == b"multipart" and self.root.subtype == b"encrypted":
            return True
        return bool(self.smime_type) and self.smime_type not in _SIGNED

    def parameter(self, part: Part, name: bytes) -> str:
        """A parameter of the part's media type in lower case; empty without."""
        found = parameter(part.params, name)
        return decode_raw(found[0]).strip().lower() if found else ""


class Arrival:
    """One account's copy of a message: the object of conditions and actions."""

    def __init__(self, message: Message, owner: DirectoryEntry, at: datetime) -> None:
        """`owner`: of the account; `at`: when it arrives."""
        self.message = message
        self.owner = owner
        self.at = at

    @cached_property
    def to_me(self) -> bool:
        """One of the owner's addresses is in To."""
        return any(is_address_of(self.owner, each) for each in self.message.to)

    @cached_property
    def cc_me(self) -> bool:
        return any(is_address_of(self.owner, each) for each in self.message.cc)

    @cached_property
    def only_me(self) -> bool:
        """To and Cc name somebody, and nobody but the owner."""
        named = self.message.recipients
        return bool(named) and all(is_address_of(self.owner, each) for each in named)


def without_tag(address: str) -> str:
    """`jdoe@x` of `jdoe+sales@x`: "all after the first +" is the tag (ADDR-04)."""
    local, at, domain = address.rpartition("@")
    return f"{local.partition('+')[0] or local}{at}{domain}"


def is_address_of(entry: DirectoryEntry, address: str) -> bool:
    """Its primary address, an alias, or a sub-address of one of them (RFC 5233)."""
    return any(each == entry.address or each in entry.aliases for each in (address, without_tag(address)))


def _walk(part: Part) -> Iterator[Part]:
    yield part
    for child in part.children:
        yield from _walk(child)
