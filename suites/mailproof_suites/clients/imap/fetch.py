"""The items of a FETCH response (RFC 9051 section 7.5.2; 7162, 3516, 8474, 8514 and 8970 add theirs)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from mailproof_suites.clients.imap import structure
from mailproof_suites.clients.imap.scan import MAX_NUMBER64, Scanner
from mailproof_suites.clients.imap.values import FetchData

_ITEM = re.compile(rb"[A-Za-z0-9.\-]+")
_PART = re.compile(rb"[1-9][0-9]*(?:\.[1-9][0-9]*)*")
_SECTION_TEXT = ("HEADER", "TEXT", "MIME")


def fetch_data(scan: Scanner, seq: int) -> FetchData:
    """``(`` item *(SP item) ``)``."""
    scan.expect(b"(", "msg-att")
    items: dict[str, Any] = {}
    while True:
        name, value = _item(scan)
        items[name] = value
        if scan.skip(b")"):
            return FetchData(seq, items)
        scan.space("msg-att")


def _item(scan: Scanner) -> tuple[str, Any]:
    match = _ITEM.match(scan.raw, scan.at)
    if match is None:
        scan.fail("msg-att", "the name of a data item")
    name = match[0].decode("ascii").upper()
    scan.at = match.end()
    if scan.peek(b"["):
        return _sectioned(scan, name)
    scan.space("msg-att")
    reader = _READERS.get(name)
    return name, reader(scan) if reader else scan.value("msg-att")


def _sectioned(scan: Scanner, name: str) -> tuple[str, Any]:
    """BODY[…]<n>, BINARY[…]<n> or BINARY.SIZE[…]."""
    if name == "BODY":
        name += _section(scan)
    elif name in ("BINARY", "BINARY.SIZE"):
        name += _binary_section(scan)
    else:
        scan.fail("msg-att", "BODY, BINARY or BINARY.SIZE before '['")
    if not name.startswith("BINARY.SIZE") and scan.skip(b"<"):
        name += f"<{scan.number('partial')}>"
        scan.expect(b">", "partial")
    scan.space("msg-att")
    if name.startswith("BINARY.SIZE"):
        return name, scan.number("BINARY.SIZE")
    return name, scan.nstring8("BINARY") if name.startswith("BINARY") else scan.nstring("BODY[]")


def _section(scan: Scanner) -> str:
    """``[`` [section-spec] ``]``, made canonical: capitals, header names bare."""
    scan.expect(b"[", "section")
    part = _PART.match(scan.raw, scan.at)
    spec = ""
    if part:
        spec = part[0].decode("ascii")
        scan.at = part.end()
        if scan.skip(b"]"):
            return f"[{spec}]"
        scan.expect(b".", "section")
        spec += "."
    if not part and scan.skip(b"]"):
        return "[]"
    word = scan.word("section")
    if word in ("HEADER.FIELDS", "HEADER.FIELDS.NOT"):
        word += f" ({_header_list(scan)})"
    elif word not in _SECTION_TEXT or (word == "MIME" and not part):
        scan.fail("section", "HEADER, HEADER.FIELDS, HEADER.FIELDS.NOT, TEXT, or MIME after a part number")
    scan.expect(b"]", "section")
    return f"[{spec}{word}]"


def _header_list(scan: Scanner) -> str:
    """SP ``(`` astring *(SP astring) ``)``."""
    scan.space("header-list")
    scan.expect(b"(", "header-list")
    names: list[str] = []
    while True:
        names.append(scan.astring("header-fld-name").decode("latin-1").upper())
        if scan.skip(b")"):
            return " ".join(names)
        scan.space("header-list")


def _binary_section(scan: Scanner) -> str:
    scan.expect(b"[", "section-binary")
    part = _PART.match(scan.raw, scan.at)
    if part:
        scan.at = part.end()
    scan.expect(b"]", "section-binary")
    return f"[{part[0].decode('ascii') if part else ''}]"


def _modseq(scan: Scanner) -> int:
    scan.expect(b"(", "MODSEQ")
    value = scan.nz_number("MODSEQ", limit=MAX_NUMBER64)
    scan.expect(b")", "MODSEQ")
    return value


_READERS: dict[str, Callable[[Scanner], Any]] = {
    "FLAGS": lambda scan: scan.flag_list("FLAGS"),
    "UID": lambda scan: scan.nz_number("UID"),
    "MODSEQ": _modseq,
    "RFC822.SIZE": lambda scan: scan.number("RFC822.SIZE", limit=MAX_NUMBER64),
    "RFC822": lambda scan: scan.nstring("RFC822"),
    "RFC822.HEADER": lambda scan: scan.nstring("RFC822.HEADER"),
    "RFC822.TEXT": lambda scan: scan.nstring("RFC822.TEXT"),
    "INTERNALDATE": lambda scan: scan.date_time("INTERNALDATE"),
    "SAVEDATE": lambda scan: None if scan.nil() else scan.date_time("SAVEDATE"),
    "ENVELOPE": structure.envelope,
    "BODY": lambda scan: structure.body(scan, extensible=False),
    "BODYSTRUCTURE": lambda scan: structure.body(scan, extensible=True),
    "EMAILID": lambda scan: scan.objectid("EMAILID"),
    "THREADID": lambda scan: None if scan.nil() else scan.objectid("THREADID"),
    "PREVIEW": lambda scan: scan.nstring8("PREVIEW"),
}
