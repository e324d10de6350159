"""What a submission server adds to a message, and what is delivered then: RFC 5322 sections 2.1.1 and 3.6."""

import re

from mailproof_suites.case import Deliver, MakeMessage, SmtpClient, expect, requirement
from mailproof_suites.messages import mark_of
from mailproof_suites.smtp.dialogue import Stored, begin, field

_ONCE = ("Date", "From", "Sender", "Reply-To", "To", "Cc", "Message-ID", "In-Reply-To", "References", "Subject")
_DATE = re.compile(
    rb"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?[0-3]?\d (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) "
    rb"\d{4} [0-2]\d:[0-5]\d(?::[0-6]\d)? [+-]\d{4}(?: \(.*\))?"
)


@requirement("RFC5322:3.6-1")
def test_single_fields_stand_once(deliver: Deliver, make_message: MakeMessage, stored: Stored) -> None:
    """A message without Date and Message-ID arrives with one Date, one From, and no single field twice."""
    delivered = stored(deliver(make_message(headers={"Date": None, "Message-ID": None})))
    for name in _ONCE:
        found = len(field(delivered, name))
        least = 1 if name in ("Date", "From") else 0
        expect.that(least <= found <= 1, f"{name} fields", expected=f"{least} to 1", actual=found)


@requirement("RFC5322:3.6.1-1")
def test_an_added_date_fits_the_grammar(deliver: Deliver, make_message: MakeMessage, stored: Stored) -> None:
    """Day, month, four digits of year, time and numeric zone."""
    found = field(stored(deliver(make_message(headers={"Date": None}))), "Date")
    expect.that(found and _DATE.fullmatch(found[0]), "the added Date", expected="a date-time", actual=found)


@requirement("RFC5322:3.6.4-1")
def test_added_message_ids_are_unique_and_fit_the_grammar(
    deliver: Deliver, make_message: MakeMessage, stored: Stored
) -> None:
    """Three messages without Message-ID get three, each `<left@right>` of characters that may stand there."""
    made = [field(stored(deliver(make_message(headers={"Message-ID": None}))), "Message-ID") for _ in range(3)]
    atoms = rb"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    for each in made:
        fits = each and re.fullmatch(rb"<" + atoms + rb"@(?:" + atoms + rb"|\[[!-Z^-~]*\])>", each[0])
        expect.that(fits, "an added Message-ID", expected="<dot-atom@dot-atom>", actual=each)
    expect.equal(len({each[0] for each in made}), 3, "different Message-IDs")


@requirement("RFC5322:2.1.1-1")
def test_added_lines_are_short(deliver: Deliver, make_message: MakeMessage, stored: Stored) -> None:
    """No line of the header has more than 998 octets; more than 78 leaves a note."""
    delivered = stored(deliver(make_message(headers={"Date": None, "Message-ID": None})))
    longest = max(len(line) for line in delivered.partition(b"\r\n\r\n")[0].split(b"\r\n"))
    expect.that(longest <= 998, "longest line of the header", expected="998 octets at most", actual=longest)
    if longest > 78:
        expect.note(f"the server adds a line of {longest} octets, and should not go beyond 78")


@requirement("RFC5322:3.6.2-1")
def test_several_authors_have_a_sender(smtp: SmtpClient, own: str, make_message: MakeMessage, stored: Stored) -> None:
    """Two authors and no Sender: what is delivered has one (RFC 6409 section 8 allows it), or it is refused."""
    message = make_message(headers={"From": f"One <{own}>, Two <{own}>"})
    begin(smtp, own, own)
    answer = smtp.data(message)
    if answer.permanent:
        return
    answer.require(250)
    expect.equal(len(field(stored(mark_of(message)), "Sender")), 1, "Sender fields")
