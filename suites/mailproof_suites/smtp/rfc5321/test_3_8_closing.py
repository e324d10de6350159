"""When a server may close: RFC 5321 sections 3.8 and 4.1.1.10, and what a connection that breaks means.

"An SMTP server MUST NOT intentionally close the connection" but after QUIT, after 421, or after a time-out. So a server
that will not read on behind octets that it cannot tell from text says 421 before it goes; its verdict on the message
may come before (see interpretations.md).
"""

import pytest

from mailproof_suites.case import ConnectSmtp, MakeMessage, Reply, SmtpClient, expect, requirement
from mailproof_suites.clients.errors import ConnectionClosed
from mailproof_suites.messages import mark_of
from mailproof_suites.smtp.dialogue import Copies, Stored, begin

_COMMANDS = {
    "bare_line_feed": b"NOOP\nNOOP\r\n",
    "bare_carriage_return": b"NOOP\rNOOP\r\n",
    "nul": b"NOOP \0\r\n",
    "line_of_100_kib": b"NOOP " + b"x" * 100_000 + b"\r\n",
    "high_octets": b"\xff\xfe\xfd\r\n",
    "blank_line": b" \r\n",
    "unreadable_chunk": b"BDAT x\r\n",
}


def _says_421_if_it_closes(client: SmtpClient) -> None:
    """Replies until the server is seen to go on, by its answer to NOOP; or until it closes, which needs a 421."""
    seen: list[Reply] = []
    try:
        seen.append(client.read_reply())
        while seen[-1].code != 421:
            if len(seen) > 1 and seen[-1].code == 250:
                return
            client.send_raw(b"NOOP\r\n")
            seen.append(client.read_reply())
    except ConnectionClosed as end:
        told = " / ".join(each.line for each in seen) or "nothing"
        raise expect.fail("the server closes", expected="421 before it does", actual=f"{told}, then the end") from end


@requirement("RFC5321:3.8-1")
@pytest.mark.parametrize("octets", _COMMANDS.values(), ids=_COMMANDS.keys())
def test_a_server_that_hangs_up_over_a_command_says_421(smtp: SmtpClient, octets: bytes) -> None:
    """Broken command lines are answered; if the server has had enough of them, it says 421 and closes."""
    smtp.send_raw(octets)
    _says_421_if_it_closes(smtp)


@requirement("RFC5321:3.8-1")
@pytest.mark.parametrize("broken", [b"\n.\n", b"\n.\r\n", b"\0"], ids=["lf_dot_lf", "lf_dot_crlf", "nul"])
def test_a_server_that_hangs_up_over_a_message_says_421(
    smtp: SmtpClient, own: str, make_message: MakeMessage, broken: bytes
) -> None:
    """The message gets its verdict first; if the server does not go on behind it, 421 follows."""
    begin(smtp, own, own)
    smtp.command("DATA").require(354)
    smtp.send_raw(make_message() + broken + b"\r\n.\r\n")
    _says_421_if_it_closes(smtp)


@requirement("RFC5321:3.8-1")
def test_a_server_that_hangs_up_over_text_without_data_says_421(smtp: SmtpClient, own: str, unknown: str) -> None:
    """Text behind a DATA that was refused: whatever the server makes of it, it does not close without 421."""
    smtp.send_raw(f"MAIL FROM:<{own}>\r\nRCPT TO:<{unknown}>\r\nDATA\r\nnot a command\r\n".encode())
    for _ in range(3):
        smtp.read_reply()
    _says_421_if_it_closes(smtp)


@requirement("RFC5321:4.1.1.10-3")
def test_a_connection_that_breaks_keeps_what_is_complete(
    connect_smtp: ConnectSmtp, own: str, make_message: MakeMessage, copies: Copies, stored: Stored
) -> None:
    """One message is complete, a second one is in its text when the client vanishes: the first one arrives, alone."""
    client = connect_smtp()
    first, second = make_message(), make_message()
    begin(client, own, own)
    client.data(first).require(250)
    begin(client, own, own)
    client.command("DATA").require(354)
    client.send_raw(second)
    client.close()
    stored(mark_of(first))
    expect.equal(copies(mark_of(second)), 0, "messages without an end that arrived")
