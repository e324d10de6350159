"""Tags, letter case and the answers to what is no command, RFC 9051 sections 2.2.1, 7.1.3 and 9 (RFC 3501 the same)."""

import pytest

from mailproof_suites.case import Append, ImapClient, expect, requirement


@requirement("RFC9051:7.1.3-1", "RFC3501:2.2.2-1")
@pytest.mark.parametrize(
    "line",
    [
        "FROBNICATE",
        "X-NOT-HERE one two",
        "UID",
        "UID FROBNICATE 1",
        "SELECT",
        "STATUS INBOX",
        "STATUS INBOX (NOSUCHITEM)",
        "STATUS INBOX MESSAGES",
        "LIST",
        'LIST ""',
        "RENAME onlyone",
        "CREATE",
        "NOOP trailing",
        'SELECT "no end',
        "SELECT (INBOX)",
    ],
)
def test_a_tagged_line_that_is_no_command_is_bad(imap: ImapClient, line: str) -> None:
    """An unknown command, or one with arguments that its grammar lacks, is answered by BAD with its own tag."""
    expect.bad(imap.command(line, on_purpose=True))
    expect.ok(imap.command("NOOP"))


@requirement("RFC9051:7.1.3-2")
@pytest.mark.parametrize(
    "octets",
    [b"garbage\r\n", b"* OK I am the server\r\n", b"\r\n", b") ( }\r\n", b"\xff\xfe\xfd\r\n", b"tag\r\n", b" \r\n"],
    ids=["no-space", "server-response", "empty-line", "specials", "not-ascii", "tag-alone", "one-space"],
)
def test_a_line_without_a_command_does_not_harm_the_connection(imap: ImapClient, octets: bytes) -> None:
    """Whatever the server says to a line without a tag or a command, the next command is done."""
    imap.send_raw(octets)
    expect.ok(imap.command("NOOP"))


@requirement("RFC9051:9-1", "RFC3501:9-1")
@pytest.mark.parametrize(
    "line",
    [
        "noop",
        "NoOp",
        "capability",
        "uid fetch 1:* (flags uid)",
        "Fetch 1 (Flags Body.Peek[Header.Fields (subject)])",
        "search all not deleted",
        "store 1 +flags.silent (\\FLAGGED)",
        "expunge",
        "status inbox (messages uidnext)",
    ],
)
def test_commands_and_keywords_are_known_in_any_letter_case(
    imap: ImapClient, folder: str, append: Append, line: str
) -> None:
    """Lower and mixed case mean the same as capitals."""
    append(folder)
    imap.select(folder)
    expect.ok(imap.command(line))


@requirement("RFC9051:2.2.1-1")
@pytest.mark.parametrize("tag", ["1", "a.b", "tag-2", "[x]", "0:7", "a" * 60, "=&~", "]"])
def test_every_tag_of_the_grammar_comes_back(imap: ImapClient, tag: str) -> None:
    """A tag is any row of ASTRING characters but the plus sign, and is echoed as it came."""
    answer = imap.command("NOOP", tag=tag.encode())
    expect.ok(answer)
    expect.equal(answer.tag, tag.encode(), "the tag of the answer")


@requirement("RFC9051:2.2.1-2")
def test_a_tag_may_be_used_again(imap: ImapClient) -> None:
    """Three commands with one tag get three completions with it."""
    for line in ("NOOP", "CAPABILITY", "NOOP"):
        expect.ok(imap.command(line, tag=b"again"))


@requirement("RFC9051:2.2.2-1", "RFC3501:2.2.2-1")
@pytest.mark.parametrize(
    "line",
    [
        "NOOP ",
        "SELECT  INBOX",
        "SELECT INBOX ",
        'LIST ""  "*"',
        'LIST"" "*"',
        "STATUS INBOX(MESSAGES)",
        "STATUS INBOX (MESSAGES )",
        "STATUS INBOX ( MESSAGES)",
        "STATUS INBOX (MESSAGES)x",
        "CAPABILITY now",
        "LOGOUT now",
    ],
)
def test_spaces_and_arguments_are_counted(imap: ImapClient, line: str) -> None:
    """One space too many or too few, or an argument too many, is answered by BAD."""
    expect.bad(imap.command(line, on_purpose=True))
    expect.ok(imap.command("NOOP"))


@requirement("RFC9051:5.5-1", "RFC3501:5.5-1")
def test_pipelined_commands_are_all_answered(imap: ImapClient, folder: str, append: Append) -> None:
    """Commands sent without waiting are done in order, each with a completion of its own."""
    append(folder)
    tags = [imap.start("SELECT", imap.mailbox(folder)), imap.start("FETCH", "1", "(UID FLAGS)")]
    tags += [imap.start("STORE", "1", "+FLAGS", r"(\Flagged)"), imap.start("FETCH", "1", "(FLAGS)")]
    tags += [imap.start("NOOP"), imap.start("FROBNICATE", on_purpose=True), imap.start("NOOP")]
    answers = [imap.finish(tag) for tag in tags]
    expect.equal([answer.status for answer in answers], ["OK"] * 5 + ["BAD", "OK"], "completions in order")
    # Untagged data may stand before any completion that follows (section 5.5), so that only their order counts.
    told = [data.data.flags or () for answer in answers for data in answer.named("FETCH")]
    expect.lacks({flag.lower() for flag in told[0]}, rb"\flagged", "flags told first, before the STORE")
    expect.contains({flag.lower() for flag in told[-1]}, rb"\flagged", "flags told last, after the STORE")
