"""NOTIFY (RFC 5465): its arguments, its limits and its end."""

from typing import Any

from mailproof_server.model.change import ChangeKind
from tests.protocols.imap.watching import (
    MESSAGES,
    SELECT,
    tell,
    watched,
    watching,
)


def test_arguments(play: Any) -> None:
    play(
        """
        a> 1 NOTIFY
        a> 2 NOTIFY SET
        a> 3 NOTIFY NONE SELECTED
        a> 4 NOTIFY SET (EVERYTHING (MessageNew MessageExpunge))
        a> 5 NOTIFY SET (PERSONAL (MessageNew))
        a> 6 NOTIFY SET (PERSONAL (FlagChange))
        a> 7 NOTIFY SET (SELECTED (MailboxName))
        a> 8 NOTIFY SET (SELECTED NONE) (SELECTED-DELAYED NONE)
        a> 9 NOTIFY SET (PERSONAL (MessageNew (UID) MessageExpunge))
        a> 10 NOTIFY SET (PERSONAL (AnnotationChange MessageNew MessageExpunge))
        a> 11 NOTIFY SET (PERSONAL (Surprise))
        a< 1 BAD …
        a< 2 BAD …
        a< 3 BAD …
        a< 4 BAD …
        a< 5 BAD …
        a< 6 BAD …
        a< 7 BAD …
        a< 8 BAD …
        a< 9 BAD …
        a< 10 NO [BADEVENT (MessageNew MessageExpunge FlagChange MailboxName …)] …
        a< 11 NO [BADEVENT (…)] …
        a> 12 NOTIFY NONE
        a< 12 OK NOTIFY completed
        """
    )


def test_status_first(play: Any) -> None:
    play(
        """
        a> 1 SELECT INBOX
        a< ***
        a< 1 OK [READ-WRITE] SELECT completed
        a> 2 NOTIFY SET STATUS (MAILBOXES (INBOX Drafts) (MessageNew MessageExpunge)) (MAILBOXES Archive (MailboxName))
        a< * STATUS Drafts (MESSAGES 0 UIDNEXT 1 UIDVALIDITY …)
        a< 2 OK NOTIFY completed
        a> 3 NOTIFY SET STATUS (SUBTREE Drafts (MessageNew MessageExpunge FlagChange))
        a< * STATUS Drafts (MESSAGES 0 UIDNEXT 1 UIDVALIDITY … HIGHESTMODSEQ …)
        a< 3 OK NOTIFY completed
        """
    )


def test_none_ends_everything(converse: Any) -> None:
    @watching(converse, f"(SELECTED ({MESSAGES})) (PERSONAL ({MESSAGES}))", prelude=SELECT)
    async def _(world: Any) -> None:
        await world.script("a> 2 NOTIFY NONE\na< 2 OK NOTIFY completed")
        await world.deliver(b"a: b\r\n\r\n")
        await world.deliver(b"a: b\r\n\r\n", path="Drafts")
        await tell(world)
        await world.script("a> 3 NOOP\na< 3 OK NOOP completed")
        assert not watched(world)


def test_covering_too_much_is_refused(play: Any) -> None:
    play(
        """
        a> 1 NOTIFY SET (PERSONAL (MessageNew MessageExpunge))
        a< 1 NO [NOTIFICATIONOVERFLOW] NOTIFY covers too many folders
        a> 2 NOTIFY SET (MAILBOXES Drafts (MessageNew MessageExpunge))
        a< 2 OK NOTIFY completed
        """,
        notify_folders=3,
    )


def test_watching_too_many_accounts_is_refused(play: Any) -> None:
    play(
        """
        a> 1 NOTIFY SET (SUBTREE "Other Users" (MessageNew MessageExpunge))
        a< 1 NO [NOTIFICATIONOVERFLOW] NOTIFY covers too many accounts
        """,
        notify_accounts=1,
    )


def test_too_much_at_once_ends_it(converse: Any) -> None:
    @watching(converse, f"(PERSONAL ({MESSAGES})) (SELECTED ({MESSAGES}))", notify_responses=2)
    async def _(world: Any) -> None:
        folders = [await world.folder_id(world.alice, path) for path in ("INBOX", "Drafts", "Archive")]

        def work(transaction: Any) -> None:
            for folder_id in folders:
                transaction.log_folder(world.alice.account_id, ChangeKind.CREATED, folder_id)

        await world.store.write(work)
        await tell(world, "* OK [NOTIFICATIONOVERFLOW] …")
        await world.deliver(b"a: b\r\n\r\n")
        await tell(world)
        assert not watched(world)


def test_a_log_that_was_pruned_ends_it(converse: Any) -> None:
    @watching(converse, f"(PERSONAL ({MESSAGES}))")
    async def _(world: Any) -> None:
        owner = world.alice.account_id
        folder_id = await world.folder_id(world.alice)

        def work(transaction: Any) -> None:
            transaction.prune_log(owner, transaction.log_folder(owner, ChangeKind.CREATED, folder_id))

        await world.store.write(work)
        await tell(world, "* OK [NOTIFICATIONOVERFLOW] …")


def test_a_bug_while_telling_does_not_end_the_connection(converse: Any) -> None:
    @watching(converse, f"(PERSONAL ({MESSAGES}))")
    async def _(world: Any) -> None:
        world.server.services.changes.modseq = None  # whatever it is that goes wrong
        await world.deliver(b"a: b\r\n\r\n")
        await tell(world, "* OK [NOTIFICATIONOVERFLOW] …")
        await world.script("a> 2 NOOP\na< 2 OK NOOP completed")


def test_notifications_do_not_prolong_the_stay(converse: Any) -> None:
    @watching(converse, f"(MAILBOXES Drafts ({MESSAGES}))")
    async def _(world: Any) -> None:
        world.advance(1000)
        await world.deliver(b"a: b\r\n\r\n", path="Drafts")
        await tell(world, "* STATUS Drafts (MESSAGES 1 UIDNEXT 2)")
        world.advance(800)
        await world.quiet()
        await world.script("a< * BYE Autologout: idle for too long\na< END")
