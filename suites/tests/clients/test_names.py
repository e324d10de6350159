"""Modified UTF-7 against known vectors and as a round trip."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailproof_suites.clients.imap import decode_utf7, encode_utf7, is_utf7

VECTORS = {
    "INBOX": b"INBOX",
    "": b"",
    "&": b"&-",
    "a&b": b"a&-b",
    "~peter/mail/台北/日本語": b"~peter/mail/&U,BTFw-/&ZeVnLIqe-",  # RFC 3501 section 5.1.3
    "台北日本語": b"&U,BTF2XlZyyKng-",
    "Entwürfe": b"Entw&APw-rfe",
    "☺!": b"&Jjo-!",
    "😀": b"&2D3eAA-",
    "tab\there": b"tab&AAk-here",
}

WRONG = {
    "a shift without an end": b"&Jjo",
    "a shift ended by another character": b"&Jjo!",
    "two shifts side by side": b"&U,BTFw-&ZeVnLIqe-",
    "a printable character in base64": b"&AGE-",
    "an odd number of octets": b"&AP-",
    "padding": b"&APw=-",
    "a slash in base64": b"&U/BTFw-",
    "a lone surrogate": b"&2D0-",
    "an octet above 127": b"caf\xe9",
    "a control character": b"a\tb",
    "stray bits": b"&APx-",
}


@pytest.mark.parametrize("name", sorted(VECTORS))
def test_known_names(name: str) -> None:
    assert encode_utf7(name) == VECTORS[name]
    assert decode_utf7(VECTORS[name]) == name


@pytest.mark.parametrize("why", sorted(WRONG))
def test_what_is_not_canonical_is_refused(why: str) -> None:
    assert not is_utf7(WRONG[why])


@given(st.text())
def test_every_name_comes_back(name: str) -> None:
    encoded = encode_utf7(name)
    assert encoded.isascii()
    assert decode_utf7(encoded) == name


@given(st.binary(max_size=40))
def test_octets_are_a_name_or_a_value_error(data: bytes) -> None:
    try:
        name = decode_utf7(data)
    except ValueError:
        return
    assert encode_utf7(name) == data
