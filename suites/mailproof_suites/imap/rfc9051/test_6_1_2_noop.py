"""NOOP and LOGOUT, RFC 9051 sections 6.1.2 and 6.1.3, and the greeting, section 7.1.1 (RFC 3501 the same)."""

import pytest

from mailproof_suites.case import Append, ConnectImap, ImapClient, expect, needs, requirement
from mailproof_suites.clients.errors import ConnectionClosed


@requirement("RFC9051:7.1.1-1")
def test_the_greeting_is_an_untagged_ok(connect_imap: ConnectImap) -> None:
    """A server that takes connections greets with OK: nobody is authenticated before signing in over the Internet."""
    client = connect_imap(login=False)
    expect.equal(client.greeting.name, "OK", "the greeting")


@requirement("RFC9051:6.1.2-1")
def test_noop_succeeds_in_every_state(connect_imap: ConnectImap, folder: str) -> None:
    """NOOP is done before signing in, after it, and with a mailbox selected."""
    expect.ok(connect_imap(login=False).command("NOOP"))
    client = connect_imap()
    expect.ok(client.command("NOOP"))
    client.select(folder)
    expect.ok(client.command("NOOP"))


@requirement("RFC9051:6.1.2-2", "RFC9051:5.2-1", "RFC3501:5.2-1")
def test_noop_tells_of_messages_that_another_session_added(
    imap: ImapClient, imap2: ImapClient, folder: str, append: Append
) -> None:
    """A poll by NOOP shows the new size of the mailbox."""
    imap.select(folder)
    append(folder, client=imap2)
    append(folder, client=imap2)
    expect.equal(imap.noop().last_number("EXISTS"), 2, "EXISTS after NOOP")


@requirement("RFC9051:6.1.3-1", "RFC9051:3.4-1", "RFC3501:3.4-1", "RFC3501:6.1.3-1")
@pytest.mark.parametrize("state", ["not-authenticated", "authenticated", "selected"])
def test_logout_says_bye_then_ok_and_closes(connect_imap: ConnectImap, folder: str, state: str) -> None:
    """LOGOUT is answered by an untagged BYE and OK, and the server closes the connection."""
    client = connect_imap(login=state != "not-authenticated")
    if state == "selected":
        client.select(folder)
    answer = client.command("LOGOUT")
    expect.ok(answer)
    expect.equal(len(answer.named("BYE")), 1, "number of untagged BYE responses")
    try:
        after = client.read_response()
    except ConnectionClosed:
        return
    raise expect.fail("what follows the OK of LOGOUT", expected="the end of the connection", actual=after.raw)


@requirement("RFC9051:6.1.3-2")
def test_logout_expunges_nothing(imap: ImapClient, imap2: ImapClient, folder: str, append: Append) -> None:
    r"""A message marked \Deleted survives a LOGOUT with its mailbox selected."""
    uid = append(folder, flags=[r"\Deleted"])
    imap2.select(folder)
    imap2.logout()
    imap.select(folder)
    expect.equal(imap.search("ALL", uid=True), [uid], "UIDs after the other session's LOGOUT")


@requirement("RFC9051:5.2-3")
@needs("imap:IMAP4rev2")
def test_news_of_flags_has_the_uid(rev2: ImapClient, imap: ImapClient, folder: str, append: Append) -> None:
    """A change of flags elsewhere is told to a client of IMAP4rev2, too; the monitors want the UID with it."""
    uid = append(folder)
    rev2.select(folder)
    imap.select(folder)
    imap.store(1, "+FLAGS", [r"\Flagged"])
    told = [
        each.data for each in rev2.noop().named("FETCH") if rb"\flagged" in {one.lower() for one in each.data.flags}
    ]
    expect.equal([data.seq for data in told], [1], f"numbers of messages whose new flags were told (UID {uid})")
