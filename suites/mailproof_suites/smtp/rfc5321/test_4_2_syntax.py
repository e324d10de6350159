"""Command syntax, RFC 5321 sections 2.4, 4.1.1, 4.2.4 and 4.5.3.1."""

import pytest

from mailproof_suites.case import SmtpClient, expect, requirement
from mailproof_suites.clients.errors import ConnectionClosed
from mailproof_suites.smtp.dialogue import begin, refused

_BAD_MAIL = {
    "nothing": "MAIL",
    "no_colon": "MAIL FROM <{own}>",
    "no_brackets_closed": "MAIL FROM:<{own}",
    "two_paths": "MAIL FROM:<{own}><{own}>",
    "junk_behind": "MAIL FROM:<{own}>junk",
    "parameter_without_keyword": "MAIL FROM:<{own}> =8BITMIME",
    "parameter_with_two_values": "MAIL FROM:<{own}> BODY=8BITMIME=7BIT",
}


@requirement("RFC5321:2.4-1")
@pytest.mark.parametrize(
    "mail",
    ["mail from:<{own}>", "Mail From:<{own}>", "MAIL FROM:<{own}> body=8bitmime"],
    ids=["lower", "mixed", "value"],
)
def test_letter_case_of_commands_does_not_matter(smtp: SmtpClient, own: str, mail: str) -> None:
    """Verbs, their words and names of parameters are understood in any letter case."""
    if "body=" in mail and "8BITMIME" not in smtp.extensions:
        pytest.skip("SMTP capability 8BITMIME is not advertised")
    expect.reply(smtp.command(mail.format(own=own)), 250)
    expect.reply(smtp.command(f"rcpt to:<{own}>"), 250)
    expect.reply(smtp.command("rSeT"), 250)


@requirement("RFC5321:2.4-2")
def test_letter_case_of_a_domain_does_not_matter(smtp: SmtpClient, own: str) -> None:
    """The own address is known with its domain in capitals."""
    local, _, domain = own.rpartition("@")
    smtp.mail(own).require(250)
    expect.reply(smtp.rcpt(f"{local}@{domain.upper()}"), 250)


@requirement("RFC5321:4.1.1-1")
def test_white_space_at_the_end_of_a_command_is_tolerated(smtp: SmtpClient, own: str) -> None:
    """Spaces before the line end do no harm."""
    expect.reply(smtp.command("NOOP  ", on_purpose=True), 250)
    expect.reply(smtp.command(f"MAIL FROM:<{own}>  ", on_purpose=True), 250)
    expect.reply(smtp.command("RSET ", on_purpose=True), 250)


@requirement("RFC5321:4.2.4-1", "RFC5321:2.4-5")
@pytest.mark.parametrize("line", ["MAILPROOF", "FOO bar", "123", "MAI FROM:<a@example.test>", "EHLO2 x", "\u00e9"])
def test_an_unknown_command_gets_500(smtp: SmtpClient, line: str) -> None:
    """What is no command gets 500 (502 where the server knows it), and the session goes on."""
    expect.reply(smtp.command(line, on_purpose=True), 500, 502)
    expect.reply(smtp.noop(), 250)


@requirement("RFC5321:4.1.1-2")
@pytest.mark.parametrize("command", ["RSET", "DATA", "QUIT"])
def test_arguments_where_none_belong_are_a_syntax_error(smtp: SmtpClient, own: str, command: str) -> None:
    """RSET, DATA and QUIT with an argument get 501 (or 500), and are not carried out."""
    begin(smtp, own, own)
    smtp.send_raw(f"{command} now\r\n".encode())
    expect.reply(smtp.read_reply(), 500, 501)
    expect.reply(smtp.rcpt(own), 250)


@requirement("RFC5321:4.1.1.2-1", "RFC6409:5.1-1")
@pytest.mark.parametrize("line", _BAD_MAIL.values(), ids=_BAD_MAIL.keys())
def test_a_mail_command_that_cannot_be_read_is_refused(smtp: SmtpClient, own: str, line: str) -> None:
    """Broken syntax of MAIL: a permanent refusal, no transaction, and the session goes on."""
    refused(smtp.command(line.format(own=own), on_purpose=True), "the reply to a broken MAIL")
    expect.reply(smtp.rcpt(own), 503)


@requirement("RFC5321:4.1.1.11-1", "RFC5321:4.1.1-3")
@pytest.mark.parametrize("parameter", ["MAILPROOF", "MAILPROOF=1", "X-MAILPROOF=a"])
def test_an_unknown_parameter_of_mail_gets_555(smtp: SmtpClient, own: str, parameter: str) -> None:
    """MAIL with a parameter that no extension has brought: 555."""
    expect.reply(smtp.mail(own, parameter, on_purpose=True), 555)
    expect.reply(smtp.mail(own), 250)


@requirement("RFC5321:4.1.1.11-1")
@pytest.mark.parametrize("parameter", ["MAILPROOF", "MAILPROOF=1", "SIZE=1"])
def test_an_unknown_parameter_of_rcpt_gets_555(smtp: SmtpClient, own: str, parameter: str) -> None:
    """RCPT with a parameter that no extension has brought (SIZE belongs to MAIL): 555."""
    smtp.mail(own).require(250)
    expect.reply(smtp.rcpt(own, parameter, on_purpose=True), 555)
    expect.reply(smtp.rcpt(own), 250)


@requirement("RFC5321:4.5.3.1.4-1")
def test_a_command_line_of_512_octets_is_read(smtp: SmtpClient) -> None:
    """NOOP with an argument that fills the line to 512 octets gets 250."""
    line = "NOOP " + "x" * (512 - len("NOOP \r\n"))
    expect.reply(smtp.command(line), 250)


@requirement("RFC5321:4.5.3.1.9-1")
@pytest.mark.parametrize("octets", [2_000, 20_000])
def test_a_command_line_that_is_too_long_is_refused_cleanly(smtp: SmtpClient, octets: int) -> None:
    """Far beyond 512 octets: 250, 500 or 501 and the session goes on, or 421 and the end."""
    answer = smtp.command("NOOP " + "x" * octets)
    expect.reply(answer, 250, 500, 501, 421)
    if answer.code != 421:
        expect.reply(smtp.noop(), 250)


@requirement("RFC5321:4.2.4-2")
def test_many_wrong_commands_end_in_an_orderly_way(smtp: SmtpClient) -> None:
    """Fifty unknown commands: each gets its 500 or 502; a server that has enough of them says 421 and closes."""
    for _ in range(50):
        answer = smtp.command("MAILPROOF", on_purpose=True)
        expect.reply(answer, 500, 502, 421)
        if answer.code == 421:
            try:
                extra = smtp.read_reply()
            except ConnectionClosed:
                return
            raise expect.fail("what follows 421", expected="the end of the connection", actual=extra.line)
    expect.reply(smtp.noop(), 250)
