"""REPLACE beside other extensions, RFC 8508 section 4."""

from __future__ import annotations

from mailproof_suites.case import (
    Append,
    ConnectImap,
    ImapClient,
    Literal,
    MakeMessage,
    expect,
    needs,
    requirement,
)
from mailproof_suites.clients.imap import VanishedData

pytestmark = needs("imap:REPLACE")


@requirement("RFC8508:4.6-1")
@needs("imap:OBJECTID")
def test_the_new_message_is_another_email(
    imap: ImapClient, folder: str, uids: list[int], make_message: MakeMessage
) -> None:
    """EMAILID differs."""
    del uids
    old = imap.fetch(1, "(EMAILID)").only()["EMAILID"]
    imap.command("REPLACE", 1, folder, Literal(make_message())).require_ok()
    expect.that(imap.fetch("*", "(EMAILID)").only()["EMAILID"] != old, "EMAILID", expected=f"not {old!r}", actual=old)


@requirement("RFC8508:4.5-1")
@needs("imap:QRESYNC")
def test_the_old_message_vanishes(
    imap: ImapClient, connect_imap: ConnectImap, folder: str, append: Append, make_message: MakeMessage
) -> None:
    """Under QRESYNC it goes by VANISHED, HIGHESTMODSEQ rises, and the loss is remembered."""
    del imap
    uid = append(folder)
    client = connect_imap()
    client.enable("QRESYNC")
    opened = client.select(folder)
    before = expect.given(opened.highest_modseq, "HIGHESTMODSEQ")
    answer = client.command("UID REPLACE", uid, client.mailbox(folder), Literal(make_message())).require_ok()
    gone = sorted(one for data in answer.of(VanishedData) if not data.earlier for one in data.uids)
    expect.equal(gone, [uid], "UIDs in VANISHED")
    again = client.select(folder, f"QRESYNC ({opened.uid_validity} {before})")
    lost = sorted(one for data in again.completion.of(VanishedData) if data.earlier for one in data.uids)
    expect.equal(lost, [uid], "UIDs in VANISHED (EARLIER)")
    expect.that(
        (again.highest_modseq or 0) > before, "HIGHESTMODSEQ", expected=f"above {before}", actual=again.highest_modseq
    )
