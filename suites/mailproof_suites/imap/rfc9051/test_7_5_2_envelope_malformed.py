"""ENVELOPE of malformed header fields, RFC 9051 section 7.5.2 (RFC 3501 section 7.4.2)."""

from collections.abc import Callable

import pytest

from mailproof_suites.case import expect, requirement
from mailproof_suites.clients.imap import Envelope


@requirement("RFC9051:7.5.2-5")
@pytest.mark.parametrize(
    "head",
    [
        b"To: \r\n",
        b"To: undisclosed\r\n",
        b"To: <>\r\n",
        b"To: a@\r\n",
        b"To: @b\r\n",
        b'To: "unclosed\r\n',
        b"To: ,,,\r\n",
        b"To: list: a@x.test\r\n",
        b"To: (only a comment)\r\n",
        b"To: a@b@c\r\n",
        b"Subject\r\n",
        b": nameless\r\n",
        b"From: \xfc\xe4\xf6 <x@y.test>\r\nSubject: \xff\r\n",
        b"To: " + b"a@x.test, " * 500 + b"b@x.test\r\n",
    ],
    ids=lambda head: head[:24].decode("ascii", "replace").strip(),
)
def test_malformed_fields_give_a_well_formed_envelope(envelope_of: Callable[[bytes], Envelope], head: bytes) -> None:
    """Whatever stands in the fields, the structure follows its grammar, and the other fields are right."""
    got = envelope_of(b"Message-ID: <whole@x.test>\r\n" + head)
    expect.equal(got.message_id, b"<whole@x.test>", "message-id beside the malformed field")
