"""SELECT, EXAMINE, CLOSE, UNSELECT, CHECK (RFC 9051 6.3.2, 6.3.3, 6.4.1, 6.4.2; RFC 3501 6.3.1; RFC 7162)."""

import re
from typing import Any

import pytest

from mailproof_server.model.item import Flag, FlagAction, Flags


async def facts(world: Any, client: Any, folder: str = "INBOX") -> tuple[int, int]:
    """UIDVALIDITY and HIGHESTMODSEQ."""
    [line, _] = await client.ask(f"s STATUS {folder} (UIDVALIDITY HIGHESTMODSEQ)")
    first, second = re.findall(r"\d+", line)
    return int(first), int(second)


def test_what_rev1_is_told(play: Any) -> None:
    play(
        r"""
        a> 1 SELECT INBOX
        a< * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
        a< * OK [PERMANENTFLAGS (\Answered \Flagged \Draft \Deleted \Seen \*)] …
        a< * 3 EXISTS
        a< * 3 RECENT
        a< * OK [UNSEEN 1] …
        a< * OK [UIDVALIDITY …] …
        a< * OK [UIDNEXT 4] …
        a< * OK [HIGHESTMODSEQ …] …
        a< * OK [MAILBOXID (F…)] …
        a< 1 OK [READ-WRITE] SELECT completed
        """,
        inbox=3,
    )


def test_what_rev2_is_told(play: Any) -> None:
    play(
        r"""
        a> 0 ENABLE IMAP4rev2
        a< * ENABLED IMAP4rev2
        a< 0 OK …
        a> 1 SELECT INBOX
        a< * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
        a< * OK [PERMANENTFLAGS (\Answered \Flagged \Draft \Deleted \Seen \*)] …
        a< * 3 EXISTS
        a< * OK [UIDVALIDITY …] …
        a< * OK [UIDNEXT 4] …
        a< * OK [HIGHESTMODSEQ …] …
        a< * OK [MAILBOXID (F…)] …
        a< * LIST (\HasNoChildren \Subscribed) "/" INBOX
        a< 1 OK [READ-WRITE] SELECT completed
        a> 2 FETCH 1 FLAGS
        a< * 1 FETCH (FLAGS ())
        a< 2 OK …
        a> 3 SEARCH RECENT
        a< * ESEARCH (TAG "3")
        a< 3 OK SEARCH completed
        """,
        inbox=3,
    )


def test_recent_goes_to_one_session(play: Any) -> None:
    play(
        r"""
        a> 1 EXAMINE INBOX
        a< ***
        a< * 2 RECENT
        a< ***
        a< 1 OK [READ-ONLY] EXAMINE completed
        a2> 1 STATUS INBOX (RECENT)
        a2< * STATUS INBOX (RECENT 2)
        a2< 1 OK …
        a2> 2 SELECT INBOX
        a2< ***
        a2< * 2 RECENT
        a2< ***
        a2< 2 OK [READ-WRITE] SELECT completed
        a2> 3 FETCH 1:2 FLAGS
        a2< * 1 FETCH (FLAGS (\Recent))
        a2< * 2 FETCH (FLAGS (\Recent))
        a2< 3 OK …
        a2> 4 STATUS INBOX (RECENT)
        a2< * STATUS INBOX (RECENT 2)
        a2< 4 OK …
        a3> 1 SELECT INBOX
        a3< ***
        a3< * 0 RECENT
        a3< ***
        a3< 1 OK [READ-WRITE] SELECT completed
        a3> 2 SEARCH RECENT
        a3> 3 SEARCH NEW
        a3> 4 SEARCH OLD
        a3< * SEARCH
        a3< 2 OK SEARCH completed
        a3< * SEARCH
        a3< 3 OK SEARCH completed
        a3< * SEARCH 1 2
        a3< 4 OK SEARCH completed
        a2> 5 SEARCH NEW
        a2< * SEARCH 1 2
        a2< 5 OK SEARCH completed
        """,
        inbox=2,
    )


def test_the_keywords_of_the_folder_are_among_its_flags(play: Any) -> None:
    play(
        r"""
        a> 1 SELECT INBOX
        a> 2 STORE 1 +FLAGS.SILENT ($Forwarded custom)
        a< ***
        a< 2 OK STORE completed
        a> 3 SELECT INBOX
        a< * OK [CLOSED] …
        a< * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Forwarded custom)
        a< * OK [PERMANENTFLAGS (\Answered \Flagged \Draft \Deleted \Seen $Forwarded custom \*)] …
        a< ***
        a< 3 OK [READ-WRITE] SELECT completed
        """,
        inbox=1,
    )


def test_unseen_names_the_first_unread_message(play: Any) -> None:
    play(
        r"""
        a> 1 SELECT INBOX
        a> 2 STORE 1:2 +FLAGS.SILENT \Seen
        a> 3 SELECT INBOX
        a< ***
        a< * OK [UNSEEN 3] …
        a< ***
        a< 3 OK [READ-WRITE] SELECT completed
        a> 4 STORE 1:* +FLAGS.SILENT \Seen
        a< 4 OK STORE completed
        a> 5 SELECT INBOX
        a< * OK [CLOSED] …
        a< * FLAGS …
        a< * OK [PERMANENTFLAGS …
        a< * 3 EXISTS
        a< * 0 RECENT
        a< * OK [UIDVALIDITY …
        a< * OK [UIDNEXT …
        a< * OK [HIGHESTMODSEQ …
        a< * OK [MAILBOXID …
        a< 5 OK [READ-WRITE] SELECT completed
        """,
        inbox=3,
    )


def test_examine_changes_nothing(play: Any) -> None:
    play(
        r"""
        a> 1 EXAMINE INBOX
        a< * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
        a< * OK [PERMANENTFLAGS ()] …
        a< ***
        a< 1 OK [READ-ONLY] EXAMINE completed
        a> 2 FETCH 1 BODY[TEXT]
        a< * 1 FETCH (BODY[TEXT] {7}
        a< Hello
        a< )
        a< 2 OK FETCH completed
        a> 3 STORE 1 +FLAGS \Deleted
        a> 4 EXPUNGE
        a> 5 MOVE 1 Archive
        a> 6 FETCH 1 FLAGS
        a< 3 NO [CANNOT] The folder is open read-only
        a< 4 NO [CANNOT] The folder is open read-only
        a< 5 NO [CANNOT] The folder is open read-only
        a< * 1 FETCH (FLAGS (\Recent))
        a< 6 OK FETCH completed
        a> 7 COPY 1 Archive
        a< 7 OK [COPYUID …] COPY completed
        a> 8 CLOSE
        a< 8 OK CLOSE completed
        """,
        inbox=1,
    )


def test_a_failed_select_leaves_nothing_selected(play: Any) -> None:
    play(
        """
        a> 1 SELECT INBOX
        a< ***
        a< 1 OK [READ-WRITE] SELECT completed
        a> 2 SELECT
        a> 3 CHECK
        a< 2 BAD missing argument
        a< 3 OK CHECK completed
        a> 4 SELECT Nowhere
        a> 5 CHECK
        a< * OK [CLOSED] Previous folder is closed
        a< 4 NO [NONEXISTENT] No such folder: Nowhere
        a< 5 BAD Command not allowed in this state
        """
    )


@pytest.mark.parametrize("name", ["Outbox", "Calendar", "Contacts", "Other Users", '""', "Outbox/x"])
def test_what_imap_does_not_show_cannot_be_opened(play: Any, name: str) -> None:
    play(
        f'a> 1 SELECT "{name}"\na< 1 NO [NONEXISTENT] …' if name != '""' else 'a> 1 SELECT ""\na< 1 NO [NONEXISTENT] …'
    )


def test_a_mere_container_cannot_be_opened(play: Any) -> None:
    play(
        r"""
        a> 1 CREATE top/sub
        a> 2 DELETE top
        a> 3 SELECT top
        a> 4 STATUS top (MESSAGES)
        a> 5 LIST "" top
        a< ***
        a< 2 OK DELETE completed
        a< 3 NO [CANNOT] This name holds only other folders
        a< 4 NO [CANNOT] This name holds only other folders
        a< * LIST (\Noselect \HasChildren) "/" top
        a< 5 OK LIST completed
        """
    )


def test_inbox_is_spelt_in_any_case(play: Any) -> None:
    play(
        """
        a> 1 SELECT inBOX
        a< ***
        a< 1 OK [READ-WRITE] SELECT completed
        a> 2 SELECT iNbOx/x
        a< * OK [CLOSED] …
        a< 2 NO [NONEXISTENT] No such folder: INBOX/x
        """
    )


def test_close_expunges_silently_and_unselect_does_not(play: Any) -> None:
    play(
        r"""
        a> 1 SELECT INBOX
        a> 2 STORE 1 +FLAGS.SILENT \Deleted
        a> 3 UNSELECT
        a< ***
        a< 3 OK UNSELECT completed
        a> 4 STATUS INBOX (MESSAGES DELETED)
        a< * STATUS INBOX (MESSAGES 2 DELETED 1)
        a< 4 OK STATUS completed
        a> 5 EXAMINE INBOX
        a> 6 CLOSE
        a< ***
        a< 6 OK CLOSE completed
        a> 7 SELECT INBOX
        a< ***
        a< 7 OK [READ-WRITE] SELECT completed
        a> 8 CLOSE
        a< 8 OK CLOSE completed
        a> 9 STATUS INBOX (MESSAGES DELETED)
        a< * STATUS INBOX (MESSAGES 1 DELETED 0)
        a< 9 OK STATUS completed
        a> 10 UNSELECT
        a< 10 BAD Command not allowed in this state
        """,
        inbox=2,
    )


def test_close_with_qresync_tells_no_highestmodseq(play: Any) -> None:
    play(
        r"""
        a> 0 ENABLE QRESYNC
        a> 1 SELECT INBOX
        a> 2 STORE 1 +FLAGS.SILENT \Deleted
        a< ***
        a< 2 OK STORE completed
        a> 3 CLOSE
        a< 3 OK CLOSE completed
        """,
        inbox=1,
    )


def test_select_with_condstore_enables_it(play: Any) -> None:
    play(
        r"""
        a> 1 SELECT INBOX (CONDSTORE)
        a< ***
        a< 1 OK [READ-WRITE] SELECT completed
        a> 2 STORE 1 +FLAGS \Seen
        a< * 1 FETCH (UID 1 FLAGS (\Seen \Recent) MODSEQ (…))
        a< 2 OK STORE completed
        a> 3 SELECT INBOX (CONDSTORE CONDSTORE)
        a> 4 SELECT INBOX (MORE)
        a> 5 SELECT INBOX (QRESYNC (1 1))
        a> 6 CHECK
        a< 3 BAD repeated SELECT parameter
        a< 4 BAD unknown SELECT parameter
        a< 5 BAD QRESYNC needs ENABLE QRESYNC
        a< 6 OK CHECK completed
        """,
        inbox=1,
    )


async def _change(world: Any) -> tuple[int, int]:
    """Six messages; then 2 and 5 go, 3 is flagged, 7 comes. Answers UIDVALIDITY and HIGHESTMODSEQ from before that."""
    client = await world.client("a2")
    known = await facts(world, client)
    for text in (
        "1 SELECT INBOX",
        r"2 STORE 2,5 +FLAGS.SILENT \Deleted",
        "3 EXPUNGE",
        r"4 UID STORE 3 +FLAGS.SILENT \Flagged",
        "5 UNSELECT",
    ):
        assert (await client.say(text)).startswith("OK")
    await world.deliver(b"Subject: new\r\n\r\n")
    return known


def test_qresync_tells_first_what_vanished_and_then_what_changed(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        validity, modseq = await _change(world)
        await world.script(
            rf"""
            a> 0 ENABLE QRESYNC
            a< ***
            a< 0 OK ENABLE completed
            a> 1 SELECT INBOX (QRESYNC ({validity} {modseq}))
            a< ***
            a< * OK [MAILBOXID …
            a< * VANISHED (EARLIER) 2,5
            a< * 2 FETCH (UID 3 FLAGS (\Flagged) MODSEQ (…))
            a< * 5 FETCH (UID 7 FLAGS (\Recent) MODSEQ (…))
            a< 1 OK [READ-WRITE] SELECT completed
            a> 2 SELECT INBOX (QRESYNC ({validity} {modseq} 1:4))
            a< * OK [CLOSED] …
            a< ***
            a< * OK [MAILBOXID …
            a< * VANISHED (EARLIER) 2
            a< * 2 FETCH (UID 3 FLAGS (\Flagged) MODSEQ (…))
            a< 2 OK [READ-WRITE] SELECT completed
            a> 3 SELECT INBOX (QRESYNC ({validity} {modseq} 4:6 (1,3 1,4)))
            a< * OK [CLOSED] …
            a< ***
            a< * OK [MAILBOXID …
            a< * VANISHED (EARLIER) 5
            a< 3 OK [READ-WRITE] SELECT completed
            """
        )

    converse(scenario, inbox=6)


def test_qresync_of_another_generation_is_ignored(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        validity, modseq = await _change(world)
        await world.script(
            rf"""
            a> 0 ENABLE QRESYNC
            a< ***
            a< 0 OK ENABLE completed
            a> 1 SELECT INBOX (QRESYNC ({validity + 1} {modseq}))
            a< ***
            a< * OK [MAILBOXID …
            a< 1 OK [READ-WRITE] SELECT completed
            """
        )

    converse(scenario, inbox=6)


def test_a_forgotten_past_is_told_as_everything_that_is_not_there(converse: Any) -> None:
    """RFC 7162 3.2.6: older than what is remembered is as if "it was requested to report all expunged messages"."""

    async def scenario(world: Any) -> None:
        client = await world.client("a2")
        validity, _ = await _change(world)
        for text in ("1 SELECT INBOX", r"2 UID STORE 7 +FLAGS.SILENT \Deleted", "3 EXPUNGE", "4 UNSELECT"):
            assert (await client.say(text)).startswith("OK")
        owner = world.alice.account_id
        newest = await world.services.changes.modseq(owner)
        await world.store.write(lambda transaction: transaction.prune_log(owner, newest))
        await world.script(
            rf"""
            a> 0 ENABLE QRESYNC
            a< ***
            a< 0 OK ENABLE completed
            a> 1 SELECT INBOX (QRESYNC ({validity} 1 1:100))
            a< ***
            a< * VANISHED (EARLIER) 2,5,7
            a< * 1 FETCH (UID 1 FLAGS () MODSEQ (…))
            a< * 2 FETCH (UID 3 FLAGS (\Flagged) MODSEQ (…))
            a< * 3 FETCH (UID 4 FLAGS () MODSEQ (…))
            a< * 4 FETCH (UID 6 FLAGS () MODSEQ (…))
            a< 1 OK [READ-WRITE] SELECT completed
            """
        )

    converse(scenario, inbox=6)


def test_an_open_session_whose_log_was_pruned_cannot_go_on(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        await world.script("a> 1 SELECT INBOX\na< ***\na< 1 OK [READ-WRITE] SELECT completed")
        folder_id = await world.folder_id(world.alice)
        await world.services.messages.set_flags(world.alice, folder_id, [(1, 1)], FlagAction.ADD, Flags(Flag.SEEN))
        newest = await world.services.changes.modseq(world.alice.account_id)
        await world.store.write(lambda transaction: transaction.prune_log(world.alice.account_id, newest))
        await world.script("a> 2 NOOP\na< 2 OK NOOP completed\na< * BYE [UNAVAILABLE] …\na< END")

    converse(scenario, inbox=1)
