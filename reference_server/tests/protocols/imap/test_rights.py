"""ACL commands, and rights on other commands (RFC 4314); a right that is taken away takes effect at once."""

from typing import Any

import pytest

SHARED = '"Other Users/alice@example.test/Team"'


@pytest.fixture
def shared(converse: Any) -> Any:
    """`shared(letters, text)`: Alice's folder `Team` holds two messages, and Bob has these rights on it."""

    def run(letters: str, text: str) -> None:
        async def scenario(world: Any) -> None:
            await world.services.folders.create(world.alice, world.alice.account_id, "Team")
            await world.deliver(b"a: 1\r\n\r\n", b"a: 2\r\n\r\n", path="Team")
            if letters:
                await world.share("Team", letters)
            await world.script(text.replace("SHARED", SHARED))

        converse(scenario)

    return run


def test_setting_and_reading_rights(shared: Any) -> None:
    shared(
        "",
        """
        a> 1 GETACL Team
        a< * ACL Team alice@example.test lrswipkxteacd
        a< 1 OK GETACL completed
        a> 2 SETACL Team bob@example.test lrs
        a> 3 SETACL Team bob@example.test +wi
        a> 4 SETACL Team bob@example.test -r
        a> 5 SETACL Team anyone l
        a> 6 GETACL Team
        a< 2 OK SETACL completed
        a< 3 OK SETACL completed
        a< 4 OK SETACL completed
        a< 5 OK SETACL completed
        a< * ACL Team alice@example.test lrswipkxteacd anyone l bob@example.test lswi
        a< 6 OK GETACL completed
        a> 7 DELETEACL Team anyone
        a> 8 SETACL Team bob@example.test ""
        a> 9 GETACL Team
        a< 7 OK DELETEACL completed
        a< 8 OK SETACL completed
        a< * ACL Team alice@example.test lrswipkxteacd
        a< 9 OK GETACL completed
        """,
    )


def test_the_rights_of_old_clients(shared: Any) -> None:
    """RFC 4314 2.1.1: `c` and `d` stand for what they used to, and come back with any of their members."""
    shared(
        "",
        """
        a> 1 SETACL Team bob@example.test lrcd
        a> 2 GETACL Team
        a> 3 SETACL Team bob@example.test -d
        a> 4 GETACL Team
        a> 5 SETACL Team bob@example.test lrt
        a> 6 GETACL Team
        a< 1 OK SETACL completed
        a< * ACL Team alice@example.test lrswipkxteacd bob@example.test lrkxtecd
        a< 2 OK GETACL completed
        a< 3 OK SETACL completed
        a< * ACL Team alice@example.test lrswipkxteacd bob@example.test lrkc
        a< 4 OK GETACL completed
        a< 5 OK SETACL completed
        a< * ACL Team alice@example.test lrswipkxteacd bob@example.test lrtd
        a< 6 OK GETACL completed
        """,
    )


def test_rights_that_cannot_be_set(shared: Any) -> None:
    shared(
        "",
        """
        a> 1 SETACL Team bob@example.test lrq
        a> 2 SETACL Team bob@example.test lrX
        a> 3 SETACL Team nobody@example.test lr
        a> 4 SETACL Team -bob@example.test lr
        a> 5 SETACL Team "" lr
        a> 6 SETACL Team alice@example.test lr
        a> 7 SETACL Nowhere bob@example.test lr
        a< 1 BAD Unknown right
        a< 2 BAD …
        a< 3 NO [NONEXISTENT] …
        a< 4 NO [CANNOT] …
        a< 5 BAD …
        a< 6 NO [CANNOT] …
        a< 7 NO [NONEXISTENT] …
        """,
    )


def test_what_can_be_granted(shared: Any) -> None:
    shared(
        "",
        """
        a> 1 LISTRIGHTS Team bob@example.test
        a< * LISTRIGHTS Team bob@example.test "" l r s w i p k x t e a c d
        a< 1 OK LISTRIGHTS completed
        a> 2 LISTRIGHTS Team alice@example.test
        a< * LISTRIGHTS Team alice@example.test lrswipkxteacd
        a< 2 OK LISTRIGHTS completed
        a> 3 LISTRIGHTS Team anyone
        a< * LISTRIGHTS Team anyone "" l r s w i p k x t e a c d
        a< 3 OK LISTRIGHTS completed
        """,
    )


@pytest.mark.parametrize("letter", list("lrikxa"))
def test_any_of_six_rights_suffices_for_myrights(shared: Any, letter: str) -> None:
    virtual = {"k": "kc", "x": "xd"}.get(letter, letter)
    shared(letter, f"b> 1 MYRIGHTS SHARED\nb< * MYRIGHTS SHARED {virtual}\nb< 1 OK MYRIGHTS completed")


@pytest.mark.parametrize("letters", ["", "s", "w", "t", "e", "p", "swtep"])
def test_without_them_the_folder_seems_not_to_exist(shared: Any, letters: str) -> None:
    shared(
        letters,
        """
        b> 1 MYRIGHTS SHARED
        b> 2 SELECT SHARED
        b> 3 STATUS SHARED (MESSAGES)
        b> 4 GETACL SHARED
        b> 5 DELETE SHARED
        b> 6 APPEND SHARED {100}
        b> 7 GETMETADATA SHARED /shared/comment
        b< 1 NO [NONEXISTENT] No such folder: Team
        b< 2 NO [NONEXISTENT] No such folder: Team
        b< 3 NO [NONEXISTENT] …
        b< 4 NO [NONEXISTENT] …
        b< 5 NO [NONEXISTENT] …
        b< 6 NO [NONEXISTENT] …
        b< 7 NO [NONEXISTENT] …
        """,
    )


def test_a_visible_folder_denies(shared: Any) -> None:
    shared(
        "l",
        r"""
        b> 1 SELECT SHARED
        b> 2 STATUS SHARED (MESSAGES)
        b> 3 GETACL SHARED
        b> 4 SETACL SHARED bob@example.test lr
        b> 5 DELETE SHARED
        b> 6 RENAME SHARED mine
        b> 7 APPEND SHARED {100}
        b> 8 LISTRIGHTS SHARED bob@example.test
        b> 9 DELETEACL SHARED bob@example.test
        b> 10 CREATE "Other Users/alice@example.test/Team/Sub"
        b> 11 GETMETADATA SHARED /shared/comment
        b< 1 NO [NOPERM] …
        b< 2 NO [NOPERM] …
        b< 3 NO [NOPERM] …
        b< 4 NO [NOPERM] …
        b< 5 NO [NOPERM] …
        b< 6 NO [NOPERM] …
        b< 7 NO [NOPERM] …
        b< 8 NO [NOPERM] …
        b< 9 NO [NOPERM] …
        b< 10 NO [NOPERM] …
        b< 11 NO [NOPERM] …
        b> 12 LIST "" SHARED RETURN (STATUS (MESSAGES) MYRIGHTS)
        b< * LIST (\Noselect \HasNoChildren) "/" SHARED
        b< * MYRIGHTS SHARED l
        b< 12 OK LIST completed
        """,
    )


def test_single_rights_do_what_they_are_for_without_lookup(shared: Any) -> None:
    shared(
        "r",
        """
        b> 1 EXAMINE SHARED
        b> 2 STATUS SHARED (MESSAGES)
        b> 3 LIST "" "Other*"
        b< ***
        b< 1 OK [READ-ONLY] EXAMINE completed
        b< * STATUS SHARED (MESSAGES 2)
        b< 2 OK STATUS completed
        b< 3 OK LIST completed
        """,
    )


def test_insert_alone_takes_messages_and_tells_no_uids(shared: Any) -> None:
    shared(
        "i",
        r"""
        b> 1 APPEND SHARED (\Seen \Deleted $Work) {4}
        b< + OK
        b> a: b
        b< 1 OK APPEND completed
        a> 1 EXAMINE Team
        a> 2 FETCH 3 FLAGS
        a< ***
        a< * 3 FETCH (FLAGS (\Recent))
        a< 2 OK FETCH completed
        """,
    )


def test_read_only_by_rights(shared: Any) -> None:
    shared(
        "lr",
        r"""
        b> 1 SELECT SHARED
        b< * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
        b< * OK [PERMANENTFLAGS ()] …
        b< ***
        b< 1 OK [READ-ONLY] SELECT completed
        b> 2 STORE 1 +FLAGS \Seen
        b< 2 NO [CANNOT] The folder is open read-only
        b> 3 FETCH 1 BODY[TEXT]
        b< * 1 FETCH (BODY[TEXT] {0}
        b< )
        b< 3 OK FETCH completed
        """,
    )


def test_flags_by_rights(shared: Any) -> None:
    """RFC 4314 4: STORE "SHOULD NOT fail if the user has rights to modify at least one flag specified"."""
    shared(
        "lrs",
        r"""
        b> 1 SELECT SHARED
        b< ***
        b< * OK [PERMANENTFLAGS (\Seen)] …
        b< ***
        b< 1 OK [READ-WRITE] SELECT completed
        b> 2 STORE 1 +FLAGS (\Seen \Flagged $Work)
        b< * 1 FETCH (FLAGS (\Seen \Recent))
        b< 2 OK STORE completed
        b> 3 STORE 1 +FLAGS (\Flagged)
        b< 3 NO [NOPERM] …
        b> 4 STORE 1 FLAGS ()
        b< * 1 FETCH (FLAGS (\Recent))
        b< 4 OK STORE completed
        b> 5 EXPUNGE
        b> 6 MOVE 1 INBOX
        b> 7 COPY 1 INBOX
        b< 5 NO [NOPERM] …
        b< 6 NO [NOPERM] …
        b< 7 OK [COPYUID … 1 1] COPY completed
        b> 8 CLOSE
        b< 8 OK CLOSE completed, nothing was expunged
        """,
    )


def test_reading_without_the_right_to_keep_seen(shared: Any) -> None:
    shared(
        "lrw",
        r"""
        b> 1 SELECT SHARED
        b< ***
        b< 1 OK [READ-WRITE] SELECT completed
        b> 2 FETCH 1 BODY[TEXT]
        b< * 1 FETCH (BODY[TEXT] {0}
        b< )
        b< 2 OK FETCH completed
        a> 1 STATUS Team (UNSEEN)
        a< * STATUS Team (UNSEEN 2)
        a< 1 OK STATUS completed
        """,
    )


@pytest.mark.parametrize(
    "command", ["FETCH 1 FLAGS", "FETCH 1 BODY[]", "SEARCH ALL", "STORE 1 +FLAGS \\Seen", "EXPUNGE"]
)
def test_revoking_is_felt_within_one_command(converse: Any, command: str) -> None:
    async def scenario(world: Any) -> None:
        await world.services.folders.create(world.alice, world.alice.account_id, "Team")
        await world.deliver(b"a: 1\r\n\r\n", path="Team")
        await world.share("Team", "lrswte")
        await world.script(f"b> 1 SELECT {SHARED}\nb< ***\nb< 1 OK [READ-WRITE] SELECT completed")
        await world.share("Team", "l")
        await world.script(f"b> 2 {command}\nb< 2 NO [NOPERM] …\nb< * BYE [UNAVAILABLE] …\nb< END")

    converse(scenario)


def test_losing_all_rights_looks_like_losing_the_folder(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        await world.services.folders.create(world.alice, world.alice.account_id, "Team")
        await world.share("Team", "lrswte")
        await world.script(f"b> 1 SELECT {SHARED}\nb< ***\nb< 1 OK [READ-WRITE] SELECT completed")
        await world.share("Team", "")
        await world.script("b> 2 NOOP\nb< 2 OK NOOP completed\nb< * BYE The selected folder is gone\nb< END")

    converse(scenario)


def test_rights_that_change_meanwhile_are_told(converse: Any) -> None:
    """RFC 4314 5.1.1: a server that checks on each command "SHOULD send FLAGS and PERMANENTFLAGS responses"."""

    async def scenario(world: Any) -> None:
        await world.services.folders.create(world.alice, world.alice.account_id, "Team")
        await world.deliver(b"a: 1\r\n\r\n", path="Team")
        await world.share("Team", "lrs")
        await world.script(f"b> 1 SELECT {SHARED}\nb< ***\nb< 1 OK [READ-WRITE] SELECT completed")
        await world.share("Team", "lrst")
        await world.script(
            r"b> 2 NOOP" + "\n" + r"b< * OK [PERMANENTFLAGS (\Deleted \Seen)] …" + "\nb< 2 OK NOOP completed"
        )
        await world.share("Team", "lr")
        await world.script(
            r"""
            b> 3 NOOP
            b< * OK [READ-ONLY] …
            b< * OK [PERMANENTFLAGS ()] …
            b< 3 OK NOOP completed
            b> 4 STORE 1 +FLAGS \Seen
            b< 4 NO [CANNOT] The folder is open read-only
            """
        )

    converse(scenario)


def test_full_access_to_an_account(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        owner, bob = world.alice.account_id, world.bob.id
        permission = "full_access"
        await world.store.write(lambda transaction: transaction.grant_account(owner, bob, permission))
        await world.script(
            """
            b> 1 MYRIGHTS "Other Users/alice@example.test/INBOX"
            b< * MYRIGHTS "Other Users/alice@example.test/INBOX" lrswipkxteacd
            b< 1 OK MYRIGHTS completed
            b> 2 CREATE "Other Users/alice@example.test/New"
            b< 2 OK [MAILBOXID …] CREATE completed
            a> 1 STATUS New (MESSAGES)
            a< * STATUS New (MESSAGES 0)
            a< 1 OK STATUS completed
            """
        )

    converse(scenario)
