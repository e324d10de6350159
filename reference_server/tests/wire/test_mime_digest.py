"""What is computed at arrival: every member of the summary, for a known message, for the corpus, for any octets."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproof_fixtures.corpus import CorpusMessage, iter_messages
from mailproof_server.wire.mime import imap_form, section, structure, text
from mailproof_server.wire.mime.digest import Summary, summarise
from mailproof_server.wire.mime.structure import Part

CORPUS = list(iter_messages())

MESSAGE = (
    b"From: =?utf-8?q?J=C3=B6rg?= <JOERG@example.test>\r\n"
    b"To: Group: a@example.test;, b@example.test\r\n"
    b"Cc: Carol@example.test\r\n"
    b"Subject: Re: [list] =?utf-8?q?Stra=C3=9Fe?= (fwd)\r\n"
    b"Date: Mon, 6 Apr 2026 12:00:00 +0200\r\n"
    b'Message-ID: <"m1"@example.test>\r\n'
    b"In-Reply-To: <r2@example.test>\r\n"
    b"References: <r1@example.test>\r\n\t<r2@example.test>\r\n"
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\n\r\nHello there\r\n--b\r\nContent-Type: application/pdf\r\n\r\nx\r\n--b--\r\n"
)


def test_every_member_of_a_known_message() -> None:
    summary = summarise(MESSAGE)
    root = structure.parse(MESSAGE)
    assert structure.decode(summary.structure) == root
    assert summary.envelope == imap_form.envelope(MESSAGE, root)
    assert summary.body == imap_form.body(MESSAGE, root)
    assert summary.body_structure == imap_form.body_structure(MESSAGE, root)
    assert summary.size_bytes == len(MESSAGE)
    assert summary.preview == "Hello there"
    assert summary.search_body == "hello there"
    assert summary.search_headers.startswith("from: jörg <joerg@example.test>\n")
    assert summary.is_search_complete
    assert summary.sent_date == datetime(2026, 4, 6, 10, tzinfo=UTC)
    assert summary.message_id == "<m1@example.test>"
    assert summary.in_reply_to == ["<r2@example.test>"]
    assert summary.references == ["<r1@example.test>", "<r2@example.test>"]
    assert summary.subject == "Re: [list] Straße (fwd)"
    assert (summary.base_subject, summary.is_reply_or_forward) == ("Straße", True)
    assert (summary.from_address, summary.from_name) == ("JOERG@example.test", "Jörg")
    assert (summary.sort_subject, summary.sort_from, summary.sort_to, summary.sort_cc) == (
        "strasse",
        "joerg",
        "group",
        "carol",
    )
    assert (summary.sort_display_from, summary.sort_display_to) == ("jörg", "group")
    assert summary.has_attachment


def test_a_message_of_nothing() -> None:
    summary = summarise(b"")
    assert summary.size_bytes == 0
    assert summary.body == b'("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 0 0)'
    assert (summary.sent_date, summary.message_id, summary.references) == (None, None, [])
    assert (summary.subject, summary.from_address, summary.from_name, summary.sort_to) == ("", "", "", "")


@pytest.mark.parametrize(
    ("value", "sort", "display"),
    [
        (b"Bob <B@Example.test>", "b", "bob"),
        (b"B@Example.test", "b", "b@example.test"),
        (b'"" <B@Example.test>', "b", "b@example.test"),
        (b"b@example.test (Bob)", "b", "bob"),
        (b"g: a@b;", "g", "g"),
        (b"lonely", "lonely", "lonely"),
        (b"", "", ""),
    ],
)
def test_sort_keys_are_those_of_rfc_5256_and_rfc_5957(value: bytes, sort: str, display: str) -> None:
    summary = summarise(b"From: " + value + b"\r\nTo: " + value + b"\r\n\r\n")
    assert (summary.sort_from, summary.sort_display_from) == (sort, display)
    assert (summary.sort_to, summary.sort_display_to) == (sort, display)


def check(data: bytes, check_envelope: Callable[[bytes], object], check_body: Callable[..., object]) -> Summary:
    summary = summarise(data)
    check_envelope(summary.envelope)
    check_body(summary.body, extended=False)
    check_body(summary.body_structure, extended=True)
    assert len(summary.preview) <= text.PREVIEW_LIMIT
    assert "\n" not in summary.preview
    for stored in (
        summary.search_headers,
        summary.search_body,
        summary.preview,
        summary.subject,
        summary.sort_display_to,
    ):
        assert "\0" not in stored
        stored.encode()
    if summary.sent_date is not None:
        assert summary.sent_date.astimezone(UTC).year >= 1899
    return summary


@pytest.mark.parametrize("message", CORPUS, ids=[message.name for message in CORPUS])
def test_every_message_of_the_corpus(
    message: CorpusMessage, check_envelope: Callable[[bytes], object], check_body: Callable[..., object]
) -> None:
    for data in (message.data, message.data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")):
        summary = check(data, check_envelope, check_body)
        root = structure.decode(summary.structure)
        sections_make_the_whole(data, root, ())
        assert section.fetch(data, root, ()) == data


def sections_make_the_whole(data: bytes, message: Part, numbers: tuple[int, ...]) -> None:
    """HEADER and TEXT of each message, and MIME and body of each part, stand side by side where their container is."""
    if not numbers or message.embedded is not None:
        whole, header, body = (section.fetch(data, message, (), kind) for kind in (b"", b"HEADER", b"TEXT"))
        assert header is not None
        assert body is not None
        assert header + body == whole
    for number, child in enumerate(message.children, 1):
        header, body = section.fetch(data, message, (number,), b"MIME"), section.fetch(data, message, (number,))
        assert header is not None
        assert body is not None
        assert data[child.header_start : child.end] == header + body
        sections_make_the_whole(data, child.embedded or child, (*numbers, number))


TOKENS = [
    b"Content-Type: ",
    b"multipart/mixed; boundary=a\r\n",
    b"message/rfc822\r\n",
    b"text/html\r\n",
    b"\r\n",
    b"\r\n\r\n",
    b"--a\r\n",
]
TOKENS += [
    b"From: ",
    b"Subject: ",
    b"Date: 1 Jan 2000 00:00 +0000\r\n",
    b"=?utf-8?q?=00=0A?=",
    b"a@b",
    b"\0",
    b"\xff",
    b"<b>",
    b"--a--",
    b"&#0;",
]
TOKENS += [
    b"Content-Transfer-Encoding: base64\r\n",
    b"text/plain; charset=utf-7\r\n",
    b"+2AA-",
    b"References: <a@b>\r\n",
    b"Re: [fwd: ",
]


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.lists(st.sampled_from(TOKENS), max_size=60).map(b"".join), st.binary(max_size=200)))
def test_any_octets_are_described(
    check_envelope: Callable[[bytes], object], check_body: Callable[..., object], data: bytes
) -> None:
    summary = check(data, check_envelope, check_body)
    root = structure.decode(summary.structure)
    assert section.fetch(data, root, ()) == data
