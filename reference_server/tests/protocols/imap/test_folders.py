"""CREATE, DELETE, RENAME, SUBSCRIBE, LIST, LSUB, STATUS, NAMESPACE (RFC 9051 6.3; RFC 5258, 5819, 6154, 8440, 9590)."""

from typing import Any

import pytest


def test_a_new_account_has_its_folders_and_is_subscribed_to_them(play: Any) -> None:
    play(
        r"""
        a> 1 LIST "" *
        a< * LIST (\HasNoChildren \Archive) "/" Archive
        a< * LIST (\HasNoChildren \Trash) "/" "Deleted Items"
        a< * LIST (\HasNoChildren \Drafts) "/" Drafts
        a< * LIST (\HasNoChildren) "/" INBOX
        a< * LIST (\HasNoChildren \Junk) "/" "Junk E-mail"
        a< * LIST (\HasNoChildren \Sent) "/" "Sent Items"
        a< 1 OK LIST completed
        a> 2 LSUB "" *
        a< * LSUB () "/" Archive
        a< * LSUB () "/" "Deleted Items"
        a< * LSUB () "/" Drafts
        a< * LSUB () "/" INBOX
        a< * LSUB () "/" "Junk E-mail"
        a< * LSUB () "/" "Sent Items"
        a< 2 OK LSUB completed
        a> 3 LIST (SUBSCRIBED) "" %
        a< * LIST (\HasNoChildren \Subscribed \Archive) "/" Archive
        a< * LIST (\HasNoChildren \Subscribed \Trash) "/" "Deleted Items"
        a< * LIST (\HasNoChildren \Subscribed \Drafts) "/" Drafts
        a< * LIST (\HasNoChildren \Subscribed) "/" INBOX
        a< * LIST (\HasNoChildren \Subscribed \Junk) "/" "Junk E-mail"
        a< * LIST (\HasNoChildren \Subscribed \Sent) "/" "Sent Items"
        a< 3 OK LIST completed
        a> 4 LIST (SPECIAL-USE) "" *
        a< * LIST (… \Archive) "/" Archive
        a< * LIST (… \Trash) "/" "Deleted Items"
        a< * LIST (… \Drafts) "/" Drafts
        a< * LIST (… \Junk) "/" "Junk E-mail"
        a< * LIST (… \Sent) "/" "Sent Items"
        a< 4 OK LIST completed
        """
    )


def test_the_separator(play: Any) -> None:
    play(
        r"""
        a> 1 LIST "" ""
        a> 2 LIST anything ""
        a> 3 NAMESPACE
        a< * LIST (\Noselect) "/" ""
        a< 1 OK LIST completed
        a< * LIST (\Noselect) "/" ""
        a< 2 OK LIST completed
        a< * NAMESPACE (("" "/")) (("Other Users/" "/")) NIL
        a< 3 OK NAMESPACE completed
        """
    )


def test_create(play: Any) -> None:
    play(
        r"""
        a> 1 CREATE one/two/three
        a> 2 CREATE one/two/
        a> 3 CREATE container/
        a> 4 CREATE ""
        a> 5 CREATE /
        a> 6 CREATE x//y
        a> 7 CREATE INBOX
        a> 8 CREATE inbox/sub
        a> 9 CREATE "Other Users"
        a> 10 CREATE Calendar
        a< 1 OK [MAILBOXID (F…)] CREATE completed
        a< 2 NO [ALREADYEXISTS] …
        a< 3 OK [MAILBOXID (F…)] CREATE completed
        a< 4 NO [CANNOT] …
        a< 5 NO [CANNOT] …
        a< 6 NO [CANNOT] …
        a< 7 NO [ALREADYEXISTS] …
        a< 8 OK [MAILBOXID (F…)] CREATE completed
        a< 9 NO [CANNOT] …
        a< 10 NO [ALREADYEXISTS] …
        a> 11 LIST "" (one* INBOX/* container)
        a< * LIST (\HasNoChildren) "/" INBOX/sub
        a< * LIST (\HasNoChildren) "/" container
        a< * LIST (\HasChildren) "/" one
        a< * LIST (\HasChildren) "/" one/two
        a< * LIST (\HasNoChildren) "/" one/two/three
        a< 11 OK LIST completed
        """
    )


def test_create_with_a_special_use(play: Any) -> None:
    play(
        r"""
        a> 1 CREATE Old (USE (\Archive \Important))
        a> 2 CREATE Everything (USE (\All))
        a> 3 CREATE None (USE ())
        a> 4 CREATE Bad (COLOUR (red))
        a< 1 OK …
        a< 2 NO [USEATTR] …
        a< 3 OK …
        a< 4 BAD …
        a> 5 LIST "" Old RETURN (SPECIAL-USE)
        a< * LIST (\HasNoChildren \Archive \Important) "/" Old
        a< 5 OK LIST completed
        """
    )


def test_delete(play: Any) -> None:
    play(
        r"""
        a> 1 CREATE top/sub
        a> 2 DELETE top
        a> 3 LIST "" top*
        a> 4 DELETE top
        a> 5 DELETE top/sub
        a> 6 DELETE top
        a> 7 LIST "" top*
        a> 8 DELETE INBOX
        a> 9 DELETE Nowhere
        a> 10 DELETE Calendar
        a< 1 OK …
        a< 2 OK DELETE completed
        a< * LIST (\Noselect \HasChildren) "/" top
        a< * LIST (\HasNoChildren) "/" top/sub
        a< 3 OK LIST completed
        a< 4 NO [HASCHILDREN] …
        a< 5 OK DELETE completed
        a< 6 OK DELETE completed
        a< 7 OK LIST completed
        a< 8 NO [CANNOT] …
        a< 9 NO [NONEXISTENT] …
        a< 10 NO [NONEXISTENT] …
        """
    )


def test_a_folder_made_again_has_a_higher_uidvalidity(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        client = await world.client("a")
        values = []
        for _ in range(2):
            await client.say("1 CREATE again")
            [line, _] = await client.ask("2 STATUS again (UIDVALIDITY)")
            values.append(int(line.split()[-1].rstrip(")")))
            await client.say("3 DELETE again")
        assert values[0] < values[1]

    converse(scenario)


def test_rename(play: Any) -> None:
    play(
        r"""
        a> 1 CREATE a/b/c
        a> 2 SUBSCRIBE a/b
        a> 3 RENAME a/b x/y
        a> 4 LIST "" (a* x*) RETURN (SUBSCRIBED)
        a> 5 RENAME x x/z
        a> 6 RENAME Nowhere y
        a> 7 RENAME a INBOX
        a> 8 RENAME a x
        a> 9 RENAME a "Other Users/bob@example.test/a"
        a> 10 RENAME Drafts Entwurf/
        a> 11 LIST "" Entwurf
        a< 1 OK …
        a< 2 OK …
        a< 3 OK RENAME completed
        a< * LIST (\HasNoChildren) "/" a
        a< * LIST (\HasChildren) "/" x
        a< * LIST (\HasChildren \Subscribed) "/" x/y
        a< * LIST (\HasNoChildren) "/" x/y/c
        a< 4 OK LIST completed
        a< 5 NO [CANNOT] …
        a< 6 NO [NONEXISTENT] …
        a< 7 NO [ALREADYEXISTS] …
        a< 8 NO [ALREADYEXISTS] …
        a< 9 NO [CANNOT] …
        a< 10 OK RENAME completed
        a< * LIST (\HasNoChildren \Drafts) "/" Entwurf
        a< 11 OK LIST completed
        """
    )


def test_renaming_inbox_moves_its_messages(play: Any) -> None:
    play(
        """
        a> 1 CREATE INBOX/sub
        a> 2 RENAME INBOX Old
        a> 3 STATUS INBOX (MESSAGES)
        a> 4 STATUS Old (MESSAGES)
        a> 5 STATUS INBOX/sub (MESSAGES)
        a< 1 OK …
        a< 2 OK RENAME completed
        a< * STATUS INBOX (MESSAGES 0)
        a< 3 OK …
        a< * STATUS Old (MESSAGES 2)
        a< 4 OK …
        a< * STATUS INBOX/sub (MESSAGES 0)
        a< 5 OK …
        """,
        inbox=2,
    )


def test_subscriptions_outlive_their_folders(play: Any) -> None:
    play(
        r"""
        a> 1 CREATE gone/sub
        a> 2 SUBSCRIBE gone/sub
        a> 3 SUBSCRIBE Nowhere
        a> 4 DELETE gone/sub
        a> 5 DELETE gone
        a< 1 OK …
        a< 2 OK SUBSCRIBE completed
        a< 3 NO [NONEXISTENT] …
        a< 4 OK …
        a< 5 OK …
        a> 6 LSUB "" gone*
        a> 7 LSUB "" g%
        a> 8 LIST (SUBSCRIBED) "" gone*
        a> 9 LIST "" gone*
        a> 10 LIST "" gone* RETURN (SUBSCRIBED)
        a> 11 LIST (SUBSCRIBED RECURSIVEMATCH) "" g%
        a< * LSUB (\Noselect) "/" gone/sub
        a< 6 OK LSUB completed
        a< * LSUB (\Noselect) "/" gone
        a< 7 OK LSUB completed
        a< * LIST (\NonExistent \Noselect \HasNoChildren \Subscribed) "/" gone/sub
        a< 8 OK LIST completed
        a< 9 OK LIST completed
        a< 10 OK LIST completed
        a< * LIST (\NonExistent \Noselect \HasNoChildren) "/" gone ("CHILDINFO" ("SUBSCRIBED"))
        a< 11 OK LIST completed
        a> 12 UNSUBSCRIBE gone/sub
        a> 13 UNSUBSCRIBE gone/sub
        a> 14 LSUB "" gone*
        a< 12 OK UNSUBSCRIBE completed
        a< 13 OK UNSUBSCRIBE completed
        a< 14 OK LSUB completed
        """
    )


def test_patterns(play: Any) -> None:
    play(
        r"""
        a> 0 CREATE a/b/c
        a< 0 OK …
        a> 1 LIST "" a%
        a> 2 LIST "" a/%
        a> 3 LIST "" a*c
        a> 4 LIST a/ *
        a> 5 LIST "" (INBOX a)
        a> 6 LIST "" iNbOx
        a> 7 LIST "" A
        a< * LIST (\HasChildren) "/" a
        a< 1 OK …
        a< * LIST (\HasChildren) "/" a/b
        a< 2 OK …
        a< * LIST (\HasNoChildren) "/" a/b/c
        a< 3 OK …
        a< * LIST (\HasChildren) "/" a/b
        a< * LIST (\HasNoChildren) "/" a/b/c
        a< 4 OK …
        a< * LIST (\HasNoChildren) "/" INBOX
        a< * LIST (\HasChildren) "/" a
        a< 5 OK …
        a< * LIST (\HasNoChildren) "/" INBOX
        a< 6 OK …
        a< 7 OK …
        """
    )


TREE = r"""
a> 0 CREATE foo2/bar1
a> 0 CREATE foo2/bar2
a> 0 CREATE baz2/bar2
a> 0 CREATE eps2/mamba
a> 0 SUBSCRIBE foo2/bar1
a> 0 SUBSCRIBE foo2/bar2
a> 0 SUBSCRIBE baz2/bar2
a> 0 SUBSCRIBE eps2
a> 0 SUBSCRIBE eps2/mamba
a< ***
a< 0 OK SUBSCRIBE completed
a< 0 OK SUBSCRIBE completed
a< 0 OK SUBSCRIBE completed
a< 0 OK SUBSCRIBE completed
a< 0 OK SUBSCRIBE completed
"""


def test_recursivematch_shows_what_a_pattern_would_hide(play: Any) -> None:
    """RFC 9051 6.3.9.8, example 8: `baz2` is left out, because what it would tell of is listed."""
    play(
        TREE
        + r"""
        a> 1 LIST (RECURSIVEMATCH SUBSCRIBED) "" *2
        a< * LIST (\HasNoChildren \Subscribed) "/" baz2/bar2
        a< * LIST (\HasChildren \Subscribed) "/" eps2 ("CHILDINFO" ("SUBSCRIBED"))
        a< * LIST (\HasChildren) "/" foo2 ("CHILDINFO" ("SUBSCRIBED"))
        a< * LIST (\HasNoChildren \Subscribed) "/" foo2/bar2
        a< 1 OK LIST completed
        a> 2 LIST (SUBSCRIBED RECURSIVEMATCH) "" %2 RETURN (STATUS (MESSAGES))
        a< * LIST (\HasChildren) "/" baz2 ("CHILDINFO" ("SUBSCRIBED"))
        a< * LIST (\HasChildren \Subscribed) "/" eps2 ("CHILDINFO" ("SUBSCRIBED"))
        a< * STATUS eps2 (MESSAGES 0)
        a< * LIST (\HasChildren) "/" foo2 ("CHILDINFO" ("SUBSCRIBED"))
        a< 2 OK LIST completed
        a> 3 LIST (SUBSCRIBED) "" %2
        a< * LIST (\HasChildren \Subscribed) "/" eps2
        a< 3 OK LIST completed
        a> 4 LIST (RECURSIVEMATCH) "" *
        a> 5 LIST (RECURSIVEMATCH REMOTE) "" *
        a> 6 LIST (NOTHING) "" *
        a> 7 LIST "" * RETURN (NOTHING)
        a< 4 BAD RECURSIVEMATCH needs SUBSCRIBED
        a< 5 BAD RECURSIVEMATCH needs SUBSCRIBED
        a< 6 BAD …
        a< 7 BAD …
        """
    )


def test_list_with_status_rights_and_metadata(play: Any) -> None:
    play(
        r"""
        a> 0 SETMETADATA INBOX (/shared/comment "in")
        a> 1 CREATE top/sub
        a> 2 DELETE top
        a< ***
        a< 2 OK DELETE completed
        a> 3 LIST "" (INBOX top*) RETURN (STATUS (MESSAGES UNSEEN) MYRIGHTS METADATA (/shared/comment) CHILDREN)
        a< * LIST (\HasNoChildren) "/" INBOX
        a< * STATUS INBOX (MESSAGES 2 UNSEEN 2)
        a< * MYRIGHTS INBOX lrswipkxteacd
        a< * METADATA INBOX (/shared/comment "in")
        a< * LIST (\Noselect \HasChildren) "/" top
        a< * LIST (\HasNoChildren) "/" top/sub
        a< * STATUS top/sub (MESSAGES 0 UNSEEN 0)
        a< * MYRIGHTS top/sub lrswipkxteacd
        a< * METADATA top/sub (/shared/comment NIL)
        a< 3 OK LIST completed
        """,
        inbox=2,
    )


def test_status(play: Any) -> None:
    play(
        r"""
        a> 1 STATUS INBOX (MESSAGES UIDNEXT UIDVALIDITY UNSEEN RECENT SIZE APPENDLIMIT MAILBOXID)
        a< * STATUS INBOX (MESSAGES 2 UIDNEXT 3 UIDVALIDITY … UNSEEN 2 RECENT 2 SIZE 304 APPENDLIMIT 41943040 …)
        a< 1 OK STATUS completed
        a> 2 SELECT INBOX
        a> 3 STORE 1 +FLAGS.SILENT (\Seen \Deleted)
        a> 4 STATUS INBOX (UNSEEN DELETED DELETED-STORAGE)
        a< ***
        a< * STATUS INBOX (UNSEEN 1 DELETED 1 DELETED-STORAGE 1)
        a< 4 OK STATUS completed
        a> 5 STATUS INBOX ()
        a> 6 STATUS INBOX MESSAGES
        a> 7 STATUS INBOX (NOTHING)
        a> 8 STATUS Nowhere (MESSAGES)
        a< 5 BAD …
        a< 6 BAD …
        a< 7 BAD …
        a< 8 NO [NONEXISTENT] …
        """,
        inbox=2,
    )


def test_names_in_modified_utf_7_and_utf_8(play: Any) -> None:
    play(
        r"""
        a> 1 CREATE Entw&APw-rfe
        a> 2 CREATE "R&-D"
        a> 3 CREATE "&Jjo!"
        a> 4 CREATE "&U,BTFw-&ZeVnLIqe-"
        a> 5 LIST "" (E* R*)
        a< 1 OK …
        a< 2 OK …
        a< 3 NO [CANNOT] …
        a< 4 NO [CANNOT] …
        a< * LIST (\HasNoChildren) "/" Entw&APw-rfe
        a< * LIST (\HasNoChildren) "/" R&-D
        a< 5 OK LIST completed
        a2> 1 ENABLE IMAP4rev2
        a2> 2 LIST "" (E* R*)
        a2> 3 CREATE "Entwürfe"
        a2> 4 STATUS "Entwürfe" (MESSAGES)
        a2< ***
        a2< * LIST (\HasNoChildren) "/" "Entwürfe"
        a2< * LIST (\HasNoChildren) "/" R&D
        a2< 2 OK LIST completed
        a2< 3 NO [ALREADYEXISTS] …
        a2< * STATUS "Entwürfe" (MESSAGES 0)
        a2< 4 OK STATUS completed
        """
    )


@pytest.mark.parametrize(
    "command", ["DELETE", "SUBSCRIBE", "LIST", 'LIST ""', "LSUB", "RENAME x", "CREATE x y", "STATUS"]
)
def test_missing_arguments(play: Any, command: str) -> None:
    play(f"a> 1 {command}\na< 1 BAD …")


def test_folders_of_others(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        await world.services.folders.create(world.alice, world.alice.account_id, "Team/Plans")
        await world.share("Team/Plans", "lr")
        await world.script(
            r"""
            b> 1 LIST "" "Other*"
            b< * LIST (\NonExistent \Noselect \HasChildren) "/" "Other Users"
            b< * LIST (\NonExistent \Noselect \HasChildren) "/" "Other Users/alice@example.test"
            b< * LIST (\NonExistent \Noselect \HasChildren) "/" "Other Users/alice@example.test/Team"
            b< * LIST (\HasNoChildren) "/" "Other Users/alice@example.test/Team/Plans"
            b< 1 OK LIST completed
            b> 2 LIST "" "Other Users/%/Team/%"
            b< * LIST (\HasNoChildren) "/" "Other Users/alice@example.test/Team/Plans"
            b< 2 OK LIST completed
            b> 3 SUBSCRIBE "Other Users/alice@example.test/Team/Plans"
            b> 4 LSUB "" "Other*"
            b< 3 OK SUBSCRIBE completed
            b< * LSUB () "/" "Other Users/alice@example.test/Team/Plans"
            b< 4 OK LSUB completed
            b> 5 SUBSCRIBE "Other Users/alice@example.test/INBOX"
            b< 5 NO [NONEXISTENT] …
            """
        )

    converse(scenario)
