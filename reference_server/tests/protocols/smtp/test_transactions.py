"""MAIL, RCPT, DATA: order, limits, parameters, trace, and when 250 is said."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from mailproof_server.model import errors
from mailproof_server.net.base import Peer, TlsInfo
from mailproof_server.protocols.smtp.trace import received_field, suite_name
from mailproof_server.protocols.smtp.transaction import Spool
from mailproof_server.services.limits import ServiceLimits

MESSAGE = b"From: alice@example.test\r\nSubject: x\r\n\r\n..dot\r\n"


def test_a_whole_transaction(converse: Any) -> None:
    async def scenario(talk: Any) -> None:
        await talk.script(
            """
            C: MAIL FROM:<alice@example.test> SIZE=100 BODY=8BITMIME RET=HDRS ENVID=id+2B1
            S: 250 2.1.0 Sender OK
            C: RCPT TO:<bob@example.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;Bob@example.test
            S: 250 2.1.5 Recipient OK
            C: RCPT TO:<Postmaster>
            S: 250 2.1.5 Recipient OK
            C: DATA
            S: 354 End data with <CR><LF>.<CR><LF>
            """
        )
        got = await talk.say(MESSAGE + b".\r\n")
        [(envelope, data)] = talk.submission.taken
        queue_id = envelope.extras["queue_id"]
        assert got == f"250 2.0.0 Queued as {queue_id}\r\n".encode()
        assert data == MESSAGE.replace(b"\r\n..", b"\r\n.")
        assert envelope.sender == "alice@example.test"
        assert [each.address for each in envelope.recipients] == ["bob@example.test", "Postmaster"]
        assert envelope.recipients[0].notify == {"SUCCESS", "FAILURE"}
        assert envelope.recipients[0].original == "rfc822;Bob@example.test"
        assert envelope.return_full is False
        assert envelope.envelope_id == "id+1"
        assert envelope.body_8bit
        assert not envelope.smtp_utf8
        assert (
            envelope.received
            == (
                f"Received: from client.example ([192.0.2.9])\r\n"
                f" by mail.example.test with ESMTPSA id {queue_id};\r\n"
                f" Tue, 24 Nov 2026 12:30:00 +0000\r\n"
            ).encode()
        )
        assert talk.submission.announced == [100, 100]
        await talk.script("C: RCPT TO:<bob@example.test>\nS: 503 5.5.1 Send MAIL first")

    converse(scenario)


def test_a_pipelined_group_gets_its_replies_in_order(play: Any) -> None:
    play(
        """
        C: RSET
        C: MAIL FROM:<alice@example.test>
        C: RCPT TO:<nobody@example.test>
        C: RCPT TO:<bob@example.test>
        C: RCPT TO:<bob@>
        C: MAIL FROM:<alice@example.test>
        C: DATA
        S: 250 2.0.0 Reset
        S: 250 2.1.0 Sender OK
        S: 550 5.1.1 No such recipient: nobody@example.test
        S: 250 2.1.5 Recipient OK
        S: 501 5.1.3 …
        S: 503 5.5.1 A transaction is open already
        S: 354 …
        C: Subject: one
        C:
        C: .
        C: MAIL FROM:<alice@example.test>
        C: QUIT
        S: 250 2.0.0 Queued as …
        S: 250 2.1.0 Sender OK
        S: 221 2.0.0 Goodbye
        END
        """
    )


def test_the_order_of_commands(play: Any) -> None:
    play(
        """
        C: RCPT TO:<bob@example.test>
        S: 503 5.5.1 Send MAIL first
        C: DATA
        S: 503 5.5.1 Send MAIL first
        C: MAIL FROM:<alice@example.test>
        S: 250 2.1.0 Sender OK
        C: DATA
        S: 503 5.5.1 Send RCPT first
        C: DATA now
        S: 501 5.5.4 …
        C: RCPT TO:<nobody@example.test>
        S: 550 5.1.1 …
        C: DATA
        S: 554 5.5.1 No valid recipients
        C: RCPT TO:<bob@example.test>
        S: 250 2.1.5 Recipient OK
        C: RSET
        S: 250 2.0.0 Reset
        C: DATA
        S: 503 5.5.1 Send MAIL first
        """
    )


def test_ehlo_means_rset(converse: Any) -> None:
    async def scenario(talk: Any) -> None:
        await talk.begin()
        assert (await talk.say(b"EHLO again.example\r\n")).startswith(b"250-")
        await talk.script("C: RCPT TO:<bob@example.test>\nS: 503 5.5.1 Send MAIL first")

    converse(scenario)


def test_text_that_did_not_wait_for_354_is_never_obeyed(converse: Any) -> None:
    async def scenario(talk: Any) -> None:
        got = await talk.say(
            b"MAIL FROM:<alice@example.test>\r\nRCPT TO:<nobody@example.test>\r\nDATA\r\n"
            b"MAIL FROM:<alice@example.test>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\nevil\r\n.\r\n"
        )
        assert [line[:3] for line in got.splitlines()] == [b"250", b"550", b"554", b"421"]
        assert talk.is_closed
        assert talk.submission.taken == []

    converse(scenario)


def test_text_that_did_not_wait_for_a_good_354_is_the_message(converse: Any) -> None:
    async def scenario(talk: Any) -> None:
        await talk.begin()
        got = await talk.say(b"DATA\r\nMAIL FROM:<alice@example.test>\r\n.\r\nNOOP\r\n")
        assert [line[:3] for line in got.splitlines()] == [b"354", b"250", b"250"]
        assert [data for _, data in talk.submission.taken] == [b"MAIL FROM:<alice@example.test>\r\n"]

    converse(scenario)


@pytest.mark.parametrize(
    ("sender", "reply"),
    [
        ("<bob@example.test>", "550 5.7.1 You have no permission to send as bob@example.test"),
        ("<alice>", "501 5.1.7 …"),
        ("alice@example.test", "501 5.1.7 …"),
        ("<älice@example.test>", "553 5.6.7 …"),
        ("<alice@example.test> SIZE=41943041", "552 5.3.4 …"),
        ("<alice@example.test> XTRA", "555 5.5.4 …"),
        ("<alice@example.test> BODY=BINARYMIME", "501 5.5.4 …"),
    ],
)
def test_senders_that_are_refused(play: Any, sender: str, reply: str) -> None:
    play(f"C: MAIL FROM:{sender}\nS: {reply}\nC: MAIL FROM:<alice@example.test> SIZE=41943040\nS: 250 2.1.0 Sender OK")


@pytest.mark.parametrize(
    ("refusal", "reply"),
    [
        (errors.OverQuota("The mailbox is full"), b"552 5.2.2 The mailbox is full"),
        (errors.TooMany("The group is too large"), b"550 5.5.3 The group is too large"),
        (errors.Unavailable("Later"), b"451 4.3.0 Later"),
        (errors.PermissionDenied("Not to this group"), b"550 5.7.1 Not to this group"),
    ],
)
def test_recipients_that_are_refused(converse: Any, refusal: errors.Refusal, reply: bytes) -> None:
    async def scenario(talk: Any) -> None:
        talk.submission.refusals["bob@example.test"] = refusal
        await talk.begin()
        assert await talk.say(b"RCPT TO:<bob@example.test>\r\n") == reply + b"\r\n"
        assert (await talk.say(b"DATA\r\n")).startswith(b"354 ")

    converse(scenario)


@pytest.mark.parametrize(
    ("refusal", "reply"),
    [
        (errors.SendAsDenied("Not as Bob"), b"550 5.7.1 Not as Bob"),
        (errors.Invalid("The message has no From field with an address"), b"554 5.6.0 The message has no From"),
        (errors.TooLarge("Too large"), b"552 5.3.4 Too large"),
        (errors.OverQuota("Full"), b"552 5.2.2 Full"),
        (errors.NotFound("Gone"), b"550 5.1.1 Gone"),
        (errors.TooMany("Too many"), b"452 4.5.3 Too many"),
        (errors.Unavailable("Later"), b"451 4.3.0 Later"),
    ],
)
def test_messages_that_are_refused(converse: Any, refusal: errors.Refusal, reply: bytes) -> None:
    async def scenario(talk: Any) -> None:
        talk.submission.refusals["message"] = refusal
        await talk.begin()
        await talk.say(b"DATA\r\n")
        assert (await talk.say(b"x\r\n.\r\n")).startswith(reply)
        await talk.begin()

    converse(scenario)


def test_250_is_said_after_the_commit_and_not_before(converse: Any) -> None:
    async def scenario(talk: Any) -> None:
        talk.submission.gate = asyncio.Event()
        await talk.begin()
        await talk.say(b"DATA\r\n")
        assert await talk.say(b"x\r\n.\r\nNOOP\r\n") == b""
        talk.submission.gate.set()
        await talk.script("S: 250 2.0.0 Queued as …\nS: 250 2.0.0 OK")

    converse(scenario)


def test_a_bug_is_answered_and_the_session_goes_on(converse: Any) -> None:
    async def scenario(talk: Any) -> None:
        talk.submission.bug = ZeroDivisionError()
        await talk.begin()
        await talk.say(b"DATA\r\n")
        assert await talk.say(b"x\r\n.\r\n") == b"451 4.3.0 Internal error, try again later\r\n"
        talk.submission.bug = None
        await talk.begin()

    converse(scenario)


def test_a_client_that_leaves_in_the_middle_has_sent_nothing(converse: Any) -> None:
    async def scenario(talk: Any) -> None:
        await talk.begin()
        await talk.say(b"DATA\r\n")
        await talk.say(b"half a mess")

    converse(scenario)


def test_a_client_that_stops_in_the_middle_is_told(converse: Any) -> None:
    async def scenario(talk: Any) -> None:
        await talk.begin()
        await talk.say(b"DATA\r\n")
        await talk.say(b"half a mess")
        talk.timers.advance(300)
        await talk.script("S: 421 4.4.2 Idle for too long, closing\nEND")
        assert talk.submission.taken == []

    converse(scenario)


def test_too_many_recipients_are_told_one_by_one(converse: Any) -> None:
    async def scenario(talk: Any) -> None:
        await talk.begin(recipients=3)
        await talk.script("C: RCPT TO:<more@example.test>\nS: 452 4.5.3 …\nC: DATA\nS: 354 …")
        assert (await talk.say(b"x\r\n.\r\n")).startswith(b"250 ")
        assert len(talk.submission.taken[0][0].recipients) == 3

    converse(scenario, services=ServiceLimits(recipients=3))


def test_too_many_transactions_end_the_session(play: Any) -> None:
    once = "C: MAIL FROM:<alice@example.test>\nC: RSET\n"
    done = "S: 250 2.1.0 Sender OK\nS: 250 2.0.0 Reset\n"
    play(once + done + once + done + "C: MAIL FROM:<alice@example.test>\nS: 421 4.7.0 …\nEND", transactions=2)


@pytest.mark.parametrize(("first_line", "accepted"), [(97, True), (98, False)])
def test_the_size_limit_is_exact_and_found_at_the_end(converse: Any, first_line: int, accepted: bool) -> None:
    async def scenario(talk: Any) -> None:
        await talk.begin()
        await talk.say(b"DATA\r\n")
        # The dot that transparency adds is not a part of the message: 1 + 97 + 2 + 9 * 100 octets are 1000.
        got = await talk.say(b".." + b"x" * first_line + b"\r\n" + (b"x" * 98 + b"\r\n") * 9 + b".\r\n")
        assert got.startswith(b"250 2.0.0") if accepted else got == b"552 5.3.4 Message too big\r\n"
        assert [len(data) for _, data in talk.submission.taken] == ([1000] if accepted else [])
        await talk.begin()

    converse(scenario, services=ServiceLimits(message_bytes=1000))


def test_an_endless_message_ends_the_connection(converse: Any) -> None:
    async def scenario(talk: Any) -> None:
        await talk.begin()
        await talk.say(b"DATA\r\n")
        line = b"x" * 98 + b"\r\n"
        assert await talk.say(line * 30) == b""
        got = await talk.say(line * 1)
        assert [each[:9] for each in got.splitlines()] == [b"552 5.3.4", b"421 4.7.0"]
        assert talk.is_closed

    converse(scenario, services=ServiceLimits(message_bytes=1000), discard_bytes=2000)


def test_smtputf8(converse: Any) -> None:
    async def scenario(talk: Any) -> None:
        await talk.script(
            """
            C: MAIL FROM:<alice@example.test>
            S: 250 2.1.0 Sender OK
            C: RCPT TO:<jörg@example.test>
            S: 553 5.6.7 …
            C: RSET
            S: 250 2.0.0 Reset
            C: MAIL FROM:<alice@example.test> SMTPUTF8
            S: 250 2.1.0 Sender OK
            C: RCPT TO:<jörg@example.test>
            S: 250 2.1.5 Recipient OK
            C: DATA
            S: 354 …
            """
        )
        await talk.say("Subject: Grüße\r\n\r\n.\r\n".encode())
        [(envelope, _)] = talk.submission.taken
        assert envelope.smtp_utf8
        assert envelope.body_8bit
        assert envelope.recipients[0].address == "jörg@example.test"
        assert b" with UTF8SMTPSA id " in envelope.received

    converse(scenario)


def test_the_trace_field_names_the_registered_cipher_suite() -> None:
    field = received_field(
        hello="[IPv6:2001:db8::1]",
        peer=Peer("fe80::1%eth0", 1),
        host="mail.example.test",
        queue_id="abc",
        tls=TlsInfo("TLSv1.2", "ECDHE-ECDSA-AES128-GCM-SHA256", 128, None),
        smtp_utf8=False,
        now=datetime(2026, 11, 24, tzinfo=UTC),
    )
    assert field.startswith(b"Received: from [IPv6:2001:db8::1] ([IPv6:fe80::1])\r\n by mail.example.test with ESMTPSA")
    assert b"\r\n tls TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;\r\n Tue, 24 Nov 2026 00:00:00 +0000\r\n" in field
    assert suite_name("TLS_AES_256_GCM_SHA384") == "TLS_AES_256_GCM_SHA384"
    assert suite_name("ECDHE-RSA-CHACHA20-POLY1305") == "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"
    assert suite_name("ECDHE-RSA-AES256-GCM-SHA384") == "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"


def test_a_large_message_is_spooled_and_comes_back_whole() -> None:
    spool = Spool(memory_bytes=100, most_bytes=1000)
    parts = [bytes([number]) * 30 for number in range(20)]
    for part in parts:
        spool.add(part)
    assert spool.size == 600
    assert not spool.is_too_big
    assert spool.take() == b"".join(parts)
    spool = Spool(memory_bytes=100, most_bytes=1000)
    for part in parts * 2:
        spool.add(part)
    assert spool.is_too_big
    assert spool.size == 1200
    assert spool.take() == b""
