"""NOTIFY and folders (RFC 5465 5.4 to 5.9): names, subscriptions, entries, and folders of others."""

from typing import Any

import pytest

from tests.protocols.imap.watching import (
    BOBS,
    MESSAGES,
    bobs_folder,
    by_another,
    tell,
    watching,
)


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


def test_a_deleted_account_leaves_silence(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        await bobs_folder(world, "lr")
        await world.script(f"a> 1 NOTIFY SET (SUBTREE {BOBS} (MailboxName))\na< 1 OK NOTIFY completed")
        await world.services.directory.remove(world.bob.id)
        await world.quiet()
        await world.script(rf'a< * LIST (\NonExistent \Noselect \HasNoChildren) "/" {BOBS}')
        await world.script("a> 2 NOOP\na< 2 OK NOOP completed")

    converse(scenario)
