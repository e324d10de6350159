"""EHLO and HELO, RFC 5321 section 4.1.1.1."""

import re

from mailproof_suites.case import ConnectSmtp, expect, requirement

_EHLO_LINE = re.compile(rb"[A-Za-z0-9][A-Za-z0-9-]*( [\x21-\x7e]+)*")


@requirement("RFC5321:4.1.1.1-1")
def test_every_line_of_the_ehlo_reply_is_a_keyword(connect_smtp: ConnectSmtp) -> None:
    """The lines after the first fit the grammar `ehlo-keyword *( SP ehlo-param )`."""
    client = connect_smtp(login=False)
    answer = client.command("EHLO client.mailproof.test")
    expect.reply(answer, 250)
    for line in answer.lines[1:]:
        expect.that(_EHLO_LINE.fullmatch(line), "a line of the EHLO reply", expected="keyword and params", actual=line)


@requirement("RFC5321:4.1.1.1-2")
def test_helo_is_accepted(connect_smtp: ConnectSmtp) -> None:
    """HELO gets a 250 of one line."""
    answer = connect_smtp(login=False).helo()
    expect.reply(answer, 250)
    expect.equal(len(answer.lines), 1, "lines of the reply to HELO")
