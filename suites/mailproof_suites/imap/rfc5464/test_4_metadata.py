"""GETMETADATA and SETMETADATA, RFC 5464."""

from __future__ import annotations

import pytest

from mailproof_suites.case import ImapClient, Literal, World, expect, needs, requirement
from mailproof_suites.imap.rfc5464.conftest import Get, entries

pytestmark = needs("imap:METADATA")

SHARED, PRIVATE = "/shared/comment", "/private/comment"
VENDOR = "/private/vendor/mailproof/test"


def private_or_skip(imap: ImapClient, folder: str) -> None:
    """Private entries are optional (RFC 5464 section 3.3)."""
    answer = imap.command("SETMETADATA", folder, f'({PRIVATE} "probe")')
    if (code := answer.find_code("METADATA")) and code.args[0] == "NOPRIVATE":
        pytest.skip("the server has no private entries")
    imap.command("SETMETADATA", folder, f"({PRIVATE} NIL)")


@requirement("RFC5464:4.2-1", "RFC5464:3.3-4")
@pytest.mark.parametrize("entry", [SHARED, PRIVATE])
def test_what_was_set_is_given(imap: ImapClient, imap2: ImapClient, folder: str, entry: str) -> None:
    """In this session and in another one of the same user."""
    private_or_skip(imap, folder)
    expect.ok(imap.command("SETMETADATA", folder, f'({entry} "a value")'))
    for client in (imap, imap2):
        expect.equal(entries(client, folder, entry), {entry.encode(): b"a value"}, entry)


@requirement("RFC5464:4.2-1", "RFC5464:3.3-4")
def test_private_and_shared_are_two(imap: ImapClient, folder: str, get: Get) -> None:
    """Two entries set and asked for at once keep their own values."""
    private_or_skip(imap, folder)
    expect.ok(imap.command("SETMETADATA", folder, f'({SHARED} "ours" {PRIVATE} "mine")'))
    expect.equal(get(SHARED, PRIVATE), {SHARED.encode(): b"ours", PRIVATE.encode(): b"mine"}, "values")
    expect.equal(get(PRIVATE), {PRIVATE.encode(): b"mine"}, "the one that was asked for")


@requirement("RFC5464:4.3-1")
def test_set_replaces_and_nil_takes_away(imap: ImapClient, folder: str, get: Get) -> None:
    """The last value counts; an empty one is a value, NIL is none."""
    for value, expected in (('"one"', b"one"), ('"two"', b"two"), ('""', b""), ("NIL", None)):
        expect.ok(imap.command("SETMETADATA", folder, f"({SHARED} {value})"))
        expect.equal(get(SHARED).get(SHARED.encode()), expected, f"value after {value}")


@requirement("RFC5464:4.3-2")
@pytest.mark.parametrize(
    "value",
    [b"line one\r\nline two\r\n", b'quotes " and \\', "Grüße".encode(), b"NIL", b"{3}\r\n"],
    ids=["lines", "quotes", "utf8", "NIL", "literal"],
)
def test_values_are_octets(imap: ImapClient, folder: str, get: Get, value: bytes) -> None:
    """What goes in as a literal comes out the same."""
    expect.ok(imap.command("SETMETADATA", folder, ((SHARED, Literal(value)))))
    expect.equal(get(SHARED), {SHARED.encode(): value}, "value")


@requirement("RFC5464:4.1-3")
def test_a_value_of_1024_octets_and_ten_entries(imap: ImapClient, folder: str, get: Get) -> None:
    """A server may set limits, but not lower ones."""
    values = {f"{VENDOR}/{number}".encode(): bytes([97 + number]) * 1024 for number in range(10)}
    for entry, value in values.items():
        expect.ok(imap.command("SETMETADATA", folder, ((entry, Literal(value)))))
    expect.equal(get(*(entry.decode() for entry in values)), values, "values")


@requirement("RFC5464:4.3-3", "RFC5464:4.3-4", "RFC5464:7-1")
@pytest.mark.parametrize("others", [False, True], ids=["alone", "with another entry"])
def test_a_value_that_is_too_large(imap: ImapClient, folder: str, get: Get, others: bool) -> None:
    """Ever larger values are taken, until one is NO [METADATA MAXSIZE n]; then nothing of that command was set."""
    for size in (40_000, 100_000, 300_000, 900_000):
        large = (SHARED, Literal(b"x" * size))
        answer = imap.command("SETMETADATA", folder, (PRIVATE, '"small"', *large) if others else large)
        if not answer.ok:
            break
        imap.command("SETMETADATA", folder, f"({SHARED} NIL {PRIVATE} NIL)").require_ok()
    else:
        pytest.skip("the server takes values of 900 kB")
    expect.no(answer, requirement="RFC5464:4.3-3")
    code = expect.given(answer.find_code("METADATA"), "METADATA code", requirement="RFC5464:4.3-3")
    expect.equal(code.args[0], "MAXSIZE", "the code", requirement="RFC5464:4.3-3")
    fits = 1024 <= code.args[1] < size
    expect.that(fits, "MAXSIZE", expected=f"1024 to {size - 1}", actual=code.args[1], requirement="RFC5464:4.3-3")
    expect.equal(get(SHARED, PRIVATE), {}, "values", requirement="RFC5464:4.3-4")


@requirement("RFC5464:3.2-1")
def test_entry_names_have_no_case(imap: ImapClient, folder: str, get: Get) -> None:
    """/Shared/COMMENT is /shared/comment."""
    expect.ok(imap.command("SETMETADATA", folder, '(/Shared/COMMENT "a value")'))
    expect.equal(get(SHARED), {SHARED.encode(): b"a value"}, "value")
    expect.equal(get("/SHARED/Comment"), {SHARED.encode(): b"a value"}, "value")


@requirement("RFC5464:3.2-2")
@pytest.mark.parametrize(
    "entry",
    [
        "/shared//comment",
        "/shared/comment/",
        "shared/comment",
        "/public/comment",
        "/shared/com*",
        "/shared/com%",
        '"/shared/\x07"',
    ],
)
@pytest.mark.parametrize("verb", ["GETMETADATA", "SETMETADATA"])
def test_broken_entry_names_are_bad(imap: ImapClient, folder: str, entry: str, verb: str) -> None:
    """Two slashes in a row, one at the end, wildcards, control characters, an unknown beginning."""
    expect.bad(imap.command(verb, folder, entry if verb == "GETMETADATA" else f'({entry} "x")', on_purpose=True))


@requirement("RFC5464:4.2-2")
def test_a_missing_mailbox_is_refused(imap: ImapClient, world: World) -> None:
    """NO to both commands, and nothing is made."""
    name = world.folder_name("-missing")
    expect.no(imap.command("GETMETADATA", name, SHARED))
    expect.no(imap.command("SETMETADATA", name, f'({SHARED} "x")'))
    expect.equal(imap.list_mailboxes("", name), [], "mailboxes of this name")
