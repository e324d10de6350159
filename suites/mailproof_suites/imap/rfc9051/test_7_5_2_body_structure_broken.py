"""BODYSTRUCTURE of broken MIME, RFC 9051 section 7.5.2 (RFC 3501 section 7.4.2)."""

from collections.abc import Callable

import pytest

from mailproof_suites.case import expect, requirement
from mailproof_suites.clients.imap import BodyPart


@requirement("RFC9051:7.5.2-9")
@pytest.mark.parametrize(
    "rest",
    [
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\nno boundary line at all\r\n",
        b"Content-Type: multipart/mixed\r\n\r\nno parameter\r\n",
        b'Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n\r\nx\r\n',
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b--\r\n",
        b"Content-Type: multipart\r\n\r\nx\r\n",
        b"Content-Type: ;;;\r\n\r\nx\r\n",
        b"Content-Type: text/plain; charset\r\n\r\nx\r\n",
        b'Content-Type: text/plain; =\xff; x="unclosed\r\n\r\nx\r\n',
        b"Content-Transfer-Encoding: \r\nContent-Disposition:\r\nContent-ID:\r\n\r\nx\r\n",
        b"Content-Type: message/rfc822\r\n\r\n",
        b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nU3ViamVjdDogeA0KDQp4\r\n",
        b"Content-Type: message/partial; number=1; total=2; id=x\r\n\r\nx\r\n",
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x.test\r\n\r\nAction: failed\r\n",
        b"Content-Type: text/plain" + b"; a=b" * 300 + b"\r\n\r\nx\r\n",
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(60)),
    ],
    ids=[
        "empty-multipart",
        "no-part",
        "no-boundary",
        "empty-boundary",
        "closed-at-once",
        "no-subtype",
        "semicolons",
        "bare-parameter",
        "broken-parameter",
        "empty-fields",
        "empty-message",
        "encoded-message",
        "partial",
        "status",
        "many-parameters",
        "deep",
    ],
)
def test_broken_mime_gives_a_well_formed_structure(structure_of: Callable[[bytes], BodyPart], rest: bytes) -> None:
    """Whatever the message looks like, the structure follows its grammar, and no part is larger than the message."""
    part = structure_of(rest)
    for number, each in part.walk():
        size = each.size_octets or 0
        limit = len(rest)
        expect.that(size <= limit, f"octets of part {number or 'TEXT'}", expected=f"at most {limit}", actual=size)
