"""ENVELOPE and BODY / BODYSTRUCTURE (RFC 9051 section 7.5.2 and its grammar), strictly."""

from __future__ import annotations

from mailproof_suites.clients.imap.scan import MAX_DEPTH, MAX_NUMBER64, Scanner
from mailproof_suites.clients.imap.values import Address, BodyPart, Disposition, Envelope, Parameters, Value

_ENVELOPE = "envelope"
_BODY = "body"


def envelope(scan: Scanner) -> Envelope:
    """``(`` date subject from sender reply-to to cc bcc in-reply-to message-id ``)``: ten fields, one space between."""
    scan.expect(b"(", _ENVELOPE)
    date = scan.nstring(_ENVELOPE)
    scan.space(_ENVELOPE)
    subject = scan.nstring(_ENVELOPE)
    from_, sender, reply_to, to, cc, bcc = (_spaced_addresses(scan) for _ in range(6))
    scan.space(_ENVELOPE)
    in_reply_to = scan.nstring(_ENVELOPE)
    scan.space(_ENVELOPE)
    message_id = scan.nstring(_ENVELOPE)
    scan.expect(b")", _ENVELOPE)
    return Envelope(date, subject, from_, sender, reply_to, to, cc, bcc, in_reply_to, message_id)


def _spaced_addresses(scan: Scanner) -> tuple[Address, ...] | None:
    scan.space(_ENVELOPE)
    return _addresses(scan)


def _addresses(scan: Scanner) -> tuple[Address, ...] | None:
    """``(`` 1*address ``)`` / NIL; addresses follow one another without a space."""
    if scan.nil():
        return None
    scan.expect(b"(", "address")
    addresses = [_address(scan)]
    while not scan.skip(b")"):
        addresses.append(_address(scan))
    return tuple(addresses)


def _address(scan: Scanner) -> Address:
    scan.expect(b"(", "address")
    name = scan.nstring("address")
    scan.space("address")
    route = scan.nstring("address")
    scan.space("address")
    mailbox = scan.nstring("address")
    scan.space("address")
    host = scan.nstring("address")
    scan.expect(b")", "address")
    return Address(name, route, mailbox, host)


def body(scan: Scanner, *, extensible: bool, depth: int = 0) -> BodyPart:
    """One body; ``extensible`` is True for BODYSTRUCTURE, and False forbids extension data (the BODY item)."""
    if depth > MAX_DEPTH:
        scan.fail(_BODY, f"parts nested at most {MAX_DEPTH} deep")
    scan.expect(b"(", _BODY)
    if scan.peek(b"("):
        return _multipart(scan, extensible, depth)
    return _single(scan, extensible, depth)


def _multipart(scan: Scanner, extensible: bool, depth: int) -> BodyPart:
    """1*body SP media-subtype [SP body-ext-mpart]."""
    parts = []
    while scan.peek(b"("):
        parts.append(body(scan, extensible=extensible, depth=depth + 1))
    scan.space(_BODY)
    subtype = scan.string(_BODY)
    if not _extension(scan, extensible):
        return BodyPart(b"MULTIPART", subtype, parts=tuple(parts))
    parameters = _parameters(scan)
    disposition, languages, location, extensions = _common_extensions(scan)
    return BodyPart(
        b"MULTIPART",
        subtype,
        parameters,
        parts=tuple(parts),
        extended=True,
        disposition=disposition,
        languages=languages,
        location=location,
        extensions=extensions,
    )


def _single(scan: Scanner, extensible: bool, depth: int) -> BodyPart:
    """type SP subtype SP param SP id SP desc SP enc SP octets, and what the type adds."""
    kind = scan.string(_BODY)
    scan.space(_BODY)
    subtype = scan.string(_BODY)
    scan.space(_BODY)
    parameters = _parameters(scan)
    scan.space(_BODY)
    content_id = scan.nstring(_BODY)
    scan.space(_BODY)
    description = scan.nstring(_BODY)
    scan.space(_BODY)
    encoding = scan.string("body-fld-enc")
    scan.space(_BODY)
    size_octets = scan.number("body-fld-octets")
    lines = inner_envelope = message = None
    if kind.upper() == b"MESSAGE" and subtype.upper() in (b"RFC822", b"GLOBAL"):
        scan.space(_BODY)
        inner_envelope = envelope(scan)
        scan.space(_BODY)
        message = body(scan, extensible=extensible, depth=depth + 1)
        scan.space(_BODY)
        lines = scan.number("body-fld-lines", limit=MAX_NUMBER64)
    elif kind.upper() == b"TEXT":
        scan.space(_BODY)
        lines = scan.number("body-fld-lines", limit=MAX_NUMBER64)
    extended = _extension(scan, extensible)
    md5 = disposition = location = None
    languages: tuple[bytes, ...] = ()
    extensions: tuple[Value, ...] = ()
    if extended:
        md5 = scan.nstring("body-fld-md5")
        disposition, languages, location, extensions = _common_extensions(scan)
    return BodyPart(
        kind,
        subtype,
        parameters,
        content_id,
        description,
        encoding,
        size_octets,
        lines,
        md5,
        inner_envelope,
        message,
        (),
        extended,
        disposition,
        languages,
        location,
        extensions,
    )


def _extension(scan: Scanner, extensible: bool) -> bool:
    """Whether extension data follows; steps over the space before it, or over the closing parenthesis."""
    if scan.skip(b")"):
        return False
    if not extensible:
        # RFC 9051 section 7.5.2: "Extension data is never returned with the BODY fetch"
        scan.fail(_BODY, "')': no extension data in the BODY item")
    scan.space(_BODY)
    return True


def _common_extensions(
    scan: Scanner,
) -> tuple[Disposition | None, tuple[bytes, ...], bytes | None, tuple[Value, ...]]:
    """[SP body-fld-dsp [SP body-fld-lang [SP body-fld-loc *(SP body-extension)]]] and the closing parenthesis."""
    disposition: Disposition | None = None
    languages: tuple[bytes, ...] = ()
    location: bytes | None = None
    extensions: list[Value] = []
    if scan.skip(b")"):
        return disposition, languages, location, ()
    scan.space(_BODY)
    disposition = _disposition(scan)
    if scan.skip(b")"):
        return disposition, languages, location, ()
    scan.space(_BODY)
    languages = _languages(scan)
    if scan.skip(b")"):
        return disposition, languages, location, ()
    scan.space(_BODY)
    location = scan.nstring("body-fld-loc")
    while not scan.skip(b")"):
        scan.space("body-extension")
        extensions.append(scan.value("body-extension"))
    return disposition, languages, location, tuple(extensions)


def _parameters(scan: Scanner) -> Parameters:
    """``(`` string SP string *(SP string SP string) ``)`` / NIL."""
    if scan.nil():
        return None
    production = "body-fld-param"
    scan.expect(b"(", production)
    pairs = []
    while True:
        name = scan.string(production)
        scan.space(production)
        pairs.append((bytes(name), bytes(scan.string(production))))
        if scan.skip(b")"):
            return tuple(pairs)
        scan.space(production)


def _disposition(scan: Scanner) -> Disposition | None:
    """``(`` string SP body-fld-param ``)`` / NIL."""
    if scan.nil():
        return None
    scan.expect(b"(", "body-fld-dsp")
    kind = scan.string("body-fld-dsp")
    scan.space("body-fld-dsp")
    parameters = _parameters(scan)
    scan.expect(b")", "body-fld-dsp")
    return Disposition(kind, parameters)


def _languages(scan: Scanner) -> tuple[bytes, ...]:
    """nstring / ``(`` string *(SP string) ``)``."""
    production = "body-fld-lang"
    if not scan.skip(b"("):
        language = scan.nstring(production)
        return () if language is None else (language,)
    languages: list[bytes] = [scan.string(production)]
    while not scan.skip(b")"):
        scan.space(production)
        languages.append(scan.string(production))
    return tuple(languages)
