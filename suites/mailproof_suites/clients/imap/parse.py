"""One whole response → one value: the top of the grammar of RFC 9051 section 9.

The framing (a line and the literals it announces) is the client's; this module gets complete octets and never reads.
Any octets give a value or a `Broken` with its GrammarViolation, never another exception.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mailproof_suites.clients.errors import GrammarViolation
from mailproof_suites.clients.imap import codes, listing
from mailproof_suites.clients.imap.fetch import fetch_data
from mailproof_suites.clients.imap.scan import MAX_NUMBER64, Scanner
from mailproof_suites.clients.imap.values import (
    Broken,
    Code,
    Condition,
    Continuation,
    IdData,
    Response,
    SearchData,
    Tagged,
    Untagged,
    VanishedData,
)

CONDITIONS = ("OK", "NO", "BAD", "BYE", "PREAUTH")
COUNTERS = ("EXISTS", "RECENT", "EXPUNGE")


@dataclass(frozen=True, slots=True)
class Dialect:
    """What was negotiated: ``utf8`` after ENABLE IMAP4rev2 or UTF8=ACCEPT (UTF-8 in quoted strings),
    ``utf8_text`` where human text may be UTF-8 (also with the LANGUAGE extension)."""

    utf8: bool = False
    utf8_text: bool = False


def parse_response(raw: bytes, dialect: Dialect = Dialect()) -> Response:
    """The response that ``raw`` (from its first octet to its final CRLF, literals inside) is."""
    scan = Scanner(raw, utf8=dialect.utf8)
    try:
        if raw.startswith(b"+"):
            return _continuation(scan, dialect)
        if not raw.startswith(b"*"):
            return _tagged(scan, dialect)
        return _untagged(scan, dialect)
    except GrammarViolation as violation:
        return _broken(raw, violation)


def _broken(raw: bytes, violation: GrammarViolation) -> Broken:
    """The violation with the name that the line seems to have, so that who awaits that response learns of it."""
    words = raw[:120].split(b"\r\n")[0].split(b" ")
    if words[0] != b"*":
        return Broken("+" if words[0] == b"+" else "tagged", None, violation, raw)
    number = None
    if len(words) > 2 and words[1].isdigit() and len(words[1]) < 12:
        number = int(words[1])
        del words[1]
    name = words[1].decode("latin-1").upper() if len(words) > 1 else ""
    return Broken(name, number, violation, raw)


def _tagged(scan: Scanner, dialect: Dialect) -> Tagged:
    tag = bytes(_tag(scan))
    scan.space("response-tagged")
    status = scan.word("resp-cond-state")
    if status not in ("OK", "NO", "BAD"):
        scan.fail("resp-cond-state", "OK, NO or BAD after the tag")
    return Tagged(tag, _condition(scan, status, dialect), scan.raw)


def _tag(scan: Scanner) -> bytes:
    """1*<any ASTRING-CHAR except "+">."""
    start = scan.at
    tag = scan.astring("tag") if not (scan.peek(b'"') or scan.peek(b"{")) else b"+"
    if b"+" in tag:
        scan.fail("tag", "a tag, '* ' or '+ '", at=start)
    return tag


def _continuation(scan: Scanner, dialect: Dialect) -> Continuation:
    """``+`` SP (resp-text / base64) CRLF."""
    scan.expect(b"+", "continue-req")
    scan.space("continue-req")
    start = scan.at
    code, text = _resp_text(scan, dialect)
    return Continuation(code, text, scan.raw[start:-2], scan.raw)


def _untagged(scan: Scanner, dialect: Dialect) -> Untagged:
    scan.expect(b"*", "response-data")
    scan.space("response-data")
    if scan.raw[scan.at : scan.at + 1].isdigit():
        return _numbered(scan)
    start = scan.at
    name = bytes(scan.atom("response-data")).decode("ascii").upper()
    if name == "FETCH" or name in COUNTERS:
        # Without its number it is not an extension that we do not know, but a response that says nothing.
        scan.fail("response-data", f"a number before {name}", at=start)
    data: Any
    if name in CONDITIONS:
        data = _condition(scan, name, dialect)
    else:
        reader: Callable[[Scanner], Any] = _READERS.get(name, _unknown)
        data = reader(scan)
        scan.end(f"{name} response")
    return Untagged(name, None, data, scan.raw)


def _numbered(scan: Scanner) -> Untagged:
    """number SP EXISTS/RECENT, nz-number SP EXPUNGE/FETCH."""
    start = scan.at
    number = scan.number("response-data")
    scan.space("response-data")
    name = scan.word("response-data")
    if name in ("EXPUNGE", "FETCH") and scan.raw[start : start + 1] == b"0":
        scan.fail("nz-number", "a non-zero message number without leading zeros", at=start)
    data: Any = None
    if name == "FETCH":
        scan.space("msg-att")
        data = fetch_data(scan, number)
    elif name not in COUNTERS:
        scan.fail("response-data", "EXISTS, RECENT, EXPUNGE or FETCH after a number")
    scan.end(f"{name} response")
    return Untagged(name, number, data, scan.raw)


def _condition(scan: Scanner, status: str, dialect: Dialect) -> Condition:
    scan.space("resp-text")
    code, text = _resp_text(scan, dialect)
    return Condition(status, code, text)


def _resp_text(scan: Scanner, dialect: Dialect) -> tuple[Code | None, bytes]:
    """["[" resp-text-code "]" SP] [text], up to and including the CRLF."""
    code = None
    if scan.peek(b"["):
        code = codes.response_code(scan)
        # The ABNF wants a space here in any case, but the RFCs' own examples end a line with "[CONTACTADMIN]" and
        # "[CLOSED]" (RFC 5530 section 3, RFC 9051 section 7.1), so the bare code is let pass.
        if not scan.at_end:
            scan.space("resp-text")
    text = scan.raw[scan.at : -2]
    _check_text(scan, text, dialect)
    scan.at = len(scan.raw) - 2
    scan.end("resp-text")
    return code, text


def _check_text(scan: Scanner, text: bytes, dialect: Dialect) -> None:
    """1*TEXT-CHAR: any CHAR except CR and LF; UTF-8 where the dialect has it."""
    for bad, name in ((b"\r", "CR"), (b"\n", "LF"), (b"\0", "NUL")):
        if bad in text:
            scan.fail("text", f"no {name} inside the line", at=scan.at + text.index(bad))
    if text.isascii():
        return
    if not dialect.utf8_text:
        offset = next(i for i, octet in enumerate(text) if octet > 0x7F)
        scan.fail("text", "7-bit text", at=scan.at + offset)
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as problem:
        scan.fail("text", "well-formed UTF-8", at=scan.at + problem.start)


# -- the rest of response-data -------------------------------------------------------------------------------------


def _unknown(scan: Scanner) -> tuple[Any, ...]:
    """A response that no RFC known here defines: values separated by single spaces."""
    values = []
    while scan.skip(b" "):
        values.append(scan.value("response-data"))
    return tuple(values)


def _flags(scan: Scanner) -> tuple[bytes, ...]:
    scan.space("flag-list")
    return scan.flag_list()


def _enabled(scan: Scanner) -> tuple[bytes, ...]:
    """``ENABLED`` *(SP capability) (RFC 5161 section 3.2)."""
    names = []
    while scan.skip(b" "):
        names.append(scan.atom("capability"))
    return tuple(names)


def _search(scan: Scanner) -> SearchData:
    """*(SP nz-number) [SP ``(MODSEQ`` SP mod-sequence ``)``] (RFC 7162 section 3.1.5)."""
    numbers: list[int] = []
    while scan.skip(b" "):
        if scan.peek(b"("):
            scan.expect(b"(", "search-sort-mod-seq")
            if scan.word("search-sort-mod-seq") != "MODSEQ":
                scan.fail("search-sort-mod-seq", "MODSEQ")
            scan.space("search-sort-mod-seq")
            modseq = scan.nz_number("search-sort-mod-seq", limit=MAX_NUMBER64)
            scan.expect(b")", "search-sort-mod-seq")
            return SearchData(tuple(numbers), modseq)
        numbers.append(scan.nz_number("SEARCH"))
    return SearchData(tuple(numbers))


def _vanished(scan: Scanner) -> VanishedData:
    """``VANISHED`` [SP ``(EARLIER)``] SP known-uids (RFC 7162 section 7)."""
    scan.space("VANISHED")
    earlier = scan.peek(b"(")
    if earlier:
        scan.expect(b"(", "VANISHED")
        if scan.word("VANISHED") != "EARLIER":
            scan.fail("VANISHED", "EARLIER")
        scan.expect(b")", "VANISHED")
        scan.space("VANISHED")
    return VanishedData(earlier, scan.number_set("VANISHED"))


def _id(scan: Scanner) -> IdData:
    """``ID`` SP (``(`` [string SP nstring *(SP string SP nstring)] ``)`` / nil) (RFC 2971 section 4)."""
    scan.space("ID")
    if scan.nil():
        return IdData(None)
    scan.expect(b"(", "ID")
    pairs: list[tuple[bytes, bytes | None]] = []
    if scan.skip(b")"):
        return IdData(())
    while True:
        name = scan.string("ID")
        scan.space("ID")
        pairs.append((name, scan.nstring("ID")))
        if scan.skip(b")"):
            return IdData(tuple(pairs))
        scan.space("ID")


_READERS: dict[str, Callable[[Scanner], Any]] = {
    "CAPABILITY": codes.capabilities,
    "FLAGS": _flags,
    "ENABLED": _enabled,
    "SEARCH": _search,
    "SORT": _search,
    "VANISHED": _vanished,
    "ID": _id,
    **listing.READERS,
}
