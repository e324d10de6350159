"""Section numbers, partial headers, and decoding for BINARY: the example of RFC 3501 section 6.4.5 and its edges."""

import base64
import quopri

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproof_server.wire.mime.section import (
    HEADER,
    HEADER_FIELDS,
    HEADER_FIELDS_NOT,
    MIME,
    TEXT,
    WHOLE,
    decoded,
    fetch,
    find_part,
    locate,
)
from mailproof_server.wire.mime.structure import parse
from mailproof_server.wire.mime.transfer import decode_leniently, decode_transfer


def crlf(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def container(kind: str, boundary: str, *parts: str) -> str:
    return (
        f"Content-Type: {kind}; boundary={boundary}\n\n"
        + "".join(f"--{boundary}\n{part}\n" for part in parts)
        + f"--{boundary}--\n"
    )


def message(number: str, inside: str) -> str:
    return f"Content-Type: message/rfc822\nX: mime of {number}\n\nSubject: {number}\n{inside}"


# "Here is an example of a complex message with some of its part specifiers".
EXAMPLE = crlf(
    "Subject: top\n"
    + container(
        "multipart/mixed",
        "top",
        "Content-Type: text/plain\n\npart 1",
        "Content-Type: application/octet-stream\n\npart 2",
        message("3", container("multipart/mixed", "three", "\npart 3.1", "Content-Type: application/x\n\npart 3.2")),
        container(
            "multipart/mixed",
            "four",
            "Content-Type: image/gif\n\npart 4.1",
            message(
                "4.2",
                container(
                    "multipart/mixed",
                    "fortytwo",
                    "\npart 4.2.1",
                    container(
                        "multipart/alternative", "alt", "\npart 4.2.2.1", "Content-Type: text/richtext\n\npart 4.2.2.2"
                    ),
                ),
            ),
        ),
        message("5", "\npart 5"),
    )
)
ROOT = parse(EXAMPLE)


@pytest.mark.parametrize(
    ("numbers", "kind", "expected"),
    [
        ((), WHOLE, EXAMPLE),
        ((), HEADER, b"Subject: top\r\nContent-Type: multipart/mixed; boundary=top\r\n\r\n"),
        ((1,), WHOLE, b"part 1"),
        ((1,), MIME, b"Content-Type: text/plain\r\n\r\n"),
        ((2,), WHOLE, b"part 2"),
        ((3,), MIME, b"Content-Type: message/rfc822\r\nX: mime of 3\r\n\r\n"),
        ((3,), HEADER, b"Subject: 3\r\nContent-Type: multipart/mixed; boundary=three\r\n\r\n"),
        ((3, 1), WHOLE, b"part 3.1"),
        ((3, 1), MIME, b"\r\n"),
        ((3, 2), WHOLE, b"part 3.2"),
        ((4, 1), WHOLE, b"part 4.1"),
        ((4, 1), MIME, b"Content-Type: image/gif\r\n\r\n"),
        ((4, 2), HEADER, b"Subject: 4.2\r\nContent-Type: multipart/mixed; boundary=fortytwo\r\n\r\n"),
        ((4, 2, 1), WHOLE, b"part 4.2.1"),
        ((4, 2, 2), MIME, b"Content-Type: multipart/alternative; boundary=alt\r\n\r\n"),
        ((4, 2, 2, 1), WHOLE, b"part 4.2.2.1"),
        ((4, 2, 2, 2), WHOLE, b"part 4.2.2.2"),
        ((5,), WHOLE, b"Subject: 5\r\n\r\npart 5"),
        ((5,), TEXT, b"part 5"),
        ((5, 1), WHOLE, b"part 5"),
        ((5, 1), MIME, b"Subject: 5\r\n\r\n"),
        # No such sections.
        ((0,), WHOLE, None),
        ((6,), WHOLE, None),
        ((1, 1), WHOLE, None),
        ((5, 2), WHOLE, None),
        ((5, 1, 1), WHOLE, None),
        ((4, 3), WHOLE, None),
        ((1,), HEADER, None),
        ((1,), TEXT, None),
        ((4,), HEADER, None),
        ((4, 2, 2), TEXT, None),
        ((), MIME, None),
        ((1,), HEADER_FIELDS, None),
    ],
)
def test_sections_of_the_example(numbers: tuple[int, ...], kind: bytes, expected: bytes | None) -> None:
    assert fetch(EXAMPLE, ROOT, numbers, kind, (b"x",)) == expected


def test_header_and_text_make_the_whole() -> None:
    for numbers in ((), (3,), (4, 2), (5,)):
        header, text, whole = (fetch(EXAMPLE, ROOT, numbers, kind) for kind in (HEADER, TEXT, WHOLE))
        assert header is not None
        assert text is not None
        assert header + text == whole


def test_a_message_without_parts_has_part_1() -> None:
    data = crlf("Subject: x\n\nbody")
    root = parse(data)
    assert fetch(data, root, (1,)) == b"body"
    assert fetch(data, root, (1,), MIME) == b"Subject: x\r\n\r\n"
    assert fetch(data, root, (1,), HEADER) is None
    assert fetch(data, root, (2,)) is None
    assert fetch(data, root, (1, 1)) is None
    assert find_part(root, (1,)) is root


def test_a_message_that_is_an_embedded_message() -> None:
    data = crlf("Content-Type: message/rfc822\n\nSubject: in\n\nbody")
    root = parse(data)
    assert fetch(data, root, (), HEADER) == b"Content-Type: message/rfc822\r\n\r\n"
    assert fetch(data, root, (1,)) == b"Subject: in\r\n\r\nbody"
    assert fetch(data, root, (1,), HEADER) == b"Subject: in\r\n\r\n"
    assert fetch(data, root, (1,), TEXT) == b"body"
    assert fetch(data, root, (1, 1)) == b"body"


HEADERS = "Subject: one\n two\nFrom: a@b\nSUBJECT: three\nno field\nX-Y : z\n"


@pytest.mark.parametrize(
    ("text", "kind", "names", "expected"),
    [
        (HEADERS + "\nbody", HEADER_FIELDS, [b"subject"], "Subject: one\n two\nSUBJECT: three\n\n"),
        (HEADERS + "\nbody", HEADER_FIELDS, [b"X-y", b"FROM"], "From: a@b\nX-Y : z\n\n"),
        (HEADERS + "\nbody", HEADER_FIELDS, [b"subj"], "\n"),
        (HEADERS + "\nbody", HEADER_FIELDS_NOT, [b"subject", b"x-y"], "From: a@b\nno field\n\n"),
        (HEADERS + "\nbody", HEADER_FIELDS_NOT, [], HEADERS + "\n"),
        (HEADERS + "\n", HEADER_FIELDS, [b"none"], "\n"),
        # "except in the case of a message which has no body and no blank line".
        (HEADERS, HEADER_FIELDS, [b"from"], "From: a@b\n"),
        (HEADERS, HEADER_FIELDS, [b"none"], ""),
        ("", HEADER_FIELDS, [b"none"], ""),
        ("\nbody", HEADER_FIELDS, [b"none"], "\n"),
        # A header that a boundary ends has no blank line, but the message has a body.
        ("Content-Type: multipart/x; boundary=a\n--a\n\none\n--a--", HEADER_FIELDS, [b"none"], "\n"),
    ],
)
def test_fields_are_selected_with_the_blank_line(text: str, kind: bytes, names: list[bytes], expected: str) -> None:
    data = crlf(text)
    assert fetch(data, parse(data), (), kind, names) == crlf(expected)


def test_fields_of_an_embedded_message() -> None:
    assert fetch(EXAMPLE, ROOT, (4, 2), HEADER_FIELDS, [b"Subject"]) == b"Subject: 4.2\r\n\r\n"


TOKENS = [
    b"Content-Type: ",
    b"multipart/mixed; boundary=a\r\n",
    b"message/rfc822\r\n",
    b"\r\n",
    b"--a\r\n",
    b"--a--\r\n",
    b"x",
    b"X: y\n",
]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(TOKENS), max_size=40).map(b"".join),
    st.lists(st.integers(0, 3), max_size=4),
    st.sampled_from([WHOLE, HEADER, TEXT, MIME]),
)
def test_places_are_within_the_message(data: bytes, numbers: list[int], kind: bytes) -> None:
    root = parse(data)
    place = locate(root, numbers, kind)
    octets = fetch(data, root, numbers, kind)
    if place is None:
        assert octets is None
    else:
        assert 0 <= place[0] <= place[1] <= len(data)
        assert octets == data[place[0] : place[1]]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from([b"A: 1\r\n", b"b: 2\n", b"junk\r\n", b" fold\r\n", b"A : 3\r\n", b"\xff: 4\r\n"]), max_size=12
    ).map(b"".join)
)
def test_selected_and_other_fields_are_the_header(header: bytes) -> None:
    data = header + b"\r\nbody"
    root = parse(data)
    named = fetch(data, root, (), HEADER_FIELDS, [b"a"])
    others = fetch(data, root, (), HEADER_FIELDS_NOT, [b"A"])
    whole = fetch(data, root, (), HEADER)
    assert named is not None
    assert others is not None
    assert whole is not None
    assert len(named) + len(others) == len(whole) + 2


# -- transfer encodings ------------------------------------------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_base64_is_undone(octets: bytes) -> None:
    assert decode_transfer(base64.encodebytes(octets), b"base64") == octets
    assert decode_transfer(base64.encodebytes(octets).replace(b"\n", b"\r\n"), b"base64") == octets


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_quoted_printable_is_undone(octets: bytes) -> None:
    """The standard library's writer leaves line ends as they are, so binary line ends are not its business."""
    octets = octets.replace(b"\r", b"")
    encoded = quopri.encodestring(octets, quotetabs=True)
    assert decode_transfer(encoded, b"quoted-printable") == octets


@pytest.mark.parametrize(
    ("encoded", "expected"),
    [
        (b"a=\r\nb", b"ab"),
        (b"a= \t\r\nb", b"ab"),
        (b"a \t\r\nb  ", b"a\r\nb"),
        (b"a=20\r\n", b"a \r\n"),
        (b"=E4=e4", b"\xe4\xe4"),
        (b"=XY=4 = ==3D", b"=XY=4 = =="),
        (b"a=", b"a"),
        (b"=0D=0A", b"\r\n"),
        (b"\xff", b"\xff"),
    ],
)
def test_quoted_printable_of_any_quality(encoded: bytes, expected: bytes) -> None:
    assert decode_transfer(encoded, b"quoted-printable") == expected


@pytest.mark.parametrize("encoded", [b"YQ", b"YQ=", b"Y", b"YQ==YQ==", b"YQ== junk", b"?", b"YQ==\0", b"=", b"Y=Q="])
def test_broken_base64_is_refused_strictly_and_read_leniently(encoded: bytes) -> None:
    assert decode_transfer(encoded, b"base64") is None
    assert decode_leniently(encoded, b"base64") in {b"a", b""}


@pytest.mark.parametrize("encoding", [b"7bit", b"8bit", b"binary", b""])
def test_identity_encodings(encoding: bytes) -> None:
    assert decode_transfer(b"\0=20", encoding) == b"\0=20"


@pytest.mark.parametrize("encoding", [b"x-uuencode", b"8 bit", b"unknown", b"bas64"])
def test_unknown_encodings_are_refused_strictly_and_left_leniently(encoding: bytes) -> None:
    assert decode_transfer(b"abc", encoding) is None
    assert decode_leniently(b"abc", encoding) == b"abc"


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60), st.sampled_from([b"base64", b"quoted-printable", b"x"]))
def test_any_octets_are_decoded_leniently(octets: bytes, encoding: bytes) -> None:
    lenient = decode_leniently(octets, encoding)
    strict = decode_transfer(octets, encoding)
    assert strict is None or strict == lenient


def test_parts_are_decoded() -> None:
    data = crlf(
        container(
            "multipart/mixed",
            "a",
            "Content-Transfer-Encoding: BASE64\n\nYQBi",
            "Content-Transfer-Encoding: Quoted-Printable\n\n=41",
            "Content-Transfer-Encoding: x-unknown\n\nzzz",
            "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nSubject: x",
        )
    )
    root = parse(data)
    assert [decoded(data, child) for child in root.children] == [b"a\0b", b"A", None, b"Subject: x"]
    assert decoded(data, root) == data[root.body_start :]
