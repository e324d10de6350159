"""ENVELOPE, RFC 9051 section 7.5.2 (RFC 3501 section 7.4.2): corner cases as a table."""

import pytest

from mailproof_suites.case import Append, ImapClient, expect, requirement
from mailproof_suites.clients.imap import Address, Envelope

HEAD = b"Date: Thu, 01 Feb 2024 00:00:00 +0000\r\n"
END_OF_GROUP = Address(None, None, None, None)


def address(text: str, name: bytes | None = None) -> Address:
    """An address without route."""
    mailbox, _, host = text.encode().partition(b"@")
    return Address(name, None, mailbox, host)


def envelope_of(imap: ImapClient, folder: str, append: Append, head: bytes) -> Envelope:
    """ENVELOPE of a message with these header fields."""
    append(folder, HEAD + head + b"\r\ntext\r\n")
    imap.select(folder)
    return expect.given(imap.fetch("*", "ENVELOPE").only().envelope, "ENVELOPE")


@requirement("RFC9051:7.5.2-1")
@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (b"a@x.test", (address("a@x.test"),)),
        (b"<a@x.test>", (address("a@x.test"),)),
        (b"Anna <a@x.test>", (address("a@x.test", b"Anna"),)),
        (b'"Anna B." <a@x.test>', (address("a@x.test", b"Anna B."),)),
        (b'"An \\"x\\" B" <a@x.test>', (address("a@x.test", b'An "x" B'),)),
        (b"a@x.test, Bert <b@y.test>", (address("a@x.test"), address("b@y.test", b"Bert"))),
        (b"a@x.test,\r\n\tb@y.test", (address("a@x.test"), address("b@y.test"))),
        (b"=?utf-8?q?J=C3=BCrgen?= <j@x.test>", (address("j@x.test", b"=?utf-8?q?J=C3=BCrgen?="),)),
        (b'"a b"@x.test', (Address(None, None, b"a b", b"x.test"),)),
        (b"a@[192.0.2.1]", (Address(None, None, b"a", b"[192.0.2.1]"),)),
        (b"list:;", (Address(None, None, b"list", None), END_OF_GROUP)),
        (b"list: a@x.test, b@y.test;", (Address(None, None, b"list", None), address("a@x.test"))),
        (b"a@x.test, list: b@y.test;, c@z.test", (address("a@x.test"), Address(None, None, b"list", None))),
    ],
    ids=lambda value: value.decode() if isinstance(value, bytes) else "",
)
def test_addresses_are_taken_apart(
    imap: ImapClient, folder: str, append: Append, field: bytes, expected: tuple[Address, ...]
) -> None:
    """Display names, quoting, groups, folding and domain literals of To."""
    to = envelope_of(imap, folder, append, b"From: f@x.test\r\nTo: " + field + b"\r\n").to or ()
    expect.equal(to[: len(expected)], expected, "the first addresses of To")
    groups = sum(1 for each in expected if each.host is None and each.mailbox is not None)
    members = len(list(field.split(b"@"))) - 1 + 2 * groups
    expect.equal(len(to), members, "number of address structures in To")
    expect.equal(sum(each == END_OF_GROUP for each in to), groups, "ends of groups")


@requirement("RFC9051:7.5.2-2")
@pytest.mark.parametrize(
    ("head", "sender", "reply_to"),
    [
        (b"", "f@x.test", "f@x.test"),
        (b"Sender: s@x.test\r\n", "s@x.test", "f@x.test"),
        (b"Reply-To: r@x.test\r\n", "f@x.test", "r@x.test"),
        (b"Sender: s@x.test\r\nReply-To: r@x.test\r\n", "s@x.test", "r@x.test"),
        (b"Sender: \r\nReply-To:\r\n", "f@x.test", "f@x.test"),
    ],
    ids=["neither", "sender", "reply-to", "both", "empty"],
)
def test_sender_and_reply_to_default_to_from(
    imap: ImapClient, folder: str, append: Append, head: bytes, sender: str, reply_to: str
) -> None:
    """Absent or empty, they are given the value of From."""
    got = envelope_of(imap, folder, append, b"From: f@x.test\r\n" + head)
    expect.equal(got.from_, (address("f@x.test"),), "from")
    expect.equal(got.sender, (address(sender),), "sender")
    expect.equal(got.reply_to, (address(reply_to),), "reply-to")


@requirement("RFC9051:7.5.2-3")
@pytest.mark.parametrize("field", ["subject", "to", "cc", "bcc", "in_reply_to", "message_id"])
def test_absent_fields_are_nil(imap: ImapClient, folder: str, append: Append, field: str) -> None:
    """A field that the message lacks is NIL, not an empty string or list."""
    got = envelope_of(imap, folder, append, b"From: f@x.test\r\n")
    expect.equal(getattr(got, field), None, field)


@requirement("RFC9051:7.5.2-3")
@pytest.mark.parametrize("head", [b"Subject:\r\n", b"Subject: \r\n"], ids=["bare", "one-space"])
def test_an_empty_subject_is_an_empty_string(imap: ImapClient, folder: str, append: Append, head: bytes) -> None:
    """A Subject that is there and empty is "", not NIL."""
    expect.equal(envelope_of(imap, folder, append, b"From: f@x.test\r\n" + head).subject, b"", "subject")


@requirement("RFC9051:7.5.2-4")
@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (b"Subject: plain", b"plain"),
        (b"Subject: NIL", b"NIL"),
        (b'Subject: a "quoted" \\ one', b'a "quoted" \\ one'),
        (b"Subject: folded\r\n here", b"folded here"),
        (b"Subject: folded\r\n\there", b"folded\there"),
        (b"Subject: =?utf-8?q?=C3=BC?= =?utf-8?q?x?=", b"=?utf-8?q?=C3=BC?= =?utf-8?q?x?="),
        (b"Subject: (not a comment)", b"(not a comment)"),
        (b"SUBJECT: capitals", b"capitals"),
        (b"Subject:no space", b"no space"),
        (b"Subject: {5}", b"{5}"),
    ],
    ids=lambda value: value.decode(errors="replace") if value.startswith(b"Sub") else "",
)
def test_subjects_come_as_they_stand(
    imap: ImapClient, folder: str, append: Append, subject: bytes, expected: bytes
) -> None:
    """The subject is not decoded, only unfolded; one that reads NIL is a string."""
    got = envelope_of(imap, folder, append, b"From: f@x.test\r\n" + subject + b"\r\n")
    # Unfolding takes away the CRLF (RFC 5322 section 2.2.3); some servers then write any white space as one space.
    allowed = {expected, expected.replace(b"\t", b" ")}
    expect.one_of(got.subject, allowed, "subject")


@requirement("RFC9051:7.5.2-4")
def test_date_and_identifiers_come_as_they_stand(imap: ImapClient, folder: str, append: Append) -> None:
    """Date, In-Reply-To and Message-ID are strings of the message, not made anew."""
    head = b"From: f@x.test\r\nMessage-ID: <one@x.test>\r\nIn-Reply-To: <two@x.test> <three@x.test>\r\n"
    got = envelope_of(imap, folder, append, head)
    expect.equal(got.date, b"Thu, 01 Feb 2024 00:00:00 +0000", "date")
    expect.equal(got.message_id, b"<one@x.test>", "message-id")
    expect.equal(got.in_reply_to, b"<two@x.test> <three@x.test>", "in-reply-to")


@requirement("RFC9051:7.5.2-5")
@pytest.mark.parametrize(
    "head",
    [
        b"To: \r\n",
        b"To: undisclosed\r\n",
        b"To: <>\r\n",
        b"To: a@\r\n",
        b"To: @b\r\n",
        b'To: "unclosed\r\n',
        b"To: ,,,\r\n",
        b"To: list: a@x.test\r\n",
        b"To: (only a comment)\r\n",
        b"To: a@b@c\r\n",
        b"Subject\r\n",
        b": nameless\r\n",
        b"From: \xfc\xe4\xf6 <x@y.test>\r\nSubject: \xff\r\n",
        b"To: " + b"a@x.test, " * 500 + b"b@x.test\r\n",
    ],
    ids=lambda head: head[:24].decode("ascii", "replace").strip(),
)
def test_malformed_fields_give_a_well_formed_envelope(
    imap: ImapClient, folder: str, append: Append, head: bytes
) -> None:
    """Whatever stands in the fields, the structure follows its grammar, and the other fields are right."""
    got = envelope_of(imap, folder, append, b"Message-ID: <whole@x.test>\r\n" + head)
    expect.equal(got.message_id, b"<whole@x.test>", "message-id beside the malformed field")
