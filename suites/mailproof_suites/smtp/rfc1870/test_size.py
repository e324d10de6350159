"""The SIZE extension, RFC 1870."""

import pytest

from mailproof_suites.case import MakeMessage, SmtpClient, expect, needs, requirement
from mailproof_suites.messages import mark_of
from mailproof_suites.smtp.dialogue import Copies, Stored, begin, body

pytestmark = needs("smtp:SIZE")
_MOST_OCTETS = 50_000_000
"""A target that takes more than this is not asked to swallow a message that is too large."""


@pytest.fixture
def limit(smtp: SmtpClient) -> int:
    """The advertised fixed maximum; skips where there is none."""
    text = smtp.extensions.get("SIZE", "")
    if not text.isdigit() or int(text) == 0:
        pytest.skip("SIZE is advertised without a fixed maximum")
    return int(text)


@requirement("RFC1870:6.1-1", "MAIL-03")
def test_a_declared_size_above_the_limit_is_refused(smtp: SmtpClient, own: str, limit: int) -> None:
    """SIZE= one octet above the maximum: 552 (5.3.4) at MAIL, or at the RCPT."""
    answer = smtp.mail(own, f"SIZE={limit + 1}")
    if answer.positive:
        answer = smtp.rcpt(own)
    expect.reply(answer, 552)
    if answer.enhanced is not None:
        expect.one_of(answer.enhanced, {"5.3.4", "5.2.3"}, "enhanced status code")


@requirement("RFC1870:6.1-2")
def test_a_declared_size_at_the_limit_is_not_refused_for_good(smtp: SmtpClient, own: str, limit: int) -> None:
    """SIZE= the maximum itself: taken, or put off with 452 for lack of room."""
    expect.reply(smtp.mail(own, f"SIZE={limit}"), 250, 452)


@requirement("RFC1870:6.3-1", "RFC1870:6-1", "RFC1870:6.3-2")
@pytest.mark.parametrize("difference", [0, 1000, -100], ids=["exact", "more", "less"])
def test_a_declared_size_need_not_be_exact(
    smtp: SmtpClient, own: str, make_message: MakeMessage, stored: Stored, difference: int
) -> None:
    """The declaration is an estimate: a message that is somewhat smaller or larger is taken."""
    message = make_message(body=b"x" * 70 + b"\r\n")
    expect.reply(smtp.mail(own, f"SIZE={len(message) + difference}"), 250)
    smtp.rcpt(own).require(250)
    expect.reply(smtp.data(message), 250)
    stored(mark_of(message))


@requirement("RFC1870:3-1")
@pytest.mark.parametrize("value", ["SIZE=", "SIZE=-1", "SIZE=1k", "SIZE=0x10", "SIZE"])
def test_a_size_that_is_no_number_is_a_syntax_error(smtp: SmtpClient, own: str, value: str) -> None:
    """The value is decimal digits: anything else is refused for its syntax."""
    expect.reply(smtp.mail(own, value, on_purpose=True), 500, 501, 555)


@requirement("RFC1870:3-2")
def test_a_size_of_twenty_digits_is_understood(smtp: SmtpClient, own: str) -> None:
    """Twenty digits are legal, and too large: 552 rather than a syntax error."""
    expect.reply(smtp.mail(own, "SIZE=" + "9" * 20), 552)


@requirement("RFC1870:6.1-3", "MAIL-03")
def test_a_message_above_the_limit_is_refused_after_its_end(
    smtp: SmtpClient, own: str, limit: int, make_message: MakeMessage
) -> None:
    """Not declared, and one line too large: 552 after the final dot, and the session goes on."""
    if limit > _MOST_OCTETS:
        pytest.skip(f"the maximum is above {_MOST_OCTETS} octets: too much to send for a refusal")
    line = b"x" * 76 + b"\r\n"
    message = make_message(body=line * (limit // len(line) + 1))
    begin(smtp, own, own)
    answer = smtp.data(message, timeout_s=60)
    expect.reply(answer, 552)
    expect.reply(smtp.mail(own), 250)


@requirement("RFC5321:4.5.3.1.7-1")
def test_a_message_of_a_megabyte_is_taken(
    smtp: SmtpClient, own: str, make_message: MakeMessage, stored: Stored
) -> None:
    """A message far above the 64 KiB that everybody has to take arrives whole."""
    text = (b"0123456789" * 7 + b"\r\n") * 14_000
    if 0 < int(smtp.extensions.get("SIZE") or 0) < len(text) + 2000:
        pytest.skip("the advertised maximum is below a megabyte")
    message = make_message(body=text)
    begin(smtp, own, own)
    smtp.data(message).require(250)
    expect.equal(body(stored(mark_of(message))), text, "body of the delivered message")


@requirement("RFC1870:6-2", "RFC1870:6.3-2")
@pytest.mark.parametrize("more", [0, 1], ids=["exactly", "one_octet_more"])
def test_the_limit_is_exact(
    smtp: SmtpClient, own: str, limit: int, make_message: MakeMessage, more: int, copies: Copies
) -> None:
    """A message of just the maximum is taken, although it travels with doubled dots; one octet more is refused."""
    if limit > _MOST_OCTETS:
        pytest.skip(f"the maximum is above {_MOST_OCTETS} octets: too much to send")
    head = make_message(body=b"")
    line = b"." + b"x" * 97 + b"\r\n"
    left = limit + more - len(head)
    text = line * (left // len(line) - 1)
    rest = left - len(text) - 2
    message = head + text + b"y" * (rest // 2) + b"\r\n" + b"z" * (rest - rest // 2 - 2) + b"\r\n"
    smtp.mail(own, *([] if more else [f"SIZE={limit}"])).require(250)
    smtp.rcpt(own).require(250)
    answer = smtp.data(message, timeout_s=60)
    if more:
        expect.reply(answer, 552)
    elif answer.code == 552 and (answer.enhanced or "").startswith("5.2."):
        pytest.skip(f"the mailbox has no room for a message of the maximum: {answer.line}")
    else:
        expect.reply(answer, 250, requirement="RFC1870:6.3-2")
        expect.equal(copies(mark_of(message)), 1, "messages of the maximum size that arrived")
