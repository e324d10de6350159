"""Command pipelining, RFC 2920 section 3.2."""

import pytest

from mailproof_suites.case import MakeMessage, SmtpClient, expect, needs, requirement
from mailproof_suites.clients.errors import ConnectionClosed
from mailproof_suites.messages import mark_of
from mailproof_suites.smtp.dialogue import Copies, Stored, refused

pytestmark = needs("smtp:PIPELINING")


@requirement("RFC2920:3.2-1")
def test_a_group_is_answered_in_order(smtp: SmtpClient, own: str, unknown: str) -> None:
    """Accepted and refused recipients in one group: as many replies as commands, each for its own."""
    answers = smtp.pipeline(
        f"MAIL FROM:<{own}>",
        f"RCPT TO:<{unknown}>",
        f"RCPT TO:<{own}>",
        "RCPT TO:<a b>",
        f"RCPT TO:<{own}>",
        "NOOP",
        on_purpose=True,
    )
    good = [answer.positive for answer in answers]
    expect.equal(good, [True, False, True, False, True, True], "which commands of the group were accepted")


@requirement("RFC2920:3.2-1")
def test_a_whole_transaction_and_the_next_one_in_groups(
    smtp: SmtpClient, own: str, make_message: MakeMessage, stored: Stored
) -> None:
    """Text, its end, RSET and the next MAIL go out in one write, as section 3.1 allows; both messages arrive."""
    first, second = make_message(), make_message()
    for answer, code in zip(
        smtp.pipeline(f"MAIL FROM:<{own}>", f"RCPT TO:<{own}>", "DATA"), (250, 250, 354), strict=True
    ):
        answer.require(code)
    group = f".\r\nRSET\r\nMAIL FROM:<{own}>\r\nRCPT TO:<{own}>\r\nDATA\r\n".encode()
    smtp.send_raw(first + group)
    codes = [smtp.read_reply().code for _ in range(5)]
    expect.equal(codes, [250, 250, 250, 250, 354], "replies to end of data, RSET, MAIL, RCPT, DATA")
    smtp.send_raw(second + b".\r\nQUIT\r\n")
    codes = [smtp.read_reply().code for _ in range(2)]
    expect.equal(codes, [250, 221], "replies to end of data and QUIT")
    stored(mark_of(first))
    stored(mark_of(second))


@requirement("RFC2920:3.2-2")
def test_data_without_a_valid_recipient_is_refused(smtp: SmtpClient, own: str, unknown: str) -> None:
    """MAIL, refused RCPTs and DATA in one group: DATA is not answered with 354 (SHOULD); the session goes on."""
    answers = smtp.pipeline(f"MAIL FROM:<{own}>", f"RCPT TO:<{unknown}>", f"RCPT TO:<x{unknown}>", "DATA")
    expect.equal([answer.permanent for answer in answers[1:3]], [True, True], "refusals of unknown recipients")
    expect.reply(answers[3], 503, 554)
    expect.reply(smtp.rset(), 250)
    expect.reply(smtp.mail(own), 250)


@requirement("RFC2920:3.2-3")
def test_text_behind_a_refused_data_is_never_carried_out(
    smtp: SmtpClient, own: str, unknown: str, make_message: MakeMessage, copies: Copies
) -> None:
    """A client that sends its text without waiting: whatever is in it, no message of it is delivered."""
    message = make_message()
    group = f"MAIL FROM:<{own}>\r\nRCPT TO:<{unknown}>\r\nDATA\r\n".encode()
    smtp.send_raw(group + message + b".\r\n")
    codes: list[int] = []
    try:
        while len(codes) < 4:
            codes.append(smtp.read_reply().code)
    except ConnectionClosed:
        expect.note("the server ends the connection when text follows a DATA that it has refused")
    expect.lacks(codes[2:], 250, "replies to DATA and to what followed")
    expect.equal(copies(mark_of(message)), 0, "messages that arrived")


@requirement("RFC2920:3.2-4")
def test_commands_behind_an_unknown_one_are_not_lost(smtp: SmtpClient, own: str) -> None:
    """An unknown command in a group gets its 500 or 502, and what stands behind it is read and answered."""
    answers = smtp.pipeline("RSET", "MAILPROOF", f"MAIL FROM:<{own}>", f"RCPT TO:<{own}>", on_purpose=True)
    expect.one_of(answers[1].code, {500, 502}, "the reply to the unknown command")
    expect.equal([answers[0].code, answers[2].code, answers[3].code], [250, 250, 250], "the other replies")


@requirement("RFC2920:3.2-4", "RFC2920:3.2-7")
@pytest.mark.parametrize("count", [100])
def test_a_long_group_is_answered_whole(smtp: SmtpClient, own: str, count: int) -> None:
    """RSET, MAIL, a hundred RCPTs and RSET in one write get as many replies."""
    answers = smtp.pipeline("RSET", f"MAIL FROM:<{own}>", *[f"RCPT TO:<{own}>"] * count, "RSET")
    expect.equal([answer.code for answer in answers], [250] * (count + 3), "replies of the group")


@requirement("RFC2920:3.2-5")
def test_a_message_without_recipients_that_was_let_in_goes_nowhere(smtp: SmtpClient, own: str, unknown: str) -> None:
    """Where DATA is answered 354 without any recipient, the empty message behind it is refused."""
    smtp.mail(own).require(250)
    smtp.rcpt(unknown)
    answer = smtp.command("DATA")
    if answer.code == 354:
        smtp.send_raw(b".\r\n")
        answer = smtp.read_reply()
    refused(answer, "the outcome of a message for nobody")
