"""BINARY, RFC 3516: unknown encodings, literal8 both ways, and what is no section."""

from __future__ import annotations

import base64
import quopri

import pytest

from mailproof_suites.case import Append, ImapClient, Literal, MakeMessage, expect, needs, requirement
from mailproof_suites.imap.rfc3516.encoded import RAW, put

pytestmark = needs("imap:BINARY")


@requirement("RFC3516:4.3-2", "RFC9051:7.5.2-12")
@pytest.mark.parametrize("item", ["BINARY.PEEK[1]", "BINARY.SIZE[1]"])
def test_an_unknown_encoding_is_told(
    imap: ImapClient, folder: str, append: Append, make_message: MakeMessage, item: str
) -> None:
    """NO [UNKNOWN-CTE]; BODY[1] of the same message can be read."""
    put(append, folder, make_message, "x-no-such-encoding", b"text\r\n")
    imap.select(folder)
    expect.no(imap.command("FETCH 1", f"({item})"), code="UNKNOWN-CTE")
    expect.equal(imap.fetch(1, "(BODY.PEEK[1])").only().get("BODY[1]"), b"text\r\n", "BODY[1]")


@requirement("RFC3516:4.3-3", "RFC9051:7.5.2-10")
def test_text_comes_as_a_string(imap: ImapClient, folder: str, append: Append, make_message: MakeMessage) -> None:
    """Without NUL there is no literal8; with NUL nothing else would do."""
    put(
        append,
        folder,
        make_message,
        "base64",
        base64.encodebytes("Grüße".encode()).replace(b"\n", b"\r\n"),
        "text/plain; charset=utf-8",
    )
    imap.select(folder)
    raw = [each.raw for each in imap.fetch(1, "(BINARY.PEEK[1])").completion.named("FETCH")]
    expect.equal([b"~{" in each for each in raw], [False], "whether the text came as a literal8")


@requirement("RFC3516:6-1", "RFC9051:7.5.2-11")
@pytest.mark.parametrize("encoding", ["7bit", "quoted-printable"])
def test_lines_of_text_end_with_crlf(
    imap: ImapClient, folder: str, append: Append, make_message: MakeMessage, encoding: str
) -> None:
    """Text comes with CRLF as it was sent, whatever the store makes of line ends."""
    put(append, folder, make_message, encoding, b"one\r\ntwo\r\n\r\nthree\r\n", "text/plain")
    imap.select(folder)
    text = imap.fetch(1, "(BINARY.PEEK[1])").only().get("BINARY[1]")
    expect.equal(text, b"one\r\ntwo\r\n\r\nthree\r\n", "BINARY[1]")


@requirement("RFC3516:4.4-1", "RFC3516:4.4-2")
@pytest.mark.parametrize("octets", [b"\x00\x01\x00\xff", RAW, b"a\nb\rc\r\n"], ids=["NUL", "all octets", "line ends"])
def test_binary_goes_in_and_comes_out(imap: ImapClient, folder: str, make_message: MakeMessage, octets: bytes) -> None:
    """A message appended as literal8 gives back its octets by BINARY, or is refused by UNKNOWN-CTE."""
    headers = {"Content-Type": "application/octet-stream", "Content-Transfer-Encoding": "binary"}
    answer = imap.command("APPEND", folder, Literal(make_message(headers=headers, body=octets), binary=True))
    if answer.no:
        expect.no(answer, code="UNKNOWN-CTE")
        return
    expect.ok(answer)
    imap.select(folder)
    expect.equal(imap.fetch(1, "(BINARY.PEEK[1])").only().get("BINARY[1]"), octets, "BINARY[1]")


@requirement("RFC3516:5-1")
def test_encoded_words_stay(imap: ImapClient, folder: str, append: Append, make_message: MakeMessage) -> None:
    """A BINARY fetch does not change what ENVELOPE and the header say."""
    append(folder, make_message(subject="=?utf-8?q?Gr=C3=BC=C3=9Fe?="))
    imap.select(folder)
    data = imap.fetch(1, "(BINARY.PEEK[1] ENVELOPE BODY.PEEK[HEADER.FIELDS (SUBJECT)])").only()
    expect.equal(expect.given(data.envelope, "ENVELOPE").subject, b"=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "subject")


@requirement("RFC3516:7-1")
@pytest.mark.parametrize(
    "item",
    ["BINARY[HEADER]", "BINARY[1.MIME]", "BINARY[TEXT]", "BINARY[0]", "BINARY.SIZE[1]<0.1>", "BINARY", "BINARY[1]<0>"],
)
def test_other_sections_are_bad(imap: ImapClient, folder: str, append: Append, item: str) -> None:
    """Only part numbers can be asked for, and only BINARY in pieces."""
    append(folder)
    imap.select(folder)
    expect.bad(imap.command("FETCH 1", f"({item})", on_purpose=True))


@requirement("RFC3516:6-2", "RFC3516:6-3")
def test_binary_is_shown_in_an_old_encoding(imap: ImapClient, folder: str, make_message: MakeMessage) -> None:
    """BODYSTRUCTURE tells an encoding without "binary", and BODY[1] decoded by it is what was stored."""
    headers = {"Content-Type": "application/octet-stream", "Content-Transfer-Encoding": "binary"}
    octets = b"\x00\x01line\r\n\xff\x00"
    answer = imap.command("APPEND", folder, Literal(make_message(headers=headers, body=octets), binary=True))
    if answer.no:
        pytest.skip("the server stores no binary messages")
    imap.select(folder)
    data = imap.fetch(1, "(BODYSTRUCTURE BODY.PEEK[1])").only()
    encoding = (expect.given(data.body_structure, "BODYSTRUCTURE").encoding or b"7bit").lower()
    expect.one_of(
        encoding, {b"7bit", b"8bit", b"base64", b"quoted-printable"}, "encoding told", requirement="RFC3516:6-2"
    )
    shown = expect.given(data.get("BODY[1]"), "BODY[1]")
    decoded = {b"base64": base64.b64decode(shown), b"quoted-printable": quopri.decodestring(shown)}.get(encoding, shown)
    expect.equal(decoded, octets, "BODY[1], decoded", requirement="RFC3516:6-3")
