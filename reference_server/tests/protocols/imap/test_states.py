"""Greeting, sign-in, states, and the commands that work in any of them (RFC 9051 3, 6.1, 6.2, 6.3.1)."""

import base64
from typing import Any

PLAIN = base64.b64encode(b"\0alice@example.test\0Correct-Horse-1").decode()
FOR_BOB = base64.b64encode(b"bob@example.test\0alice@example.test\0Correct-Horse-1").decode()
WRONG = base64.b64encode(b"\0alice@example.test\0wrong").decode()


def test_the_greeting_shows_only_what_works_before_sign_in(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        world.clients["x"] = client = type(await world.client("x2"))(world)
        [greeting] = await client.until(bool)
        assert greeting == (
            "* OK [CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL+ AUTH=PLAIN SASL-IR ENABLE ID]"
            " mail.example.test mailproof ready"
        )
        before, _ = await client.ask("1 CAPABILITY")
        assert before == "* CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL+ AUTH=PLAIN SASL-IR ENABLE ID"
        _, after = (await client.say("2 LOGIN alice@example.test Correct-Horse-1")).split("[CAPABILITY ", 1)
        words = after.split("]")[0].split()
        assert {"IMAP4rev1", "IMAP4rev2", "IDLE", "NOTIFY", "QRESYNC", "ACL", "RIGHTS=texk", "METADATA"} <= set(words)
        assert not {"SASL-IR", "AUTH=PLAIN", "STARTTLS", "LOGINDISABLED"} & set(words)
        assert len(words) == len(set(words))
        [again, _] = await client.ask("3 CAPABILITY")
        assert again.split()[2:] == words

    converse(scenario)


def test_a_profile_narrows_what_exists(play: Any) -> None:
    play(
        """
        a> 1 CAPABILITY
        a< * CAPABILITY IMAP4rev1 LITERAL+ …
        a< 1 OK CAPABILITY completed
        a> 2 SORT (DATE) UTF-8 ALL
        a> 3 GETACL INBOX
        a> 4 NOTIFY NONE
        a< 2 BAD Unknown command
        a< 3 BAD Unknown command
        a< 4 BAD Unknown command
        a> 5 ENABLE IMAP4rev2 QRESYNC
        a< 5 BAD Unknown command
        a> 6 NOOP
        a< 6 OK NOOP completed
        """,
        profile="exchange",
    )


def test_sign_in_with_literals(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        client = await world.client("x")
        client.send(b"1 LOGIN {18}\r\n")
        assert await client.until(bool) == ["+ OK"]
        client.send(b"alice@example.test {15+}\r\nCorrect-Horse-1\r\n")
        [done] = await client.until(bool)
        assert done.startswith("1 OK [CAPABILITY ")

    converse(scenario)


def test_wrong_credentials_are_refused_and_the_connection_lives_on(play: Any) -> None:
    play(
        f"""
        x> 1 LOGIN alice@example.test wrong
        x< 1 NO [AUTHENTICATIONFAILED] …
        x> 2 LOGIN nobody@example.test Correct-Horse-1
        x< 2 NO [AUTHENTICATIONFAILED] …
        x> 3 AUTHENTICATE PLAIN {WRONG}
        x< 3 NO [AUTHENTICATIONFAILED] …
        x> 4 AUTHENTICATE PLAIN {FOR_BOB}
        x< 4 NO [AUTHENTICATIONFAILED] …
        x> 5 LOGIN "alice@example.test" "Correct-Horse-1"
        x< 5 OK [CAPABILITY …] LOGIN completed
        x> 6 LOGIN alice@example.test Correct-Horse-1
        x< 6 BAD Command not allowed in this state
        """
    )


def test_authenticate_plain(play: Any) -> None:
    play(
        f"""
        x> 1 AUTHENTICATE PLAIN
        x< +…
        x> *
        x< 1 BAD Authentication cancelled
        x> 2 AUTHENTICATE PLAIN
        x< +…
        x> ?garbage?
        x< 2 BAD invalid base64
        x> 3 AUTHENTICATE PLAIN =
        x< 3 BAD …
        x> 4 AUTHENTICATE GSSAPI
        x< 4 NO [CANNOT] …
        x> 5 AUTHENTICATE PLAIN
        x< +…
        x> {PLAIN}
        x< 5 OK [CAPABILITY …] AUTHENTICATE completed
        """
    )


def test_an_authentication_response_has_a_limit(play: Any) -> None:
    play(
        f"""
        x> 1 AUTHENTICATE PLAIN
        x< +…
        x> {"A" * 13000}
        x< 1 BAD Authentication response too long
        x> 2 NOOP
        x< 2 OK NOOP completed
        """
    )


def test_too_many_failures_lock_the_door_for_a_while(play: Any) -> None:
    play(
        """
        x> 1 LOGIN alice@example.test wrong
        x< 1 NO [AUTHENTICATIONFAILED] …
        x> 2 LOGIN alice@example.test wrong
        x< 2 NO [AUTHENTICATIONFAILED] …
        x> 3 LOGIN alice@example.test Correct-Horse-1
        x< 3 NO [UNAVAILABLE] Too many failed sign-ins, try again later
        """,
        services={"failed_logins_per_login": 2},
    )


def test_commands_out_of_their_state(play: Any) -> None:
    play(
        """
        x> 1 SELECT INBOX
        x> 2 FETCH 1 FLAGS
        x> 3 IDLE
        x> 4 UNKNOWN
        x> 5 UID NOOP
        x< 1 BAD Command not allowed in this state
        x< 2 BAD Command not allowed in this state
        x< 3 BAD Command not allowed in this state
        x< 4 BAD Unknown command
        x< 5 BAD Unknown command
        a> 1 FETCH 1 FLAGS
        a> 2 EXPUNGE
        a> 3 CLOSE
        a> 4 AUTHENTICATE PLAIN
        a< 1 BAD Command not allowed in this state
        a< 2 BAD Command not allowed in this state
        a< 3 BAD Command not allowed in this state
        a< 4 BAD Command not allowed in this state
        """
    )


def test_lines_that_are_no_commands(play: Any) -> None:
    play(
        """
        x>
        x> 1
        x> + NOOP
        x> 2 NOOP extra
        x< * BAD no command
        x< 1 BAD no command
        x< * BAD no command
        x< 2 BAD unexpected text at the end of the command
        """
    )


def test_identification(play: Any) -> None:
    play(
        """
        x> 1 ID NIL
        x< * ID ("name" "mailproof" "version" "0")
        x< 1 OK ID completed
        x> 2 ID ("name" "tester" "vendor" NIL)
        x< * ID ("name" "mailproof" "version" "0")
        x< 2 OK ID completed
        x> 3 ID ("name" "a" "NAME" "b")
        x> 4 ID name
        x< 3 BAD repeated ID field
        x< 4 BAD …
        """
    )


def test_logout_in_every_state(play: Any) -> None:
    play(
        """
        x> 1 LOGOUT
        x< * BYE Logging out
        x< 1 OK LOGOUT completed
        x< END
        a> 1 SELECT INBOX
        a> 2 LOGOUT
        a> 3 NOOP
        a< ***
        a< * BYE Logging out
        a< 2 OK LOGOUT completed
        a< END
        """
    )


def test_enable_lists_what_it_newly_enabled(play: Any) -> None:
    play(
        """
        a> 1 ENABLE CONDSTORE X-UNKNOWN
        a< * ENABLED CONDSTORE
        a< 1 OK ENABLE completed
        a> 2 ENABLE condstore qresync IDLE
        a< * ENABLED QRESYNC
        a< 2 OK ENABLE completed
        a> 3 ENABLE X-UNKNOWN
        a< * ENABLED
        a< 3 OK ENABLE completed
        a> 4 ENABLE
        a< 4 BAD missing argument
        """
    )


def test_enable_in_the_selected_state(play: Any) -> None:
    play(
        """
        a> 1 SELECT INBOX
        a< ***
        a< 1 OK [READ-WRITE] SELECT completed
        a> 2 ENABLE UTF8=ACCEPT
        a> 3 ENABLE CONDSTORE IMAP4rev2
        a< 2 BAD This cannot be enabled in the selected state
        a< 3 BAD This cannot be enabled in the selected state
        a> 4 ENABLE CONDSTORE
        a< * OK [HIGHESTMODSEQ …] CONDSTORE enabled
        a< * ENABLED CONDSTORE
        a< 4 OK ENABLE completed
        """
    )


def test_an_unexpected_error_is_answered_and_the_connection_lives_on(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        client = await world.client("a")
        world.server.services.folders.list = None  # type: ignore[method-assign]  # a bug in any command
        await world.script(
            """
            a> 1 LIST "" *
            a< 1 NO [SERVERBUG] Internal error, the operator was told
            a> 2 NOOP
            a< 2 OK NOOP completed
            """
        )
        assert (b"LIST", b"NO") in world.observed
        assert not client.closed

    converse(scenario)
