"""Messages that a server is not to refuse, RFC 5321 sections 3.3, 3.7.2 and 4.5.3.1.8."""

import pytest

from mailproof_suites.case import MakeMessage, SmtpClient, requirement
from mailproof_suites.messages import mark_of
from mailproof_suites.smtp.dialogue import Stored, begin

_DEFECTS = {
    "boundary_that_never_comes": ({"Content-Type": "multipart/mixed; boundary=none"}, b"no part at all\r\n"),
    "unknown_encoding": ({"Content-Transfer-Encoding": "x-mailproof"}, b"?\r\n"),
    "broken_base64": ({"Content-Transfer-Encoding": "base64"}, b"====*\r\n"),
    "senseless_type": ({"Content-Type": "nothing; ; =="}, b"?\r\n"),
    "unknown_charset": ({"Content-Type": "text/plain; charset=x-none"}, b"?\r\n"),
    "open_encoded_word": ({"Subject": "=?utf-8?q?open"}, b"?\r\n"),
    "date_that_is_none": ({"Date": "yesterday"}, b"?\r\n"),
    "field_without_blank": ({"X-Tight": "x\r\nX-No-Blank:y"}, b"?\r\n"),
}
_RESENT = {
    "to_alone": "Resent-To: someone@mailproof.test",
    "more_to_than_from": (
        "Resent-To: a@mailproof.test\r\nResent-To: b@mailproof.test\r\n"
        "Resent-From: c@mailproof.test\r\nResent-Date: Mon, 1 Jan 2024 00:00:00 +0000"
    ),
    "without_date": "Resent-From: c@mailproof.test\r\nResent-To: a@mailproof.test",
}
_TRACES = {
    "nonsense": "complete nonsense",
    "empty": "",
    "no_date": "from a.mailproof.test by b.mailproof.test with SMTP id 1",
    "odd_date": "from a by b with carrier-pigeon id <>; 99 Foo 20x4 25:61 LMT",
    "other_world": "by b.mailproof.test (8.12/Mailproof, from userid 0) via UUCP id AA00000; Mon, 1 Jan 24 0:0 EST",
}


def _is_taken(smtp: SmtpClient, own: str, message: bytes, stored: Stored) -> None:
    begin(smtp, own, own)
    smtp.data(message).require(250)
    stored(mark_of(message))


@requirement("RFC5321:3.3-5")
@pytest.mark.parametrize("kind", _DEFECTS)
def test_a_message_with_defects_is_delivered(
    smtp: SmtpClient, own: str, make_message: MakeMessage, stored: Stored, kind: str
) -> None:
    """MIME that cannot be read, odd fields: that is between sender and recipient."""
    headers, text = _DEFECTS[kind]
    _is_taken(smtp, own, make_message(headers=headers, body=text), stored)


@requirement("RFC5321:3.3-6")
@pytest.mark.parametrize("fields", _RESENT.values(), ids=_RESENT.keys())
def test_resent_fields_need_not_match(
    smtp: SmtpClient, own: str, make_message: MakeMessage, stored: Stored, fields: str
) -> None:
    """Resent fields without companions, or in different numbers, are no reason to refuse."""
    _is_taken(smtp, own, make_message(headers={"X-Top": f"x\r\n{fields}"}), stored)


@requirement("RFC5321:3.7.2-1")
@pytest.mark.parametrize("value", _TRACES.values(), ids=_TRACES.keys())
def test_trace_fields_of_any_form_are_passed_over(
    smtp: SmtpClient, own: str, make_message: MakeMessage, stored: Stored, value: str
) -> None:
    """A Received field that nobody can read is no reason to refuse."""
    _is_taken(smtp, own, make_message(headers={"X-Top": f"x\r\nReceived: {value}"}), stored)


@requirement("RFC5321:4.5.3.1.8-2")
def test_many_recipients_in_the_header_do_no_harm(
    smtp: SmtpClient, own: str, make_message: MakeMessage, stored: Stored
) -> None:
    """Six hundred addresses in To, one on the envelope."""
    listed = ",\r\n ".join(f"person{number}@mailproof.test" for number in range(600))
    _is_taken(smtp, own, make_message(headers={"To": f"{own},\r\n {listed}"}), stored)
