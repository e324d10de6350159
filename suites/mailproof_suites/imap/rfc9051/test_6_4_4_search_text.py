"""SEARCH: charsets, encoded words, transfer encodings; RFC 9051 section 6.4.4 (RFC 3501 the same)."""

import pytest

from mailproof_suites.case import ImapClient, Literal, expect, requirement


@requirement("RFC9051:6.4.4-3", "RFC9051:6.4.4-16", "RFC3501:6.4.4-2", "RFC3501:6.4.4-3")
@pytest.mark.parametrize(
    ("charset", "text", "found"),
    [
        ("UTF-8", "Grüße".encode(), [2]),
        ("utf-8", "grüße FROM".encode(), [2]),
        ("UTF-8", b"Quarterly", [1]),
        ("US-ASCII", b"Quarterly", [1]),
    ],
)
@pytest.mark.usefixtures("five")
def test_charset_and_encoded_words(imap: ImapClient, charset: str, text: bytes, found: list[int]) -> None:
    """Encoded words of headers are decoded before they are compared with a string of the charset named."""
    expect.equal(imap.search("CHARSET", charset, "SUBJECT", Literal(text)), found, f"SUBJECT {text.decode()}")


@requirement("RFC9051:6.4.4-3", "RFC9051:6.4.4-16", "RFC3501:6.4.4-2", "RFC3501:6.4.4-3", "MAIL-12")
@pytest.mark.parametrize("key", ["BODY", "TEXT"])
@pytest.mark.usefixtures("five")
def test_encoded_bodies_are_decoded(imap: ImapClient, key: str) -> None:
    """Text that stands in base64 is found by what it says."""
    expect.equal(imap.search("CHARSET UTF-8", key, Literal("Zwölf Äpfel".encode())), [2], "messages found")
    expect.equal(imap.search(key, "Birne"), [2], "messages found by the ASCII part")


@requirement("RFC9051:6.4.4-4", "RFC9051:6.4.4-18", "RFC3501:6.4.4-4", "RFC3501:6.4.4-5")
@pytest.mark.usefixtures("five")
def test_an_unknown_charset_is_refused(imap: ImapClient) -> None:
    """A charset that the server lacks gives NO, with BADCHARSET."""
    answer = imap.command("SEARCH", "CHARSET", "X-NO-SUCH-CHARSET", "SUBJECT", Literal(b"report"))
    expect.no(answer, requirement="RFC9051:6.4.4-4")
    expect.no(answer, code="BADCHARSET", requirement="RFC9051:6.4.4-18")
