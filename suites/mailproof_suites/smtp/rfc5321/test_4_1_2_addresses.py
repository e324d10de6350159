"""Address syntax on the envelope, RFC 5321 sections 4.1.1.3, 4.1.2, 4.1.3 and 4.5.3.1."""

import pytest

from mailproof_suites.case import MakeMessage, SmtpClient, expect, requirement
from mailproof_suites.messages import mark_of
from mailproof_suites.smtp.dialogue import Stored, begin, refused

_MALFORMED = {
    "no_local_part": "<@{domain}>",
    "no_domain": "<{local}@>",
    "two_at_signs": "<{local}@x@{domain}>",
    "dot_first": "<.{local}@{domain}>",
    "dot_last": "<{local}.@{domain}>",
    "two_dots": "<a..b@{domain}>",
    "space": "<{local} x@{domain}>",
    "open_quote": '<"{local}@{domain}>',
    "quote_in_the_middle": '<a"b"c@{domain}>',
    "parenthesis": "<{local}(x)@{domain}>",
    "comma": "<{local},x@{domain}>",
    "domain_with_empty_label": "<{local}@a..{domain}>",
    "domain_with_hyphen_first": "<{local}@-a.{domain}>",
    "literal_with_five_numbers": "<{local}@[127.0.0.0.1]>",
    "literal_with_large_number": "<{local}@[300.0.0.1]>",
    "literal_not_closed": "<{local}@[127.0.0.1>",
    "ipv6_literal_with_two_gaps": "<{local}@[IPv6:1::2::3]>",
    "nothing": "<>",
    "bare_angle": "<{local}@{domain}",
}
_EQUIVALENT = {
    "quoted": '"{local}"@{domain}',
    "quoted_pairs": '"\\{local}"@{domain}',
    "source_route": "@relay.mailproof.test:{local}@{domain}",
    "two_relays": "@a.mailproof.test,@b.mailproof.test:{local}@{domain}",
}


def _parts(address: str) -> dict[str, str]:
    local, _, domain = address.rpartition("@")
    return {"local": local, "domain": domain}


@requirement("RFC5321:4.1.2-1", "RFC6409:5.1-1")
@pytest.mark.parametrize("path", _MALFORMED.values(), ids=_MALFORMED.keys())
def test_a_malformed_recipient_is_refused(smtp: SmtpClient, own: str, path: str) -> None:
    """RCPT with what is no path: a permanent refusal; a proper RCPT works afterwards."""
    smtp.mail(own).require(250)
    refused(
        smtp.command(f"RCPT TO:{path.format(**_parts(own))}", on_purpose=True), "the reply to a malformed recipient"
    )
    expect.reply(smtp.rcpt(own), 250)


@requirement("RFC6409:5.1-2")
@pytest.mark.parametrize("path", ["no_local_part", "two_at_signs", "dot_first", "open_quote", "parenthesis"])
def test_a_malformed_recipient_gets_501(smtp: SmtpClient, own: str, path: str) -> None:
    """A submission server uses 501 for a detectably improper address (553, mailbox syntax, means the same)."""
    smtp.mail(own).require(250)
    expect.reply(smtp.command(f"RCPT TO:{_MALFORMED[path].format(**_parts(own))}", on_purpose=True), 501, 553)


@requirement("RFC5321:4.1.2-1", "RFC6409:5.1-1")
@pytest.mark.parametrize("path", ["no_local_part", "two_at_signs", "dot_first", "two_dots", "space", "open_quote"])
def test_a_malformed_sender_is_refused(smtp: SmtpClient, own: str, path: str) -> None:
    """MAIL with what is no path: a permanent refusal, and no transaction."""
    refused(
        smtp.command(f"MAIL FROM:{_MALFORMED[path].format(**_parts(own))}", on_purpose=True),
        "the reply to a malformed sender",
    )
    expect.reply(smtp.rcpt(own), 503)


@requirement("RFC5321:4.1.2-2")
@pytest.mark.parametrize("form", ["quoted", "quoted_pairs"])
def test_quoted_forms_of_a_local_part_mean_the_same(
    smtp: SmtpClient, own: str, make_message: MakeMessage, stored: Stored, form: str
) -> None:
    """A quoted local part, also with a needless backslash, is the same mailbox: the message arrives there."""
    message = make_message()
    begin(smtp, own, _EQUIVALENT[form].format(**_parts(own)))
    smtp.data(message).require(250)
    stored(mark_of(message))


@requirement("RFC5321:3.3-2", "RFC5321:4.1.1.3-1")
@pytest.mark.parametrize("form", ["source_route", "two_relays"])
def test_a_source_route_is_understood(
    smtp: SmtpClient, own: str, make_message: MakeMessage, stored: Stored, form: str
) -> None:
    """A route before the address is ignored and the message arrives, or it is declined, but not as bad syntax."""
    message = make_message()
    smtp.mail(own).require(250)
    answer = smtp.rcpt(_EQUIVALENT[form].format(**_parts(own)))
    expect.reply(answer, 250, 550, 551, 554)
    if answer.positive:
        smtp.data(message).require(250)
        stored(mark_of(message))
    else:
        expect.note(f"source routes are declined: {answer.line}")


@requirement("RFC5321:4.5.3.1.1-1")
def test_a_local_part_of_64_octets_is_read(smtp: SmtpClient, own: str, domain: str) -> None:
    """A recipient that nobody has, with a local part of 64 octets, is refused as unknown and not for its syntax."""
    smtp.mail(own).require(250)
    answer = smtp.rcpt("n" * 64 + f"@{domain}")
    expect.reply(answer, 250, 550, 551, 553)
    expect.lacks({"5.1.3", "5.5.2", "5.5.4"}, answer.enhanced, "status codes that speak of syntax")


@requirement("ADDR-06")
def test_a_local_part_of_65_octets_is_refused(smtp: SmtpClient, own: str, domain: str) -> None:
    """One octet more than 64 is refused, even where the address would be a sub-address of the own one."""
    local = own.rpartition("@")[0]
    smtp.mail(own).require(250)
    expect.reply(smtp.rcpt(f"{local}+{'t' * (63 - len(local))}@{domain}"), 250)
    refused(smtp.rcpt(f"{local}+{'t' * (64 - len(local))}@{domain}"), "the reply to a local part of 65 octets")


@requirement("RFC5321:4.5.3.1.3-1")
def test_a_path_of_256_octets_is_read(smtp: SmtpClient, own: str, domain: str) -> None:
    """64 octets before the at sign, and a domain that fills the path: taken or unknown, not bad syntax."""
    left = 256 - len("<>@") - 64 - len(domain) - 1
    labels = ".".join("d" * 63 for _ in range(left // 64))
    filler = labels + "." + "d" * (left - len(labels) - 1)
    path = f"{'n' * 64}@{filler}.{domain}"
    smtp.mail(own).require(250)
    answer = smtp.rcpt(path)
    expect.reply(answer, 250, 450, 451, 550, 551, 553, 554)
    expect.lacks({"5.1.3", "5.5.2", "5.5.4"}, answer.enhanced, "status codes that speak of syntax")
    smtp.rset().require(250)


@requirement("RFC5321:4.1.2-3")
@pytest.mark.parametrize("octet", ["\x01", "\x7f", "\x1b"], ids=["soh", "del", "esc"])
def test_a_control_character_in_an_address_gets_501(smtp: SmtpClient, own: str, octet: str) -> None:
    """Characters that no address may hold: 501 (500 by section 2.4), unless nobody has such an address anyway."""
    local, _, domain = own.rpartition("@")
    smtp.mail(own).require(250)
    answer = smtp.rcpt(f"{local}{octet}@{domain}", on_purpose=True)
    expect.reply(answer, 501, 500, 553, 550)
    if answer.code == 550:
        expect.note(f"an address with a control character is refused as unknown: {answer.line}")
    expect.reply(smtp.rcpt(own), 250)
