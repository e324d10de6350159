"""Message text and its transparency, RFC 5321 sections 4.1.1.4, 4.5.2 and 4.5.3.1."""

import pytest

from mailproof_suites.case import MakeMessage, SmtpClient, expect, requirement
from mailproof_suites.clients.errors import ConnectionClosed
from mailproof_suites.messages import mark_of
from mailproof_suites.smtp.dialogue import Stored, begin, body

_BODIES = {
    "dots_at_line_starts": b".\r\n..\r\n...\r\n.a\r\n..b\r\n",
    "a_dot_first": b".first line\r\n",
    "a_dot_last": b"text\r\n.\r\n",
    "empty_lines_at_the_end": b"text\r\n\r\n\r\n",
    "no_body": b"",
    "spaces_and_tabs": b"  leading\r\ntrailing \t \r\n\t\r\n \r\n",
    "words_of_commands": b"QUIT\r\nRSET\r\nMAIL FROM:<>\r\nDATA\r\n",
    "from_at_line_start": b"From here on\r\n>From there\r\n",
    "line_of_998_octets": b"x" * 998 + b"\r\n",
    "dot_and_998_octets": b"." + b"x" * 997 + b"\r\n",
    "controls": bytes(range(1, 9)) + b"\x0b\x0c" + bytes(range(14, 32)) + b"\x7f\r\n",
    "64_kib": (b"y" * 70 + b"\r\n") * 911,
}


@requirement("RFC5321:4.5.2-1", "RFC5321:4.5.3.1.6-1")
@pytest.mark.parametrize("text", _BODIES.values(), ids=_BODIES.keys())
def test_text_arrives_as_it_was_sent(
    smtp: SmtpClient, own: str, make_message: MakeMessage, stored: Stored, text: bytes
) -> None:
    """Dots, blanks, long lines and whatever looks like a command come out of the mailbox unchanged."""
    message = make_message(body=text)
    begin(smtp, own, own)
    smtp.data(message).require(250)
    expect.equal(body(stored(mark_of(message))), text, "body of the delivered message")


@requirement("RFC5321:4.5.2-2")
def test_header_fields_keep_their_order_and_folding(
    smtp: SmtpClient, own: str, make_message: MakeMessage, stored: Stored
) -> None:
    """What the client wrote stands unchanged below what the server has put on top."""
    message = make_message(headers={"X-Folded": "one\r\n two\r\n\tthree", "x-lower": "  two spaces", "X-Empty": ""})
    begin(smtp, own, own)
    smtp.data(message).require(250)
    delivered = stored(mark_of(message))
    expect.contains(delivered, message[message.index(b"Subject:") :], "the delivered message, from Subject on")


@requirement("RFC5321:4.5.3.1.6-2")
@pytest.mark.parametrize("octets", [999, 2_000, 20_000])
def test_a_longer_line_is_carried_or_refused(
    smtp: SmtpClient, own: str, make_message: MakeMessage, stored: Stored, octets: int
) -> None:
    """A line above 998 octets arrives whole (or folded: a note), or the message is refused; no third way."""
    text = b"z" * octets + b"\r\n"
    message = make_message(body=text)
    begin(smtp, own, own)
    try:
        answer = smtp.data(message)
    except ConnectionClosed as problem:
        raise expect.fail("a long line", expected="a reply", actual=str(problem)) from problem
    if not answer.positive:
        expect.reply(answer, 500, 550, 552, 554)
        expect.reply(smtp.noop(), 250)
        return
    came = body(stored(mark_of(message)))
    joined = came.replace(b"\r\n", b"").replace(b" ", b"")
    expect.equal(joined, b"z" * octets, "the long line, line ends and folding blanks aside")
    if came != text:
        expect.note(f"a line of {octets} octets was folded")


@requirement("RFC5321:4.1.1.4-2")
def test_text_that_comes_in_single_octets_is_the_same_text(
    smtp: SmtpClient, own: str, make_message: MakeMessage, stored: Stored
) -> None:
    """The end of data is found however the octets are cut: here each one is a TLS record of its own."""
    message = make_message(body=b"one\r\n..two\r\n\r\n")  # as it travels, its dot doubled already
    begin(smtp, own, own)
    smtp.command("DATA").require(354)
    smtp.send_raw(message[:-6])
    for octet in message[-6:] + b".\r\n":
        smtp.send_raw(bytes([octet]))
    smtp.read_reply().require(250)
    expect.equal(body(stored(mark_of(message))), b"one\r\n.two\r\n\r\n", "body of the delivered message")
