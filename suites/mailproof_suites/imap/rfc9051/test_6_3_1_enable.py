"""ENABLE IMAP4rev2, RFC 9051 section 6.3.1 and Appendix E: what changes for the client that asked for it."""

import pytest

from mailproof_suites.case import (
    Append,
    ConnectImap,
    ImapClient,
    MakeMessage,
    expect,
    needs,
    requirement,
)
from mailproof_suites.clients.imap import EsearchData, ListData, StatusData

pytestmark = needs("imap:IMAP4rev2")


@requirement("RFC9051:6.3.1-1")
def test_enable_tells_what_it_enabled(imap: ImapClient) -> None:
    """ENABLED names the extension, an unknown one is passed over, and the second time nothing is new."""
    first = imap.command("ENABLE", "IMAP4rev2", "X-NO-SUCH-EXTENSION")
    expect.ok(first)
    names = [name.upper() for each in first.named("ENABLED") for name in each.data]
    expect.equal(names, [b"IMAP4REV2"], "names in ENABLED")
    expect.ok(imap.command("ENABLE", "X-NO-SUCH-EXTENSION"))
    expect.bad(imap.command("ENABLE", on_purpose=True))


@requirement("RFC9051:6.3.2-5")
@pytest.mark.parametrize("verb", ["SELECT", "EXAMINE"])
def test_select_lists_the_mailbox_and_knows_no_recent(rev2: ImapClient, folder: str, append: Append, verb: str) -> None:
    r"""One LIST response with the mailbox; no RECENT, no [UNSEEN], no \Recent."""
    append(folder)
    answer = rev2.command(verb, rev2.mailbox(folder))
    expect.ok(answer)
    expect.equal([each.mailbox for each in answer.of(ListData)], [folder.encode()], "mailboxes in LIST responses")
    expect.equal(answer.named("RECENT"), [], "RECENT responses")
    expect.equal(answer.find_code("UNSEEN"), None, "UNSEEN code")
    flags = {flag.lower() for flag in rev2.fetch(1, "FLAGS").only().flags or ()}
    expect.lacks(flags, rb"\recent", "flags of a new message")


@requirement("RFC9051:6.4.4-10", "RFC9051:6.3.1-4")
@pytest.mark.parametrize("uid", [False, True])
def test_search_is_answered_by_esearch(rev2: ImapClient, folder: str, append: Append, uid: bool) -> None:
    """SEARCH without RETURN gives ESEARCH with ALL, correlated by the tag; nothing found is ESEARCH without ALL."""
    uids = [append(folder) for _ in range(3)]
    rev2.select(folder)
    verb = "UID SEARCH" if uid else "SEARCH"
    answer = rev2.command(verb, "ALL")
    expect.equal(answer.named("SEARCH"), [], "SEARCH responses")
    found = answer.only(EsearchData)
    expect.equal(found.tag, answer.tag, "correlator")
    expect.equal(list(found.numbers()), uids if uid else [1, 2, 3], "ALL")
    empty = rev2.command(verb, "DELETED").only(EsearchData)
    expect.lacks(empty.items, "ALL", "items of an empty result")


@requirement("RFC9051:6.4.4-11")
@pytest.mark.parametrize(
    ("returns", "expected"),
    [
        ("MIN", {"MIN": 2}),
        ("MAX", {"MAX": 4}),
        ("COUNT", {"COUNT": 2}),
        ("MIN MAX COUNT", {"MIN": 2, "MAX": 4, "COUNT": 2}),
        ("ALL COUNT", {"ALL": [2, 4], "COUNT": 2}),
        ("", {"ALL": [2, 4]}),
    ],
)
def test_return_options(
    rev2: ImapClient, folder: str, append: Append, returns: str, expected: dict[str, object]
) -> None:
    """MIN, MAX, COUNT and ALL tell what they say; without an option, RETURN means ALL."""
    for number in range(1, 5):
        append(folder, flags=[] if number % 2 else [r"\Flagged"])
    rev2.select(folder)
    found = rev2.command("SEARCH", "RETURN", f"({returns})", "FLAGGED").only(EsearchData)
    got = {name: list(value) if name == "ALL" else value for name, value in found.items.items()}
    expect.equal(got, expected, f"result items of RETURN ({returns})")


@requirement("RFC9051:6.4.4.1-1")
def test_a_saved_result_can_be_used(rev2: ImapClient, folder: str, append: Append) -> None:
    """RETURN (SAVE) keeps the result for `$`, in FETCH and in SEARCH; it is empty after the next SELECT."""
    for number in range(1, 5):
        append(folder, flags=[] if number % 2 else [r"\Flagged"])
    rev2.select(folder)
    saved = rev2.command("SEARCH", "RETURN", "(SAVE)", "FLAGGED")
    expect.ok(saved)
    expect.equal(saved.named("ESEARCH", "SEARCH"), [], "results told beside SAVE alone")
    expect.equal(sorted(rev2.fetch("$", "FLAGS")), [2, 4], "messages fetched by $")
    expect.equal(sorted(rev2.search("3:4 $")), [4], "messages found by $ and a set")
    rev2.select(folder)
    expect.equal(sorted(rev2.fetch("$", "FLAGS")), [], "messages fetched by $ after a SELECT")


@requirement("RFC9051:7.1-4", "RFC9051:6.3.2-8")
def test_reselecting_says_closed(rev2: ImapClient, folder: str) -> None:
    """SELECT with a mailbox selected sends CLOSED before anything of the new mailbox; the first SELECT does not."""
    expect.equal(rev2.select(folder).completion.find_code("CLOSED"), None, "CLOSED with the first SELECT")
    answer = rev2.command("SELECT", rev2.mailbox(folder))
    codes = [each.code.name if each.code else each.name for each in answer.untagged]
    expect.equal(codes[:1], ["CLOSED"], "the first untagged response")


@requirement("RFC9051:6.3.9-7", "RFC9051:6.3.9-11", "FOLD-05")
def test_list_returns_status(rev2: ImapClient, folder: str, append: Append, make_message: MakeMessage) -> None:
    """LIST … RETURN (STATUS …) gives a STATUS response for the mailbox."""
    message = make_message()
    append(folder, message)
    answer = rev2.command("LIST", '""', rev2.mailbox(folder), "RETURN", "(STATUS (MESSAGES SIZE))")
    expect.ok(answer)
    expect.equal(len(answer.of(ListData)), 1, "LIST responses")
    expect.equal(dict(answer.only(StatusData).items), {"MESSAGES": 1, "SIZE": len(message)}, "STATUS")


@requirement("RFC9051:6.4.5-6")
@pytest.mark.parametrize(
    ("encoding", "body"), [("base64", b"AAEC/w==\r\n"), ("quoted-printable", b"=00=01=02=FF=\r\n")]
)
def test_binary_is_decoded(
    rev2: ImapClient, folder: str, append: Append, make_message: MakeMessage, encoding: str, body: bytes
) -> None:
    """BINARY[1] gives the octets that the encoding stands for, and BINARY.SIZE[1] their number."""
    headers = {"Content-Type": "application/octet-stream", "Content-Transfer-Encoding": encoding}
    append(folder, make_message(headers=headers, body=body))
    rev2.select(folder)
    data = rev2.fetch(1, "(BINARY.PEEK[1] BINARY.SIZE[1])").only()
    expect.equal(data.get("BINARY[1]"), b"\x00\x01\x02\xff", "BINARY[1]")
    expect.equal(data.get("BINARY.SIZE[1]"), 4, "BINARY.SIZE[1]")


@requirement("RFC9051:6.3.1-2", "RFC9051:7.2.2-1", "RFC3501:7.2.1-2")
def test_another_connection_stays_in_rev1(rev2: ImapClient, connect_imap: ConnectImap, folder: str) -> None:
    """ENABLE holds for one connection: another one still gets SEARCH responses."""
    rev2.select(folder)
    other = connect_imap()
    if "IMAP4REV1" not in other.capabilities:
        pytest.skip("the server speaks IMAP4rev2 only")
    other.select(folder)
    expect.equal(len(other.command("SEARCH ALL").named("SEARCH")), 1, "SEARCH responses")
