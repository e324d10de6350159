"""Messages inside messages, RFC 9051 section 6.4.5.1: an attached message has its octets whatever is in it."""

import pytest

from mailproof_suites.case import Append, ImapClient, expect, requirement

MIXED = b"Content-Type: multipart/mixed; boundary=in\r\n\r\n"


@requirement("RFC9051:6.4.5.1-5", "MAIL-17")
@pytest.mark.parametrize(
    "inner",
    [
        b"Subject: plain\r\n\r\ntext\r\n",
        b"Subject: no line end\r\n\r\ntext",
        b"Subject: blank lines at the end\r\n\r\ntext\r\n\r\n\r\n",
        b"Subject: no body\r\n\r\n",
        b"Subject: header only\r\n",
        b"Subject: header only",
        b"",
        b"\r\n",
        b"no header at all\r\n",
        MIXED + b"--in\r\n\r\nclosed\r\n--in--\r\n",
        MIXED + b"--in\r\n\r\nnot closed\r\n",
        MIXED + b"--in\r\n\r\nends with a delimiter\r\n--in\r\n",
        MIXED + b"--in\r\n\r\nends with a part header\r\n--in\r\nContent-Type: text/html\r\n",
        MIXED + b"no part",
        MIXED + b"--in--\r\nclosed at once\r\n",
        b"Content-Type: message/rfc822\r\n\r\n" + MIXED + b"--in\r\n",
        b"Content-Type: message/rfc822\r\n\r\nSubject: deeper\r\n",
    ],
    ids=[
        "plain",
        "no-line-end",
        "blank-lines",
        "no-body",
        "header-only",
        "header-without-line-end",
        "empty",
        "one-line-end",
        "no-header",
        "closed",
        "unclosed",
        "ends-with-delimiter",
        "ends-with-part-header",
        "no-part",
        "closed-at-once",
        "message-with-delimiter",
        "message-with-header",
    ],
)
def test_an_attached_message_has_its_octets(imap: ImapClient, folder: str, append: Append, inner: bytes) -> None:
    """BODY[2] is what stands between the delimiters, whose preceding CRLF is theirs (RFC 2046 section 5.1.1)."""
    head = b"Subject: outer\r\nContent-Type: multipart/mixed; boundary=out\r\n\r\n--out\r\n\r\ntext\r\n"
    message = head + b"--out\r\nContent-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--out--\r\n"
    append(folder, message)
    imap.select(folder)
    data = imap.fetch(1, "(BODYSTRUCTURE BODY.PEEK[2])").only()
    expect.equal(data.get("BODY[2]") or b"", inner, "BODY[2]")
    structure = expect.given(data.body_structure, "BODYSTRUCTURE")
    expect.equal(structure.parts[1].size_octets, len(inner), "octets of part 2 in BODYSTRUCTURE")
