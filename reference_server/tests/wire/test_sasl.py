"""SASL messages: PLAIN and LOGIN as clients send them, and as they must not."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailproof_server.wire.sasl import (
    CANCEL,
    LOGIN_PASSWORD,
    LOGIN_USERNAME,
    SaslError,
    decode_base64,
    decode_initial_response,
    encode_base64,
    parse_login,
    parse_plain,
    prepare,
)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        # RFC 4616 section 4.
        (b"\0tim\0tanstaaftanstaaf", ("", "tim", "tanstaaftanstaaf")),
        (b"Ursel\0Kurt\0xipj3plmq", ("Ursel", "Kurt", "xipj3plmq")),
        ("\0jörg\0pä ss".encode(), ("", "jörg", "pä ss")),
    ],
)
def test_plain(message: bytes, expected: tuple[str, str, str]) -> None:
    assert parse_plain(message) == expected


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"tim",
        b"\0tim",
        b"\0tim\0",
        b"\0\0secret",
        b"a\0b\0c\0d",
        b"\0tim\0secret\0",
        b"\0t\xff\0secret",
        b"\0tim\0\xc3",
    ],
)
def test_broken_plain_is_refused_without_repeating_it(message: bytes) -> None:
    with pytest.raises(SaslError) as refusal:
        parse_plain(message)
    assert "secret" not in str(refusal.value)
    assert refusal.value.__cause__ is None
    assert isinstance(refusal.value, ValueError)


@given(st.binary())
def test_any_message_is_read_or_refused(message: bytes) -> None:
    try:
        authzid, authcid, password = parse_plain(message)
    except SaslError:
        return
    assert f"{authzid}\0{authcid}\0{password}".encode() == message


@given(st.binary(max_size=100))
def test_base64_comes_back(octets: bytes) -> None:
    line = encode_base64(octets)
    assert line == base64.b64encode(octets)
    assert decode_base64(line) == octets


@pytest.mark.parametrize(
    "line", [b"YQ", b"YQ=", b"=", b"Y", b" YQ==", b"YQ== ", b"Y Q==", b"YQ==\r\n", b"YQ==YQ==", b"*", b"_w==", b"\xff"]
)
def test_base64_is_read_strictly(line: bytes) -> None:
    with pytest.raises(SaslError):
        decode_base64(line)


def test_initial_responses() -> None:
    assert decode_initial_response(b"=") == b""
    assert decode_initial_response(b"AHRpbQBzZWNyZXQ=") == b"\0tim\0secret"
    with pytest.raises(SaslError):
        decode_initial_response(CANCEL)


def test_login() -> None:
    assert base64.b64decode(LOGIN_USERNAME) == b"Username:"
    assert base64.b64decode(LOGIN_PASSWORD) == b"Password:"
    assert parse_login("jörg@example.test".encode()) == "jörg@example.test"
    for broken in (b"", b"a\0b", b"\xff"):
        with pytest.raises(SaslError):
            parse_login(broken)


@pytest.mark.parametrize(
    ("name", "prepared"),
    # RFC 4013 section 3, and what keyboards produce.
    [("I\u00adX", "IX"), ("user", "user"), ("\u00aa", "a"), ("\u2168", "IX"), ("a\u00a0b", "a b"), ("\uff41", "a")],
)
def test_names_are_prepared(name: str, prepared: str) -> None:
    assert prepare(name) == prepared
    assert parse_plain(f"{name}\0{name}\0pass".encode()) == (prepared, prepared, "pass")


@pytest.mark.parametrize("name", ["\u0007", "\u06271", "a\ufffd", "\ue000", "\u2028"])
def test_names_that_cannot_be_prepared(name: str) -> None:
    with pytest.raises(SaslError):
        parse_plain(f"\0{name}\0pass".encode())


def test_an_identity_that_vanishes_is_none() -> None:
    with pytest.raises(SaslError):
        parse_plain("\u00ad\0tim\0pass".encode())
    with pytest.raises(SaslError):
        parse_plain("\0\u00ad\0pass".encode())
