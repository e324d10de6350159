"""What looks like the end of a message and is not (RFC 5321 §4.1.1.4), and other broken text."""

from typing import Any

import pytest

SMUGGLED = b"MAIL FROM:<alice@example.test>\r\nRCPT TO:<victim@example.test>\r\nDATA\r\nforged\r\n"
LOOK_ALIKES = [
    b"\n.\n",
    b"\n.\r\n",
    b"\r.\r",
    b"\r.\n",
    b"\r.\r\n",
    b"\r\n.\n",
    b"\r\n.\r",
    b"\n.\r",
    b"\r\n\0.\r\n",
    b"\r\n.\0\r\n",
]


@pytest.mark.parametrize("in_pieces", [False, True])
@pytest.mark.parametrize("look_alike", LOOK_ALIKES, ids=repr)
def test_nothing_is_smuggled(converse: Any, look_alike: bytes, in_pieces: bool) -> None:
    async def scenario(talk: Any) -> None:
        await talk.begin()
        await talk.say(b"DATA\r\n")
        text = b"Subject: x\r\n\r\nbody" + look_alike + SMUGGLED + b".\r\nNOOP\r\n"
        got = b""
        for piece in [text[index : index + 1] for index in range(len(text))] if in_pieces else [text]:
            if not talk.is_closed:
                got += await talk.say(piece)
        told = [each[:9] for each in got.splitlines()]
        assert told == [b"550 5.6.0", b"421 4.7.0"], "something after the look-alike was answered as a command"
        assert talk.is_closed
        assert talk.submission.taken == []

    converse(scenario)


@pytest.mark.parametrize("look_alike", [each for each in LOOK_ALIKES if not each.endswith(b"\r")], ids=repr)
def test_a_client_that_waits_behind_a_look_alike_is_told_soon(converse: Any, look_alike: bytes) -> None:
    async def scenario(talk: Any) -> None:
        await talk.begin()
        await talk.say(b"DATA\r\n")
        assert await talk.say(b"Subject: x\r\n\r\nbody" + look_alike) == b""
        talk.timers.advance(5)
        await talk.script("S: 550 5.6.0 Message refused…\nS: 421 4.7.0 Closing…\nEND")

    converse(scenario)


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        (b"bare\nfeed\r\n", b"550 5.6.0 Message refused: bare <CR>, bare <LF> or NUL"),
        (b"bare\rreturn\r\n", b"550 5.6.0 Message refused: bare <CR>, bare <LF> or NUL"),
        (b"n\0l\r\n", b"550 5.6.0 Message refused: bare <CR>, bare <LF> or NUL"),
        (b"x" * 999 + b"\r\n", b"550 5.6.0 Message refused: a line is longer than 998 octets"),
    ],
)
def test_broken_text_is_refused_after_its_true_end_and_the_session_goes_on(
    converse: Any, text: bytes, reply: bytes
) -> None:
    async def scenario(talk: Any) -> None:
        await talk.begin()
        await talk.say(b"DATA\r\n")
        got = await talk.say(text + b".\r\nNOOP\r\n")
        assert got.startswith(reply)
        assert got.endswith(b"\r\n250 2.0.0 OK\r\n")
        assert talk.submission.taken == []
        await talk.begin()

    converse(scenario)


def test_longer_lines_can_be_allowed(converse: Any) -> None:
    async def scenario(talk: Any) -> None:
        await talk.begin()
        await talk.say(b"DATA\r\n")
        assert (await talk.say(b"x" * 5000 + b"\r\n.\r\n")).startswith(b"250 ")

    converse(scenario, text_line_bytes=None)
