"""FETCH items, macros, side effects and errors, RFC 9051 section 6.4.5 (RFC 3501 the same)."""

import pytest

from mailproof_suites.case import Append, ImapClient, expect, requirement

FAST = {"FLAGS", "INTERNALDATE", "RFC822.SIZE"}


@requirement("RFC9051:6.4.5-1", "MAIL-13")
@pytest.mark.parametrize(
    ("items", "answered"),
    [
        ("FLAGS", {"FLAGS"}),
        ("UID", {"UID"}),
        ("INTERNALDATE", {"INTERNALDATE"}),
        ("RFC822.SIZE", {"RFC822.SIZE"}),
        ("ENVELOPE", {"ENVELOPE"}),
        ("BODY", {"BODY"}),
        ("BODYSTRUCTURE", {"BODYSTRUCTURE"}),
        ("BODY.PEEK[]", {"BODY[]"}),
        ("BODY.PEEK[HEADER]", {"BODY[HEADER]"}),
        ("BODY.PEEK[TEXT]", {"BODY[TEXT]"}),
        ("BODY.PEEK[1]", {"BODY[1]"}),
        ("BODY.PEEK[1.MIME]", {"BODY[1.MIME]"}),
        ("BODY.PEEK[HEADER.FIELDS (From To)]", {"BODY[HEADER.FIELDS (FROM TO)]"}),
        ("BODY.PEEK[HEADER.FIELDS.NOT (Date)]", {"BODY[HEADER.FIELDS.NOT (DATE)]"}),
        ("(FLAGS UID BODY.PEEK[TEXT]<0.5>)", {"FLAGS", "UID", "BODY[TEXT]<0>"}),
        ("FAST", FAST),
        ("ALL", {*FAST, "ENVELOPE"}),
        ("FULL", {*FAST, "ENVELOPE", "BODY"}),
    ],
)
def test_fetch_answers_with_the_items_asked_for(
    imap: ImapClient, folder: str, append: Append, items: str, answered: set[str]
) -> None:
    """Each item and each macro gives the data under the names that the grammar wants, and no others."""
    append(folder)
    imap.select(folder)
    expect.equal(set(imap.fetch(1, items).only().items), answered, f"items in the answer to {items}")


@requirement("RFC9051:6.4.5-2", "MAIL-09")
@pytest.mark.parametrize(
    ("item", "seen"),
    [
        ("BODY[]", True),
        ("BODY[TEXT]", True),
        ("BODY[1]", True),
        ("BODY[HEADER]", True),
        ("BODY[]<0.1>", True),
        ("BODY.PEEK[]", False),
        ("BODY.PEEK[TEXT]", False),
        ("ENVELOPE", False),
        ("BODYSTRUCTURE", False),
        ("BODY", False),
        ("FULL", False),
    ],
)
def test_only_body_sections_without_peek_set_seen(
    imap: ImapClient, imap2: ImapClient, folder: str, append: Append, item: str, seen: bool
) -> None:
    r"""BODY[…] sets \Seen, and another session sees that; BODY.PEEK[…] and metadata do not."""
    append(folder)
    imap.select(folder)
    imap.fetch(1, item)
    imap2.examine(folder)
    flags = {flag.lower() for flag in imap2.fetch(1, "FLAGS").only().flags or ()}
    expect.equal(rb"\seen" in flags, seen, rf"\Seen after {item}")


@requirement("RFC9051:6.4.5-3", "RFC3501:6.4.5-4", "MAIL-09")
def test_the_session_that_sets_seen_is_told(imap: ImapClient, folder: str, append: Append) -> None:
    r"""The FETCH that sets \Seen answers with the changed FLAGS."""
    append(folder)
    imap.select(folder)
    data = imap.fetch(1, "BODY[TEXT]").only()
    flags = {flag.lower() for flag in expect.given(data.flags, "FLAGS")}
    expect.contains(flags, rb"\seen", "FLAGS in the answer")


@requirement("RFC9051:6.4.5-4", "RFC9051:6.4.5.1-7", "RFC3501:6.4.5-3")
@pytest.mark.parametrize(
    "arguments",
    [
        "1",
        "1 NOSUCHITEM",
        "1 (FLAGS NOSUCHITEM)",
        "1 ()",
        "1 (FLAGS",
        "1 BODY[",
        "1 BODY[]<0>",
        "1 BODY[]<0.0>",
        "1 BODY[]<1-2>",
        "1 BODY[MIME]",
        "1 BODY[0]",
        "1 BODY[1.]",
        "1 BODY[NOSUCHPART]",
        "1 BODY[HEADER.FIELDS]",
        "1 BODY[HEADER.FIELDS ()]",
        "0 FLAGS",
        "1:0 FLAGS",
        "a FLAGS",
        "1; FLAGS",
        "-1 FLAGS",
        "4294967296 FLAGS",
    ],
)
def test_wrong_fetches_are_bad(imap: ImapClient, folder: str, append: Append, arguments: str) -> None:
    """What the grammar of FETCH lacks is answered by BAD."""
    append(folder)
    imap.select(folder)
    expect.bad(imap.command(f"FETCH {arguments}", on_purpose=True))


@requirement("RFC9051:9-2")
@pytest.mark.parametrize(
    "command", ["FETCH 3 FLAGS", "FETCH 1:3 FLAGS", r"STORE 3 +FLAGS (\Seen)", "COPY 3 {folder}", "FETCH 1,3 FLAGS"]
)
def test_numbers_above_the_last_message_are_bad(imap: ImapClient, folder: str, append: Append, command: str) -> None:
    """A sequence number without a message behind it should be answered by BAD."""
    append(folder)
    append(folder)
    imap.select(folder)
    expect.bad(imap.command(command.format(folder=folder)))


@requirement("RFC9051:9-2")
@pytest.mark.parametrize("numbers", ["1", "*", "1:*"])
def test_an_empty_mailbox_has_no_numbers(imap: ImapClient, folder: str, numbers: str) -> None:
    """In an empty mailbox every number is above the last one, * included."""
    imap.select(folder)
    expect.bad(imap.command(f"FETCH {numbers} FLAGS"))


@requirement("RFC9051:9-3")
@pytest.mark.parametrize(("numbers", "found"), [("*", [3]), ("2:*", [2, 3]), ("*:2", [2, 3]), ("3:1", [1, 2, 3])])
def test_star_is_the_last_message_and_ranges_have_no_direction(
    imap: ImapClient, folder: str, append: Append, numbers: str, found: list[int]
) -> None:
    """`*` stands for the largest number, and `b:a` for `a:b`."""
    for _ in range(3):
        append(folder)
    imap.select(folder)
    expect.equal(sorted(imap.fetch(numbers, "FLAGS")), found, "messages fetched")
