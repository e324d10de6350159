"""The end of data is CRLF "." CRLF and nothing that looks like it: SMTP smuggling, RFC 5321 section 4.1.1.4.

Section 4.1.1.4 says that "<LF>.<LF>" MUST NOT be treated as the end of mail data, section 2.3.8 that no other sequence
than CRLF is a line end. Each case puts a whole second transaction behind a look-alike and ends everything properly.
What counts is what arrives: the second message must never be a message of its own. Whether the first one is refused,
is cleaned and delivered with the rest as its text, or ends the connection, is the server's choice.
"""

import pytest

from mailproof_suites.case import ConnectSmtp, MakeMessage, SmtpClient, expect, requirement
from mailproof_suites.clients.errors import ClientError, ConnectionClosed, TimedOut
from mailproof_suites.messages import mark_of
from mailproof_suites.smtp.dialogue import Copies, begin

_LOOK_ALIKES = {
    "lf_dot_lf": b"\n.\n",
    "lf_dot_crlf": b"\n.\r\n",
    "crlf_dot_lf": b"\r\n.\n",
    "cr_dot_cr": b"\r.\r",
    "cr_dot_crlf": b"\r.\r\n",
    "cr_dot_lf": b"\r.\n",
    "crlf_dot_cr": b"\r\n.\r",
    "lf_dot_cr": b"\n.\r",
    "crlf_nul_dot_crlf": b"\r\n\0.\r\n",
    "crlf_dot_nul_crlf": b"\r\n.\0\r\n",
    "crlf_dot_space_crlf": b"\r\n. \r\n",
    "cr_cr_lf_dot": b"\r\r\n.\r\r\n",
    "lf_crlf_dot": b"\n\r.\n\r",
    "form_feed": b"\x0c.\x0c",
    "utf8_line_separator": b"\xe2\x80\xa8.\xe2\x80\xa8",
    "latin1_next_line": b"\x85.\x85",
}


@requirement("RFC5321:4.1.1.4-1", "RFC5321:2.3.8-1")
@pytest.mark.parametrize("ending", _LOOK_ALIKES.values(), ids=_LOOK_ALIKES.keys())
def test_no_look_alike_ends_a_message(
    smtp: SmtpClient, own: str, make_message: MakeMessage, copies: Copies, ending: bytes
) -> None:
    """What follows a look-alike of the final dot never becomes a message of its own."""
    outer, inner = make_message(body="The outer message."), make_message(body="The smuggled message.")
    begin(smtp, own, own)
    smtp.command("DATA").require(354)
    smuggled = f"MAIL FROM:<{own}>\r\nRCPT TO:<{own}>\r\nDATA\r\n".encode() + inner
    smtp.send_raw(outer + ending + smuggled + b"\r\n.\r\n")
    _read_to_silence(smtp)
    expect.equal(copies(mark_of(inner)), 0, "smuggled messages that arrived")


@requirement("RFC5321:4.1.1.4-1", "RFC5321:2.3.8-1")
@pytest.mark.parametrize("ending", ["lf_dot_lf", "crlf_dot_lf", "cr_dot_cr", "lf_dot_crlf"])
def test_a_look_alike_alone_gets_no_250(
    connect_smtp: ConnectSmtp, own: str, make_message: MakeMessage, copies: Copies, ending: str
) -> None:
    """A message that has only a look-alike for its end is not taken: the server waits, refuses, or hangs up."""
    client = connect_smtp()
    message = make_message()
    begin(client, own, own)
    client.command("DATA").require(354)
    client.send_raw(message.removesuffix(b"\r\n") + _LOOK_ALIKES[ending])
    # Silence is right, and the case has to end: closing our half tells the server that nothing more will come.
    client.stream.half_close()
    _expect_no_positive_reply(client)
    expect.equal(copies(mark_of(message)), 0, "messages that arrived without an end")


@requirement("RFC5321:2.3.8-1")
@pytest.mark.parametrize("line_end", [b"\n", b"\r", b"\n\r"], ids=["lf", "cr", "lf_cr"])
def test_a_command_line_ends_with_crlf_only(
    smtp: SmtpClient, own: str, make_message: MakeMessage, copies: Copies, line_end: bytes
) -> None:
    """A whole transaction with other line ends between its commands delivers nothing."""
    message = make_message()
    commands = line_end.join([f"MAIL FROM:<{own}>".encode(), f"RCPT TO:<{own}>".encode(), b"DATA", b""])
    smtp.send_raw(commands + message + b".\r\n")
    _read_to_silence(smtp)
    expect.equal(copies(mark_of(message)), 0, "messages that arrived")


def _read_to_silence(client: SmtpClient) -> None:
    """Take all replies, until the server has answered a final NOOP or has closed."""
    marker = b"NOOP mailproof\r\n"
    try:
        client.send_raw(marker)
        client.stream.half_close()
        while True:
            client.read_reply()
    except ClientError:
        return  # closed by the server, which had everything before our own end


def _expect_no_positive_reply(client: SmtpClient) -> None:
    try:
        while True:
            answer = client.read_reply()
            expect.that(
                not answer.positive, "the reply to a message without an end", expected="no 2yz", actual=answer.line
            )
    except (ConnectionClosed, TimedOut):
        return
