"""COMPRESS=DEFLATE, RFC 4978."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Append, ConnectImap, ImapClient, MakeMessage, expect, needs, requirement

pytestmark = needs("imap:COMPRESS=DEFLATE")


@requirement("RFC4978:3-1", "RFC4978:3-6")
@pytest.mark.parametrize("kind", ["text", "noise"])
def test_a_compressed_session_works(
    imap: ImapClient, folder: str, append: Append, make_message: MakeMessage, kind: str
) -> None:
    """Messages that compress well, and that do not, go up and come down unchanged."""
    line = "the same line again and again\n" if kind == "text" else ""
    noise = "\n".join(f"{pow(3, number, 10**70 + 33):070}" for number in range(1, 3000)) + "\n"
    message = make_message(body=line * 5000 or noise)
    expect.ok(imap.compress())
    uid = append(folder, message)
    imap.select(folder)
    expect.equal(imap.fetch(uid, "(BODY.PEEK[])", uid=True).only().body, message, "the message")
    imap.logout()


@requirement("RFC4978:3-1", "RFC4978:3-6")
@pytest.mark.parametrize("login", [False, True], ids=["before LOGIN", "after LOGIN"])
def test_many_small_commands(connect_imap: ConnectImap, login: bool) -> None:
    """Each answer comes whole, at once, wherever COMPRESS was given."""
    client = connect_imap(login=login)
    answer = client.compress()
    if not login and not answer.ok:
        pytest.skip("the server compresses after signing in only")
    expect.ok(answer)
    tags = [client.start("NOOP") for _ in range(50)]
    for tag in tags:
        expect.ok(client.finish(tag))


@requirement("RFC4978:3-4")
@needs("imap:IDLE")
def test_news_leave_the_compressor_at_once(imap: ImapClient, imap2: ImapClient, folder: str, append: Append) -> None:
    """In a compressed IDLE a new message is told without further input from the client."""
    imap2.compress().require_ok()
    imap2.select(folder)
    with imap2.idle() as idle:
        append(folder)
        expect.equal(idle.wait_for("EXISTS").number, 1, "EXISTS")


@requirement("RFC4978:3-2", "RFC4978:3-5")
def test_compressing_twice_is_refused(imap: ImapClient) -> None:
    """The second COMPRESS is NO or BAD, and both directions stay compressed once."""
    expect.ok(imap.compress())
    answer = imap.command("COMPRESS DEFLATE")
    expect.refused(answer, requirement="RFC4978:3-2")
    if answer.no:
        expect.no(answer, code="COMPRESSIONACTIVE", requirement="RFC4978:3-5")
    expect.ok(imap.command("NOOP"))


@requirement("RFC4978:3-3")
@pytest.mark.parametrize("arguments", ["", " X-NO-SUCH-MECHANISM", " DEFLATE DEFLATE", ' ("DEFLATE")'])
def test_other_mechanisms_are_bad(imap: ImapClient, arguments: str) -> None:
    """BAD, and the session goes on uncompressed."""
    expect.bad(imap.command(f"COMPRESS{arguments}", on_purpose=True))
    expect.ok(imap.command("NOOP"))
