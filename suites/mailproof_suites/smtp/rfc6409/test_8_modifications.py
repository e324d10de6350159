"""What a submission server may change, RFC 6409 section 8; blind copies, RFC 5322 section 3.6.3."""

import re

import pytest

from mailproof_suites.case import Deliver, MakeMessage, SmtpClient, World, expect, needs, requirement
from mailproof_suites.messages import mark_of
from mailproof_suites.smtp.dialogue import Stored, begin, body, field

_MESSAGE_ID = re.compile(rb"<[^<>@\s]+@[^<>@\s]+>")
_SIGNED = (
    b"This is a multi-part message.\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSigned text  \r\n\r\n"
    b'--b\r\nContent-Type: application/pkcs7-signature; name="smime.p7s"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    b"MIAGCSqGSIb3DQEHAqCAMIACAQExDTALBglghkgBZQMEAgEwgAYJKoZIhvcNAQcBAAAxAAAAAAAA\r\n--b--\r\n"
)


@requirement("RFC6409:8.3-1")
def test_a_missing_message_id_is_added(deliver: Deliver, make_message: MakeMessage, stored: Stored) -> None:
    """A message without Message-ID arrives with one."""
    found = field(stored(deliver(make_message(headers={"Message-ID": None}))), "Message-ID")
    expect.equal(len(found), 1, "Message-ID fields")
    expect.that(_MESSAGE_ID.fullmatch(found[0]), "the added Message-ID", expected="<left@right>", actual=found[0])


@requirement("RFC6409:8.3-1")
def test_two_added_message_ids_differ(deliver: Deliver, make_message: MakeMessage, stored: Stored) -> None:
    """Message-IDs name one message each."""
    ids = [field(stored(deliver(make_message(headers={"Message-ID": None}))), "Message-ID") for _ in range(2)]
    expect.that(ids[0] != ids[1], "two added Message-IDs", expected="different", actual=ids)


@requirement("RFC6409:8.3-2")
@pytest.mark.parametrize("value", ["no brackets@mailproof.test", "<no at sign>", ""], ids=["bare", "no_at", "empty"])
def test_a_message_id_that_is_none_is_replaced(
    deliver: Deliver, make_message: MakeMessage, stored: Stored, value: str
) -> None:
    """What does not fit the grammar of a Message-ID should make room for one that does."""
    found = field(stored(deliver(make_message(headers={"Message-ID": value}))), "Message-ID")
    expect.equal(len(found), 1, "Message-ID fields")
    expect.that(_MESSAGE_ID.fullmatch(found[0]), "the Message-ID", expected="<left@right>", actual=found[0])


@requirement("RFC6409:8.1-1")
def test_an_added_sender_is_an_address_that_works(
    deliver: Deliver, make_message: MakeMessage, own: str, stored: Stored
) -> None:
    """Two authors, both of them oneself, and no Sender: if the server adds one, it is the own address."""
    message = make_message(headers={"From": f"One <{own}>, Two <{own}>"})
    for each in field(stored(deliver(message)), "Sender"):
        expect.contains(each.lower(), own.lower().encode(), "Sender")


@requirement("RFC6409:8.2-1", "RFC6409:8-2")
def test_a_missing_date_is_added(deliver: Deliver, make_message: MakeMessage, stored: Stored) -> None:
    """What is delivered conforms to RFC 5322, which wants a Date field."""
    expect.equal(len(field(stored(deliver(make_message(headers={"Date": None}))), "Date")), 1, "Date fields")


@requirement("RFC6409:8-1", "RFC6409:8.8-1")
@pytest.mark.parametrize("name", ["Message-ID", "Date", "Subject", "From", "To", "MIME-Version", "Content-Type"])
def test_fields_that_are_there_stay_as_they_are(
    deliver: Deliver, make_message: MakeMessage, stored: Stored, name: str
) -> None:
    """What the client has set is neither replaced nor doubled."""
    message = make_message()
    expect.equal(field(stored(deliver(message)), name), field(message, name), name)


@requirement("MAIL-17")
def test_a_signed_message_is_not_touched(deliver: Deliver, make_message: MakeMessage, stored: Stored) -> None:
    """multipart/signed keeps every octet, blanks at line ends included."""
    kind = 'multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary=b'
    message = make_message(body=_SIGNED, headers={"Content-Type": kind})
    delivered = stored(deliver(message))
    expect.equal(body(delivered), _SIGNED, "the signed body")
    expect.equal(field(delivered, "Content-Type"), [kind.encode()], "Content-Type")


@requirement("RFC5322:3.6.3-1")
@pytest.mark.parametrize("name", ["Bcc", "bcc", "BCC", "Resent-Bcc"])
def test_the_bcc_field_reaches_nobody(deliver: Deliver, make_message: MakeMessage, stored: Stored, name: str) -> None:
    """A Bcc field, also a folded one, is gone from what the recipients get."""
    secret = "blind-one@mailproof.test"
    delivered = stored(deliver(make_message(headers={name: f"{secret},\r\n blind-two@mailproof.test"})))
    expect.equal(field(delivered, name), [], f"{name} fields")
    expect.lacks(delivered, b"blind-", "the delivered message")


@requirement("RFC5322:3.6.3-1")
@needs("role:other")
def test_a_blind_recipient_gets_the_message_and_the_others_do_not_see_him(
    smtp: SmtpClient, own: str, world: World, make_message: MakeMessage, stored: Stored
) -> None:
    """The envelope alone says who gets it: the blind recipient does, and the visible one reads nothing of him."""
    other = world.lease("other")
    world.uses_inbox(other)
    message = make_message(to=own, headers={"Bcc": other.address})
    begin(smtp, own, own, other.address)
    smtp.data(message).require(250)
    stored(mark_of(message), other)
    seen = stored(mark_of(message)).lower()
    expect.lacks(seen, other.address.lower().encode(), "the message as the visible recipient got it")
