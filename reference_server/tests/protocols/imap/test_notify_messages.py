"""NOTIFY and messages (RFC 5465 5.1 to 5.3): what is told of the selected folder and of others."""

from typing import Any

import pytest

from tests.protocols.imap.watching import (
    MESSAGES,
    SELECT,
    by_another,
    tell,
    watching,
)


def test_other_folders_by_status(converse: Any) -> None:
    @watching(converse, f"(MAILBOXES (Drafts Archive) ({MESSAGES}))")
    async def _(world: Any) -> None:
        await world.deliver(b"a: b\r\n\r\n", b"c: d\r\n\r\n", path="Drafts")
        await tell(world, "* STATUS Drafts (MESSAGES 2 UIDNEXT 3)")
        await world.deliver(b"a: b\r\n\r\n")
        await tell(world)
        await by_another(world, "SELECT Drafts")
        await by_another(world, r"STORE 1 +FLAGS \Deleted")
        await tell(world)
        await by_another(world, "EXPUNGE")
        await tell(world, "* STATUS Drafts (MESSAGES 1 UIDNEXT 3)")
        await by_another(world, "MOVE 1 Archive")
        await world.quiet()
        await world.script("a< * STATUS Archive (MESSAGES 1 UIDNEXT 2)\na< * STATUS Drafts (MESSAGES 0 UIDNEXT 3)")


def test_flag_changes_elsewhere(converse: Any) -> None:
    """RFC 5465 5.1: without CONDSTORE there is only UNSEEN to tell, and nothing when it stays the same."""

    @watching(converse, f"(PERSONAL ({MESSAGES} FlagChange))", inbox=2)
    async def _(world: Any) -> None:
        await by_another(world, "SELECT INBOX")
        await by_another(world, r"STORE 1 +FLAGS \Flagged")
        await tell(world)
        await by_another(world, r"STORE 1 +FLAGS \Seen")
        await tell(world, "* STATUS INBOX (UIDVALIDITY … UNSEEN 1)")


def test_a_new_generation_of_uids_is_told(converse: Any) -> None:
    """RFC 5465 5.1: with FlagChange "the server MUST notify the client about mailbox UIDVALIDITY changes"."""
    before = "a9> 1 CREATE x/y\na9< 1 OK …\na9> 2 CREATE z\na9< 2 OK …\na9> 3 DELETE z\na9< 3 OK …"

    @watching(converse, f"(SUBTREE (x z) ({MESSAGES} FlagChange))", prelude=before)
    async def _(world: Any) -> None:
        await by_another(world, "RENAME x/y z")
        await tell(world, "* STATUS z (UIDVALIDITY …)")


@pytest.fixture
def start() -> str:
    return "a> 1 ENABLE CONDSTORE\na< * ENABLED CONDSTORE\na< 1 OK ENABLE completed"


def test_flag_changes_elsewhere_with_condstore(converse: Any, start: str) -> None:
    @watching(converse, f"(PERSONAL ({MESSAGES} FlagChange))", prelude=start, inbox=2)
    async def _(world: Any) -> None:
        await by_another(world, "SELECT INBOX")
        await by_another(world, r"STORE 1 +FLAGS \Flagged")
        await tell(world, "* STATUS INBOX (UIDVALIDITY … HIGHESTMODSEQ …)")
        await by_another(world, r"STORE 1 +FLAGS \Seen")
        await tell(world, "* STATUS INBOX (UIDVALIDITY … UNSEEN 1 HIGHESTMODSEQ …)")
        await world.deliver(b"a: b\r\n\r\n")
        await tell(world, "* STATUS INBOX (MESSAGES 3 UIDNEXT 4 HIGHESTMODSEQ …)")


def test_the_selected_folder_at_once(converse: Any) -> None:
    @watching(
        converse,
        "(SELECTED (MessageNew (UID BODY.PEEK[HEADER.FIELDS (A)]) MessageExpunge FlagChange))",
        prelude=SELECT,
        inbox=2,
    )
    async def _(world: Any) -> None:
        await world.deliver(b"A: b\r\n\r\n")
        await tell(world, "* 3 EXISTS", "* 3 RECENT", "* 3 FETCH (UID 3 BODY[HEADER.FIELDS (A)] {8}", "A: b", "", ")")
        await by_another(world, "SELECT INBOX")
        await by_another(world, r"STORE 1 +FLAGS \Deleted")
        await tell(world, r"* 1 FETCH (UID 1 FLAGS (\Deleted \Recent))")
        await by_another(world, "EXPUNGE")
        await tell(world, "* 1 EXPUNGE")
        await world.script(
            """
            a> 2 APPEND INBOX {4+}
            a> A: b
            a< * 3 EXISTS
            a< * 3 RECENT
            a< 2 OK [APPENDUID …] APPEND completed
            """
        )
        await tell(world)


def test_expunges_are_delayed_when_asked(converse: Any) -> None:
    @watching(converse, f"(SELECTED-DELAYED ({MESSAGES}))", prelude=SELECT, inbox=2)
    async def _(world: Any) -> None:
        await by_another(world, "SELECT INBOX")
        await by_another(world, r"STORE 1 +FLAGS \Deleted")
        await by_another(world, "EXPUNGE")
        await tell(world)
        await world.deliver(b"a: b\r\n\r\n")
        await tell(world, "* 3 EXISTS", "* 3 RECENT")
        await world.script(
            """
            a> 2 FETCH 2 UID
            a< * 2 FETCH (UID 2)
            a< 2 OK FETCH completed
            a> 3 NOOP
            a< * 1 EXPUNGE
            a< 3 OK NOOP completed
            """
        )


def test_what_a_command_held_back_is_told_right_after_it(converse: Any) -> None:
    @watching(converse, f"(SELECTED ({MESSAGES}))", prelude=SELECT, inbox=2)
    async def _(world: Any) -> None:
        await by_another(world, "SELECT INBOX")
        await by_another(world, r"STORE 1 +FLAGS \Deleted")
        await tell(world)
        client, folder_id = await world.client("a"), await world.folder_id(world.alice)
        await world.services.messages.expunge(world.alice, folder_id)
        # Before the session has run again: so the command finds the message gone and untold.
        client.send(b"2 FETCH 2 UID\r\n")
        await tell(world, "* 2 FETCH (UID 2)", "2 OK FETCH completed", "* 1 EXPUNGE")


def test_expunges_are_told_in_the_middle_of_a_line(converse: Any) -> None:
    @watching(converse, f"(SELECTED ({MESSAGES}))", prelude=SELECT, inbox=2)
    async def _(world: Any) -> None:
        client = await world.client("a")
        client.send(b"2 UID FET")
        await by_another(world, "SELECT INBOX")
        await by_another(world, r"STORE 1 +FLAGS \Deleted")
        await by_another(world, "EXPUNGE")
        await tell(world, "* 1 EXPUNGE")
        client.send(b"CH 2 UID\r\n")
        await tell(world, "* 1 FETCH (UID 2)", "2 OK FETCH completed")


def test_without_selected_nothing_is_told_of_the_selected_folder(converse: Any) -> None:
    @watching(converse, f"(PERSONAL ({MESSAGES}))", prelude=SELECT, inbox=3)
    async def _(world: Any) -> None:
        await world.deliver(b"a: b\r\n\r\n")
        await by_another(world, "SELECT INBOX")
        await by_another(world, r"STORE 1 +FLAGS \Deleted")
        await by_another(world, "UID EXPUNGE 1")
        await tell(world)
        await world.script(
            r"""
            a> 2 NOOP
            a< 2 OK NOOP completed
            a> 3 STORE 2 +FLAGS.SILENT \Deleted
            a> 4 EXPUNGE
            a< 3 OK STORE completed
            a< * 2 EXPUNGE
            a< 4 OK EXPUNGE completed
            a> 5 NOTIFY SET (SELECTED (MessageNew MessageExpunge FlagChange))
            a< * 1 EXPUNGE
            a< * 2 EXISTS
            a< * 1 RECENT
            a< 5 OK NOTIFY completed
            """
        )


def test_changes_of_flags_are_kept_until_they_are_wanted(converse: Any) -> None:
    @watching(converse, f"(SELECTED ({MESSAGES}))", prelude=SELECT, inbox=1)
    async def _(world: Any) -> None:
        await by_another(world, "SELECT INBOX")
        await by_another(world, r"STORE 1 +FLAGS \Seen")
        await tell(world)
        await world.script(
            r"""
            a> 2 NOTIFY SET (SELECTED (MessageNew MessageExpunge FlagChange))
            a< * 1 FETCH (UID 1 FLAGS (\Seen \Recent))
            a< 2 OK NOTIFY completed
            """
        )


def test_the_selected_specifier_goes_with_the_selection(converse: Any) -> None:
    @watching(converse, f"(SELECTED ({MESSAGES})) (PERSONAL ({MESSAGES}))")
    async def _(world: Any) -> None:
        await world.deliver(b"a: b\r\n\r\n")
        await tell(world, "* STATUS INBOX (MESSAGES 1 UIDNEXT 2)")
        await world.script(SELECT)
        await world.deliver(b"a: b\r\n\r\n")
        await tell(world, "* 2 EXISTS", "* 2 RECENT")
        await world.script("a> 3 UNSELECT\na< 3 OK UNSELECT completed")
        await world.deliver(b"a: b\r\n\r\n")
        await tell(world, "* STATUS INBOX (MESSAGES 3 UIDNEXT 4)")


def test_idle_tells_the_same(converse: Any) -> None:
    @watching(converse, f"(SELECTED-DELAYED ({MESSAGES})) (MAILBOXES Drafts ({MESSAGES}))", prelude=SELECT, inbox=1)
    async def _(world: Any) -> None:
        await world.script("a> 2 IDLE\na< + idling")
        await world.deliver(b"a: b\r\n\r\n", path="Drafts")
        await tell(world, "* STATUS Drafts (MESSAGES 1 UIDNEXT 2)")
        await by_another(world, "SELECT INBOX")
        await by_another(world, r"STORE 1 +FLAGS \Deleted")
        await by_another(world, "EXPUNGE")
        await tell(world, "* 1 EXPUNGE")
        await world.script("a> DONE\na< 2 OK IDLE completed")


def test_own_changes_are_not_echoed(converse: Any) -> None:
    groups = f"(PERSONAL ({MESSAGES} MailboxName SubscriptionChange MailboxMetadataChange ServerMetadataChange))"

    @watching(converse, groups, prelude=SELECT, inbox=2)
    async def _(world: Any) -> None:
        await world.script(
            """
            a> 2 APPEND Drafts {4+}
            a> a: b
            a> 3 COPY 1 Drafts
            a> 4 MOVE 1 Drafts
            a< 2 OK …
            a< 3 OK …
            a< * OK [COPYUID …
            a< * 1 EXPUNGE
            a< 4 OK …
            a> 5 CREATE new/sub
            a> 6 SUBSCRIBE new
            a> 7 RENAME new newer
            a> 8 SETMETADATA newer (/private/comment "x")
            a> 9 SETMETADATA "" (/private/comment "x")
            a> 10 DELETE newer/sub
            a> 11 UNSUBSCRIBE newer
            a< 5 OK …
            a< 6 OK …
            a< 7 OK …
            a< 8 OK …
            a< 9 OK …
            a< 10 OK …
            a< 11 OK …
            """
        )
        await tell(world)
        await world.deliver(b"a: b\r\n\r\n", path="Drafts")
        await tell(world, "* STATUS Drafts (MESSAGES 4 UIDNEXT 5)")


def test_a_slow_client_gets_one_response_for_many_changes(converse: Any) -> None:
    @watching(converse, f"(MAILBOXES Drafts ({MESSAGES}))")
    async def _(world: Any) -> None:
        client = await world.client("a")
        client.transport.protocol.pause_writing()
        for _ in range(30):
            await world.deliver(b"a: b\r\n\r\n", path="Drafts")
        await world.quiet()
        client.transport.protocol.resume_writing()
        await world.quiet()
        lines = client._lines()
        assert lines[-1] == "* STATUS Drafts (MESSAGES 30 UIDNEXT 31)"
        assert len(lines) <= 3
