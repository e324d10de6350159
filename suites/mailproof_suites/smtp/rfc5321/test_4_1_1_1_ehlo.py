"""EHLO and HELO, RFC 5321 sections 4.1.1.1 and 4.1.4."""

import re

import pytest

from mailproof_suites.case import ConnectSmtp, SmtpClient, expect, requirement

_EHLO_LINE = re.compile(rb"[A-Za-z0-9][A-Za-z0-9-]*( [\x21-\x7e]+)*")
_NAMES = {
    "domain": "client.mailproof.test",
    "ipv4_literal": "[127.0.0.1]",
    "ipv6_literal": "[IPv6:2001:db8::1]",
    "name_of_255_octets": ".".join(["a" * 63] * 3 + ["b" * 63]),
}


@requirement("RFC5321:3.1-1")
def test_the_server_speaks_first(connect_smtp: ConnectSmtp) -> None:
    """The session begins with 220, before the client has said anything."""
    expect.reply(connect_smtp(login=False).greeting, 220)


@requirement("RFC5321:4.1.1.1-1", "RFC5321:2.2.1-1")
def test_every_line_of_the_ehlo_reply_is_a_keyword(connect_smtp: ConnectSmtp) -> None:
    """The lines after the first fit the grammar `ehlo-keyword *( SP ehlo-param )`."""
    client = connect_smtp(login=False)
    answer = client.command("EHLO client.mailproof.test")
    expect.reply(answer, 250)
    for line in answer.lines[1:]:
        expect.that(_EHLO_LINE.fullmatch(line), "a line of the EHLO reply", expected="keyword and params", actual=line)


@requirement("RFC5321:4.1.1.1-2", "RFC5321:2.2.1-1", "RFC5321:3.2-1")
def test_helo_is_accepted(connect_smtp: ConnectSmtp) -> None:
    """HELO gets a 250 of one line."""
    answer = connect_smtp(login=False).helo()
    expect.reply(answer, 250)
    expect.equal(len(answer.lines), 1, "lines of the reply to HELO")


@requirement("RFC5321:4.1.1.1-3", "RFC5321:4.5.3.1.2-1")
@pytest.mark.parametrize("name", _NAMES.values(), ids=_NAMES.keys())
def test_ehlo_takes_domains_and_address_literals(connect_smtp: ConnectSmtp, name: str) -> None:
    """Every form of the client's name that the grammar allows is accepted, up to 255 octets."""
    expect.reply(connect_smtp(login=False).command(f"EHLO {name}"), 250)


@requirement("RFC5321:4.1.1.1-4", "RFC5321:4.1.4-8")
def test_ehlo_without_a_name_is_a_syntax_error(connect_smtp: ConnectSmtp) -> None:
    """The argument is not optional: 501 (or 500), and the session goes on."""
    client = connect_smtp(login=False)
    expect.reply(client.command("EHLO", on_purpose=True), 500, 501)
    expect.reply(client.command("EHLO client.mailproof.test"), 250)


@requirement("RFC5321:4.1.4-1")
def test_a_second_ehlo_forgets_the_transaction(smtp: SmtpClient, own: str) -> None:
    """EHLO in the middle of a transaction means what RSET means: RCPT is out of order afterwards."""
    smtp.mail(own).require(250)
    smtp.command("EHLO client.mailproof.test").require(250)
    expect.reply(smtp.rcpt(own), 503)


@requirement("RFC5321:4.1.4-2")
def test_a_refused_ehlo_changes_nothing(smtp: SmtpClient, own: str) -> None:
    """After an EHLO that was refused the open transaction still stands."""
    smtp.mail(own).require(250)
    if smtp.command("EHLO", on_purpose=True).positive:
        expect.note("EHLO without a name is accepted, so there was no refused one to look at")
        return
    expect.reply(smtp.rcpt(own), 250)


@requirement("RFC5321:4.1.4-3")
def test_mail_is_taken_whatever_name_the_client_gives_itself(
    connect_smtp: ConnectSmtp, account_login: tuple[str, str], own: str
) -> None:
    """A name that is not the client's (a documentation address) is no ground for refusing mail."""
    client = connect_smtp(login=False)
    client.ehlo("[192.0.2.77]")
    client.auth_plain(*account_login).require(235)
    expect.reply(client.mail(own), 250)
    expect.reply(client.rcpt(own), 250)


@requirement("RFC5321:4.1.4-4")
@pytest.mark.parametrize("command", ["NOOP", "RSET", "HELP", "VRFY somebody", "EXPN somebody"])
def test_commands_outside_of_transactions_need_no_ehlo(connect_smtp: ConnectSmtp, command: str) -> None:
    """NOOP, RSET, HELP, VRFY and EXPN are not out of order before EHLO: anything but 503."""
    answer = connect_smtp(login=False).command(command)
    expect.that(answer.code != 503, f"the reply to {command} before EHLO", expected="not 503", actual=answer.line)
