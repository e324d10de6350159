"""The initial response of AUTHENTICATE, RFC 4959; PLAIN: RFC 4616. The rest: RFC 9051 section 6.2.2."""

import base64

import pytest

from mailproof_suites.case import ConnectImap, expect, needs, requirement

pytestmark = needs("imap:SASL-IR|IMAP4rev2")


@requirement("RFC4959:3-4")
def test_an_equals_sign_is_an_empty_response(connect_imap: ConnectImap) -> None:
    """PLAIN with an empty message is refused at once: it is a response, not the lack of one."""
    client = connect_imap(login=False)
    tag = client.start("AUTHENTICATE PLAIN =")
    expect.equal(client.await_continuation(tag), None, "a continuation request")
    expect.refused(client.finish(tag))
    expect.ok(client.command("NOOP"))


@requirement("RFC4959:6-1")
@pytest.mark.parametrize("octets", [255, 200])
def test_the_largest_plain_message_is_read(connect_imap: ConnectImap, octets: int) -> None:
    """Three fields of 255 octets each are read to the end, in one line, and are wrong credentials: NO, not BAD."""
    client = connect_imap(login=False)
    message = b"\0".join((b"z" * octets, b"u" * octets, b"p" * octets))
    expect.no(client.command("AUTHENTICATE PLAIN", base64.b64encode(message)))
    expect.ok(client.command("NOOP"))
