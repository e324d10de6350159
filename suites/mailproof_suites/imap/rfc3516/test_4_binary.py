"""BINARY, RFC 3516: sections without their transfer encoding."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Append, ImapClient, MakeMessage, expect, needs, requirement
from mailproof_suites.imap.rfc3516.encoded import CODED, RAW, put

pytestmark = needs("imap:BINARY")

ENCODINGS: dict[str, tuple[str | None, bytes, bytes]] = {
    "base64": ("base64", CODED, RAW),
    "BASE64": ("BASE64", CODED, RAW),
    "quoted-printable": ("quoted-printable", b"a=3Db=20=\r\nc=00=FF\r\nend\r\n", b"a=b c\x00\xff\r\nend\r\n"),
    "7bit": ("7bit", b"plain =3D text\r\n", b"plain =3D text\r\n"),
    "8bit": ("8bit", "Grüße\r\n".encode(), "Grüße\r\n".encode()),
    "none": (None, b"plain\r\n", b"plain\r\n"),
}


@requirement("RFC3516:4.2-1", "RFC3516:4.3-1")
@pytest.mark.parametrize(("encoding", "body", "decoded"), ENCODINGS.values(), ids=ENCODINGS.keys())
def test_the_encoding_is_taken_away(
    imap: ImapClient,
    folder: str,
    append: Append,
    make_message: MakeMessage,
    encoding: str | None,
    body: bytes,
    decoded: bytes,
) -> None:
    """BINARY.PEEK[1] gives the octets, BINARY.SIZE[1] their number, BODY.PEEK[1] still what was sent."""
    put(append, folder, make_message, encoding, body)
    imap.select(folder)
    data = imap.fetch(1, "(BINARY.PEEK[1] BINARY.SIZE[1] BODY.PEEK[1])").only()
    expect.equal(data.get("BINARY[1]"), decoded, "BINARY[1]", requirement="RFC3516:4.2-1")
    expect.equal(data.get("BINARY.SIZE[1]"), len(decoded), "BINARY.SIZE[1]", requirement="RFC3516:4.3-1")
    expect.equal(data.get("BODY[1]"), body, "BODY[1]", requirement="RFC3516:4.2-1")


@requirement("RFC3516:4.2-1")
def test_parts_of_a_multipart(imap: ImapClient, folder: str, append: Append, make_message: MakeMessage) -> None:
    """Each part is decoded by its own encoding, at any depth; the charset is left alone."""
    latin = (
        b"Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nK=F6ln\r\n"
    )
    inner = (
        b"--in\r\n"
        + latin
        + b"--in\r\nContent-Type: image/x-test\r\nContent-Transfer-Encoding: base64\r\n\r\nAAH/\r\n--in--\r\n"
    )
    body = (
        b'--out\r\nContent-Type: multipart/mixed; boundary="in"\r\n\r\n' + inner + b"--out\r\n\r\nlast\r\n--out--\r\n"
    )
    put(append, folder, make_message, None, body, 'multipart/mixed; boundary="out"')
    imap.select(folder)
    data = imap.fetch(1, "(BINARY.PEEK[1.1] BINARY.PEEK[1.2] BINARY.PEEK[2])").only()
    expect.equal(
        [data.get(f"BINARY[{part}]") for part in ("1.1", "1.2", "2")], [b"K\xf6ln", b"\x00\x01\xff", b"last"], "parts"
    )


@requirement("RFC3516:4.2-2")
@pytest.mark.parametrize(
    ("start", "length"), [(0, 10), (250, 20), (760, 100), (768, 10), (2000, 10), (0, 100000)], ids=str
)
def test_a_part_of_it(
    imap: ImapClient, folder: str, append: Append, make_message: MakeMessage, start: int, length: int
) -> None:
    """Offset and length count decoded octets; beyond the end there is the empty string."""
    put(append, folder, make_message, "base64", CODED)
    imap.select(folder)
    data = imap.fetch(1, f"(BINARY.PEEK[1]<{start}.{length}>)").only()
    expect.equal(data.get(f"BINARY[1]<{start}>"), RAW[start : start + length], f"BINARY[1]<{start}>")


@requirement("RFC3516:4.2-3", "MAIL-09")
@pytest.mark.parametrize(("item", "seen"), [("BINARY[1]", True), ("BINARY.PEEK[1]", False), ("BINARY.SIZE[1]", False)])
def test_who_reads_marks_as_read(
    imap: ImapClient, folder: str, append: Append, make_message: MakeMessage, item: str, seen: bool
) -> None:
    r"""BINARY sets \Seen like BODY; PEEK and SIZE do not."""
    put(append, folder, make_message, "base64", CODED)
    imap.select(folder)
    imap.fetch(1, f"({item})")
    flags = {flag.lower() for flag in imap.fetch(1, "(FLAGS)").only().flags or ()}
    expect.equal(rb"\seen" in flags, seen, r"whether \Seen is set")
