"""Sessions fed with whatever comes: every answer is well-formed, nothing is a bug, nothing lives on after its end."""

import asyncio
import re
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

LINE = re.compile(rb"[2345]\d\d[ -][\t -~]*")
WORDS = [
    b"EHLO client.example",
    b"HELO client",
    b"AUTH PLAIN AGFsaWNlQGV4YW1wbGUudGVzdABzZWNyZXQ=",
    b"AUTH PLAIN",
    b"AUTH LOGIN",
    b"*",
    b"MAIL FROM:<alice@example.test>",
    b"MAIL FROM:<> SIZE=1",
    b"RCPT TO:<bob@example.test>",
    b"RCPT TO:<nobody@example.test>",
    b"RCPT TO:<\xc3\xa4@example.test> NOTIFY=NEVER",
    b"BDAT 4",
    b"BDAT 0 LAST",
    b"BDAT 10 LAST",
    b"RSET",
    b"NOOP",
    b"VRFY x",
    b"STARTTLS",
    b".",
    b"",
    b"\0",
    b"\xff\xfe",
    b"x" * 600,
]
COMMANDS = st.lists(
    st.tuples(
        st.one_of(st.sampled_from(WORDS), st.binary(max_size=12)),
        st.sampled_from([b"\r\n"] * 12 + [b"\r", b"\n", b" ", b""]),
    ),
    max_size=25,
)
TRANSACTION = b"MAIL FROM:<alice@example.test>\r\nRCPT TO:<bob@example.test>\r\n"


def check(got: bytes, talk: Any) -> None:
    assert not got or got.endswith(b"\r\n")
    for line in got.split(b"\r\n")[:-1]:
        assert LINE.fullmatch(line), line
    assert b"Internal error" not in got
    codes = re.findall(rb"^(\d{3}) ", got, re.MULTILINE)
    assert b"421" not in codes[:-1], "something was said after 421"


@given(COMMANDS, st.booleans())
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_commands_in_any_order_and_cut(converse: Any, commands: list[tuple[bytes, bytes]], signed_in: bool) -> None:
    sent = b"".join(word + end for word, end in commands)
    answers: list[bytes] = []

    async def whole(talk: Any) -> None:
        answers.append(await talk.say(sent))
        check(answers[-1], talk)

    async def cut(talk: Any) -> None:
        got = b""
        for octet in sent:
            talk.stream.data_received(bytes([octet]))
            for _ in range(3):
                await asyncio.sleep(0)
            got += talk.transport.take()
        answers.append(got + await talk.say(b""))

    converse(whole, signed_in=signed_in)
    converse(cut, signed_in=signed_in)
    masked = [re.sub(rb"Queued as [0-9a-f]+", b"Queued", each) for each in answers]
    assert masked[0] == masked[1]


@given(st.lists(st.sampled_from([b"\r\n", b".", b"a", b"\n", b"\r", b"\0", b"\r\n.\r\n", b"MAIL"]), max_size=20))
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_message_text_of_any_kind(converse: Any, parts: list[bytes]) -> None:
    async def scenario(talk: Any) -> None:
        got = await talk.say(TRANSACTION + b"DATA\r\n")
        got += await talk.say(b"".join(parts))
        got += await talk.say(b"\r\n.\r\n")
        check(got, talk)
        for _, data in talk.submission.taken:
            assert b"\0" not in data
            assert b"\n" not in data.replace(b"\r\n", b"")
            assert b"\r" not in data.replace(b"\r\n", b"")

    converse(scenario)
