"""Fully qualified domains, RFC 6409 sections 4.2 and 5.1, on the envelope and in the header."""

import re

import pytest

from mailproof_suites.case import MakeMessage, SmtpClient, expect, requirement
from mailproof_suites.messages import mark_of
from mailproof_suites.smtp.dialogue import Copies, Stored, begin, field, refused


@requirement("RFC6409:4.2-1")
def test_a_recipient_in_an_unqualified_domain_is_refused(smtp: SmtpClient, own: str, token: str) -> None:
    """A domain of one word that nobody knows: 554 (550, 553), unless the server completes it by local convention."""
    smtp.mail(own).require(250)
    answer = smtp.rcpt(f"someone@d{token[:20].lower().replace('.', '')}")
    smtp.rset().require(250)
    if answer.positive:
        pytest.skip("domains of one word are accepted here: what they are completed to cannot be seen")
    expect.reply(answer, 554, 550, 553, 501)


@requirement("RFC6409:4.2-2")
@pytest.mark.parametrize("name", ["To", "Cc", "Reply-To"])
def test_the_header_has_qualified_domains_only(
    smtp: SmtpClient, own: str, make_message: MakeMessage, stored: Stored, name: str
) -> None:
    """An unqualified domain in an address field: refused after the text, or completed; or the text was left alone."""
    message = make_message(to=own, headers={name: f"{own}, someone@unqualified", "Message-ID": None})
    begin(smtp, own, own)
    answer = smtp.data(message)
    if not answer.positive:
        expect.reply(answer, 554, 550)
        return
    delivered = stored(mark_of(message))
    if not field(delivered, "Message-ID"):
        expect.note("the server leaves the text alone, so it need not look at addresses in it")
        return
    left = re.findall(rb"@[A-Za-z0-9-]+(?=[,>\s]|\Z)", b" ".join(field(delivered, name)))
    expect.equal(left, [], f"unqualified domains in {name}, in a message that the server has changed")


@requirement("RFC6409:5.1-3")
@pytest.mark.parametrize(
    "value", ["<no at sign>", "a@b@c.mailproof.test", "someone@"], ids=["words", "two_ats", "half"]
)
def test_illegal_addresses_in_the_header_are_refused(
    smtp: SmtpClient, own: str, make_message: MakeMessage, copies: Copies, value: str
) -> None:
    """An author that is no address: the message is refused after its text."""
    message = make_message(to=own, headers={"From": value})
    begin(smtp, own, own)
    refused(smtp.data(message), "a message with an illegal author")
    expect.equal(copies(mark_of(message)), 0, "refused messages that arrived all the same")
