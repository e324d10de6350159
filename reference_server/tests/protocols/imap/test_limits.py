"""Limits of lines, literals, nesting, mistakes, time and connections; each says what it is (RFC 9051 5.4, 7.1)."""

from typing import Any

import pytest


def test_a_line_that_is_too_long(play: Any) -> None:
    play(
        f"""
        x> 1 NOOP {"x" * 300}
        x< 1 BAD [TOOBIG] line too long
        x> {"x" * 300}
        x< * BAD [TOOBIG] line too long
        x> 2 NOOP
        x< 2 OK NOOP completed
        """,
        line_bytes=200,
    )


def test_a_literal_of_a_stranger_is_small(play: Any) -> None:
    play(
        """
        x> 1 LOGIN {101}
        x< 1 BAD [TOOBIG] literal too large
        x> 2 LOGIN {100}
        x< + OK
        """,
        login_literal_bytes=100,
    )


def test_literals_are_bounded_after_sign_in_as_well(play: Any) -> None:
    play(
        """
        a> 1 SELECT {1001}
        a< 1 BAD [TOOBIG] literal too large
        a> 2 SELECT {5}
        a< + OK
        a> INBOX
        a< ***
        a< 2 OK [READ-WRITE] SELECT completed
        """,
        literal_bytes=1000,
    )


def test_a_refused_non_synchronising_literal_is_read_past(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        client = await world.client("x")
        client.send(b"1 LOGIN {200+}\r\n" + b"2 NOOP\r\n" * 25 + b" x\r\n3 NOOP\r\n")
        assert await client.until(lambda lines: len(lines) > 1) == [
            "1 BAD [TOOBIG] literal too large",
            "3 OK NOOP completed",
        ]

    converse(scenario, login_literal_bytes=100)


def test_a_literal_too_large_to_be_read_past_ends_the_connection(play: Any) -> None:
    play(
        """
        x> 1 LOGIN {2000+}
        x< * BYE literal too large to be read past
        x< END
        """,
        login_literal_bytes=100,
        swallow_bytes=1000,
    )


@pytest.mark.parametrize("key", ["(" * 60 + "ALL" + ")" * 60, "NOT OR ALL " * 60 + "ALL"])
def test_nesting_is_bounded(play: Any, key: str) -> None:
    play(
        f"""
        a> 1 SELECT INBOX
        a< ***
        a< 1 OK [READ-WRITE] SELECT completed
        a> 2 SEARCH {key}
        a< 2 BAD nested too deeply
        a> 3 SEARCH {"(" * 50}ALL{")" * 50}
        a< * SEARCH
        a< 3 OK SEARCH completed
        """
    )


def test_bad_commands_in_a_row_end_the_connection(play: Any) -> None:
    play(
        """
        x> 1 WHAT
        x> 2 WHAT
        x> 3 NOOP
        x> 4 WHAT
        x> 5 LOGIN
        x>
        x> 7 NOOP
        x< 1 BAD Unknown command
        x< 2 BAD Unknown command
        x< 3 OK NOOP completed
        x< 4 BAD Unknown command
        x< 5 BAD missing argument
        x< * BAD no command
        x< * BYE Too many bad commands
        x< END
        """,
        bad_commands=3,
    )


def test_who_does_not_sign_in_must_go_however_busy(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        await world.client("x")
        await world.script("x> 1 NOOP\nx< 1 OK NOOP completed")
        world.advance(59)
        await world.script("x> 2 NOOP\nx< 2 OK NOOP completed")
        world.advance(1)
        await world.script("x< * BYE Autologout: idle for too long\nx< END")

    converse(scenario)


def test_a_stranger_cannot_prolong_his_stay_by_dripping(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        client = await world.client("x")
        for _ in range(7):
            client.send(b"x")
            await world.quiet()
            world.advance(9)
        await world.script("x< * BYE Autologout: idle for too long\nx< END")

    converse(scenario)


def test_idle_clients_are_logged_out_after_half_an_hour(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        await world.client("a")
        world.advance(1799)
        await world.script("a> 1 NOOP\na< 1 OK NOOP completed")
        world.advance(1799)
        await world.script("a> 2 NOOP\na< 2 OK NOOP completed")
        world.advance(1800)
        await world.script("a< * BYE Autologout: idle for too long\na< END")

    converse(scenario)


def test_idle_commands_end_likewise_and_news_do_not_prolong_them(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        await world.script(
            """
            a> 1 SELECT INBOX
            a> 2 IDLE
            a< ***
            a< + idling
            """
        )
        world.advance(1000)
        await world.deliver(b"Subject: x\r\n\r\n")
        await world.script("a< * 1 EXISTS\na< * 1 RECENT")
        world.advance(800)
        await world.script("a< * BYE Autologout: idle for too long\na< END")

    converse(scenario)


def test_a_stopping_server_says_bye_between_commands_and_in_idle(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        await world.script("a2> 1 IDLE\na2< + idling")
        for name in ("a", "a2"):
            (await world.client(name)).stream.begin_drain()
            await world.script(f"{name}< * BYE [UNAVAILABLE] Server shutting down\n{name}< END")

    converse(scenario)


def test_connections_of_one_user_are_counted(play: Any) -> None:
    play(
        """
        a> 1 NOOP
        a< 1 OK NOOP completed
        x> 1 LOGIN alice@example.test Correct-Horse-1
        x< 1 NO [LIMIT] Too many connections of this user
        x> 2 LOGIN bob@example.test Correct-Horse-1
        x< 2 OK [CAPABILITY …] LOGIN completed
        """,
        services={"connections_per_user": 1},
    )


def test_connections_of_one_address_are_counted(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        first = await world.client("x")
        second = world.clients["x2"] = type(first)(world)
        assert await second.until(bool) == ["* BYE [UNAVAILABLE] Too many connections from this address"]
        await world.quiet()
        assert second.closed

    converse(scenario, services={"connections_per_address": 1})


def test_changing_the_password_ends_the_sessions(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        await world.script("a2> 1 IDLE\na2< + idling")
        await world.client("a")
        await world.services.credentials.set_password(world.alice.id, "Another-Horse-2")
        for name in ("a", "a2"):
            await world.script(f"{name}< * BYE Your sign-in no longer holds\n{name}< END")

    converse(scenario)


def test_no_command_is_obeyed_after_the_sign_in_has_ended(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        client = await world.client("a")
        await world.script("a> 1 NOOP\na< 1 OK NOOP completed")
        client.send(b"2 CREATE Late\r\n")
        world.services.connections.close_all(world.alice.id)
        await world.script("a< * BYE Your sign-in no longer holds\na< END")

    converse(scenario)


def test_messages_in_one_append_are_bounded(play: Any) -> None:
    play(
        """
        a> 1 APPEND INBOX {1+}
        a> x {1+}
        a> y {1}
        a< 1 NO [LIMIT] Too many messages in one APPEND
        a> 2 STATUS INBOX (MESSAGES)
        a< * STATUS INBOX (MESSAGES 0)
        a< 2 OK STATUS completed
        """,
        append_messages=2,
    )
