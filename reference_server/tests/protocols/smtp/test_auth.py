"""AUTH: mechanisms, cancelling, malformed answers, failures (RFC 4954)."""

from base64 import b64encode
from typing import Any

import pytest

from mailproof_server.model.errors import TooManyAttempts, Unavailable
from mailproof_server.services.limits import ServiceLimits


def plain(*, user: str = "alice@example.test", password: str = "secret", authorize: str = "") -> str:  # noqa: S107
    return b64encode(f"{authorize}\0{user}\0{password}".encode()).decode()


def encoded(text: str) -> str:
    return b64encode(text.encode()).decode()


HELLO = "C: EHLO client.example\n" + "\n".join(
    [
        "S: 250-mail.example.test",
        *(f"S: 250-{word}…" for word in ("AUTH", "CHUNKING", "PIPELINING", "ENHANCED", "HELP", "SIZE", "8BIT")),
        "S: 250-SMTPUTF8",
        "S: 250-LIMITS …",
        "S: 250 DSN",
    ]
)


@pytest.mark.parametrize(
    "exchange",
    [
        f"C: AUTH PLAIN {plain()}",
        f"C: auth plain {plain()}",
        f"C: AUTH PLAIN {plain(authorize='alice@example.test')}",
        f"C: AUTH PLAIN\nS: 334 \nC: {plain()}",
        f"C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: {encoded('alice@example.test')}\nS: 334 UGFzc3dvcmQ6\nC: c2VjcmV0",
        f"C: AUTH LOGIN {encoded('alice@example.test')}\nS: 334 UGFzc3dvcmQ6\nC: c2VjcmV0",
    ],
)
def test_good_logins(play: Any, exchange: str) -> None:
    play(
        f"{HELLO}\n{exchange.replace('334 ' + chr(10), '334 …' + chr(10))}\n"
        "S: 235 2.7.0 Authentication succeeded\n"
        f"C: AUTH PLAIN {plain()}\n"
        "S: 503 5.5.1 Already authenticated",
        signed_in=False,
    )


@pytest.mark.parametrize(
    ("exchange", "reply"),
    [
        ("C: AUTH", "501 5.5.4 …"),
        ("C: AUTH CRAM-MD5", "504 5.5.4 …"),
        ("C: AUTH PLAIN ???", "501 5.5.2 Cannot decode base64"),
        ("C: AUTH PLAIN AGE=AGI=", "501 5.5.2 Cannot decode base64"),
        ("C: AUTH PLAIN =", "501 5.5.2 Malformed authentication data"),
        (f"C: AUTH PLAIN {encoded('no nul')}", "501 5.5.2 Malformed authentication data"),
        (f"C: AUTH PLAIN {plain(user='')}", "501 5.5.2 Malformed authentication data"),
        ("C: AUTH PLAIN\nS: 334 …\nC: *", "501 5.7.0 Authentication cancelled"),
        ("C: AUTH LOGIN\nS: 334 …\nC: *", "501 5.7.0 Authentication cancelled"),
        ("C: AUTH LOGIN\nS: 334 …\nC: YQ==\nS: 334 …\nC: *", "501 5.7.0 Authentication cancelled"),
        ("C: AUTH LOGIN\nS: 334 …\nC: NOOP", "501 5.5.2 Malformed authentication data"),
        (f"C: AUTH PLAIN {plain(password='wrong')}", "535 5.7.8 Authentication failed"),
        (f"C: AUTH PLAIN {plain(authorize='bob@example.test')}", "535 5.7.8 Authentication failed"),
        (f"C: AUTH PLAIN {plain(user='alice')}", "535 5.7.8 Authentication failed"),
        ("C: AUTH PLAIN\nS: 334 …\nC: " + "A" * 12_287, "500 5.5.6 …"),
    ],
)
def test_bad_logins_leave_the_session_usable(play: Any, exchange: str, reply: str) -> None:
    play(
        f"{HELLO}\n{exchange}\nS: {reply}\nC: NOOP\nS: 250 2.0.0 OK\nC: AUTH PLAIN {plain()}\nS: 235 …", signed_in=False
    )


def test_the_malformed_second_answer_of_login_is_not_taken_for_a_command(play: Any) -> None:
    # "NOOP" is base64; a mechanism that ran on would ask for the password.
    play(f"{HELLO}\nC: AUTH LOGIN Tk9PUA==\nS: 334 UGFzc3dvcmQ6\nC: NOOP\nS: 501 5.5.2 …", signed_in=False)


def test_the_credentials_service_hears_who_asks(converse: Any) -> None:
    async def scenario(talk: Any) -> None:
        await talk.say(b"EHLO client.example\r\n")
        await talk.say(f"AUTH PLAIN {plain(authorize='alice@example.test')}\r\n".encode())
        assert talk.credentials.asked == [
            {
                "login": "alice@example.test",
                "protocol": "smtp",
                "address": "192.0.2.9",
                "authorize": "alice@example.test",
            }
        ]

    converse(scenario, signed_in=False)


def test_failures_are_counted_and_end_the_session(play: Any) -> None:
    wrong = f"C: AUTH PLAIN {plain(password='wrong')}\n"
    play(
        f"{HELLO}\n{wrong}S: 535 5.7.8 …\n{wrong}S: 535 5.7.8 …\n"
        f"{wrong}S: 421 4.7.0 Too many failed sign-ins, closing\nEND",
        signed_in=False,
        failed_logins=3,
    )


@pytest.mark.parametrize(
    ("refusal", "reply", "closes"),
    [
        (TooManyAttempts("Too many failed sign-ins, try again later"), b"421 4.7.0 Too many failed", True),
        (Unavailable("The directory is down"), b"454 4.7.0 The directory is down", False),
    ],
)
def test_other_refusals_of_a_login(converse: Any, refusal: Exception, reply: bytes, closes: bool) -> None:
    async def scenario(talk: Any) -> None:
        talk.credentials.refusal = refusal
        await talk.say(b"EHLO client.example\r\n")
        assert (await talk.say(f"AUTH PLAIN {plain()}\r\n".encode())).startswith(reply)
        assert talk.is_closed is closes

    converse(scenario, signed_in=False)


def test_too_many_connections_of_one_user(converse: Any) -> None:
    async def scenario(talk: Any) -> None:
        second = type(talk)(talk.server.limits, ServiceLimits())
        second.server.services.connections = talk.connections
        await second.open()
        await second.say(b"EHLO client.example\r\n")
        assert (await second.say(f"AUTH PLAIN {plain()}\r\n".encode())).startswith(b"421 4.7.0 ")
        assert second.is_closed

    converse(scenario, services=ServiceLimits(connections_per_user=1))


def test_passwords_are_in_no_reply_and_no_observation(converse: Any) -> None:
    async def scenario(talk: Any) -> None:
        got = await talk.say(b"EHLO client.example\r\n")
        got += await talk.say(f"AUTH PLAIN {plain(password='wrong-horse')}\r\n".encode())
        got += await talk.say(b"AUTH LOGIN\r\n")
        got += await talk.say(b"wrong-horse\r\n")
        assert b"wrong-horse" not in got
        assert talk.observed == [(b"EHLO", 250), (b"AUTH", 535), (b"AUTH", 501)]

    converse(scenario, signed_in=False)
