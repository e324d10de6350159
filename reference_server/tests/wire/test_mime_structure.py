"""The MIME tree: offsets, the rules for broken multiparts, limits, and agreement with an independent writer."""

from email.message import EmailMessage, MIMEPart
from email.policy import SMTP

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproof_server.wire.mime.structure import MAX_PARTS, Part, decode, encode, parse


def crlf(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def outline(part: Part, data: bytes) -> object:
    """Type and body of leaves, type and members of containers."""
    kind = f"{part.type.decode('latin-1')}/{part.subtype.decode('latin-1')}"
    if part.children:
        return kind, [outline(child, data) for child in part.children]
    if part.embedded is not None:
        return kind, outline(part.embedded, data)
    return kind, data[part.body_start : part.end]


def multipart(boundary: str, body: str, subtype: str = "mixed") -> str:
    return f'Content-Type: multipart/{subtype}; boundary="{boundary}"\n\n{body}'


PLAIN = "text/plain"
CASES = [
    ("no_header", "\nbody", (PLAIN, b"body")),
    ("no_body", "Subject: x\n", (PLAIN, b"")),
    ("nothing", "", (PLAIN, b"")),
    ("blank_line_only", "\n", (PLAIN, b"")),
    (
        "preamble_and_epilogue",
        multipart("a", "before\n--a\n\none\n--a--\nafter"),
        ("multipart/mixed", [(PLAIN, b"one")]),
    ),
    (
        "crlf_before_a_boundary_is_not_the_parts",
        multipart("a", "--a\n\none\n\n--a\n\ntwo\n--a--\n"),
        ("multipart/mixed", [(PLAIN, b"one\r\n"), (PLAIN, b"two")]),
    ),
    ("missing_end", multipart("a", "--a\n\none\n"), ("multipart/mixed", [(PLAIN, b"one\r\n")])),
    ("white_space_after_boundary", multipart("a", "--a \t\n\none\n--a-- \n"), ("multipart/mixed", [(PLAIN, b"one")])),
    ("longer_line_is_no_boundary", multipart("a", "--a\n\n--ab\n--a--\n"), ("multipart/mixed", [(PLAIN, b"--ab")])),
    ("no_boundary_found", multipart("a", "text\n"), ("multipart/mixed", [(PLAIN, b"text\r\n")])),
    ("no_boundary_declared", "Content-Type: multipart/mixed\n\ntext", ("multipart/mixed", [(PLAIN, b"text")])),
    ("only_the_end", multipart("a", "--a--\n"), ("multipart/mixed", [(PLAIN, b"--a--\r\n")])),
    (
        "parts_without_header_or_body",
        multipart("a", "--a\n--a\n\n--a\nContent-Type: text/html\n--a\nContent-Type: text/html\n\n--a--"),
        ("multipart/mixed", [(PLAIN, b""), (PLAIN, b""), ("text/html", b""), ("text/html", b"")]),
    ),
    (
        "outer_boundary_closes_the_inner_multipart",
        multipart("o", f"--o\n{multipart('i', '--i' + chr(10) * 2 + 'one')}\n--o\n\ntwo\n--o--"),
        ("multipart/mixed", [("multipart/mixed", [(PLAIN, b"one")]), (PLAIN, b"two")]),
    ),
    (
        "same_boundary_belongs_to_the_innermost",
        multipart("a", f"--a\n{multipart('a', '--a' + chr(10) * 2 + 'one')}\n--a--\n--a\n\ntwo\n--a--"),
        ("multipart/mixed", [("multipart/mixed", [(PLAIN, b"one")]), (PLAIN, b"two")]),
    ),
    (
        "boundary_that_begins_the_other",
        multipart("a", f"--a\n{multipart('ab', '--ab' + chr(10) * 2 + 'one' + chr(10) + '--ab--')}\n--a--"),
        ("multipart/mixed", [("multipart/mixed", [(PLAIN, b"one")])]),
    ),
    (
        "boundary_that_looks_like_the_others_end",
        multipart(
            "a--", f"--a--\n{multipart('a', '--a' + chr(10) * 2 + 'one' + chr(10) + '--a--')}\n--a--\n\ntwo\n--a----"
        ),
        ("multipart/mixed", [("multipart/mixed", [(PLAIN, b"one")]), (PLAIN, b"two")]),
    ),
    (
        "own_boundary_ends_a_header_without_blank_line",
        multipart("a", '--a\nContent-Type: multipart/mixed; boundary="b"\nX: y\n--b\n\none\n--b--\n--a--'),
        ("multipart/mixed", [("multipart/mixed", [(PLAIN, b"one")])]),
    ),
    (
        "digest_changes_the_default",
        multipart("a", "--a\n\nSubject: x\n\none\n--a\nContent-Type: text/plain\n\ntwo\n--a--", "digest"),
        ("multipart/digest", [("message/rfc822", (PLAIN, b"one")), (PLAIN, b"two")]),
    ),
    ("embedded", "Content-Type: message/rfc822\n\nSubject: x\n\none", ("message/rfc822", (PLAIN, b"one"))),
    (
        "embedded_without_body",
        multipart("a", "--a\nContent-Type: message/rfc822\n\nSubject: x\n--a\n\nSubject: y\n\n--a--", "digest"),
        ("multipart/digest", [("message/rfc822", (PLAIN, b"")), ("message/rfc822", (PLAIN, b""))]),
    ),
    ("global", "Content-Type: message/global\n\nSubject: x\n\none", ("message/global", (PLAIN, b"one"))),
    ("unreadable_type", "Content-Type: /;\n\none", (PLAIN, b"one")),
    (
        "folded_boundary",
        'Content-Type: multipart/x; boundary="a\n b"\n\n--a b\n\none\n--a b--',
        ("multipart/x", [(PLAIN, b"one")]),
    ),
    (
        "boundary_in_pieces",
        "Content-Type: multipart/x; boundary*0=a;\n boundary*1=b\n\n--ab\n\none\n--ab--",
        ("multipart/x", [(PLAIN, b"one")]),
    ),
    ("first_type_counts", "Content-Type: text/html\nContent-Type: image/png\n\none", ("text/html", b"one")),
]


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_tree_follows_the_rules(text: str, expected: object) -> None:
    data = crlf(text)
    assert outline(parse(data), data) == expected


@pytest.mark.parametrize("text", [case[1] for case in CASES], ids=[case[0] for case in CASES])
def test_bare_lf_gives_the_same_tree(text: str) -> None:
    """Servers normalise line ends before they parse, importers do not."""
    data, lf = crlf(text), text.encode()
    shape_of_lf = outline(parse(lf), lf)

    def without_cr(shape: object) -> object:
        match shape:
            case bytes():
                return shape.replace(b"\r\n", b"\n")
            case tuple():
                return tuple(without_cr(item) for item in shape)
            case list():
                return [without_cr(item) for item in shape]
        return shape

    assert shape_of_lf == without_cr(outline(parse(data), data))


def test_offsets_cut_header_and_body() -> None:
    data = crlf(multipart("a", "pre\n--a\nContent-ID: <1>\n\none\ntwo\n--a--\npost"))
    root = parse(data)
    assert data[root.header_start : root.body_start].endswith(b'boundary="a"\r\n\r\n')
    assert root.end == len(data)
    child = root.children[0]
    assert data[child.header_start : child.body_start] == b"Content-ID: <1>\r\n\r\n"
    assert data[child.body_start : child.end] == b"one\r\ntwo"
    assert child.content_id == b"<1>"
    assert child.lines == 1


def test_an_embedded_message_without_body_ends_before_the_crlf_of_the_boundary() -> None:
    data = crlf(multipart("a", "--a\n\nSubject: x\n--a\n\nSubject: y\n\n--a--", "digest"))
    bodies = [data[child.body_start : child.end] for child in parse(data).children]
    assert bodies == [b"Subject: x", b"Subject: y\r\n"]


def test_content_fields_are_read() -> None:
    part = parse(
        crlf(
            "content-TYPE: Text/HTML; Charset=utf-8 (why)\nContent-Transfer-Encoding: Base64 (c)\n"
            "Content-ID: <a@b>\nContent-Description: two\n words\nContent-Language: en, de (x)\nContent-MD5: Q2hl\n"
            "Content-Location: x.html\nContent-Disposition: ATTACHMENT; filename*0=a; filename*1=b\n\n"
        )
    )
    assert (part.type, part.subtype, part.params) == (b"text", b"html", [(b"Charset", b"utf-8")])
    assert (part.encoding, part.content_id, part.description) == (b"base64", b"<a@b>", b"two words")
    assert (part.language, part.md5, part.location) == ([b"en", b"de"], b"Q2hl", b"x.html")
    assert part.disposition == b"attachment"
    assert part.disposition_params == [(b"filename*0", b"a"), (b"filename*1", b"b")]


def nested(depth: int) -> bytes:
    levels = "".join(f"Content-Type: multipart/mixed; boundary={n}\n\n--{n}\n" for n in range(depth))
    return crlf(levels + "\nthe core")


def depth_of(part: Part) -> int:
    inner = [*part.children, *([part.embedded] if part.embedded else [])]
    return 1 + max((depth_of(each) for each in inner), default=0)


def test_depth_is_limited_and_the_rest_is_opaque() -> None:
    assert depth_of(parse(nested(50))) == 51
    root = parse(nested(5000))
    assert depth_of(root) == 101
    part = root
    while part.children:
        part = part.children[0]
    assert (part.type, part.subtype) == (b"application", b"octet-stream")
    assert part.end == root.end
    assert depth_of(parse(nested(5000), max_depth=3)) == 4
    assert depth_of(parse(b"Content-Type: message/rfc822\r\n\r\n" * 5000)) == 101
    assert depth_of(parse(nested(5000), max_depth=10_000)) < 300


def count(part: Part) -> int:
    return 1 + sum(map(count, part.children)) + (count(part.embedded) if part.embedded else 0)


def test_the_number_of_parts_is_limited() -> None:
    data = crlf(multipart("a", "--a\n\nx\n" * 30_000))
    assert count(parse(data)) == MAX_PARTS
    assert count(parse(data, max_parts=10)) == 10


def test_memoryview_is_taken() -> None:
    data = crlf(multipart("a", "--a\n\none\n--a--"))
    assert parse(memoryview(data)) == parse(data)


# -- against another writer --------------------------------------------------------------------------------------------

BODIES = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=60)
LEAVES = st.tuples(st.sampled_from(["plain", "html"]), BODIES)
TREES = st.recursive(LEAVES, lambda inner: st.lists(inner, min_size=1, max_size=3), max_leaves=8)


def build(tree: object) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    if isinstance(tree, list):
        message.make_mixed()
        for item in tree:
            message.attach(build(item))
    else:
        assert isinstance(tree, tuple)
        message.set_content(tree[1], subtype=tree[0])
    return message


def expected_shape(message: MIMEPart) -> object:
    if message.is_multipart():
        return message.get_content_type(), [expected_shape(part) for part in message.iter_parts()]
    payload = message.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return message.get_content_type(), payload.replace(b"\r\n", b"\n").rstrip(b"\n")


def decoded_shape(part: Part, data: bytes) -> object:
    from mailproof_server.wire.mime.section import decoded

    kind = f"{part.type.decode()}/{part.subtype.decode()}"
    if part.children:
        return kind, [decoded_shape(child, data) for child in part.children]
    octets = decoded(data, part)
    assert octets is not None
    return kind, octets.replace(b"\r\n", b"\n").rstrip(b"\n")


@settings(max_examples=100, deadline=None)
@given(TREES)
def test_messages_of_the_standard_library_are_read_as_they_were_written(tree: object) -> None:
    message = build(tree)
    data = message.as_bytes()
    assert decoded_shape(parse(data), data) == expected_shape(message)


# -- any octets --------------------------------------------------------------------------------------------------------

MARKS = b"-- - --a --ab --a-- a : ; ( X base64 message/rfc822 text/plain".split()
FIELDS = [b"Subject: x\r\n", b"Content-Type: ", b"Content-Disposition: "]
KINDS = [b"multipart/mixed; boundary=a", b"multipart/digest; boundary=ab"]
TOKENS = st.sampled_from([*MARKS, *FIELDS, *KINDS, b"\r\n", b"\n", b"\r\n\r\n", b" ", b"\0", b"\xff", b'"'])
MIME_LIKE = st.lists(TOKENS, max_size=60).map(b"".join)


def check_places(part: Part, start: int, end: int) -> None:
    assert start <= part.header_start <= part.body_start <= part.end <= end
    assert (part.type == b"multipart") == bool(part.children)
    position = part.body_start
    for child in part.children:
        check_places(child, position, part.end)
        position = child.end
    if part.embedded is not None:
        assert part.type == b"message"
        assert (part.embedded.header_start, part.embedded.end) == (part.body_start, part.end)
        check_places(part.embedded, part.body_start, part.end)


@settings(max_examples=200, deadline=None)
@given(st.one_of(MIME_LIKE, st.binary(max_size=200)))
def test_any_octets_give_a_tree_of_nested_places(data: bytes) -> None:
    root = parse(data)
    check_places(root, 0, len(data))
    assert root.header_start == 0
    assert root.end == len(data)
    assert decode(encode(root)) == root


@settings(max_examples=100, deadline=None)
@given(MIME_LIKE, st.integers(0, 4), st.integers(1, 6))
def test_limits_hold_for_any_octets(data: bytes, max_depth: int, max_parts: int) -> None:
    root = parse(data, max_depth, max_parts)
    check_places(root, 0, len(data))
    # The part that stands for the body of a multipart without parts comes on top.
    assert depth_of(root) <= max_depth + 2
    assert count(root) <= 2 * max_parts
