"""What a submission server demands before it takes mail, RFC 6409 sections 4.3 and 7; RFC 8314 for STARTTLS."""

import pytest

from mailproof_suites.case import ConnectSmtp, SmtpClient, expect, requirement
from mailproof_suites.smtp.dialogue import refused


@requirement("RFC6409:4.3-1")
@pytest.mark.parametrize("hello", ["EHLO", "HELO"])
def test_mail_needs_authentication(connect_smtp: ConnectSmtp, own: str, hello: str) -> None:
    """MAIL before AUTH gets 530, whichever greeting was used."""
    client = connect_smtp(login=False)
    client.command(f"{hello} client.mailproof.test").require(250)
    expect.reply(client.mail(own), 530)


@requirement("RFC6409:4.3-2")
@pytest.mark.parametrize("line", ["RCPT TO:<postmaster@{domain}>", "DATA", "MAIL FROM:<>"])
def test_nothing_of_a_transaction_works_without_authentication(
    connect_smtp: ConnectSmtp, domain: str, line: str
) -> None:
    """RCPT, DATA, and MAIL with the null sender are refused before AUTH (530, or 503 for the order)."""
    client = connect_smtp(login=False)
    client.ehlo()
    expect.reply(client.command(line.format(domain=domain)), 530, 503)


@requirement("RFC6409:7-2")
@pytest.mark.parametrize("keyword", ["PIPELINING", "ENHANCEDSTATUSCODES", "DSN", "8BITMIME"])
def test_extensions_that_submission_recommends_are_offered(smtp: SmtpClient, keyword: str) -> None:
    """PIPELINING, ENHANCEDSTATUSCODES, DSN and 8BITMIME are what a submission server should have."""
    expect.contains(smtp.extensions, keyword, "keywords of EHLO")


@requirement("RFC6409:7-3")
@pytest.mark.parametrize("keyword", ["ETRN", "ATRN"])
def test_extensions_of_relays_are_not_offered(smtp: SmtpClient, keyword: str) -> None:
    """ETRN and ATRN must not be offered to submitting clients."""
    expect.lacks(smtp.extensions, keyword, "keywords of EHLO")


@requirement("NET-03")
def test_starttls_is_refused_within_tls(connect_smtp: ConnectSmtp) -> None:
    """STARTTLS is neither offered nor accepted where TLS is on from the first octet, and the session goes on."""
    client = connect_smtp(login=False)
    expect.lacks(client.ehlo(), "STARTTLS", "keywords of EHLO")
    refused(client.command("STARTTLS"), "the reply to STARTTLS")
    expect.reply(client.noop(), 250)
