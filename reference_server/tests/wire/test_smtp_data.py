"""Message data: the one true end, the dots, look-alikes, and that chunking changes nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproof_server.wire.smtp import replies
from mailproof_server.wire.smtp.chunk import Chunk, parse_chunk
from mailproof_server.wire.smtp.content import ContentCheck
from mailproof_server.wire.smtp.data import DataDecoder
from mailproof_server.wire.smtp.errors import WireError

Verdict = tuple[bytes, bytes, bool, bool, bool, bool, bool]


def decode(pieces: list[bytes], line_octets: int | None = 998) -> Verdict | None:
    """Text, octets after the end, and what was found; None when the end never came."""
    decoder = DataDecoder(line_octets)
    text = b""
    for index, piece in enumerate(pieces):
        text += decoder.feed(piece)
        if decoder.ended:
            rest = decoder.rest + b"".join(pieces[index + 1 :])
            check = decoder.check
            assert decoder.size == len(text)
            return text, rest, check.bare_cr, check.bare_lf, check.has_nul, check.long_line, decoder.ambiguous
    return None


def by_octet(data: bytes) -> list[bytes]:
    return [data[index : index + 1] for index in range(len(data))]


@pytest.mark.parametrize(
    ("sent", "text", "rest"),
    [
        (b".\r\n", b"", b""),
        (b".\r\nQUIT\r\n", b"", b"QUIT\r\n"),
        (b"a\r\n.\r\n", b"a\r\n", b""),
        (b"a\r\n\r\nb\r\n.\r\nNOOP\r\n", b"a\r\n\r\nb\r\n", b"NOOP\r\n"),
        (b"..\r\n.\r\n", b".\r\n", b""),
        (b"...\r\n..a\r\n.\r\n", b"..\r\n.a\r\n", b""),
        (b".a\r\n.\r\n", b"a\r\n", b""),
        (b"a.\r\n.\r\n", b"a.\r\n", b""),
        (b"\r\n.\r\n", b"\r\n", b""),
        (b"a\r\n..\r\n..\r\n.\r\n.\r\n", b"a\r\n.\r\n.\r\n", b".\r\n"),
    ],
)
def test_dots_and_the_end(sent: bytes, text: bytes, rest: bytes) -> None:
    expected = (text, rest, False, False, False, False, False)
    assert decode([sent]) == expected
    assert decode(by_octet(sent)) == expected


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
    b"\r\n\0\0.\0\n",
]


@pytest.mark.parametrize("look_alike", LOOK_ALIKES, ids=repr)
def test_a_look_alike_never_ends_the_message_and_is_noticed(look_alike: bytes) -> None:
    smuggled = b"MAIL FROM:<evil@b.example>\r\n"
    sent = b"Subject: x\r\n\r\nbody" + look_alike + smuggled + b".\r\nQUIT\r\n"
    for pieces in ([sent], by_octet(sent), [sent[:17], sent[17:]]):
        verdict = decode(pieces)
        assert verdict is not None
        text, rest, bare_cr, bare_lf, has_nul, _, ambiguous = verdict
        assert smuggled in text
        assert rest == b"QUIT\r\n"
        assert bare_cr or bare_lf or has_nul
        assert ambiguous


@pytest.mark.parametrize("look_alike", [each for each in LOOK_ALIKES if not each.endswith(b"\r")], ids=repr)
def test_a_peer_that_waits_behind_a_look_alike_is_recognised_at_once(look_alike: bytes) -> None:
    decoder = DataDecoder()
    for octet in by_octet(b"body" + look_alike):
        decoder.feed(octet)
    assert not decoder.ended
    assert decoder.ambiguous


def test_a_look_alike_at_the_very_beginning_counts_too() -> None:
    decoder = DataDecoder()
    decoder.feed(b".\n")
    assert not decoder.ended
    assert decoder.ambiguous


@pytest.mark.parametrize("text", [b"a\nb\r\n", b"a\rb\r\n", b"a\0b\r\n", b"a.\nb\r\n", b"\n..\r\n", b"\n.a\r\n"])
def test_broken_lines_without_a_lone_dot_are_not_ambiguous(text: bytes) -> None:
    for pieces in ([text + b".\r\n"], by_octet(text + b".\r\n")):
        verdict = decode(pieces)
        assert verdict is not None
        assert any(verdict[2:5])
        assert verdict[6] is False


@given(
    st.lists(
        st.sampled_from([b"\r\n", b"\r", b"\n", b".", b"..", b"\0", b"a", b"xyz", b"\r\n.\r\n", b"\r\n..", b"QUIT"]),
        max_size=20,
    ),
    st.lists(st.integers(1, 5), max_size=30),
)
@settings(max_examples=200, deadline=None)
def test_chunking_changes_nothing(parts: list[bytes], cuts: list[int]) -> None:
    sent = b"".join(parts) + b"\r\n.\r\nrest"
    whole = decode([sent])
    assert whole is not None
    assert decode(by_octet(sent)) == whole
    pieces, start = [], 0
    for cut in cuts:
        pieces.append(sent[start : start + cut])
        start += cut
    assert decode([*pieces, sent[start:]]) == whole


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_what_a_sender_stuffs_comes_back(text: bytes) -> None:
    text = text.replace(b"\r", b"").replace(b"\n", b"\r\n").replace(b"\0", b"")
    if text and not text.endswith(b"\r\n"):
        text += b"\r\n"
    stuffed = text.replace(b"\r\n.", b"\r\n..")
    if stuffed.startswith(b"."):
        stuffed = b"." + stuffed
    assert decode([stuffed + b".\r\n"]) == (text, b"", False, False, False, False, False)


def slow_long_line(text: bytes, limit: int) -> bool:
    return any(len(line) > limit for line in text.split(b"\r\n"))


@given(
    st.lists(st.tuples(st.integers(0, 12), st.sampled_from([b"\r\n", b"\r", b"\n", b"\r\n\r\n"])), max_size=12),
    st.lists(st.integers(1, 25), max_size=12),
)
@settings(max_examples=200, deadline=None)
def test_long_lines_are_found_as_a_slow_reading_finds_them(lines: list[tuple[int, bytes]], cuts: list[int]) -> None:
    text = b"".join(b"x" * length + end for length, end in lines)
    check = ContentCheck(8)
    start = 0
    for cut in cuts:
        check.update(text[start : start + cut])
        start += cut
    check.update(text[start:])
    check.finish()
    assert check.long_line == slow_long_line(text.removesuffix(b"\r"), 8)
    without = text.replace(b"\r\n", b"")
    assert check.bare_cr == (b"\r" in without)
    assert check.bare_lf == (b"\n" in without)


def test_998_octets_are_a_line_and_999_are_not() -> None:
    good, bad = b"x" * 998 + b"\r\n", b"x" * 999 + b"\r\n"
    for filler in (b"", b"short\r\n" * 300):
        verdict = decode([filler + good * 3 + b".\r\n"])
        assert verdict is not None
        assert not verdict[5]
        verdict = decode([filler + good + bad + good + b".\r\n"])
        assert verdict is not None
        assert verdict[5]
    # The dot that transparency adds does not count (RFC 5321 4.5.3.1.6).
    verdict = decode([b".." + b"x" * 997 + b"\r\n.\r\n"])
    assert verdict is not None
    assert not verdict[5]


def test_8_bit_text_is_noticed() -> None:
    check = ContentCheck()
    check.update(b"plain\r\n")
    assert not check.has_8bit
    check.update("ü\r\n".encode())
    assert check.has_8bit


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        (b"0 LAST", Chunk(0, is_last=True)),
        (b"10", Chunk(10, is_last=False)),
        (b"86400  last", Chunk(86400, is_last=True)),
    ],
)
def test_chunks(argument: bytes, expected: Chunk) -> None:
    assert parse_chunk(argument) == expected


@pytest.mark.parametrize("argument", [b"", b"LAST", b"-1", b"1k", b"1 FIRST", b"1 LAST x", b"1" * 21])
def test_a_chunk_of_unknown_size_ends_the_connection(argument: bytes) -> None:
    with pytest.raises(WireError) as caught:
        parse_chunk(argument)
    assert caught.value.reply == replies.BAD_CHUNK
    assert caught.value.fatal
