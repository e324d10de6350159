"""BODYSTRUCTURE and BODY, RFC 9051 section 7.5.2 (RFC 3501 section 7.4.2): corner cases as tables."""

from collections.abc import Callable
from typing import TypeAlias

import pytest

from mailproof_suites.case import Append, ImapClient, expect, needs, requirement
from mailproof_suites.clients.imap import BodyPart

StructureOf: TypeAlias = Callable[[bytes], BodyPart]


def shape(part: BodyPart) -> str:
    """`mixed(text/plain,message/rfc822(text/plain))`."""
    if part.is_multipart:
        return f"{part.subtype.decode().lower()}({','.join(shape(each) for each in part.parts)})"
    return part.content_type + (f"({shape(part.message)})" if part.message else "")


@requirement("RFC9051:7.5.2-6")
@pytest.mark.parametrize(
    ("rest", "told"),
    [
        (b"\r\none\r\ntwo\r\n", ("text/plain", (b"charset", b"us-ascii"), b"7bit", 10, 2)),
        (b"\r\n", ("text/plain", (b"charset", b"us-ascii"), b"7bit", 0, 0)),
        (b"\r\nno end", ("text/plain", (b"charset", b"us-ascii"), b"7bit", 6, None)),
        (
            b"Content-Type: text/html; charset=UTF-8\r\n\r\n<p>\r\n",
            ("text/html", (b"charset", b"utf-8"), b"7bit", 5, 1),
        ),
        (
            b"Content-Transfer-Encoding: Quoted-Printable\r\n\r\n=41\r\n",
            ("text/plain", (b"charset", b"us-ascii"), b"quoted-printable", 5, 1),
        ),
        (b'Content-Type: text/x; a="b;c"\r\n\r\nx\r\n', ("text/x", (b"a", b"b;c"), b"7bit", 3, 1)),
        (
            b"Content-Type: TEXT/Plain;\r\n\tcharset=KOI8-R\r\n\r\nx\r\n",
            ("text/plain", (b"charset", b"koi8-r"), b"7bit", 3, 1),
        ),
        (
            b"Content-Type: image/png; name=x.png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n",
            ("image/png", (b"name", b"x.png"), b"base64", 6, None),
        ),
    ],
    ids=["default", "empty", "no-line-end", "html", "quoted-printable", "quoted-parameter", "folded", "image"],
)
def test_a_single_part_is_described(
    structure_of: StructureOf, rest: bytes, told: tuple[str, tuple[bytes, bytes], bytes, int, int]
) -> None:
    """Type, parameter, encoding, octets and lines, with their defaults."""
    part = structure_of(rest)
    kind, parameter, encoding, size, lines = told
    expect.equal(part.content_type, kind, "type")
    pairs = {(name.lower(), value.lower()) for name, value in part.parameters or ()}
    # RFC 2045 section 5.2 has US-ASCII as default; the server may tell it or leave the list empty for a bare text.
    if parameter != (b"charset", b"us-ascii") or pairs:
        expect.contains(pairs, parameter, "parameters")
    expect.equal((part.encoding or b"").lower(), encoding, "encoding")
    expect.equal(part.size_octets, size, "octets")
    if lines is not None:
        expect.equal(part.lines, lines, "lines")


MIXED = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
HTML = b"Content-Type: text/html\r\n"


@requirement("RFC9051:7.5.2-7")
@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        (MIXED + b"--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--\r\n", "mixed(text/plain,text/plain)"),
        (MIXED + b"--b\r\n\r\nnever ended\r\n", "mixed(text/plain)"),
        (
            MIXED.replace(b"mixed", b"digest") + b"--b\r\n\r\nSubject: x\r\n\r\ntext\r\n--b--\r\n",
            "digest(message/rfc822(text/plain))",
        ),
        (
            MIXED.replace(b"=b", b"=a")
            + b"--a\r\n"
            + MIXED
            + b"--b\r\n\r\nx\r\n--b\r\n"
            + HTML
            + b"\r\ny\r\n--b--\r\n--a\r\n"
            + HTML
            + b"\r\nz\r\n--a--\r\n",
            "mixed(mixed(text/plain,text/html),text/html)",
        ),
        (
            b"Content-Type: message/rfc822\r\n\r\n" + MIXED + b"--b\r\n\r\nx\r\n--b--\r\n",
            "message/rfc822(mixed(text/plain))",
        ),
        (MIXED.replace(b"=b", b'="a b:c"') + b"--a b:c\r\n\r\nx\r\n--a b:c--\r\n", "mixed(text/plain)"),
        (MIXED + b"--b \t\r\n\r\nx\r\n--b--\r\n", "mixed(text/plain)"),
        (MIXED + b"--b\r\n\r\nx\r\n--B\r\n -- b\r\n --b\r\n--b--\r\n", "mixed(text/plain)"),
    ],
    ids=["two", "unclosed", "digest", "nested", "message", "quoted-boundary", "blank-after-boundary", "no-boundaries"],
)
def test_parts_are_found(structure_of: StructureOf, rest: bytes, expected: str) -> None:
    """Nesting, the default type inside a digest, boundaries with blanks, and a multipart that is never closed."""
    expect.equal(shape(structure_of(rest)), expected, "parts")


@requirement("RFC9051:7.5.2-13")
@needs("imap:IMAP4rev2")
@pytest.mark.parametrize(
    ("fields", "value"),
    [
        (b'filename*0="one "; filename*1=two', b"one two"),
        (b"filename*=us-ascii'en'one%20two", b"one two"),
        (b"filename*0*=utf-8''Gr%C3%BC; filename*1*=%C3%9Fe; filename*2=.txt", "Grüße.txt".encode()),
        (b"filename*=iso-8859-1''Gr%FC%DFe", "Grüße".encode()),
        (b"filename=plain; size=3", b"plain"),
    ],
    ids=["continued", "charset", "both", "latin-1", "plain"],
)
def test_parameters_of_rfc_2231_are_decoded(
    rev2: ImapClient, folder: str, append: Append, fields: bytes, value: bytes
) -> None:
    """A client of IMAP4rev2 is told a parameter in pieces, or with a character set, under its own name."""
    head = b"From: f@x.test\r\nDate: Thu, 01 Feb 2024 00:00:00 +0000\r\nMIME-Version: 1.0\r\n"
    append(folder, head + b"Content-Disposition: attachment; " + fields + b"\r\n\r\nxyz\r\n")
    rev2.select(folder)
    whole = expect.given(rev2.fetch(1, "BODYSTRUCTURE").only().body_structure, "BODYSTRUCTURE")
    disposition = expect.given(whole.disposition, "disposition")
    pairs = {name.lower(): found for name, found in disposition.parameters or () if name.lower() != b"size"}
    expect.equal(pairs, {b"filename": value}, "parameters of the disposition")


@requirement("RFC9051:7.5.2-8")
def test_extension_data_is_told(structure_of: StructureOf) -> None:
    """Disposition, language, location, identifier and description of a part."""
    head = (
        b'Content-Type: application/pdf; name="a b.pdf"\r\nContent-ID: <id@x.test>\r\nContent-Description: a paper\r\n'
        b'Content-Disposition: attachment; filename="a b.pdf"; size=3\r\nContent-Language: de, en\r\n'
        b"Content-Location: https://x.test/a\r\nContent-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==\r\n"
    )
    part = structure_of(head + b"\r\nxyz")
    expect.equal(part.content_id, b"<id@x.test>", "identifier")
    expect.equal(part.description, b"a paper", "description")
    disposition = expect.given(part.disposition, "disposition")
    expect.equal(disposition.kind.lower(), b"attachment", "disposition")
    pairs = {name.lower(): value for name, value in disposition.parameters or ()}
    expect.equal(pairs, {b"filename": b"a b.pdf", b"size": b"3"}, "parameters of the disposition")
    expect.equal(tuple(each.lower() for each in part.languages), (b"de", b"en"), "languages")
    expect.equal(part.location, b"https://x.test/a", "location")
    expect.equal(part.md5, b"Q2hlY2sgSW50ZWdyaXR5IQ==", "MD5")
