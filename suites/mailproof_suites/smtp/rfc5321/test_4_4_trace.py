"""Trace fields and loops, RFC 5321 sections 4.4 and 6.3, RFC 3848."""

import re
from email.utils import parsedate_to_datetime

import pytest

from mailproof_suites.case import Deliver, MakeMessage, SmtpClient, expect, requirement
from mailproof_suites.messages import mark_of
from mailproof_suites.smtp.dialogue import Copies, Stored, begin, field

_PROTOCOLS = {b"ESMTPSA", b"UTF8SMTPSA"}


def _hops(count: int) -> str:
    hop = "from a.mailproof.test by b.mailproof.test with ESMTP id 1; Mon, 1 Jan 2024 00:00:00 +0000"
    return f"\r\nReceived: {hop}" * count


@requirement("RFC5321:4.4-1")
def test_a_received_field_stands_on_top(deliver: Deliver, make_message: MakeMessage, stored: Stored) -> None:
    """The server adds its own Received field above all that the client wrote, with from, by, and a date."""
    message = make_message()
    delivered = stored(deliver(message))
    lines = field(delivered, "Received")
    expect.that(lines, "Received fields", expected="at least one", actual="none")
    line = lines[-1]
    expect.that(re.match(rb"from\s", line), "the clause `from`", expected="first", actual=line)
    expect.that(re.search(rb"\sby\s", line), "the clause `by`", expected="there", actual=line)
    date = line.rpartition(b";")[2].decode("ascii", "replace")
    try:
        parsedate_to_datetime(date.strip())
    except (ValueError, TypeError) as problem:
        raise expect.fail("the date of a Received field", expected="a date-time", actual=line) from problem
    expect.that(
        delivered.index(b"Received:") < delivered.index(b"X-Mailproof:"),
        "place of the Received field",
        expected="above the client's fields",
        actual=delivered[:500],
    )


@requirement("RFC3848:1-1", "RFC4954:7-1", "RFC3848:1-2")
def test_the_received_field_names_the_protocol(deliver: Deliver, stored: Stored) -> None:
    """`with ESMTPSA`: extended SMTP, inside TLS, signed in."""
    words = b" ".join(field(stored(deliver()), "Received")).split()
    # Case-insensitive, as all strings of an ABNF are (RFC 5234 section 2.3).
    named = {words[at + 1].rstrip(b";").upper() for at, word in enumerate(words[:-1]) if word == b"with"}
    expect.that(named & _PROTOCOLS, "protocols in Received fields", expected="ESMTPSA", actual=named)


@requirement("RFC5321:4.4-2")
def test_received_fields_of_the_message_stay_as_they_are(
    deliver: Deliver, make_message: MakeMessage, stored: Stored
) -> None:
    """Two earlier hops keep their text, and their order, below the server's own."""
    earlier = "from one.mailproof.test by two.mailproof.test; Mon, 1 Jan 2024 00:00:00 +0000"
    first = "from zero.mailproof.test by one.mailproof.test; Mon, 1 Jan 2024 00:00:00 +0000"
    message = make_message(headers={"X-Top": f"x\r\nReceived: {earlier}\r\nReceived: {first}"})
    lines = field(stored(deliver(message)), "Received")
    expect.equal(lines[-2:], [earlier.encode(), first.encode()], "the last two Received fields")
    expect.that(len(lines) > 2, "the server's own Received field", expected="one more", actual=lines)


@requirement("RFC5321:4.4-3")
def test_return_path_stands_on_top_and_names_the_sender(deliver: Deliver, own: str, stored: Stored) -> None:
    """Final delivery adds one Return-Path with the envelope's sender, above everything else."""
    delivered = stored(deliver())
    expect.equal(field(delivered, "Return-Path"), [f"<{own}>".encode()], "Return-Path")
    expect.that(
        delivered.lower().startswith(b"return-path:"), "the first field", expected="Return-Path", actual=delivered[:200]
    )


@requirement("RFC5321:4.4-4")
def test_a_return_path_of_the_client_does_not_survive(
    deliver: Deliver, make_message: MakeMessage, own: str, stored: Stored
) -> None:
    """A Return-Path that the client wrote is not what the recipient reads: the only one is the server's."""
    message = make_message(headers={"Return-Path": "<forged@mailproof.test>"})
    expect.equal(field(stored(deliver(message)), "Return-Path"), [f"<{own}>".encode()], "Return-Path")


@requirement("RFC5321:6.3-1")
def test_a_message_of_99_hops_is_still_taken(deliver: Deliver, make_message: MakeMessage, stored: Stored) -> None:
    """The threshold of loop detection is large: 99 Received fields are no loop yet."""
    stored(deliver(make_message(headers={"X-Top": "x" + _hops(99)})))


@requirement("RFC5321:6.3-2")
@pytest.mark.parametrize("hops", [300, 1000])
def test_a_loop_is_stopped(smtp: SmtpClient, own: str, make_message: MakeMessage, copies: Copies, hops: int) -> None:
    """A message with hundreds of Received fields goes in circles: it is refused, or at least not delivered."""
    message = make_message(headers={"X-Top": "x" + _hops(hops)})
    begin(smtp, own, own)
    answer = smtp.data(message)
    if answer.positive:
        expect.equal(copies(mark_of(message)), 0, "messages of a loop that arrived")
        expect.note("a message of a loop is accepted first and not delivered then")
    else:
        expect.reply(answer, 550, 552, 554, enhanced=None if answer.enhanced is None else ["5.4.", "5.6.", "5.7."])
