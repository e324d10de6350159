"""Mailbox names in IMAP4rev2 mode, RFC 9051 section 5.1 and Appendix A."""

import pytest

from mailproof_suites.case import ImapClient, Literal, World, expect, needs, requirement
from mailproof_suites.clients.imap import ListData, encode_utf7, quoted

pytestmark = needs("imap:IMAP4rev2")


@requirement("RFC9051:5.1-2", "RFC9051:A-1", "RFC9051:A.1-3", "RFC3501:5.1.3-4", "FOLD-01")
@pytest.mark.parametrize(
    "suffix", ["Entwürfe", "日本語", "🎉", "a&b", "&-", "naïve/ход"], ids=lambda name: name.encode().hex()
)
def test_names_are_utf8_beside_modified_utf7(rev2: ImapClient, imap: ImapClient, world: World, suffix: str) -> None:
    """The same mailbox has a UTF-8 name here and a modified UTF-7 name for a client of IMAP4rev1."""
    name = world.folder_name(f"-{suffix}")
    rev2.create(name)
    pattern = quoted(world.folder_name("") + "*")
    new = {each.mailbox for each in rev2.command("LIST", '""', pattern).of(ListData)}
    old = {each.mailbox for each in imap.command("LIST", '""', pattern).of(ListData)}
    expect.contains(new, name.encode(), "names told to the client of rev2")
    expect.contains(old, encode_utf7(name), "names told to the client of rev1")
    expect.equal(rev2.command("SELECT", Literal(name.encode())).status, "OK", "SELECT with a literal")


@requirement("RFC9051:5.1-3")
@pytest.mark.parametrize(
    "octets", [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xc0\xaf"], ids=["ff", "cut", "surrogate", "long"]
)
def test_names_that_are_no_utf8_are_refused(rev2: ImapClient, world: World, octets: bytes) -> None:
    """Octets that are no UTF-8 make no name."""
    expect.refused(rev2.command("CREATE", Literal(world.folder_name("-").encode() + octets)))
