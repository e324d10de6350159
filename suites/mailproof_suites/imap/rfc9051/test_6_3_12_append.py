"""APPEND, RFC 9051 section 6.3.12."""

from datetime import UTC

from mailproof_suites.case import Append, ImapClient, Literal, MakeMessage, World, expect, requirement


@requirement("RFC9051:6.3.12-1", "RFC9051:6.3.12-10", "RFC3501:6.3.11-1", "RFC3502:6.3.11-6")
def test_an_appended_message_is_the_last_one_and_keeps_every_octet(
    imap: ImapClient, folder: str, append: Append, make_message: MakeMessage
) -> None:
    """The message comes back as it went in, and stands last."""
    append(folder)
    message = make_message(body=b"8-bit: \xc3\xa9, a dot:\r\n.\r\nspaces at the end:  \r\n\ttab\r\n")
    uid = append(folder, message)
    expect.equal(imap.select(folder).exists, 2, "number of messages after two APPENDs")
    last = imap.fetch("*", "(UID RFC822.SIZE BODY.PEEK[])").only()
    expect.equal(last.uid, uid, "UID of the last message")
    expect.equal(last.body, message, "the message that was appended")
    expect.equal(last.size_octets, len(message), "RFC822.SIZE")


@requirement("RFC9051:6.3.12-2", "RFC3501:2.3.3-3", "RFC3501:6.3.11-2")
def test_flags_and_date_of_append_are_kept(imap: ImapClient, folder: str, append: Append) -> None:
    r"""\Seen and \Flagged come back, and the same moment, in whatever zone the server keeps it."""
    append(folder, flags=[r"\Seen", r"\Flagged"], date="07-Feb-2024 21:52:25 -0800")
    imap.select(folder)
    stored = imap.fetch(1, "(FLAGS INTERNALDATE)").only()
    flags = {flag.lower() for flag in expect.given(stored.flags, "FLAGS")} - {rb"\recent"}
    expect.equal(flags, {rb"\seen", rb"\flagged"}, "flags of the appended message")
    date = expect.given(stored.internal_date, "INTERNALDATE")
    expect.equal(date.at.astimezone(UTC).isoformat(), "2024-02-08T05:52:25+00:00", "INTERNALDATE as a moment")


@requirement("RFC9051:6.3.12-3", "RFC3501:6.3.11-4", "RFC3501:6.3.11-5")
def test_append_to_a_missing_folder_says_trycreate_and_creates_nothing(
    imap: ImapClient, world: World, make_message: MakeMessage
) -> None:
    """A missing folder is refused with NO [TRYCREATE], and is still missing afterwards."""
    missing = world.folder_name("-missing")
    answer = imap.command("APPEND", imap.mailbox(missing), Literal(make_message()))
    expect.no(answer, code="TRYCREATE")
    expect.equal(imap.list_mailboxes("", missing), [], "LIST of the missing folder after the APPEND")
