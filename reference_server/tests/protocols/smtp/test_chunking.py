"""BDAT (RFC 3030): counted chunks, failures, and that refused octets are never commands."""

from typing import Any

import pytest

from mailproof_server.services.limits import ServiceLimits
from mailproof_server.wire.smtp import replies


def test_a_message_in_chunks_is_what_was_sent(converse: Any) -> None:
    async def scenario(talk: Any) -> None:
        await talk.begin()
        first, second = b"Subject: x\r\n\r\n.\r\n..", b"dots stay\r\nno line end"
        assert await talk.say(b"BDAT %d\r\n" % len(first) + first) == b"250 2.0.0 19 octets received\r\n"
        got = await talk.say(b"BDAT %d LAST\r\n" % len(second) + second)
        assert got.startswith(b"250 2.0.0 Queued as ")
        assert [data for _, data in talk.submission.taken] == [first + second]

    converse(scenario)


def test_a_pipelined_transaction_octet_by_octet(converse: Any) -> None:
    async def scenario(talk: Any) -> None:
        sent = (
            b"MAIL FROM:<alice@example.test>\r\nRCPT TO:<bob@example.test>\r\nBDAT 3\r\na\r\nbdat 2\r\nb\r"
            b"BDAT 1\r\n\nBDAT 0 LAST\r\nNOOP\r\n"
        )
        got = b""
        for octet in sent:
            got += await talk.say(bytes([octet]))
        assert [line[:3] for line in got.splitlines()] == [b"250"] * 7
        assert [data for _, data in talk.submission.taken] == [b"a\r\nb\r\n"]

    converse(scenario)


def test_data_and_bdat_do_not_mix(converse: Any) -> None:
    async def scenario(talk: Any) -> None:
        await talk.begin()
        assert (await talk.say(b"BDAT 2\r\n\r\n")).startswith(b"250 ")
        await talk.script(
            """
            C: DATA
            S: 503 5.5.1 DATA and BDAT …
            C: RCPT TO:<late@example.test>
            S: 503 5.5.1 …
            C: MAIL FROM:<alice@example.test>
            S: 503 5.5.1 …
            C: BDAT 0 LAST
            S: 250 2.0.0 Queued as …
            C: BDAT 0 LAST
            S: 503 5.5.1 Send MAIL first
            """
        )

    converse(scenario)


def test_rset_forgets_the_chunks(converse: Any) -> None:
    async def scenario(talk: Any) -> None:
        await talk.begin()
        await talk.say(b"BDAT 2\r\n\r\n")
        await talk.say(b"RSET\r\n")
        await talk.begin()
        assert (await talk.say(b"BDAT 3 LAST\r\nb\r\n")).startswith(b"250 ")
        assert [data for _, data in talk.submission.taken] == [b"b\r\n"]

    converse(scenario)


@pytest.mark.parametrize(
    ("before", "reply"),
    [
        (b"", b"503 5.5.1 Send MAIL first"),
        (b"MAIL FROM:<alice@example.test>\r\n", b"503 5.5.1 Send RCPT first"),
        (b"MAIL FROM:<alice@example.test>\r\nRCPT TO:<nobody@example.test>\r\n", b"554 5.5.1 No valid recipients"),
    ],
)
def test_the_octets_of_a_refused_chunk_are_skipped(converse: Any, before: bytes, reply: bytes) -> None:
    async def scenario(talk: Any) -> None:
        await talk.say(before)
        chunk = b"QUIT\r\nQUIT\r\n"
        got = await talk.say(b"BDAT %d LAST\r\n" % len(chunk) + chunk + b"NOOP\r\n")
        assert got.splitlines() == [reply, b"250 2.0.0 OK"]
        assert not talk.is_closed

    converse(scenario)


@pytest.mark.parametrize(
    ("hello", "reply"),
    [(b"", b"503 5.5.1 Send EHLO first"), (b"HELO client\r\n", b"530 5.7.0 Authentication required")],
)
def test_the_same_before_greeting_and_login(converse: Any, hello: bytes, reply: bytes) -> None:
    async def scenario(talk: Any) -> None:
        got = await talk.say(hello + b"BDAT 6 LAST\r\nQUIT\r\nNOOP\r\n")
        assert got.splitlines()[-2:] == [reply, b"250 2.0.0 OK"]

    converse(scenario, signed_in=False)


def test_after_a_failed_chunk_the_rest_fails_too(converse: Any) -> None:
    async def scenario(talk: Any) -> None:
        await talk.begin()
        got = await talk.say(b"BDAT 4\r\na\nb\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\n")
        assert got.splitlines() == [
            b"550 5.6.0 Message refused: bare <CR>, bare <LF> or NUL in it; lines end with <CR><LF>",
            b"503 5.5.1 Send MAIL first",
            b"250 2.0.0 OK",
        ]
        assert talk.submission.taken == []

    converse(scenario)


def test_a_cr_at_the_very_end_is_bare(converse: Any) -> None:
    async def scenario(talk: Any) -> None:
        await talk.begin()
        assert (await talk.say(b"BDAT 2\r\na\r")).startswith(b"250 ")
        assert (await talk.say(b"BDAT 0 LAST\r\n")).startswith(b"550 5.6.0 ")

    converse(scenario)


def test_a_chunk_without_a_readable_size_ends_the_connection(converse: Any) -> None:
    async def scenario(talk: Any) -> None:
        await talk.begin()
        assert await talk.say(b"BDAT x\r\nQUIT\r\n") == replies.BAD_CHUNK.encoded
        assert talk.is_closed

    converse(scenario)


def test_size_limits_of_chunks(converse: Any) -> None:
    async def scenario(talk: Any) -> None:
        await talk.begin()
        text = (b"x" * 98 + b"\r\n") * 6
        assert (await talk.say(b"BDAT 600\r\n" + text)).startswith(b"250 ")
        got = await talk.say(b"BDAT 600\r\n" + text + b"NOOP\r\n")
        assert got.splitlines() == [b"552 5.3.4 Message too big", b"250 2.0.0 OK"]
        await talk.begin()
        got = await talk.say(b"BDAT 99999999999999 LAST\r\n")
        assert [line[:9] for line in got.splitlines()] == [b"552 5.3.4", b"421 4.7.0"]
        assert talk.is_closed

    converse(scenario, services=ServiceLimits(message_bytes=1000), discard_bytes=2000)
