"""NOTIFY (RFC 5465): what is told of which folders, while commands run and while none does."""

from typing import Any

import pytest

from mailproof_server.model.change import ChangeKind

MESSAGES = "MessageNew MessageExpunge"


async def tell(world: Any, *lines: str) -> None:
    """What session `a` must be told now, and nothing else."""
    await world.quiet()
    if lines:
        await world.script("\n".join(f"a< {line}" for line in lines))
    else:
        assert (await world.client("a"))._lines() == []


async def by_another(world: Any, command: str) -> None:
    """Another session of Alice does something."""
    client = await world.client("a9")
    answer = await client.say(f"9 {command}")
    assert answer.startswith("OK"), answer


def watching(converse: Any, groups: str, *, prelude: str = "", **options: Any) -> Any:
    """A decorator: run the scenario after NOTIFY SET with these groups."""

    def run(scenario: Any) -> None:
        async def whole(world: Any) -> None:
            if prelude:
                await world.script(prelude)
            assert await (await world.client("a")).say(f"n NOTIFY SET {groups}") == "OK NOTIFY completed"
            await scenario(world)

        converse(whole, **options)

    return run


SELECT = "a> 1 SELECT INBOX\na< ***\na< 1 OK [READ-WRITE] SELECT completed"


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


def test_none_ends_everything(converse: Any) -> None:
    @watching(converse, f"(SELECTED ({MESSAGES})) (PERSONAL ({MESSAGES}))", prelude=SELECT)
    async def _(world: Any) -> None:
        await world.script("a> 2 NOTIFY NONE\na< 2 OK NOTIFY completed")
        await world.deliver(b"a: b\r\n\r\n")
        await world.deliver(b"a: b\r\n\r\n", path="Drafts")
        await tell(world)
        await world.script("a> 3 NOOP\na< 3 OK NOOP completed")
        assert not world.store.feed._watchers


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


def test_names_that_come_and_go(converse: Any) -> None:
    @watching(converse, "(SUBTREE (top other) (MailboxName))")
    async def _(world: Any) -> None:
        await by_another(world, "CREATE elsewhere")
        await tell(world)
        await by_another(world, "CREATE top")
        await tell(world, r'* LIST (\HasNoChildren) "/" top')
        await by_another(world, "CREATE top/sub")
        await tell(world, r'* LIST (\HasChildren) "/" top', r'* LIST (\HasNoChildren) "/" top/sub')
        await by_another(world, "DELETE top")
        await tell(world, r'* LIST (\NonExistent \Noselect \HasChildren) "/" top')
        await by_another(world, "CREATE top")
        await tell(world, r'* LIST (\HasChildren) "/" top')
        await by_another(world, "DELETE top/sub")
        await tell(
            world, r'* LIST (\HasNoChildren) "/" top', r'* LIST (\NonExistent \Noselect \HasNoChildren) "/" top/sub'
        )


def test_renames_tell_the_old_name_once_for_the_branch(converse: Any) -> None:
    @watching(converse, "(PERSONAL (MailboxName))", prelude="a9> 1 CREATE a/b/c\na9< 1 OK …")
    async def _(world: Any) -> None:
        await by_another(world, "SUBSCRIBE a/b")
        await tell(world)
        await by_another(world, "RENAME a/b a/x")
        await tell(world, r'* LIST (\HasChildren \Subscribed) "/" a/x ("OLDNAME" (a/b))')
        await by_another(world, "RENAME a/x/c c")
        await tell(world, r'* LIST (\HasNoChildren) "/" c ("OLDNAME" (a/x/c))')


def test_subscriptions(converse: Any) -> None:
    @watching(converse, "(PERSONAL (SubscriptionChange))")
    async def _(world: Any) -> None:
        await by_another(world, "UNSUBSCRIBE Drafts")
        await tell(world, r'* LIST (\HasNoChildren \Drafts) "/" Drafts')
        await by_another(world, "SUBSCRIBE Drafts")
        await tell(world, r'* LIST (\HasNoChildren \Subscribed \Drafts) "/" Drafts')
        await by_another(world, "CREATE new")
        await tell(world)


def test_the_subscribed_set_is_evaluated_anew(converse: Any) -> None:
    @watching(converse, f"(SUBSCRIBED ({MESSAGES} SubscriptionChange))")
    async def _(world: Any) -> None:
        await by_another(world, "CREATE new")
        await world.deliver(b"a: b\r\n\r\n", path="new")
        await tell(world)
        await by_another(world, "SUBSCRIBE new")
        await tell(world, r'* LIST (\HasNoChildren \Subscribed) "/" new')
        await world.deliver(b"a: b\r\n\r\n", path="new")
        await tell(world, "* STATUS new (MESSAGES 2 UIDNEXT 3)")
        await by_another(world, "UNSUBSCRIBE new")
        await tell(world, r'* LIST (\HasNoChildren) "/" new')
        await world.deliver(b"a: b\r\n\r\n", path="new")
        await tell(world)


def test_inboxes_are_the_personal_folders(converse: Any) -> None:
    @watching(converse, f"(INBOXES ({MESSAGES}))")
    async def _(world: Any) -> None:
        await world.deliver(b"a: b\r\n\r\n")
        await tell(world, "* STATUS INBOX (MESSAGES 1 UIDNEXT 2)")


def test_metadata(converse: Any) -> None:
    before = 'a9> 1 SETMETADATA Drafts (/private/old "1" /shared/old "2")\na9< 1 OK SETMETADATA completed'

    @watching(converse, "(MAILBOXES Drafts (MailboxMetadataChange ServerMetadataChange))", prelude=before)
    async def _(world: Any) -> None:
        await by_another(world, 'SETMETADATA Drafts (/private/new "x" /shared/old NIL)')
        await tell(world, "* METADATA Drafts /private/new /shared/old")
        await by_another(world, 'SETMETADATA Drafts (/private/new "x")')
        await by_another(world, 'SETMETADATA Archive (/private/new "x")')
        await tell(world)
        await by_another(world, 'SETMETADATA "" (/private/comment "x")')
        await tell(world, '* METADATA "" /private/comment')
        await by_another(world, 'SETMETADATA "" (/private/comment NIL)')
        await tell(world, '* METADATA "" /private/comment')


BOBS = '"Other Users/bob@example.test/Team"'


async def bobs_folder(world: Any, letters: str) -> None:
    await world.services.folders.create(world.bob, world.bob.account_id, "Team")
    if letters:
        await world.share("Team", letters, owner=world.bob, to=world.alice)


@pytest.mark.parametrize("group", [f"MAILBOXES {BOBS}", f"SUBTREE {BOBS}", 'SUBTREE "Other Users"', "SUBSCRIBED"])
def test_folders_of_others(converse: Any, group: str) -> None:
    async def scenario(world: Any) -> None:
        await bobs_folder(world, "lr")
        await world.script(f"a> 1 SUBSCRIBE {BOBS}\na< 1 OK SUBSCRIBE completed")
        await world.script(f"a> 2 NOTIFY SET ({group} ({MESSAGES}))\na< 2 OK NOTIFY completed")
        await world.deliver(b"a: b\r\n\r\n", to=world.bob, path="Team")
        await tell(world, f"* STATUS {BOBS} (MESSAGES 1 UIDNEXT 2)")
        await world.deliver(b"a: b\r\n\r\n", to=world.bob)
        await tell(world)

    converse(scenario)


def test_rights_that_come_and_go_are_names_that_come_and_go(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        await bobs_folder(world, "")
        groups = f"(SUBTREE {BOBS} (MailboxName {MESSAGES}))"
        await world.script(f"a> 2 NOTIFY SET {groups}\na< 2 OK NOTIFY completed")
        await world.deliver(b"a: b\r\n\r\n", to=world.bob, path="Team")
        await tell(world)
        await world.share("Team", "lr", owner=world.bob, to=world.alice)
        await tell(world, rf'* LIST (\HasNoChildren) "/" {BOBS}')
        await world.deliver(b"a: b\r\n\r\n", to=world.bob, path="Team")
        await tell(world, f"* STATUS {BOBS} (MESSAGES 2 UIDNEXT 3)")
        await world.share("Team", "", owner=world.bob, to=world.alice)
        await tell(world, rf'* LIST (\NonExistent \Noselect \HasNoChildren) "/" {BOBS}')
        await world.deliver(b"a: b\r\n\r\n", to=world.bob, path="Team")
        await tell(world)

    converse(scenario)


def test_what_may_be_listed_and_not_read(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        await bobs_folder(world, "l")
        await world.script(
            rf"""
            a> 1 NOTIFY SET STATUS (MAILBOXES ({BOBS} Nowhere) ({MESSAGES}))
            a< * LIST (\Noselect \HasNoChildren \NoAccess) "/" {BOBS}
            a< 1 OK NOTIFY completed
            """
        )
        await world.deliver(b"a: b\r\n\r\n", to=world.bob, path="Team")
        await tell(world)
        await world.share("Team", "lr", owner=world.bob, to=world.alice)
        await tell(world, rf'* LIST (\HasNoChildren) "/" {BOBS}')
        await world.deliver(b"a: b\r\n\r\n", to=world.bob, path="Team")
        await tell(world, f"* STATUS {BOBS} (MESSAGES 2 UIDNEXT 3)")
        await world.share("Team", "l", owner=world.bob, to=world.alice)
        await tell(world, rf'* LIST (\Noselect \HasNoChildren \NoAccess) "/" {BOBS}')
        await world.share("Team", "lr", owner=world.bob, to=world.alice)
        await tell(world, rf'* LIST (\HasNoChildren) "/" {BOBS}')
        await world.share("Team", "", owner=world.bob, to=world.alice)
        await tell(world, rf'* LIST (\NonExistent \Noselect \HasNoChildren \NoAccess) "/" {BOBS}')

    converse(scenario)


def test_a_selected_folder_of_another_account(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        await bobs_folder(world, "lr")
        await world.script(
            f"""
            a> 1 NOTIFY SET (SELECTED ({MESSAGES}))
            a< 1 OK NOTIFY completed
            a> 2 SELECT {BOBS}
            a< ***
            a< 2 OK [READ-ONLY] SELECT completed
            """
        )
        await world.deliver(b"a: b\r\n\r\n", to=world.bob, path="Team")
        await tell(world, "* 1 EXISTS", "* 1 RECENT")
        await world.share("Team", "", owner=world.bob, to=world.alice)
        await world.quiet()
        await world.script("a< * BYE The selected folder is gone\na< END")

    converse(scenario)


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
        assert not world.store.feed._watchers


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


def test_notifications_do_not_prolong_the_stay(converse: Any) -> None:
    @watching(converse, f"(MAILBOXES Drafts ({MESSAGES}))")
    async def _(world: Any) -> None:
        world.advance(1000)
        await world.deliver(b"a: b\r\n\r\n", path="Drafts")
        await tell(world, "* STATUS Drafts (MESSAGES 1 UIDNEXT 2)")
        world.advance(800)
        await world.quiet()
        await world.script("a< * BYE Autologout: idle for too long\na< END")


def test_a_deleted_account_leaves_silence(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        await bobs_folder(world, "lr")
        await world.script(f"a> 1 NOTIFY SET (SUBTREE {BOBS} (MailboxName))\na< 1 OK NOTIFY completed")
        await world.services.directory.remove(world.bob.id)
        await world.quiet()
        await world.script(rf'a< * LIST (\NonExistent \Noselect \HasNoChildren) "/" {BOBS}')
        await world.script("a> 2 NOOP\na< 2 OK NOOP completed")

    converse(scenario)
