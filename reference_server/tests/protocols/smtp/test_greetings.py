"""Greeting, EHLO, HELO, and the verbs without a transaction."""

import asyncio
from typing import Any

import pytest

from mailproof_server import registry
from mailproof_server.model import errors
from mailproof_server.protocols.smtp import commands
from mailproof_server.protocols.smtp.command import Command
from mailproof_server.protocols.smtp.errors import REPLIES, SPECIAL, Situation, reply_to
from mailproof_server.services.limits import ServiceLimits


def test_ehlo_announces_what_the_verbs_declare(play: Any) -> None:
    play(
        """
        C: EHLO client.example
        S: 250-mail.example.test
        S: 250-AUTH PLAIN LOGIN
        S: 250-CHUNKING
        S: 250-PIPELINING
        S: 250-ENHANCEDSTATUSCODES
        S: 250-HELP
        S: 250-SIZE 41943040
        S: 250-8BITMIME
        S: 250-SMTPUTF8
        S: 250-LIMITS RCPTMAX=500 MAILMAX=10000
        S: 250 DSN
        C: QUIT
        S: 221 2.0.0 Goodbye
        END
        """,
        signed_in=False,
    )


def test_the_server_greets_first_with_its_name(converse: Any) -> None:
    async def scenario(talk: Any) -> None:
        fresh = type(talk)(talk.server.limits, ServiceLimits())
        assert await fresh.open() == b"220 mail.example.test ESMTP mailproof ready\r\n"
        fresh.stream.eof_received()

    converse(scenario, signed_in=False)


@pytest.mark.parametrize(
    "name", ["client", "client.example", "my_pc.local", "[192.0.2.1]", "[IPv6:2001:db8::1]", "127.0.0.1", "x" * 255]
)
def test_names_that_clients_give_themselves(play: Any, name: str) -> None:
    play(f"C: HELO {name}\nS: 250 mail.example.test", signed_in=False)


@pytest.mark.parametrize(
    "name", ["", "two words", "[192.0.2.1", "[300.1.1.1]", "-x", "x-", "bücher.example", "a@b", "<x>", "x" * 256]
)
def test_what_is_no_name(play: Any, name: str) -> None:
    play(
        f"""
        C: EHLO {name}
        S: 501 5.5.4 …
        C: MAIL FROM:<alice@example.test>
        S: 503 5.5.1 Send EHLO first
        """,
        signed_in=False,
    )


def test_verbs_before_a_greeting_and_before_a_login(play: Any) -> None:
    play(
        """
        C: NOOP
        S: 250 2.0.0 OK
        C: AUTH PLAIN
        S: 503 5.5.1 Send EHLO first
        C: RCPT TO:<bob@example.test>
        S: 503 5.5.1 Send EHLO first
        C: HELO client.example
        S: 250 mail.example.test
        C: AUTH PLAIN
        S: 503 5.5.1 Send EHLO first
        C: ehlo client.example
        S: 250-mail.example.test
        S: 250-AUTH PLAIN LOGIN
        S: 250-CHUNKING
        S: 250-PIPELINING
        S: 250-ENHANCEDSTATUSCODES
        S: 250-HELP
        S: 250-SIZE …
        S: 250-8BITMIME
        S: 250-SMTPUTF8
        S: 250-LIMITS …
        S: 250 DSN
        C: MAIL FROM:<alice@example.test>
        C: RCPT TO:<bob@example.test>
        C: DATA
        S: 530 5.7.0 Authentication required
        S: 530 5.7.0 Authentication required
        S: 530 5.7.0 Authentication required
        C: VRFY bob
        S: 530 5.7.0 Authentication required
        C: RSET
        S: 250 2.0.0 Reset
        """,
        signed_in=False,
    )


def test_the_small_verbs(play: Any) -> None:
    play(
        """
        C: noop whatever this is
        S: 250 2.0.0 OK
        C: VRFY bob
        S: 252 2.1.5 …
        C: VRFY
        S: 501 5.5.4 …
        C: EXPN staff
        S: 502 5.5.1 …
        C: STARTTLS
        S: 502 5.5.1 …
        C: HELP MAIL
        S: 214 2.0.0 Commands: AUTH BDAT DATA EHLO HELO HELP MAIL NOOP QUIT RCPT RSET VRFY
        C: RSET now
        S: 501 5.5.4 No argument allowed
        C: QUIT now
        S: 501 5.5.4 No argument allowed
        C: XYZZY
        S: 500 5.5.2 …
        C:
        S: 500 5.5.2 …
        C: quit
        S: 221 2.0.0 Goodbye
        END
        """
    )


def test_wrong_lines(converse: Any) -> None:
    async def scenario(talk: Any) -> None:
        assert await talk.say(b"NO\rOP\r\nNOOP\r\n") == b"500 5.5.2 Bare <CR> or NUL received\r\n250 2.0.0 OK\r\n"
        assert await talk.say(b"NOOP " + b"x" * 600 + b"\r\nNOOP\r\n") == b"500 5.5.2 Line too long\r\n250 2.0.0 OK\r\n"
        got = await talk.say(b"NOOP\nNOOP\r\n")
        assert [line[:9] for line in got.splitlines()] == [b"500 5.5.2", b"421 4.7.0"]
        assert talk.is_closed

    converse(scenario)


def test_commands_after_a_closing_one_are_not_run(converse: Any) -> None:
    async def scenario(talk: Any) -> None:
        assert await talk.say(b"QUIT\r\nNOOP\r\n") == b"221 2.0.0 Goodbye\r\n"
        assert talk.is_closed
        assert talk.observed[-1] == (b"QUIT", 221)

    converse(scenario)


def test_one_octet_at_a_time_changes_nothing(converse: Any) -> None:
    async def scenario(talk: Any) -> None:
        got = b""
        for octet in b"NOOP\r\nMAIL FROM:<alice@example.test>\r\nRSET\r\n":
            got += await talk.say(bytes([octet]))
        assert got == b"250 2.0.0 OK\r\n250 2.1.0 Sender OK\r\n250 2.0.0 Reset\r\n"

    converse(scenario)


def test_too_many_wrong_commands_in_a_row_end_the_session(play: Any) -> None:
    play(
        """
        C: WRONG
        S: 500 5.5.2 …
        C: RCPT TO:<x>
        S: 503 5.5.1 …
        C: NOOP
        S: 250 2.0.0 OK
        C: WRONG
        S: 500 5.5.2 …
        C: WRONG
        S: 500 5.5.2 …
        C: WRONG
        S: 421 4.7.0 Too many errors, closing
        END
        """,
        errors=3,
    )


def test_an_idle_client_is_told(converse: Any) -> None:
    async def scenario(talk: Any) -> None:
        talk.timers.advance(299)
        assert await talk.say(b"NOOP\r\n") == b"250 2.0.0 OK\r\n"
        talk.timers.advance(299)
        await asyncio.sleep(0)
        assert not talk.is_closed
        talk.timers.advance(1)
        await talk.script("S: 421 4.4.2 Idle for too long, closing\nEND")

    converse(scenario)


def test_a_stopping_server_says_so_between_commands(converse: Any) -> None:
    async def scenario(talk: Any) -> None:
        await talk.begin()
        talk.stream.begin_drain()
        for _ in range(10):
            await asyncio.sleep(0)
        await talk.script("S: 421 4.3.2 Server is shutting down, try again soon\nEND")

    converse(scenario)


def test_a_message_on_its_way_is_taken_before_the_server_stops(converse: Any) -> None:
    async def scenario(talk: Any) -> None:
        await talk.begin()
        await talk.say(b"DATA\r\n")
        talk.stream.begin_drain()
        got = await talk.say(b"Subject: x\r\n\r\n.\r\n")
        assert got.startswith(b"250 2.0.0 Queued")
        assert got.endswith(b"421 4.3.2 Server is shutting down, try again soon\r\n")
        assert len(talk.submission.taken) == 1

    converse(scenario)


def test_a_session_ends_when_its_sign_in_no_longer_holds(converse: Any) -> None:
    async def scenario(talk: Any) -> None:
        talk.revocations.announce(1)
        for _ in range(10):
            await asyncio.sleep(0)
        await talk.script("S: 421 4.7.0 The sign-in of this session no longer holds, closing\nEND")

    converse(scenario)


def test_too_many_connections_from_one_address(converse: Any) -> None:
    async def scenario(talk: Any) -> None:
        second = type(talk)(talk.server.limits, ServiceLimits())
        second.server.services.connections = talk.connections
        assert (await second.open()).startswith(b"421 4.7.0 Too many connections")
        assert second.is_closed

    converse(scenario, signed_in=False, services=ServiceLimits(connections_per_address=1))


def test_every_refusal_has_a_reply_in_every_situation() -> None:
    kinds = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, errors.Refusal)]
    kinds.remove(errors.Refusal)
    assert set(REPLIES) == set(kinds)
    assert {kind for _, kind in SPECIAL} <= set(kinds)
    for situation in Situation:
        for kind in kinds:
            reply = reply_to(kind("Because\nof this"), situation)
            assert reply.text == "Because of this"
            assert reply.code >= 400


def test_every_file_is_one_verb_named_like_it() -> None:
    for each in registry.load(commands, Command):
        assert each.run.__module__.rpartition(".")[2].upper().encode() == each.verb
