"""APPEND of odd and of large messages, RFC 9051 section 6.3.12 (RFC 3501 section 6.3.11)."""

from collections.abc import Callable

import pytest

from mailproof_suites.case import Append, ImapClient, Literal, expect, requirement


@requirement("RFC9051:6.3.12-1", "RFC9051:6.3.12-10", "RFC3501:6.3.11-1", "RFC3502:6.3.11-6", "MAIL-17")
@pytest.mark.parametrize(
    "message",
    [
        b"Subject: no body\r\n\r\n",
        b"Subject: no empty line\r\n",
        b"\r\nno header\r\n",
        b"no header and no empty line\r\n",
        b"x",
        b"\r\n",
        b"Subject: no end of line\r\n\r\nlast",
        b"Subject: long\r\n\r\n" + b"x" * 998 + b"\r\n",
        b"Subject: too long\r\n\r\n" + b"x" * 5000 + b"\r\n",
        b"Subject: " + b"y" * 70000 + b"\r\n\r\nlong header\r\n",
        b"Subject: \xc3\xa9 \xff\r\n\r\n8-bit \xff\xfe \x80\r\n",
        b"Subject: controls\r\n\r\n\x01\x02\x07\x08\x0b\x0c\x1b\x7f\r\n",
        b"Subject: spaces \t\r\n\r\n \t \r\n\t\r\n   \r\n",
        b"Subject: dots\r\n\r\n.\r\n..\r\n.x\r\n",
        b"From me\r\nSubject: mbox\r\n\r\nFrom you\r\n>From me\r\n",
        b"Subject: empty lines\r\n" + b"\r\n" * 50,
        b"Subject: like a literal {5}\r\n\r\nA1 LOGOUT\r\n",
    ],
    ids=[
        "no-body",
        "no-empty-line",
        "no-header",
        "no-header-at-all",
        "one-octet",
        "one-line-end",
        "no-line-end",
        "998",
        "5000",
        "long-header",
        "8-bit",
        "controls",
        "blanks",
        "dots",
        "from-lines",
        "empty-lines",
        "commands",
    ],
)
def test_odd_messages_keep_every_octet(
    imap: ImapClient, folder: str, append_odd: Callable[[str, bytes], None], message: bytes
) -> None:
    """Whatever stands in a message with CRLF line ends, it comes back octet by octet, and its size is told right."""
    append_odd(folder, message)
    imap.select(folder)
    data = imap.fetch(1, "(RFC822.SIZE BODY.PEEK[] BODY.PEEK[HEADER] BODY.PEEK[TEXT])").only()
    expect.equal(data.body, message, "BODY[]")
    expect.equal(data.size_octets, len(message), "RFC822.SIZE")
    expect.equal(data.get("BODY[HEADER]") + data.get("BODY[TEXT]"), message, "header and text together")


@requirement("RFC9051:6.3.12-7")
@pytest.mark.parametrize("octets", [b"Subject: bare\n\nline feeds\n", b"Subject: x\r\n\r\nbare \r in a line\r\n"])
def test_bare_line_ends_are_kept_refused_or_normalised(imap: ImapClient, folder: str, octets: bytes) -> None:
    """What is stored from bare LF or CR is told with its true size, and is the text as it was but for line ends."""
    answer = imap.command("APPEND", imap.mailbox(folder), Literal(octets))
    expect.one_of(answer.status, {"OK", "NO", "BAD"}, "the answer to APPEND")
    if answer.ok:
        imap.select(folder)
        data = imap.fetch(1, "(RFC822.SIZE BODY.PEEK[])").only()
        body = expect.given(data.body, "BODY[]")
        expect.equal(data.size_octets, len(body), "RFC822.SIZE")
        expect.equal(body.translate(None, b"\r\n"), octets.translate(None, b"\r\n"), "text without line ends")


@requirement("RFC9051:6.3.12-8")
@pytest.mark.parametrize("size_octets", [1 << 20, 5 << 20])
def test_large_messages_come_back(imap: ImapClient, folder: str, append: Append, size_octets: int) -> None:
    """Megabytes go in and out unchanged."""
    line = bytes(33 + index % 90 for index in range(76)) + b"\r\n"
    message = b"Subject: large\r\n\r\n" + line * (size_octets // len(line))
    append(folder, message)
    imap.select(folder)
    expect.equal(imap.fetch(1, "BODY.PEEK[]").only().body, message, "BODY[]")
