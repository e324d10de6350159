"""What counts as advertised, and what reads like a need."""

from __future__ import annotations

import pytest

from mailproof_suites.capabilities import Capabilities, Need, parse_need


@pytest.mark.parametrize(
    ("advertised", "wanted", "there"),
    [
        (["IMAP4REV1", "MOVE"], "move", True),
        (["IMAP4REV1", "AUTH=PLAIN"], "AUTH", True),
        (["IMAP4REV1", "AUTH=PLAIN"], "AUTH=PLAIN", True),
        (["IMAP4REV1", "AUTH=PLAIN"], "AUTH=LOGIN", False),
        (["IMAP4REV1", "APPENDLIMIT=100"], "APPENDLIMIT", True),
        (["IMAP4REV1", "MOVED"], "MOVE", False),
        (["IMAP4REV2"], "MOVE", True),
        (["IMAP4REV2"], "CONDSTORE", False),
        (["IMAP4REV1", "IMAP4REV2"], "MOVE", False),
    ],
)
def test_imap(advertised: list[str], wanted: str, there: bool) -> None:
    assert Capabilities(imap=advertised).has("imap", wanted) is there
    assert Capabilities(imap_before=advertised).has("imap", wanted) is there


@pytest.mark.parametrize(
    ("wanted", "there"),
    [("SIZE", True), ("size", True), ("AUTH", True), ("AUTH=PLAIN", True), ("AUTH=CRAM-MD5", False), ("DSN", False)],
)
def test_smtp(wanted: str, there: bool) -> None:
    assert Capabilities(smtp=["SIZE 1000", "AUTH PLAIN LOGIN", "PIPELINING"]).has("smtp", wanted) is there


def test_a_need_is_parsed_with_its_alternatives() -> None:
    assert parse_need("imap:UIDPLUS|IMAP4rev2") == Need("imap", ("UIDPLUS", "IMAP4rev2"))
    assert parse_need("imap:THREAD=REFERENCES").names == ("THREAD=REFERENCES",)
    assert parse_need("endpoint:ews").names == ("ews",)


@pytest.mark.parametrize("text", ["MOVE", "imap:", "imap: MOVE", "pop3:UIDL", "endpoint:pop3", "imap:A,B"])
def test_anything_else_is_no_need(text: str) -> None:
    with pytest.raises(ValueError, match="need"):
        parse_need(text)
