"""ENVELOPE, RFC 9051 section 7.5.2 (RFC 3501 section 7.4.2): corner cases as a table."""

from collections.abc import Callable
from typing import TypeAlias

import pytest

from mailproof_suites.case import expect, requirement
from mailproof_suites.clients.imap import Address, Envelope

EnvelopeOf: TypeAlias = Callable[[bytes], Envelope]
END_OF_GROUP = Address(None, None, None, None)


def address(text: str, name: bytes | None = None) -> Address:
    """An address without route."""
    mailbox, _, host = text.encode().partition(b"@")
    return Address(name, None, mailbox, host)


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
def test_addresses_are_taken_apart(envelope_of: EnvelopeOf, field: bytes, expected: tuple[Address, ...]) -> None:
    """Display names, quoting, groups, folding and domain literals of To."""
    to = envelope_of(b"From: f@x.test\r\nTo: " + field + b"\r\n").to or ()
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
def test_sender_and_reply_to_default_to_from(envelope_of: EnvelopeOf, head: bytes, sender: str, reply_to: str) -> None:
    """Absent or empty, they are given the value of From."""
    got = envelope_of(b"From: f@x.test\r\n" + head)
    expect.equal(got.from_, (address("f@x.test"),), "from")
    expect.equal(got.sender, (address(sender),), "sender")
    expect.equal(got.reply_to, (address(reply_to),), "reply-to")


@requirement("RFC9051:7.5.2-3")
@pytest.mark.parametrize("field", ["subject", "to", "cc", "bcc", "in_reply_to", "message_id"])
def test_absent_fields_are_nil(envelope_of: EnvelopeOf, field: str) -> None:
    """A field that the message lacks is NIL, not an empty string or list."""
    got = envelope_of(b"From: f@x.test\r\n")
    expect.equal(getattr(got, field), None, field)


@requirement("RFC9051:7.5.2-3")
@pytest.mark.parametrize("head", [b"Subject:\r\n", b"Subject: \r\n"], ids=["bare", "one-space"])
def test_an_empty_subject_is_an_empty_string(envelope_of: EnvelopeOf, head: bytes) -> None:
    """A Subject that is there and empty is "", not NIL."""
    expect.equal(envelope_of(b"From: f@x.test\r\n" + head).subject, b"", "subject")


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
def test_subjects_come_as_they_stand(envelope_of: EnvelopeOf, subject: bytes, expected: bytes) -> None:
    """The subject is not decoded, only unfolded; one that reads NIL is a string."""
    got = envelope_of(b"From: f@x.test\r\n" + subject + b"\r\n")
    # Unfolding takes away the CRLF (RFC 5322 section 2.2.3); some servers then write any white space as one space.
    allowed = {expected, expected.replace(b"\t", b" ")}
    expect.one_of(got.subject, allowed, "subject")


@requirement("RFC9051:7.5.2-4")
def test_date_and_identifiers_come_as_they_stand(envelope_of: EnvelopeOf) -> None:
    """Date, In-Reply-To and Message-ID are strings of the message, not made anew."""
    head = b"From: f@x.test\r\nMessage-ID: <one@x.test>\r\nIn-Reply-To: <two@x.test> <three@x.test>\r\n"
    got = envelope_of(head)
    expect.equal(got.date, b"Thu, 01 Feb 2024 00:00:00 +0000", "date")
    expect.equal(got.message_id, b"<one@x.test>", "message-id")
    expect.equal(got.in_reply_to, b"<two@x.test> <three@x.test>", "in-reply-to")
