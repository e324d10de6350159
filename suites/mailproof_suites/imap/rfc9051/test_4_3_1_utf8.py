"""UTF-8 in strings of a client of IMAP4rev2, RFC 9051 sections 4.3.1 and 6.4.4."""

import pytest

from mailproof_suites.case import Append, ImapClient, Literal, MakeMessage, expect, needs, requirement
from mailproof_suites.clients.imap import quoted

pytestmark = needs("imap:IMAP4rev2")

TEXT = "Grüße aus Łódź"


@requirement("RFC9051:4.3.1-1", "RFC9051:6.4.4-17")
@pytest.mark.parametrize("form", ["quoted", "literal"])
@pytest.mark.parametrize("key", ["SUBJECT", "TEXT", "HEADER Subject"])
def test_a_search_string_is_utf8_without_a_charset(
    rev2: ImapClient, folder: str, append: Append, make_message: MakeMessage, key: str, form: str
) -> None:
    """The string finds the encoded word that stands for it, in quotes as well as in a literal."""
    append(folder, make_message(subject="=?utf-8?b?R3LDvMOfZSBhdXMgxYHDs2TFug==?="))
    append(folder)
    rev2.select(folder)
    text = TEXT.encode()
    found = rev2.search(*key.split(), quoted(text) if form == "quoted" else Literal(text))
    requirement_id = "RFC9051:4.3.1-1" if form == "quoted" else "RFC9051:6.4.4-17"
    expect.equal(list(found), [1], f"messages with {TEXT} in {key}", requirement=requirement_id)


@requirement("RFC9051:4.3.1-1")
def test_a_quoted_mailbox_name_is_utf8(rev2: ImapClient, folder: str) -> None:
    """A mailbox is created, opened and deleted by a name in quotes."""
    name = quoted(f"{folder}-Łódź".encode())
    for verb in ("CREATE", "SELECT", "DELETE"):
        expect.ok(rev2.command(verb, name))
