"""FETCH sections and partials, RFC 9051 section 6.4.5.1 (RFC 3501 section 6.4.5): every octet of a nested message."""

import pytest

from mailproof_suites.case import Append, ImapClient, MakeMessage, expect, requirement

INNER_HEAD = (
    b"From: inner@mailproof.test\r\nSubject: inner\r\nDate: Thu, 01 Feb 2024 00:00:00 +0000\r\n"
    b"Content-Type: multipart/alternative; boundary=in\r\n\r\n"
)
PLAIN_MIME = b"Content-Type: text/plain\r\nX-Part: plain\r\n\r\n"
PLAIN = b"inner plain\r\nsecond line\r\n"
HTML_MIME = b"Content-Type: text/html\r\n\r\n"
HTML = b"<p>inner html</p>"
INNER_TEXT = b"--in\r\n" + PLAIN_MIME + PLAIN + b"\r\n--in\r\n" + HTML_MIME + HTML + b"\r\n--in--\r\n"
FIRST_MIME = b"Content-Type: text/plain; charset=us-ascii\r\n\r\n"
FIRST = b"outer text"
SECOND_MIME = b"Content-Type: message/rfc822\r\nContent-Description: the inner one\r\n\r\n"
THIRD_MIME = b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n"
THIRD = b"AAECAwQF\r\n"
FOURTH_MIME = b"Content-Type: message/rfc822\r\n\r\n"
FOURTH_HEAD = b"Subject: single\r\nContent-Type: text/plain\r\n\r\n"
FOURTH_TEXT = b"a single part\r\n"
TEXT = b"".join(
    [
        b"preamble\r\n--out\r\n" + FIRST_MIME + FIRST + b"\r\n--out\r\n",
        SECOND_MIME + INNER_HEAD + INNER_TEXT + b"\r\n--out\r\n",
        THIRD_MIME + THIRD + b"\r\n--out\r\n",
        FOURTH_MIME + FOURTH_HEAD + FOURTH_TEXT + b"\r\n--out--\r\nepilogue\r\n",
    ]
)
SECTIONS = {
    "TEXT": TEXT,
    "1": FIRST,
    "1.MIME": FIRST_MIME,
    "2": INNER_HEAD + INNER_TEXT,
    "2.MIME": SECOND_MIME,
    "2.HEADER": INNER_HEAD,
    "2.TEXT": INNER_TEXT,
    "2.1": PLAIN,
    "2.1.MIME": PLAIN_MIME,
    "2.2": HTML,
    "2.2.MIME": HTML_MIME,
    "2.HEADER.FIELDS (SUBJECT)": b"Subject: inner\r\n\r\n",
    "2.HEADER.FIELDS (X-NONE)": b"\r\n",
    "2.HEADER.FIELDS.NOT (FROM SUBJECT DATE)": b"Content-Type: multipart/alternative; boundary=in\r\n\r\n",
    "3": THIRD,
    "3.MIME": THIRD_MIME,
    "4": FOURTH_HEAD + FOURTH_TEXT,
    "4.HEADER": FOURTH_HEAD,
    "4.TEXT": FOURTH_TEXT,
    "4.1": FOURTH_TEXT,
}


@pytest.fixture
def nested(imap: ImapClient, folder: str, append: Append, make_message: MakeMessage) -> bytes:
    """The message above; its folder is selected."""
    message = make_message(headers={"Content-Type": "multipart/mixed; boundary=out", "X-Folded": "a\r\n b"}, body=TEXT)
    append(folder, message)
    imap.select(folder)
    return message


@requirement("RFC9051:6.4.5.1-1", "RFC9051:6.4.5.1-6", "RFC3501:6.4.5-2")
@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.usefixtures("nested")
def test_a_section_has_exactly_its_octets(imap: ImapClient, section: str) -> None:
    """Parts, their MIME headers, and headers and texts of messages inside come without one octet more or less."""
    data = imap.fetch(1, f"BODY.PEEK[{section}]").only()
    expect.equal(data.get(f"BODY[{section}]"), SECTIONS[section], f"BODY[{section}]")


@requirement("RFC9051:6.4.5.1-1", "RFC9051:6.4.5.1-6", "RFC3501:6.4.5-2")
def test_header_and_text_make_the_whole(imap: ImapClient, nested: bytes) -> None:
    """BODY[HEADER] with its empty line and BODY[TEXT] together are BODY[]."""
    data = imap.fetch(1, "(BODY.PEEK[] BODY.PEEK[HEADER] BODY.PEEK[TEXT])").only()
    expect.equal(data.get("BODY[HEADER]") + data.get("BODY[TEXT]"), nested, "header and text together")
    expect.equal(data.body, nested, "BODY[]")


@requirement("RFC9051:6.4.5.1-2")
@pytest.mark.parametrize("section", ["5", "1.2", "2.3", "1.1.1", "2.1.1.1", "9.MIME", "3.7"])
@pytest.mark.usefixtures("nested")
def test_a_part_that_is_not_there_gives_no_data(imap: ImapClient, section: str) -> None:
    """A part number beyond the message is answered by NIL, by an empty string, or refused."""
    answer = imap.command("FETCH", "1", f"BODY.PEEK[{section}]")
    expect.one_of(answer.status, {"OK", "NO", "BAD"}, "FETCH of a missing part")
    for data in answer.named("FETCH"):
        expect.one_of(data.data.get(f"BODY[{section}]"), {None, b""}, f"BODY[{section}]")


@requirement("RFC9051:6.4.5.1-3")
@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("SUBJECT", b"Subject: the subject\r\n\r\n"),
        ("subject", b"Subject: the subject\r\n\r\n"),
        ("X-TWICE", b"X-Twice: one\r\nX-TWICE: two\r\n\r\n"),
        ("X-FOLDED", b"X-Folded: a\r\n\tb\r\n  c\r\n\r\n"),
        ("X-TWICE SUBJECT", b"Subject: the subject\r\nX-Twice: one\r\nX-TWICE: two\r\n\r\n"),
        ("X-SPACED", b"X-Spaced:   wide  \r\n\r\n"),
        ("X-NONE", b"\r\n"),
        ("X-FOLDE", b"\r\n"),
    ],
)
def test_header_fields_come_as_they_stand(
    imap: ImapClient, folder: str, append: Append, names: str, expected: bytes
) -> None:
    """HEADER.FIELDS keeps order, letter case, folding and spaces, and ends with an empty line."""
    head = (
        b"Subject: the subject\r\nX-Twice: one\r\nX-Folded: a\r\n\tb\r\n  c\r\nX-TWICE: two\r\nX-Spaced:   wide  \r\n"
    )
    append(folder, head + b"\r\ntext\r\n")
    imap.select(folder)
    data = imap.fetch(1, f"BODY.PEEK[HEADER.FIELDS ({names})]").only()
    expect.equal(data.get(f"BODY[HEADER.FIELDS ({names.upper()})]"), expected, f"HEADER.FIELDS ({names})")


@requirement("RFC9051:6.4.5-5")
@pytest.mark.parametrize(
    ("first", "count"), [(0, 10), (5, 10), (0, 1), (0, 4294967295), (-3, 100), (0, -1), (1000000, 5), (-1, 1)], ids=str
)
def test_partials_are_slices_with_their_origin(imap: ImapClient, nested: bytes, first: int, count: int) -> None:
    """`<first.count>` gives that slice, cut at the end of the text, and the origin comes back in the name."""
    first = first if first >= 0 else len(nested) + first
    count = count if count > 0 else len(nested)
    data = imap.fetch(1, f"BODY.PEEK[]<{first}.{count}>").only()
    expect.equal(data.get(f"BODY[]<{first}>", b"absent"), nested[first : first + count], f"octets {first}, {count}")


@requirement("RFC9051:6.4.5-5")
@pytest.mark.usefixtures("nested")
@pytest.mark.parametrize("section", ["2.TEXT", "2.1", "TEXT", "3", "2.HEADER"])
def test_partials_of_sections_are_slices_too(imap: ImapClient, section: str) -> None:
    """Slices of parts count from the part's own first octet."""
    data = imap.fetch(1, f"BODY.PEEK[{section}]<3.7>").only()
    expect.equal(data.get(f"BODY[{section}]<3>"), SECTIONS[section][3:10], f"octets 3 to 9 of {section}")


@requirement("RFC9051:6.4.5.1-4")
def test_the_only_part_of_a_simple_message_is_part_1(
    imap: ImapClient, folder: str, append: Append, make_message: MakeMessage
) -> None:
    """Every message has a part 1: a message that is no multipart is its own."""
    append(folder, make_message(body="only\nthis\n"))
    imap.select(folder)
    data = imap.fetch(1, "(BODY.PEEK[1] BODY.PEEK[TEXT])").only()
    expect.equal(data.get("BODY[1]"), b"only\r\nthis\r\n", "BODY[1]")
    expect.equal(data.get("BODY[TEXT]"), b"only\r\nthis\r\n", "BODY[TEXT]")
