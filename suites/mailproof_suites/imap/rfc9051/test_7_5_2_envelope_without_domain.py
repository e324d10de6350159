"""Addresses without a domain in an ENVELOPE, RFC 9051 section 7.5.2 (RFC 3501 section 7.4.2)."""

from collections.abc import Callable

import pytest

from mailproof_suites.case import expect, requirement
from mailproof_suites.clients.imap import Envelope


@requirement("RFC9051:7.5.2-1")
@pytest.mark.parametrize("field", [b"nobody, a@x.test", b"a@x.test, nobody", b"nobody", b"list: nobody, a@x.test;"])
def test_an_address_without_a_domain_opens_no_group(envelope_of: Callable[[bytes], Envelope], field: bytes) -> None:
    """A NIL host is the beginning of a group, which then has an end: none that is open is left in the list."""
    got = envelope_of(b"To: " + field + b"\r\n")
    depth = 0
    for entry in got.to or ():
        if entry.host is None:
            depth += 1 if entry.mailbox is not None else -1
        expect.that(0 <= depth <= 1, "groups that are open", expected="0 or 1", actual=depth)
    expect.equal(depth, 0, "groups that are open at the end of the list")
