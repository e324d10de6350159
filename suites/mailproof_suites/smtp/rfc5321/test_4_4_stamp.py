"""The form of the trace field that the server adds, RFC 5321 sections 4.4 and 7.2, RFC 8314 section 4.3.

A server may add more than one Received field on the way to the mailbox; all of those that were not the client's count.
"""

import re

import pytest

from mailproof_suites.case import Deliver, MakeMessage, SmtpClient, World, expect, needs, requirement
from mailproof_suites.messages import mark_of
from mailproof_suites.smtp.dialogue import Stored, begin, field

_DATE = re.compile(
    rb"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?[0-3]?\d (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) "
    rb"(?P<year>\d+) \d\d:\d\d(?::\d\d)? (?P<zone>[+-]\d{4}|[A-Za-z]+)(?: ?\(.*\))?"
)
_WITH = set(
    b"SMTP ESMTP ESMTPA ESMTPS ESMTPSA LMTP LMTPA LMTPS LMTPSA MMS UTF8SMTP UTF8SMTPA UTF8SMTPS UTF8SMTPSA UTF8LMTP "
    b"UTF8LMTPA UTF8LMTPS UTF8LMTPSA".split()
)
_NAME = "client.mailproof.test"


@pytest.fixture
def stamps(deliver: Deliver, stored: Stored) -> list[bytes]:
    """The Received fields of a message that had none."""
    found = field(stored(deliver()), "Received")
    expect.that(found, "Received fields", expected="at least one", actual="none", requirement="RFC5321:4.4-1")
    return found


@requirement("RFC5321:4.4-5")
def test_the_from_clause_names_the_client(stamps: list[bytes]) -> None:
    """The name that the client gave in EHLO, and its address as a literal (SHOULD: who hides it leaves a note)."""
    first = stamps[-1]
    expect.that(first.startswith(b"from "), "the clause `from`", expected="first", actual=first)
    if _NAME.encode() not in first or b"[" not in first:
        expect.note("the Received field does not tell the client's name and address")


@requirement("RFC5321:4.4-7")
def test_the_date_has_its_modern_form(stamps: list[bytes]) -> None:
    """Day, month, a year of four digits, time, and a numeric offset (a name of a zone leaves a note)."""
    for each in stamps:
        date = each.rpartition(b";")[2].strip()
        found = expect.given(_DATE.fullmatch(b" ".join(date.split())), f"the date {date!r}")
        expect.equal(len(found["year"]), 4, "digits of the year")
        if found["zone"].isalpha():
            expect.note("a Received field has the name of a time zone instead of an offset")


@requirement("RFC5321:4.4-9")
def test_protocols_have_registered_names(stamps: list[bytes]) -> None:
    """What follows `with` is a name that IANA knows."""
    for each in stamps:
        words = re.sub(rb"\([^()]*\)", b"", each).split()
        for at, word in enumerate(words[:-1]):
            if word.lower() == b"with":
                expect.contains(_WITH, words[at + 1].rstrip(b";").upper(), "registered protocols")


@requirement("RFC8314:4.3-1")
def test_the_tls_suite_is_told(stamps: list[bytes]) -> None:
    """The clause `tls` holds the suite's registered name; inside a comment it counts with a note."""
    joined = b" ".join(stamps)
    if re.search(rb"\stls\s+TLS_[A-Z0-9_]+", joined):
        return
    told = re.search(rb"(?i)(?:TLS[_A-Z0-9]*_|cipher)", joined)
    expect.that(told, "the TLS suite in Received", expected="a clause `tls`", actual=joined)
    expect.note("the TLS suite is told in a comment, not in the clause `tls`")


@requirement("RFC5321:4.4-6", "RFC5321:7.2-1")
@needs("role:other")
def test_the_for_clause_names_one_recipient_at_most(
    smtp: SmtpClient, own: str, world: World, make_message: MakeMessage, stored: Stored
) -> None:
    """Two recipients: no Received field names both, and what one of them reads does not name the other."""
    other = world.lease("other")
    world.uses_inbox(other)
    message = make_message(to=own)
    begin(smtp, own, own, other.address)
    smtp.data(message).require(250)
    for each in field(stored(mark_of(message)), "Received"):
        paths = re.findall(rb"<[^<>@\s]+@[^<>\s]+>", each.partition(b" for ")[2])
        expect.that(len(paths) <= 1, "paths behind `for`", expected="one at most", actual=each)
        expect.lacks(each.lower(), other.address.lower().encode(), "a Received field", requirement="RFC5321:7.2-1")
    stored(mark_of(message), other)
