"""Names: modified UTF-7 is strict and one-to-one, INBOX folds, patterns match in linear time."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproof_server.wire.imap.errors import WireError
from mailproof_server.wire.imap.names import (
    ListPattern,
    decode_mailbox,
    decode_utf7,
    encode_mailbox,
    encode_utf7,
    fold_inbox,
)


@pytest.mark.parametrize(
    ("encoded", "text"),
    [
        (b"", ""),
        (b"INBOX", "INBOX"),
        (b"a/b ~x", "a/b ~x"),
        (b"&-", "&"),
        (b"Q&-A", "Q&A"),
        (b"&-&-", "&&"),
        (b"~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/台北/日本語"),  # RFC 3501 §5.1.3
        (b"&U,BTF2XlZyyKng-", "台北日本語"),
        (b"&Jjo-!", "☺!"),
        (b"Entw&APw-rfe", "Entwürfe"),
        (b"&2D3eAA-", "😀"),
        (b"&U,BTFw-&-&ZeVnLIqe-", "台北&日本語"),
    ],
)
def test_modified_utf7(encoded: bytes, text: str) -> None:
    assert decode_utf7(encoded) == text
    assert encode_utf7(text) == encoded


@pytest.mark.parametrize(
    "encoded",
    [
        b"&Jjo!",  # no way back to ASCII (RFC 3501 §5.1.3)
        b"&U,BTFw-&ZeVnLIqe-",  # superfluous shift (RFC 3501 §5.1.3)
        b"&",
        b"a&b",
        b"&A-",
        b"&AA-",
        b"&AGE-",  # "a", which represents itself
        b"&AGEA4Q-",  # an "a" before what must be encoded
        b"&ACY-",  # "&" the long way
        b"&2D0-",  # half a surrogate pair
        b"&3gDYPQ-",  # the pair the wrong way round
        b"&APx-",  # bits left over that are not zero
        b"&APw=-",
        b"&AP/8-",  # "/" instead of ","
        b"&APw",
        b"\xc3\xbc",
        b"a\xff",
        b"&-\n",
        b"\x7f&-",
    ],
)
def test_malformed_modified_utf7_is_refused(encoded: bytes) -> None:
    with pytest.raises(WireError) as caught:
        decode_utf7(encoded)
    assert (caught.value.status, caught.value.code) == (b"NO", b"CANNOT")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
@settings(max_examples=200, deadline=None)
def test_every_name_survives_modified_utf7(name: str) -> None:
    encoded = encode_utf7(name)
    assert encoded.isascii()
    # Names with control characters are encoded, but never decoded plain.
    assert decode_utf7(encoded) == name


@given(st.binary(max_size=20) | st.text("&-,AUBTFw2D3eAA/ab", max_size=20).map(str.encode))
@settings(max_examples=200, deadline=None)
def test_what_decodes_is_canonical(encoded: bytes) -> None:
    try:
        name = decode_utf7(encoded)
    except WireError:
        return
    if name.isprintable():
        assert encode_utf7(name) == encoded


def test_lone_surrogates_have_no_form() -> None:
    with pytest.raises(ValueError, match="surrogate"):
        encode_utf7("\ud800")


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("inbox", "INBOX"),
        ("InBoX/a", "INBOX/a"),
        ("inboxes", "inboxes"),
        ("inbox.a", "inbox.a"),
        ("a/inbox", "a/inbox"),
        ("ınbox", "ınbox"),
        ("", ""),
    ],
)
def test_inbox_is_case_insensitive(name: str, folded: str) -> None:
    assert fold_inbox(name) == folded


def test_utf8_names() -> None:
    assert decode_mailbox("Entwürfe".encode(), utf8=True) == "Entwürfe"
    assert decode_mailbox(b"&APw-", utf8=True) == "&APw-"
    assert encode_mailbox("Entwürfe", utf8=True) == "Entwürfe".encode()
    assert encode_mailbox("Entwürfe", utf8=False) == b"Entw&APw-rfe"


@pytest.mark.parametrize(
    "name", [b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"a\nb", b"\x7f", b"\xc2\x85", b"\xe2\x80\xa8", b"u\xcc\x88"]
)
def test_names_that_cannot_be(name: bytes) -> None:
    with pytest.raises(WireError) as caught:
        decode_mailbox(name, utf8=True)
    assert caught.value.status == b"NO"


@pytest.mark.parametrize(
    ("pattern", "name", "matches"),
    [
        ("*", "a/b", True),
        ("*", "", True),
        ("%", "a", True),
        ("%", "a/b", False),
        ("%", "", True),
        ("", "", True),
        ("", "a", False),
        ("a/%", "a/b", True),
        ("a/%", "a/b/c", False),
        ("a/%", "a", False),
        ("a/*", "a/b/c", True),
        ("%/b", "a/b", True),
        ("%/%", "a/b", True),
        ("%/%", "a/b/c", False),
        ("*/c", "a/b/c", True),
        ("*b*", "abc", True),
        ("a%c", "abbc", True),
        ("a%c", "ab/c", False),
        ("%*", "a/b", True),
        ("a%%b", "axxb", True),
        ("A", "a", False),
        ("inbox", "INBOX", True),
        ("InB%", "INBOX", True),
        ("inbox/%", "INBOX/Sent", True),
        ("inbox/sent", "INBOX/Sent", False),
        ("%x/S%", "INBOX/Sent", True),
        ("inboxes", "INBOXES", False),
        ("inbox*", "INBOXES", False),
        ("ü*", "über", True),
        ("a.b", "axb", False),
        ("[a]", "a", False),
    ],
)
def test_patterns(pattern: str, name: str, matches: bool) -> None:
    assert ListPattern(pattern).matches(name) is matches


def test_the_separator_is_a_parameter() -> None:
    assert ListPattern("%", ".").matches("a/b")
    assert not ListPattern("%", ".").matches("a.b")


@given(st.text("ab/%*", max_size=8), st.text("ab/", max_size=10))
@settings(max_examples=200, deadline=None)
def test_patterns_agree_with_a_regular_expression(pattern: str, name: str) -> None:
    expression = "".join({"*": ".*", "%": "[^/]*"}.get(c, re.escape(c)) for c in pattern)
    assert ListPattern(pattern).matches(name) is (re.fullmatch(expression, name) is not None)


def test_hostile_patterns_take_no_longer_than_others() -> None:
    # With backtracking this would take longer than the universe has had.
    pattern = ListPattern("*a" * 400 + "b")
    assert not pattern.matches("a" * 2000)
    assert pattern.matches("a" * 2000 + "b")
