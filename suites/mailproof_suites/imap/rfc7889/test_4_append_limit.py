"""APPENDLIMIT, RFC 7889."""

from __future__ import annotations

import pytest

from mailproof_suites.case import ImapClient, expect, needs, requirement
from mailproof_suites.clients.errors import ConnectionClosed, TimedOut

pytestmark = needs("imap:APPENDLIMIT")


def advertised(imap: ImapClient) -> list[str]:
    """What follows APPENDLIMIT in the capabilities: "" or the number."""
    names = [name for name in imap.capabilities if name.partition("=")[0] == "APPENDLIMIT"]
    return [name.partition("=")[2] for name in names]


@requirement("RFC7889:2-1")
def test_the_capability_has_one_of_two_forms(imap: ImapClient) -> None:
    """APPENDLIMIT, or APPENDLIMIT=number, once."""
    forms = advertised(imap)
    expect.equal(len(forms), 1, "capabilities of this name")
    expect.that(not forms[0] or forms[0].isdigit(), "the capability", expected="a number or none", actual=forms[0])


@requirement("RFC7889:3.1-1")
def test_status_tells_the_limit(imap: ImapClient, folder: str) -> None:
    """A number or NIL; with one limit for all mailboxes, that one."""
    items = imap.status(folder, "APPENDLIMIT").items
    expect.contains(items, "APPENDLIMIT", "items of STATUS")
    if limit := advertised(imap)[0]:
        expect.equal(items["APPENDLIMIT"], int(limit), "APPENDLIMIT")


@requirement("RFC7889:3.2-1")
@needs("imap:LIST-STATUS|IMAP4rev2")
def test_list_tells_the_limit(imap: ImapClient, folder: str) -> None:
    """LIST RETURN (STATUS (APPENDLIMIT)) tells what STATUS tells."""
    answer = imap.command("LIST", '""', folder, "RETURN (STATUS (APPENDLIMIT))")
    expect.ok(answer)
    told = [dict(each.data.items) for each in answer.named("STATUS")]
    expect.equal(told, [dict(imap.status(folder, "APPENDLIMIT").items)], "STATUS")


@requirement("RFC7889:4-1", "RFC9051:6.3.12-11", "RFC3501:6.3.11-3", "MAIL-03")
def test_a_message_above_the_limit_is_refused(imap: ImapClient, folder: str) -> None:
    """One octet more than allowed is announced: NO with TOOBIG, before or after the message, and nothing is stored."""
    limit = imap.status(folder, "APPENDLIMIT").items["APPENDLIMIT"]
    if limit is None or limit > 64 * 1024 * 1024:
        pytest.skip("no limit, or one that is too far away to reach")
    size = limit + 1
    tag = imap.new_tag()
    imap.send_raw(tag + f" APPEND {folder} {{{size}}}\r\n".encode())
    if imap.await_continuation(tag) is not None:
        head = b"Subject: too big\r\nX-Mailproof: too.big\r\n\r\n"
        imap.send_raw(head + (b"x" * 998 + b"\r\n") * ((size - len(head)) // 1000))
        imap.send_raw(b"y" * ((size - len(head)) % 1000) + b"\r\n")
    expect.no(imap.finish(tag), code="TOOBIG")
    expect.equal(imap.status(folder, "MESSAGES").items["MESSAGES"], 0, "messages stored")


@requirement("RFC7889:4-1", "RFC9051:6.3.12-11", "RFC3501:6.3.11-3", "MAIL-03")
@needs("imap:LITERAL+")
def test_a_message_that_does_not_wait_is_refused(imap: ImapClient, folder: str) -> None:
    """The same with a non-synchronising literal, which the server may read to its end or answer by BYE."""
    limit = imap.status(folder, "APPENDLIMIT").items["APPENDLIMIT"]
    if limit is None or limit > 64 * 1024 * 1024:
        pytest.skip("no limit, or one that is too far away to reach")
    tag = imap.new_tag()
    block = b"x" * 998 + b"\r\n"
    try:
        imap.send_raw(tag + f" APPEND {folder} {{{limit + 1}+}}\r\n".encode())
        imap.send_raw(block * ((limit + 1) // 1000))
        imap.send_raw(b"y" * ((limit + 1) % 1000) + b"\r\n")
        expect.no(imap.finish(tag, timeout_s=60), code="TOOBIG")
    except (ConnectionClosed, ConnectionError, TimedOut):
        expect.given(imap.bye, "BYE before the end of the connection")
        return
    expect.equal(imap.status(folder, "MESSAGES").items["MESSAGES"], 0, "messages stored")
