"""Content-Type and Content-Disposition values: RFC 2045 and RFC 2231 examples, and what mailers really write."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproof_server.wire.mime.parameters import (
    MAX_PARAMETERS,
    parameter_text,
    parse_content_type,
    parse_disposition,
    parse_token,
    parse_words,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"text/plain", (b"text", b"plain", [])),
        # RFC 2045 section 5.1: the two forms are equivalent, and so is the one with a comment.
        (b"text/plain; charset=us-ascii (Plain text)", (b"text", b"plain", [(b"charset", b"us-ascii")])),
        (b'text/plain; charset="us-ascii"', (b"text", b"plain", [(b"charset", b"us-ascii")])),
        (b"Text / HTML ;charset = x", (b"text", b"html", [(b"charset", b"x")])),
        (b"(c) text (c) / (c) plain (c) ; (c(c)) a = (c) b (c)", (b"text", b"plain", [(b"a", b"b")])),
        (b'a/b; c="d\\"e\\\\f;g"', (b"a", b"b", [(b"c", b'd"e\\f;g')])),
        (b"a/b; c=1; C=2; c=3", (b"a", b"b", [(b"c", b"1"), (b"C", b"2"), (b"c", b"3")])),
        (b"a/b; c=", (b"a", b"b", [(b"c", b"")])),
        (b'a/b; c=""', (b"a", b"b", [(b"c", b"")])),
        (b"a/b;;; c=1;; d=2;", (b"a", b"b", [(b"c", b"1"), (b"d", b"2")])),
        (b"a/b; lost; c=1; also lost", (b"a", b"b", [(b"c", b"1")])),
        (b'a/b c="1" d=2', (b"a", b"b", [(b"c", b"1"), (b"d", b"2")])),
        (b'a/b; access-type=x server="y"', (b"a", b"b", [(b"access-type", b"x"), (b"server", b"y")])),
        (b"a/b; name=my long name.pdf; c=1", (b"a", b"b", [(b"name", b"my long name.pdf"), (b"c", b"1")])),
        (b'a/b; c="unclosed; d=1', (b"a", b"b", [(b"c", b"unclosed; d=1")])),
        (b"a/b; (unclosed c=1", (b"a", b"b", [])),
        (b"a/b; boundary=----=_Part_1=2", (b"a", b"b", [(b"boundary", b"----=_Part_1=2")])),
        (b"text", (b"text", b"plain", [])),
        (b"html", None),
        (b"", None),
        (b"/plain", None),
        (b"; a=b", None),
    ],
)
def test_content_types(value: bytes, expected: object) -> None:
    assert parse_content_type(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"inline", (b"inline", [])),
        (b"Attachment; Filename=x", (b"attachment", [(b"Filename", b"x")])),
        (b"; filename=x", (b"attachment", [(b"filename", b"x")])),
        (b"filename=x", (b"attachment", [(b"filename", b"x")])),
        (b"(c) inline (c); a=b", (b"inline", [(b"a", b"b")])),
    ],
)
def test_dispositions(value: bytes, expected: object) -> None:
    assert parse_disposition(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        # RFC 2231 sections 3, 4 and 4.1.
        (b'x/y; a*0="ftp://"; a*1="cs.utk.edu/pub/moore/"', "ftp://cs.utk.edu/pub/moore/"),
        (b"x/y; a*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A", "This is ***fun***"),
        (
            b"x/y; a*0*=us-ascii'en'This%20is%20even%20more%20; a*1*=%2A%2A%2Afun%2A%2A%2A%20; a*2=\"isn't it!\"",
            "This is even more ***fun*** isn't it!",
        ),
        (b"x/y; a*1=b; a*0=a; a*3=lost", "ab"),
        (b"x/y; a=plain; a*=utf-8''%C3%A4", "ä"),
        (b"x/y; a*=utf-8''%zz%C3%A4", "%zzä"),
        (b"x/y; a*=noquotes", "noquotes"),
        (b"x/y; a*=iso-8859-1'%E4", "iso-8859-1'ä"),
        (b'x/y; a="=?utf-8?q?caf=C3=A9?="', "café"),
        ("x/y; a=é".encode(), "é"),
        (b"x/y; ab=1", None),
        (b"x/y; a*1=x", None),
    ],
)
def test_pieces_are_joined_and_decoded(value: bytes, expected: str | None) -> None:
    parsed = parse_content_type(value)
    assert parsed is not None
    assert parameter_text(parsed[2], b"a") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(b"Base64", b"base64"), (b"(c) 7BIT (c)", b"7bit"), (b"8 bit", b"8 bit"), (b"", b""), (b"7bit;", b"7bit;")],
)
def test_tokens(value: bytes, expected: bytes) -> None:
    assert parse_token(value) == expected


def test_language_tags() -> None:
    assert parse_words(b"mi, en (c), i-klingon") == [b"mi", b"en", b"i-klingon"]


PIECES = [
    b"text",
    b"/",
    b"plain",
    b";",
    b"=",
    b'"',
    b"\\",
    b"(",
    b")",
    b"a",
    b"*0",
    b"*",
    b"'",
    b"%41",
    b" ",
    b"\t",
    b"\xff",
    b",",
]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join))
def test_any_value_is_read(value: bytes) -> None:
    for parameters in ((parse_content_type(value) or (b"", b"", []))[2], parse_disposition(value)[1]):
        assert len(parameters) <= MAX_PARAMETERS
        parameter_text(parameters, b"a")
    parse_token(value)
    parse_words(value)


TOKENS = st.from_regex(rb"\A[A-Za-z0-9_.+-]{1,8}\Z")
VALUES = st.from_regex(rb"\A[ -~]{0,12}\Z")


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(TOKENS, VALUES), max_size=5))
def test_quoted_parameters_come_back(parameters: list[tuple[bytes, bytes]]) -> None:
    quoted = [(name, value.replace(b"\\", b"\\\\").replace(b'"', b'\\"')) for name, value in parameters]
    text = b"a/b" + b"".join(b';\t%b="%b"' % pair for pair in quoted)
    assert parse_content_type(text) == (b"a", b"b", parameters)
