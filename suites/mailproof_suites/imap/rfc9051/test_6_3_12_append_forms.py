"""APPEND: forms of its arguments, odd messages, and errors; RFC 9051 section 6.3.12 (RFC 3501 section 6.3.11)."""

from datetime import UTC, datetime

import pytest

from mailproof_suites.case import Append, ImapClient, Literal, MakeMessage, expect, needs, requirement


@requirement("RFC9051:6.3.12-4", "RFC9051:6.3.12-11", "RFC3501:6.3.11-3")
@pytest.mark.parametrize(
    "arguments",
    [
        '"yesterday"',
        '"2024-02-07 21:52:25 -0800"',
        '"07-Feb-2024 21:52:25"',
        '"07-Foo-2024 21:52:25 -0800"',
        '"07-Feb-24 21:52:25 -0800"',
        '"07-Feb-2024 21:52:25 PST"',
        "07-Feb-2024",
        r"(\Seen",
        r"(\Seen) (\Flagged)",
        "NIL",
    ],
)
def test_wrong_arguments_are_bad_and_store_nothing(
    imap: ImapClient, folder: str, make_message: MakeMessage, arguments: str
) -> None:
    """A date that is none, or an unclosed list of flags, is answered by BAD."""
    answer = imap.command("APPEND", imap.mailbox(folder), arguments, Literal(make_message()), on_purpose=True)
    expect.bad(answer)
    expect.equal(imap.status(folder, "MESSAGES").items["MESSAGES"], 0, "messages afterwards")


@requirement("RFC9051:6.3.12-9")
def test_a_date_with_a_bare_digit_is_bad_or_understood(
    imap: ImapClient, folder: str, make_message: MakeMessage
) -> None:
    """The grammar wants a space before a one-digit day; many servers understand clients that leave it out."""
    answer = imap.command(
        "APPEND", imap.mailbox(folder), '"7-Feb-2024 21:52:25 +0000"', Literal(make_message()), on_purpose=True
    )
    expect.graded(answer.status, {"BAD": "", "OK": "taken, though the grammar has a space there"}, "APPEND")
    if answer.ok:
        imap.select(folder)
        date = expect.given(imap.fetch(1, "INTERNALDATE").only().internal_date, "INTERNALDATE")
        expect.equal(date.at, datetime(2024, 2, 7, 21, 52, 25, tzinfo=UTC), "INTERNALDATE as a moment")


@requirement("RFC9051:6.3.12-5", "RFC3501:6.3.11-6")
def test_append_to_the_selected_mailbox_is_seen_at_once(imap: ImapClient, folder: str, append: Append) -> None:
    """The session that has the mailbox selected is told of the new message with the APPEND."""
    imap.select(folder)
    append(folder)
    answer = imap.append(folder, b"Subject: second\r\n\r\nx\r\n").completion
    expect.equal(answer.last_number("EXISTS"), 2, "EXISTS with the second APPEND")


@requirement("RFC9051:6.3.12-6")
@pytest.mark.parametrize(
    ("flags", "kept"),
    [
        ([], set()),
        (
            [r"\Answered", r"\Flagged", r"\Deleted", r"\Seen", r"\Draft"],
            {"answered", "flagged", "deleted", "seen", "draft"},
        ),
        ([r"\SEEN"], {"seen"}),
        ([r"\Seen", r"\Seen"], {"seen"}),
    ],
    ids=["none", "all", "capitals", "twice"],
)
def test_all_system_flags_can_be_given(
    imap: ImapClient, folder: str, append: Append, flags: list[str], kept: set[str]
) -> None:
    """Each of the five system flags is set by APPEND, and no other."""
    append(folder, flags=flags)
    imap.select(folder)
    got = {flag.decode().lower().lstrip("\\") for flag in imap.fetch(1, "FLAGS").only().flags or ()} - {"recent"}
    expect.equal(got, kept, "flags of the message")


@requirement("RFC9051:6.3.12-6", "MAIL-04")
def test_keywords_can_be_given(imap: ImapClient, folder: str, append: Append) -> None:
    """A keyword in the flags of APPEND is kept, where the mailbox takes new ones."""
    if rb"\*" not in (imap.select(folder).permanent_flags or ()):
        pytest.skip("the server takes no new keywords in this mailbox")
    append(folder, flags=["$Forwarded", "MailproofWord"])
    got = {flag.lower() for flag in imap.fetch("*", "FLAGS").only().flags or ()} - {rb"\recent"}
    expect.equal(got, {b"$forwarded", b"mailproofword"}, "keywords of the message")


@requirement("RFC9051:7.1-3")
@needs("imap:UIDPLUS|IMAP4rev2")
def test_appenduid_names_the_new_message(
    imap: ImapClient, folder: str, append: Append, make_message: MakeMessage
) -> None:
    """APPENDUID holds the UIDVALIDITY of the mailbox and the UID under which the message is found."""
    append(folder)
    message = make_message()
    appended = imap.append(folder, message)
    uid = expect.given(appended.uid, "APPENDUID")
    expect.equal(appended.uid_validity, imap.select(folder).uid_validity, "UIDVALIDITY")
    expect.equal(imap.fetch(uid, "BODY.PEEK[]", uid=True).only().body, message, "the message with that UID")
