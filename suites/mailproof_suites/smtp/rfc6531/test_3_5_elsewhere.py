"""Addresses beyond ASCII in other domains, without SMTPUTF8, RFC 6531 section 3.5."""

import pytest

from mailproof_suites.case import SmtpClient, expect, requirement


@requirement("RFC6531:3.5-1")
@pytest.mark.parametrize("address", ["grüße@example.com", "someone@grüße.example.com"], ids=["local_part", "domain"])
def test_an_outside_recipient_needs_the_parameter_too(smtp: SmtpClient, own: str, address: str) -> None:
    """MAIL did not say SMTPUTF8: the recipient is refused, wherever it is; nothing is sent."""
    smtp.mail(own).require(250)
    expect.reply(smtp.rcpt(address, on_purpose=True), 550, 553, 501)
    expect.reply(smtp.rset(), 250)
