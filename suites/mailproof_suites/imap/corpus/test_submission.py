"""Every message of the corpus goes by SMTP, inside one of ours, and comes back unchanged (RFC 5321 section 4.4)."""

from collections.abc import Callable

import pytest

from mailproof_fixtures.corpus import CorpusMessage
from mailproof_suites.case import (
    Account,
    ConnectSmtp,
    ImapClient,
    MakeMessage,
    WaitFor,
    World,
    expect,
    needs,
    requirement,
)
from mailproof_suites.messages import mark_of

_LONGEST_LINE = 998
"""RFC 5321 section 4.5.3.1.6: 1000 octets with CRLF."""
_TRACE = {b"return-path", b"received", b"delivered-to", b"x-original-to", b"authentication-results", b"arc-seal"}


@requirement("CORPUS:submission-1", "CORPUS:submission-2", "RFC9051:6.4.5.1-5", "MAIL-17")
@needs("endpoint:smtps")
@pytest.mark.usefixtures("inbox")
def test_a_message_sent_as_an_attachment_comes_back_unchanged(
    imap: ImapClient,
    connect_smtp: ConnectSmtp,
    account: Account,
    world: World,
    corpus_message: CorpusMessage,
    make_message: MakeMessage,
    wait_for: WaitFor,
    check_structure: Callable[[ImapClient, int], None],
) -> None:
    """The attached message has every octet, and the message around it gained trace fields at its top only.

    A submission server refuses a foreign From (RFC 6409 section 6.1), so that the message travels as message/rfc822.
    """
    inner = corpus_message.data
    if b"\0" in inner or any(len(line) > _LONGEST_LINE for line in inner.split(b"\r\n")):
        pytest.skip("SMTP carries neither NUL nor lines above 998 octets")
    boundary = f"=_{world.token}"
    body = (
        f"--{boundary}\r\nContent-Type: text/plain\r\n\r\nThe message is attached.\r\n"
        f"--{boundary}\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: "
        f"{'7bit' if inner.isascii() else '8bit'}\r\n\r\n"
    ).encode()
    body += inner + f"\r\n--{boundary}--\r\n".encode()
    message = make_message(headers={"Content-Type": f'multipart/mixed; boundary="{boundary}"'}, body=body)
    world.uses_inbox(sends=True)
    smtp = connect_smtp()
    if not inner.isascii() and "8BITMIME" not in smtp.extensions:
        pytest.skip("the message is 8-bit, and the server does not offer 8BITMIME")
    params = [] if inner.isascii() else ["BODY=8BITMIME"]
    smtp.send_message(account.address, [account.address], message, mail_params=params)
    uid = wait_for(mark_of(message), client=imap, requirement="CORPUS:submission-1")
    got = expect.given(imap.fetch(uid, "(BODY.PEEK[])", uid=True).only().body, "BODY[]")
    if not got.endswith(message):
        expect.equal(got[-len(message) :], message, "the end of BODY[]", requirement="CORPUS:submission-1")
    added = [line.partition(b":")[0].lower() for line in got[: -len(message)].split(b"\r\n") if line[:1] not in b" \t"]
    unknown = [name.decode("latin-1") for name in added if name and name not in _TRACE]
    if unknown:
        expect.note(f"fields added beside the usual trace fields: {', '.join(unknown)}")
    part = imap.fetch(uid, "BODY.PEEK[2]", uid=True).only().get("BODY[2]") or b""
    expect.equal(part, inner, "BODY[2], the attached message", requirement="RFC9051:6.4.5.1-5")
    with expect.step("the structure"):
        check_structure(imap, uid)
