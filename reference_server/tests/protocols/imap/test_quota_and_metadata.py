"""GETQUOTA, GETQUOTAROOT, SETQUOTA (RFC 9208), GETMETADATA and SETMETADATA (RFC 5464)."""

from typing import Any

import pytest


def test_quotas(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        await world.services.quota.set_limit(None, world.alice.account_id, 10 * 1024 + 1)
        await world.deliver(b"a: b\r\n\r\n" + b"x" * 1200)
        await world.script(
            """
            a> 1 GETQUOTAROOT INBOX
            a< * QUOTAROOT INBOX ""
            a< * QUOTA "" (STORAGE 2 10)
            a< 1 OK GETQUOTAROOT completed
            a> 2 GETQUOTA ""
            a< * QUOTA "" (STORAGE 2 10)
            a< 2 OK GETQUOTA completed
            a> 3 GETQUOTA nothing
            a> 4 GETQUOTA "Other Users/bob@example.test"
            a> 5 SETQUOTA "" (STORAGE 100)
            a> 6 GETQUOTAROOT Nowhere
            a> 7 SETQUOTA "" (STORAGE)
            a< 3 NO [NONEXISTENT] …
            a< 4 NO [NOPERM] …
            a< 5 NO [NOPERM] …
            a< 6 NO [NONEXISTENT] …
            a< 7 BAD …
            """
        )

    converse(scenario)


def test_the_quota_of_a_shared_folder_is_its_owners(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        await world.share("Drafts", "lr")
        await world.script(
            """
            b> 1 GETQUOTAROOT "Other Users/alice@example.test/Drafts"
            b< * QUOTAROOT "Other Users/alice@example.test/Drafts" "Other Users/alice@example.test"
            b< * QUOTA "Other Users/alice@example.test" (STORAGE 0 52428800)
            b< 1 OK GETQUOTAROOT completed
            b> 2 GETQUOTA "Other Users/alice@example.test"
            b< * QUOTA "Other Users/alice@example.test" (STORAGE 0 52428800)
            b< 2 OK GETQUOTA completed
            """
        )

    converse(scenario)


def test_entries_of_a_folder(play: Any) -> None:
    play(
        r"""
        a> 1 SETMETADATA INBOX (/shared/comment "ours" /private/comment {6+}
        a> "mine")
        a> 2 GETMETADATA INBOX /private/comment
        a> 3 GETMETADATA INBOX (/SHARED/Comment /private/nothing)
        a< 1 OK SETMETADATA completed
        a< * METADATA INBOX (/private/comment "\"mine\"")
        a< 2 OK GETMETADATA completed
        a< * METADATA INBOX (/shared/comment "ours" /private/nothing NIL)
        a< 3 OK GETMETADATA completed
        a> 4 SETMETADATA INBOX (/shared/comment NIL)
        a> 5 GETMETADATA INBOX /shared/comment
        a< 4 OK SETMETADATA completed
        a< * METADATA INBOX (/shared/comment NIL)
        a< 5 OK GETMETADATA completed
        a> 6 SETMETADATA "" (/private/comment "of the account")
        a> 7 GETMETADATA "" /private/comment
        a< 6 OK SETMETADATA completed
        a< * METADATA "" (/private/comment "of the account")
        a< 7 OK GETMETADATA completed
        """
    )


def test_depth_and_maxsize(play: Any) -> None:
    play(
        """
        a> 1 SETMETADATA INBOX (/private/f "0" /private/f/a "1" /private/f/b "22" /private/f/a/x "333" /private/fx "no")
        a> 2 GETMETADATA (DEPTH 1) INBOX /private/f
        a> 3 GETMETADATA INBOX (DEPTH infinity) (/private/f)
        a> 4 GETMETADATA (DEPTH 0) INBOX /private/f
        a> 5 GETMETADATA (MAXSIZE 1 DEPTH infinity) INBOX /private/f
        a> 6 GETMETADATA (MAXSIZE 2) INBOX (/private/f/b /private/f/a)
        a> 7 GETMETADATA (DEPTH infinity) INBOX /private/none
        a> 8 GETMETADATA (DEPTH 1) INBOX /private
        a< 1 OK SETMETADATA completed
        a< * METADATA INBOX (/private/f "0" /private/f/a "1" /private/f/b "22")
        a< 2 OK GETMETADATA completed
        a< * METADATA INBOX (/private/f "0" /private/f/a "1" /private/f/a/x "333" /private/f/b "22")
        a< 3 OK GETMETADATA completed
        a< * METADATA INBOX (/private/f "0")
        a< 4 OK GETMETADATA completed
        a< * METADATA INBOX (/private/f "0" /private/f/a "1")
        a< 5 OK [METADATA LONGENTRIES 3] GETMETADATA completed
        a< * METADATA INBOX (/private/f/b "22" /private/f/a "1")
        a< 6 OK GETMETADATA completed
        a< 7 OK GETMETADATA completed
        a< * METADATA INBOX (/private/f "0" /private/fx "no")
        a< 8 OK GETMETADATA completed
        """
    )


def test_binary_values_and_empty_ones(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        client = await world.client("a")
        assert (await client.say(b'1 SETMETADATA INBOX (/private/a ~{3+}\r\na\0b /private/b "")\r\n')).startswith("OK")
        lines = await client.ask("2 GETMETADATA INBOX (/private/a /private/b)")
        assert lines[:2] == ["* METADATA INBOX (/private/a ~{3}", 'a\0b /private/b "")']

    converse(scenario)


def test_limits_of_entries(play: Any) -> None:
    play(
        """
        a> 1 SETMETADATA INBOX (/private/a "12345" /private/b "1")
        a> 2 SETMETADATA INBOX (/private/a "1" /private/b "1" /private/c "1")
        a> 3 GETMETADATA INBOX (/private/a /private/b)
        a< 1 NO [METADATA MAXSIZE 4] …
        a< 2 NO [METADATA TOOMANY] …
        a< * METADATA INBOX (/private/a NIL /private/b NIL)
        a< 3 OK GETMETADATA completed
        """,
        services={"annotation_bytes": 4, "annotations_per_folder": 2},
    )


@pytest.mark.parametrize(
    "entry", ["/other/x", "private/x", "/private/x/", "/private//x", "/private/x*", '"/private/%"']
)
def test_bad_entry_names(play: Any, entry: str) -> None:
    play(f'a> 1 GETMETADATA INBOX {entry}\na> 2 SETMETADATA INBOX ({entry} "x")\na< 1 BAD …\na< 2 BAD …')


def test_private_entries_are_ones_own_and_shared_ones_need_a_right(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        await world.share("Drafts", "lr")
        await world.script(
            """
            a> 1 SETMETADATA Drafts (/private/comment "mine" /shared/comment "ours")
            a< 1 OK SETMETADATA completed
            b> 1 GETMETADATA "Other Users/alice@example.test/Drafts" (/private/comment /shared/comment)
            b< * METADATA "Other Users/alice@example.test/Drafts" (/private/comment NIL /shared/comment "ours")
            b< 1 OK GETMETADATA completed
            b> 2 SETMETADATA "Other Users/alice@example.test/Drafts" (/shared/comment "theirs")
            b> 3 SETMETADATA "Other Users/alice@example.test/Drafts" (/private/comment "his")
            b> 4 SETMETADATA Nowhere (/private/comment "x")
            b< 2 NO [NOPERM] …
            b< 3 OK SETMETADATA completed
            b< 4 NO [NONEXISTENT] …
            """
        )

    converse(scenario)


def test_special_uses_are_an_entry_that_cannot_be_set(play: Any) -> None:
    play(
        r"""
        a> 1 GETMETADATA Drafts /private/specialuse
        a> 2 GETMETADATA INBOX /private/specialuse
        a> 3 SETMETADATA INBOX (/private/comment "x" /Private/SpecialUse "\\Sent")
        a> 4 GETMETADATA INBOX /private/comment
        a< * METADATA Drafts (/private/specialuse "\\Drafts")
        a< 1 OK GETMETADATA completed
        a< * METADATA INBOX (/private/specialuse NIL)
        a< 2 OK GETMETADATA completed
        a< 3 NO [CANNOT] The special uses of a folder are set by CREATE
        a< * METADATA INBOX (/private/comment NIL)
        a< 4 OK GETMETADATA completed
        """
    )
