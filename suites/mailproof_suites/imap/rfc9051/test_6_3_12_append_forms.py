"""APPEND: forms of its arguments, odd messages, and errors; RFC 9051 section 6.3.12 (RFC 3501 section 6.3.11)."""

from datetime import UTC, datetime

import pytest

from mailproof_suites.case import Append, ImapClient, Literal, MakeMessage, expect, needs, requirement


@requirement("RFC9051:6.3.12-4")
@pytest.mark.parametrize(
    "arguments",
    [
        '"yesterday"',
        '"2024-02-07 21:52:25 -0800"',
        '"07-Feb-2024 21:52:25"',
        '"07-Foo-2024 21:52:25 -0800"',
        '"07-Feb-24 21:52:25 -0800"',
        '"07-Feb-2024 21:52:25 PST"',
        "07-Feb-2024",
        r"(\Seen",
        r"(\Seen) (\Flagged)",
        "NIL",
    ],
)
def test_wrong_arguments_are_bad_and_store_nothing(
    imap: ImapClient, folder: str, make_message: MakeMessage, arguments: str
) -> None:
    """A date that is none, or an unclosed list of flags, is answered by BAD."""
    answer = imap.command("APPEND", imap.mailbox(folder), arguments, Literal(make_message()))
    expect.bad(answer)
    expect.equal(imap.status(folder, "MESSAGES").items["MESSAGES"], 0, "messages afterwards")


@requirement("RFC9051:6.3.12-9")
def test_a_date_with_a_bare_digit_is_bad_or_understood(
    imap: ImapClient, folder: str, make_message: MakeMessage
) -> None:
    """The grammar wants a space before a one-digit day; many servers understand clients that leave it out."""
    answer = imap.command("APPEND", imap.mailbox(folder), '"7-Feb-2024 21:52:25 +0000"', Literal(make_message()))
    expect.graded(answer.status, {"BAD": "", "OK": "taken, though the grammar has a space there"}, "APPEND")
    if answer.ok:
        imap.select(folder)
        date = expect.given(imap.fetch(1, "INTERNALDATE").only().internal_date, "INTERNALDATE")
        expect.equal(date.at, datetime(2024, 2, 7, 21, 52, 25, tzinfo=UTC), "INTERNALDATE as a moment")


@requirement("RFC9051:6.3.12-5")
def test_append_to_the_selected_mailbox_is_seen_at_once(imap: ImapClient, folder: str, append: Append) -> None:
    """The session that has the mailbox selected is told of the new message with the APPEND."""
    imap.select(folder)
    append(folder)
    answer = imap.append(folder, b"Subject: second\r\n\r\nx\r\n").completion
    expect.equal(answer.last_number("EXISTS"), 2, "EXISTS with the second APPEND")


@requirement("RFC9051:6.3.12-6")
@pytest.mark.parametrize(
    ("flags", "kept"),
    [
        ([], set()),
        (
            [r"\Answered", r"\Flagged", r"\Deleted", r"\Seen", r"\Draft"],
            {"answered", "flagged", "deleted", "seen", "draft"},
        ),
        ([r"\SEEN"], {"seen"}),
        ([r"\Seen", r"\Seen"], {"seen"}),
    ],
    ids=["none", "all", "capitals", "twice"],
)
def test_all_system_flags_can_be_given(
    imap: ImapClient, folder: str, append: Append, flags: list[str], kept: set[str]
) -> None:
    """Each of the five system flags is set by APPEND, and no other."""
    append(folder, flags=flags)
    imap.select(folder)
    got = {flag.decode().lower().lstrip("\\") for flag in imap.fetch(1, "FLAGS").only().flags or ()} - {"recent"}
    expect.equal(got, kept, "flags of the message")


@requirement("RFC9051:6.3.12-6", "MAIL-04")
def test_keywords_can_be_given(imap: ImapClient, folder: str, append: Append) -> None:
    """A keyword in the flags of APPEND is kept, where the mailbox takes new ones."""
    if rb"\*" not in (imap.select(folder).permanent_flags or ()):
        pytest.skip("the server takes no new keywords in this mailbox")
    append(folder, flags=["$Forwarded", "MailproofWord"])
    got = {flag.lower() for flag in imap.fetch("*", "FLAGS").only().flags or ()} - {rb"\recent"}
    expect.equal(got, {b"$forwarded", b"mailproofword"}, "keywords of the message")


@requirement("RFC9051:6.3.12-1", "MAIL-17")
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
def test_odd_messages_keep_every_octet(imap: ImapClient, folder: str, append: Append, message: bytes) -> None:
    """Whatever stands in a message with CRLF line ends, it comes back octet by octet, and its size is told right."""
    append(folder, message)
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


@requirement("RFC9051:7.1-3")
@needs("imap:UIDPLUS|IMAP4rev2")
def test_appenduid_names_the_new_message(
    imap: ImapClient, folder: str, append: Append, make_message: MakeMessage
) -> None:
    """APPENDUID holds the UIDVALIDITY of the mailbox and the UID under which the message is found."""
    append(folder)
    message = make_message()
    appended = imap.append(folder, message)
    uid = expect.given(appended.uid, "APPENDUID")
    expect.equal(appended.uid_validity, imap.select(folder).uid_validity, "UIDVALIDITY")
    expect.equal(imap.fetch(uid, "BODY.PEEK[]", uid=True).only().body, message, "the message with that UID")
