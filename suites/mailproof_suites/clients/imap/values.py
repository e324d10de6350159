"""The values that IMAP responses carry, as immutable types (RFC 9051 section 7, RFC 3501 and the extensions).

Strings stay `bytes` and keep how they were sent: `Atom`, `Quoted`, `LiteralString` and `Literal8` are all `bytes` and
compare equal to them, so that a case compares content and a monitor looks at the form. NIL is None.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from mailproof_suites.clients.errors import GrammarViolation


class Atom(bytes):
    """Sent bare, also a flag such as ``\\Seen``."""


class Quoted(bytes):
    """Sent between double quotes; the value is unescaped."""


class LiteralString(bytes):
    """Sent as ``{n}`` and n octets."""


class Literal8(bytes):
    """Sent as ``~{n}`` and n octets, NUL allowed (RFC 3516)."""


Value: TypeAlias = "Atom | Quoted | LiteralString | Literal8 | int | tuple[Value, ...] | None"
"""Anything that a response without a grammar of its own may hold; a tuple is a parenthesised list."""


@dataclass(frozen=True, slots=True)
class NumberSet:
    """A set of numbers as it was sent, e.g. ``1:3,7``: ``ranges`` keeps order and direction. Never expanded by itself.

    ``in`` tests membership, ``count`` is the number of members if the ranges do not overlap, and iterating gives each
    range in ascending order.
    """

    ranges: tuple[tuple[int, int], ...]

    def __contains__(self, number: int) -> bool:
        return any(min(pair) <= number <= max(pair) for pair in self.ranges)

    def __iter__(self) -> Iterator[int]:
        for first, last in self.ranges:
            yield from range(min(first, last), max(first, last) + 1)

    @property
    def count(self) -> int:
        """How many numbers the ranges name."""
        return sum(abs(last - first) + 1 for first, last in self.ranges)

    @property
    def highest(self) -> int:
        """The largest number."""
        return max(max(pair) for pair in self.ranges)

    @property
    def lowest(self) -> int:
        """The smallest number."""
        return min(min(pair) for pair in self.ranges)

    def __str__(self) -> str:
        return ",".join(str(a) if a == b else f"{a}:{b}" for a, b in self.ranges)


@dataclass(frozen=True, slots=True)
class Code:
    """A response code: ``name`` in capitals, ``args`` typed by the code's own grammar, ``raw`` as sent in brackets."""

    name: str
    args: tuple[Any, ...] = ()
    raw: bytes = b""


@dataclass(frozen=True, slots=True)
class Condition:
    """What follows OK, NO, BAD, BYE or PREAUTH."""

    status: str
    code: Code | None
    text: bytes


@dataclass(frozen=True, slots=True)
class InternalDate:
    """A ``date-time``: as sent (without quotes) and as a moment with its own offset."""

    raw: bytes
    at: datetime.datetime


@dataclass(frozen=True, slots=True)
class Address:
    """One address of an envelope; ``host`` None marks the start (with ``mailbox``) or end of a group."""

    name: bytes | None
    route: bytes | None
    mailbox: bytes | None
    host: bytes | None


@dataclass(frozen=True, slots=True)
class Envelope:
    """ENVELOPE: header fields of a message (not the SMTP envelope). An absent address list is None."""

    date: bytes | None
    subject: bytes | None
    from_: tuple[Address, ...] | None
    sender: tuple[Address, ...] | None
    reply_to: tuple[Address, ...] | None
    to: tuple[Address, ...] | None
    cc: tuple[Address, ...] | None
    bcc: tuple[Address, ...] | None
    in_reply_to: bytes | None
    message_id: bytes | None


Parameters: TypeAlias = tuple[tuple[bytes, bytes], ...] | None


@dataclass(frozen=True, slots=True)
class Disposition:
    """A Content-Disposition."""

    kind: bytes
    parameters: Parameters


@dataclass(frozen=True, slots=True)
class BodyPart:
    """One node of BODY or BODYSTRUCTURE.

    ``size_octets`` counts the encoded octets. ``parts`` are the children of a multipart, ``message`` the body of a
    message/rfc822 (with its ``envelope``). ``extended`` tells whether extension data was sent at all; ``extensions``
    are values beyond those that the RFC names.
    """

    type: bytes
    subtype: bytes
    parameters: Parameters = None
    content_id: bytes | None = None
    description: bytes | None = None
    encoding: bytes | None = None
    size_octets: int | None = None
    lines: int | None = None
    md5: bytes | None = None
    envelope: Envelope | None = None
    message: BodyPart | None = None
    parts: tuple[BodyPart, ...] = ()
    extended: bool = False
    disposition: Disposition | None = None
    languages: tuple[bytes, ...] = ()
    location: bytes | None = None
    extensions: tuple[Value, ...] = ()

    @property
    def content_type(self) -> str:
        """``text/plain``, in lower case."""
        return f"{self.type.decode('latin-1')}/{self.subtype.decode('latin-1')}".lower()

    @property
    def is_multipart(self) -> bool:
        """Whether the node was sent in the form of a multipart."""
        return bool(self.parts)

    def walk(self, prefix: str = "") -> Iterator[tuple[str, BodyPart]]:
        """Every leaf and node with its part number ("" for the root of a multipart), as FETCH BODY[n] numbers them."""
        if self.is_multipart:
            yield prefix, self
            for number, part in enumerate(self.parts, start=1):
                yield from part._walk_numbered(f"{prefix}.{number}" if prefix else str(number))
        else:
            yield from self._walk_numbered(f"{prefix}.1" if prefix else "1")

    def _walk_numbered(self, number: str) -> Iterator[tuple[str, BodyPart]]:
        if self.is_multipart:
            yield from self.walk(number)
            return
        yield number, self
        if self.message is not None:
            inner = self.message
            yield from inner.walk(number) if not inner.is_multipart else _without_root(inner.walk(number))


def _without_root(nodes: Iterator[tuple[str, BodyPart]]) -> Iterator[tuple[str, BodyPart]]:
    """A multipart that is the body of a message/rfc822 has no number of its own (RFC 9051 section 6.4.5.1)."""
    next(nodes)
    yield from nodes


@dataclass(frozen=True, slots=True)
class FetchData:
    """One FETCH response: ``items`` by the item's canonical name in capitals, in the order sent.

    Names look like ``FLAGS``, ``BODY[]``, ``BODY[HEADER.FIELDS (DATE FROM)]<0>``, ``BINARY.SIZE[1]``.
    """

    seq: int
    items: Mapping[str, Any] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.items

    def __getitem__(self, name: str) -> Any:
        return self.items[name]

    def get(self, name: str, default: Any = None) -> Any:
        """The item's value, or ``default``; NIL is None."""
        return self.items.get(name, default)

    @property
    def uid(self) -> int | None:
        """UID, if sent."""
        return self.items.get("UID")

    @property
    def flags(self) -> tuple[bytes, ...] | None:
        """Flags as sent, if sent."""
        return self.items.get("FLAGS")

    @property
    def modseq(self) -> int | None:
        """MODSEQ, if sent."""
        return self.items.get("MODSEQ")

    @property
    def size_octets(self) -> int | None:
        """RFC822.SIZE, if sent."""
        return self.items.get("RFC822.SIZE")

    @property
    def internal_date(self) -> InternalDate | None:
        """INTERNALDATE, if sent."""
        return self.items.get("INTERNALDATE")

    @property
    def envelope(self) -> Envelope | None:
        """ENVELOPE, if sent."""
        return self.items.get("ENVELOPE")

    @property
    def body_structure(self) -> BodyPart | None:
        """BODYSTRUCTURE, if sent."""
        return self.items.get("BODYSTRUCTURE")

    @property
    def body(self) -> bytes | None:
        """BODY[], if sent."""
        return self.items.get("BODY[]")

    def merged(self, later: FetchData) -> FetchData:
        """This data with the items of a later response about the same message."""
        return FetchData(later.seq, {**self.items, **later.items})


@dataclass(frozen=True, slots=True)
class ListData:
    """LIST, LSUB or XLIST: ``mailbox`` as sent (modified UTF-7 in rev1); ``extended`` by capital item name."""

    attributes: tuple[bytes, ...]
    delimiter: bytes | None
    mailbox: bytes
    extended: Mapping[str, Value] = field(default_factory=dict)

    def has(self, attribute: bytes) -> bool:
        """Whether an attribute is present, whatever its case."""
        return any(each.lower() == attribute.lower() for each in self.attributes)


@dataclass(frozen=True, slots=True)
class StatusData:
    """STATUS: ``items`` by capital name; numbers are int, NIL is None, MAILBOXID is bytes."""

    mailbox: bytes
    items: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SearchData:
    """SEARCH or SORT: numbers in the order sent, and the MODSEQ that CONDSTORE appends."""

    numbers: tuple[int, ...]
    modseq: int | None = None


@dataclass(frozen=True, slots=True)
class EsearchData:
    """ESEARCH: ``tag`` of its correlator, ``uid`` whether the UID indicator was sent, the results that were sent.

    ``items`` holds every return item by capital name: MIN, MAX, COUNT, MODSEQ are int, ALL is a NumberSet, PARTIAL is
    ``(range as sent, NumberSet | None)``.
    """

    tag: bytes | None
    uid: bool
    items: Mapping[str, Any]
    mailbox: bytes | None = None
    uid_validity: int | None = None

    def numbers(self) -> tuple[int, ...]:
        """ALL expanded; empty when it was not sent."""
        return tuple(self.items["ALL"]) if "ALL" in self.items else ()


@dataclass(frozen=True, slots=True)
class VanishedData:
    """VANISHED: the UIDs that are gone, ``earlier`` for those of before."""

    earlier: bool
    uids: NumberSet


@dataclass(frozen=True, slots=True)
class NamespaceEntry:
    """One namespace: prefix, delimiter, extensions."""

    prefix: bytes
    delimiter: bytes | None
    extensions: tuple[tuple[bytes, tuple[bytes, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class NamespaceData:
    """NAMESPACE: each kind is a tuple of entries, None for NIL."""

    personal: tuple[NamespaceEntry, ...] | None
    other_users: tuple[NamespaceEntry, ...] | None
    shared: tuple[NamespaceEntry, ...] | None


@dataclass(frozen=True, slots=True)
class QuotaResource:
    """One resource of a quota root; STORAGE counts units of 1024 octets."""

    name: bytes
    usage: int
    limit: int


@dataclass(frozen=True, slots=True)
class QuotaData:
    """QUOTA."""

    root: bytes
    resources: tuple[QuotaResource, ...]


@dataclass(frozen=True, slots=True)
class QuotaRootData:
    """QUOTAROOT."""

    mailbox: bytes
    roots: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class AclData:
    """ACL: ``(identifier, rights)`` pairs."""

    mailbox: bytes
    entries: tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class MyRightsData:
    """MYRIGHTS."""

    mailbox: bytes
    rights: bytes


@dataclass(frozen=True, slots=True)
class ListRightsData:
    """LISTRIGHTS: ``required`` rights are always granted, each of ``optional`` is granted together or not at all."""

    mailbox: bytes
    identifier: bytes
    required: bytes
    optional: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class MetadataData:
    """METADATA: ``entries`` maps a name to its value (None for NIL); names alone (unsolicited) map to Ellipsis."""

    mailbox: bytes
    entries: Mapping[bytes, Any]


Thread: TypeAlias = "tuple[int | Thread, ...]"
"""One thread: numbers in a line, then child threads as tuples."""


@dataclass(frozen=True, slots=True)
class ThreadData:
    """THREAD."""

    threads: tuple[Thread, ...]


@dataclass(frozen=True, slots=True)
class IdData:
    """ID: pairs as sent, None for NIL."""

    pairs: tuple[tuple[bytes, bytes | None], ...] | None


@dataclass(frozen=True, slots=True)
class Untagged:
    """One untagged response.

    ``name`` is in capitals; ``number`` is set for EXISTS, RECENT, EXPUNGE and FETCH. ``data`` is typed by the name:
    Condition (OK NO BAD BYE PREAUTH), tuple of atoms (CAPABILITY, FLAGS, ENABLED), one of the …Data classes, None
    for the three counters, and a tuple of `Value` for names this parser does not know. ``raw``: the whole response.
    """

    name: str
    number: int | None
    data: Any
    raw: bytes

    @property
    def code(self) -> Code | None:
        """The response code of an OK, NO, BAD, BYE or PREAUTH."""
        return self.data.code if isinstance(self.data, Condition) else None

    @property
    def text(self) -> bytes:
        """The human text of an OK, NO, BAD, BYE or PREAUTH."""
        return self.data.text if isinstance(self.data, Condition) else b""


@dataclass(frozen=True, slots=True)
class Tagged:
    """A tagged completion as it stands on the wire."""

    tag: bytes
    condition: Condition
    raw: bytes


@dataclass(frozen=True, slots=True)
class Continuation:
    """A ``+`` line: ``text`` after the code, ``raw_text`` everything after ``+ ``."""

    code: Code | None
    text: bytes
    raw_text: bytes
    raw: bytes


@dataclass(frozen=True, slots=True)
class Broken:
    """A response that left the grammar; ``name`` and ``number`` as far as they could be read."""

    name: str
    number: int | None
    violation: GrammarViolation
    raw: bytes


Response: TypeAlias = Untagged | Tagged | Continuation | Broken
