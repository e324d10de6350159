"""Reports are what RFC 3464 says, whatever the message and the addresses are."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproof_server.model.envelope import EnvelopeRecipient, SmtpEnvelope
from mailproof_server.services.bounces import MAX_RETURNED_BYTES, Action, Outcome, is_wanted, report

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ORIGINAL = b"From: alice@example.test\r\nMessage-ID: <m1@client>\r\nSubject: hi\r\n\r\nHello\r\n"
BOB = EnvelopeRecipient("bob@example.test")


def envelope(**facts):
    return SmtpEnvelope("alice@example.test", (BOB,), **facts)


def failed(recipient=BOB, **facts):
    return Outcome(recipient, Action.FAILED, "5.2.2", "552 5.2.2 The mailbox is full", **facts)


def make(outcomes=None, data=ORIGINAL, **facts):
    made = report(envelope(**facts), data, outcomes or [failed()], host_name="mail.example.test", arrived=NOW, now=NOW)
    return made, message_from_bytes(made, policy=policy.default)


def test_a_failure_is_reported_in_three_parts():
    made, read = make(envelope_id="E1")
    assert b"\n" not in made.replace(b"\r\n", b"")
    assert read["Return-Path"] == "<>"
    assert read["From"].addresses[0].addr_spec == "MAILER-DAEMON@example.test"
    assert read["To"].addresses[0].addr_spec == "alice@example.test"
    assert read["Auto-Submitted"] == "auto-replied"
    assert read["In-Reply-To"] == read["References"] == "<m1@client>"
    assert read.get_content_type() == "multipart/report"
    assert read.get_param("report-type") == "delivery-status"
    text, status, original = read.get_payload()
    assert "bob@example.test" in text.get_content()
    about, recipient = status.get_payload()
    assert status.get_content_type() == "message/delivery-status"
    assert about["Reporting-MTA"] == "dns; mail.example.test"
    assert about["Original-Envelope-Id"] == "E1"
    assert about["Arrival-Date"] == "Mon, 02 Mar 2026 09:30:00 +0000"
    assert recipient["Final-Recipient"] == "rfc822; bob@example.test"
    assert recipient["Action"] == "failed"
    assert recipient["Status"] == "5.2.2"
    assert recipient["Diagnostic-Code"] == "smtp; 552 5.2.2 The mailbox is full"
    assert original.get_content_type() == "message/rfc822"
    assert original.get_payload()[0]["Subject"] == "hi"


@pytest.mark.parametrize(
    ("return_full", "size", "action", "whole"),
    [
        (None, 10, Action.FAILED, True),
        (None, MAX_RETURNED_BYTES, Action.FAILED, False),
        (True, MAX_RETURNED_BYTES, Action.FAILED, True),
        (False, 10, Action.FAILED, False),
        (True, 10, Action.DELIVERED, False),
        (True, 10, Action.DELAYED, False),
    ],
)
def test_how_much_of_the_message_comes_back(return_full, size, action, whole):
    outcome = Outcome(BOB, action, "2.0.0")
    made, read = make([outcome], ORIGINAL + b"x" * size, return_full=return_full)
    part = read.get_payload()[2]
    assert part.get_content_type() == ("message/rfc822" if whole else "text/rfc822-headers")
    assert (b"Hello" in made) is whole
    assert b"Subject: hi" in made


def test_eight_bit_content_is_labelled():
    _, read = make(data=ORIGINAL + "Grüße\r\n".encode())
    assert read["Content-Transfer-Encoding"] == "8bit"
    assert read.get_payload()[2]["Content-Transfer-Encoding"] == "8bit"
    _, read = make()
    assert read["Content-Transfer-Encoding"] == "7bit"


def test_internationalised_mail_is_reported_in_its_own_types():
    recipient = EnvelopeRecipient("jürgen@example.test")
    made, read = make([failed(recipient)], smtp_utf8=True)
    assert b"Content-Type: message/global-delivery-status" in made
    assert b"Final-Recipient: utf-8; j\xc3\xbcrgen@example.test" in made
    assert read.get_payload()[2].get_content_type() == "message/global"


@pytest.mark.parametrize(
    ("notify", "told"),
    [
        (set(), {Action.FAILED}),
        ({"NEVER"}, set()),
        ({"FAILURE"}, {Action.FAILED}),
        ({"SUCCESS"}, {Action.DELIVERED, Action.RELAYED, Action.EXPANDED}),
        ({"DELAY"}, {Action.DELAYED}),
        ({"SUCCESS", "FAILURE", "DELAY"}, set(Action)),
    ],
)
def test_only_what_was_asked_for_is_told(notify, told):
    recipient = EnvelopeRecipient("x@y.test", frozenset(notify))
    assert {action for action in Action if is_wanted(Outcome(recipient, action, "1.0.0"))} == told


PIECES = st.sampled_from(
    ["\r\n", "\r\n\r\n", "\n", "\r", "\0", "\x85", "\u2028", "--", ":", "Status: 2.0.0", "ü", "a b"]
)
TEXT = st.lists(PIECES, max_size=6).map("".join) | st.text(max_size=20)


@given(TEXT, TEXT, TEXT, st.binary(max_size=200), st.booleans())
@settings(max_examples=150)
def test_nothing_given_breaks_out_of_its_field(address, diagnostic, original, data, smtp_utf8):
    recipient = EnvelopeRecipient(address, original=f"rfc822;{original}")
    outcome = Outcome(recipient, Action.FAILED, "5.1.1", diagnostic, remote_host=diagnostic)
    made, read = make([outcome, failed()], data, smtp_utf8=smtp_utf8, envelope_id=original)
    boundary = read.get_boundary().encode()
    assert made.count(b"--" + boundary) == 4
    status = made.split(b"--" + boundary)[2].partition(b"\r\n\r\n")[2]
    blocks = status.removesuffix(b"\r\n\r\n").split(b"\r\n\r\n")
    assert len(blocks) == 3
    allowed = tuple(
        f"{name}:".encode()
        for name in [
            *("Original-Envelope-Id", "Reporting-MTA", "Arrival-Date", "Original-Recipient", "Final-Recipient"),
            *("Action", "Status", "Remote-MTA", "Diagnostic-Code"),
        ]
    )
    for line in b"\r\n".join(blocks).split(b"\r\n"):
        assert line.startswith(allowed)
