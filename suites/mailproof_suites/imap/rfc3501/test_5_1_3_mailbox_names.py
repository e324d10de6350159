"""Mailbox names in modified UTF-7, RFC 3501 sections 5.1 and 5.1.3 (RFC 9051 Appendix A for clients of IMAP4rev1)."""

import pytest

from mailproof_suites.case import Append, Capabilities, ImapClient, Literal, World, expect, needs, requirement
from mailproof_suites.clients.imap import decode_utf7, encode_utf7

pytestmark = needs("imap:IMAP4rev1")

NAMES = [
    "Entwürfe",
    "日本語",
    "Ελληνικά",
    "שלום",
    "🎉 party",
    "a&b",
    "&",
    "&&",
    "~peter",
    "台北&日本語",
    "Zé's +plus",
    "x" * 60,
]
INVALID = [b"&", b"&Jjo", b"&AGE-", b"&Jjo!", b"&U,BTFw-&ZeVnLIqe-", b"&2AA-", b"&Jj-", b"&\xff-"]


@requirement("RFC3501:5.1.3-1", "RFC9051:A.1-1", "RFC3501:5.1.3-3", "FOLD-01")
@pytest.mark.parametrize("suffix", NAMES, ids=lambda name: encode_utf7(name).decode())
def test_a_name_in_modified_utf7_comes_back(imap: ImapClient, world: World, append: Append, suffix: str) -> None:
    """Letters of any script, ampersands and characters beyond the BMP: created, listed, selected, deleted."""
    name = world.folder_name(f"-{suffix}")
    imap.create(name)
    listed = {each.mailbox for each in imap.list_mailboxes("", world.folder_name() + "*")}
    expect.equal(listed, {encode_utf7(name)}, "names listed")
    append(name)
    expect.equal(imap.select(name).exists, 1, "messages in it")
    expect.equal(imap.status(name, "MESSAGES").mailbox, encode_utf7(name), "the name in STATUS")
    imap.close_mailbox()
    imap.delete(name)
    expect.equal(imap.list_mailboxes("", world.folder_name() + "*"), [], "names listed afterwards")


@requirement("RFC3501:5.1.3-2", "RFC9051:A.1-2")
@pytest.mark.parametrize("suffix", INVALID, ids=lambda octets: octets.decode("ascii", "backslashreplace"))
def test_what_is_no_modified_utf7_makes_no_name_of_its_own(imap: ImapClient, world: World, suffix: bytes) -> None:
    """A name that is no canonical modified UTF-7 is refused, or becomes one that is, and never two names for one."""
    octets = world.folder_name("-").encode() + suffix
    name = octets if suffix.isascii() else None
    answer = imap.command("CREATE", imap.mailbox(name) if name else Literal(octets))
    expect.graded(answer.status, {"NO": "", "BAD": "", "OK": "taken"}, "CREATE of an invalid name")
    if answer.ok:
        listed = [each.mailbox for each in imap.list_mailboxes("", world.folder_name("-") + "*")]
        expect.equal(len(listed), 1, "number of names listed")
        decode_or_fail(listed[0])


def decode_or_fail(name: bytes) -> str:
    """The name that is listed has to be canonical."""
    try:
        return decode_utf7(name)
    except ValueError as problem:
        raise expect.fail(
            "the name listed", expected="canonical modified UTF-7", actual=f"{name!r}: {problem}"
        ) from None


@requirement("RFC3501:5.1-1", "FOLD-01")
def test_names_other_than_inbox_have_one_spelling(imap: ImapClient, world: World) -> None:
    """A server may tell letter case apart or not; it must not do both."""
    imap.create(world.folder_name("-Case"))
    answer = imap.command("CREATE", imap.mailbox(world.folder_name("-case")))
    found = {each.mailbox.decode().lower() for each in imap.list_mailboxes("", world.folder_name("-*"))}
    count = len(imap.list_mailboxes("", world.folder_name("-*")))
    expect.equal(count, 2 if answer.ok else 1, "names listed after CREATE of the other spelling")
    expect.equal(found, {world.folder_name("-case").lower()}, "names listed, in lower case")


@requirement("RFC3501:5.1-2")
@pytest.mark.parametrize(
    "suffix", ["(paren", "{brace", 'quo"te', "back\\slash", "two words", "tilde~", "dot.dot", "semi;colon"]
)
def test_characters_that_need_quoting_are_quoted_both_ways(
    imap: ImapClient, world: World, suffix: str, capabilities: Capabilities
) -> None:
    """A name with specials is taken in quotes and told in a form that reads back as the same name, or refused."""
    if capabilities.delimiter and capabilities.delimiter in suffix:
        pytest.skip("the name holds the hierarchy delimiter of this server")
    name = world.folder_name(f"-{suffix}")
    answer = imap.command("CREATE", imap.mailbox(name))
    expect.graded(answer.status, {"OK": "", "NO": "the name is refused"}, f"CREATE of a name with {suffix}")
    if answer.ok:
        listed = [each.mailbox for each in imap.list_mailboxes("", world.folder_name() + "*")]
        expect.equal(listed, [name.encode()], "names listed")
        expect.ok(imap.command("SELECT", Literal(name.encode())))


@requirement("RFC3501:5.1-4", "FOLD-01")
def test_modified_base64_has_letter_case(imap: ImapClient, world: World) -> None:
    """Two names whose base64 differs in letter case only are two names, whatever the server thinks of letter case."""
    first, second = (world.folder_name("-").encode() + ending for ending in (b"&XnM-", b"&xnM-"))
    imap.create(first)
    expect.no(imap.command("STATUS", imap.mailbox(second), "(MESSAGES)"))
    imap.create(second)
    listed = {each.mailbox for each in imap.list_mailboxes("", world.folder_name("*"))}
    expect.equal(listed, {first, second}, "names listed")


@requirement("RFC3501:5.1-3", "FOLD-01")
@pytest.mark.parametrize("octets", ["Grüße".encode(), "Grüße".encode("latin-1")], ids=["UTF-8", "Latin-1"])
def test_8_bit_names_are_not_created(imap: ImapClient, world: World, octets: bytes) -> None:
    """From a client that enabled nothing a name with the high bit set is refused."""
    expect.refused(imap.command("CREATE", Literal(world.folder_name("-").encode() + octets)))
