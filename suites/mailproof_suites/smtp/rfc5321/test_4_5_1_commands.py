"""Which commands there are, and what EHLO says about them: RFC 5321 sections 2.2, 3.5.2, 4.1.1.1, 4.2.4 and 4.5.1."""

import pytest

from mailproof_suites.case import ConnectSmtp, MakeMessage, SmtpClient, expect, requirement
from mailproof_suites.smtp.dialogue import begin

_OPTIONAL = {
    "HELP": "HELP",
    "ETRN": "ETRN mailproof.test",
    "TURN": "TURN",
    "ATRN": "ATRN mailproof.test",
    "STARTTLS": "STARTTLS",
    "CHUNKING": "BDAT 0 LAST",
    "SEND": "SEND FROM:<a@mailproof.test>",
    "SOML": "SOML FROM:<a@mailproof.test>",
    "SAML": "SAML FROM:<a@mailproof.test>",
    "BURL": "BURL imap://mailproof.test/ LAST",
    "XCLIENT": "XCLIENT NAME=mailproof.test",
}
"""Keyword of EHLO → a command that it stands for. Private ones (X…) need no keyword."""
_UNKNOWN = (500, 502)


@requirement("RFC5321:4.5.1-2")
def test_the_minimum_of_commands_is_there(connect_smtp: ConnectSmtp, own: str, make_message: MakeMessage) -> None:
    """EHLO, HELO, MAIL, RCPT, DATA, RSET, NOOP and QUIT all work."""
    expect.reply(connect_smtp(login=False).helo(), 250)
    client = connect_smtp()
    begin(client, own, own)
    expect.reply(client.data(make_message()), 250)
    expect.reply(client.rset(), 250)
    expect.reply(client.noop(), 250)
    expect.reply(client.quit(), 221)


@requirement("RFC5321:4.1.1.1-5")
@pytest.mark.parametrize("keyword", [each for each in _OPTIONAL if not each.startswith("X")])
def test_a_command_beyond_the_minimum_is_announced(smtp: SmtpClient, keyword: str) -> None:
    """A command that is not among the required ones and is known all the same has its keyword in EHLO."""
    answer = smtp.command(_OPTIONAL[keyword], on_purpose=True)
    if answer.positive:  # a refusal of any kind is no service that would have to be announced
        expect.contains(smtp.extensions, keyword, f"keywords of EHLO, where {keyword} is answered {answer.line}")


@requirement("RFC5321:4.2.4-3")
@pytest.mark.parametrize("keyword", [*_OPTIONAL, "EXPN", "VRFY"])
def test_what_is_announced_is_known(smtp: SmtpClient, own: str, keyword: str) -> None:
    """A keyword of EHLO whose command is answered with 500 or 502 promises too much."""
    command = _OPTIONAL.get(keyword, f"{keyword} {own}")
    if keyword not in smtp.extensions:
        return
    answer = smtp.command(command)
    expect.that(answer.code not in _UNKNOWN, f"{command}, which is announced", expected="known", actual=answer.line)


@requirement("RFC5321:3.5.2-1")
def test_expn_that_works_is_announced(smtp: SmtpClient, own: str) -> None:
    """EXPN of an address that is there: 250 only where EHLO lists EXPN."""
    answer = smtp.command(f"EXPN {own}")
    if answer.code == 250:
        expect.contains(smtp.extensions, "EXPN", "keywords of EHLO, where EXPN works")


@requirement("RFC5321:4.5.3.1.7-2", "RFC5321:2.4-4")
@pytest.mark.parametrize("keyword", ["SIZE", "8BITMIME"])
def test_extensions_that_every_server_should_have(smtp: SmtpClient, keyword: str) -> None:
    """SIZE, since every server limits it somehow, and 8BITMIME."""
    wanted = {"SIZE": "RFC5321:4.5.3.1.7-2", "8BITMIME": "RFC5321:2.4-4"}[keyword]
    expect.contains(smtp.extensions, keyword, "keywords of EHLO", requirement=wanted)
