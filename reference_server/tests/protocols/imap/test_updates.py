"""What a session is told of changes by others: when, how, and what not (RFC 9051 5.2, 5.5, 7.4, 7.5; RFC 7162)."""

from typing import Any

import pytest

OPEN = """
a> 1 SELECT INBOX
a< ***
a< 1 OK [READ-WRITE] SELECT completed
a2> 1 SELECT INBOX
a2< ***
a2< 1 OK [READ-WRITE] SELECT completed
"""
DELETE_FIRST = r"""
a2> d1 STORE 1 +FLAGS.SILENT \Deleted
a2< d1 OK STORE completed
a2> d2 EXPUNGE
a2< * 1 EXPUNGE
a2< d2 OK EXPUNGE completed
"""


def test_arrivals_are_told_with_any_command(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        await world.script(OPEN)
        await world.deliver(b"Subject: x\r\n\r\n", b"Subject: y\r\n\r\n")
        await world.script(
            """
            a> 2 FETCH 1 UID
            a< * 1 FETCH (UID 1)
            a< * 4 EXISTS
            a< * 4 RECENT
            a< 2 OK FETCH completed
            a2> 2 NOOP
            a2< * 4 EXISTS
            a2< * 0 RECENT
            a2< 2 OK NOOP completed
            a> 3 NOOP
            a< 3 OK NOOP completed
            """
        )

    converse(scenario, inbox=2)


def test_nothing_is_told_without_a_command(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        await world.script(OPEN)
        await world.deliver(b"Subject: x\r\n\r\n")
        await world.quiet()
        assert (await world.client("a"))._lines() == []

    converse(scenario)


def test_flags_are_told_to_others_and_not_to_who_changed_them(play: Any) -> None:
    play(
        OPEN
        + r"""
        a> 2 STORE 1 +FLAGS.SILENT (\Seen \Flagged)
        a< 2 OK STORE completed
        a> 3 NOOP
        a< 3 OK NOOP completed
        a2> 2 NOOP
        a2< * 1 FETCH (UID 1 FLAGS (\Flagged \Seen))
        a2< 2 OK NOOP completed
        a2> 3 NOOP
        a2< 3 OK NOOP completed
        a2> 4 STORE 1 -FLAGS \Flagged
        a2< * 1 FETCH (FLAGS (\Seen))
        a2< 4 OK STORE completed
        a> 4 NOOP
        a< * 1 FETCH (UID 1 FLAGS (\Seen \Recent))
        a< 4 OK NOOP completed
        """,
        inbox=1,
    )


def test_what_changes_nothing_is_told_to_nobody(play: Any) -> None:
    play(
        OPEN
        + r"""
        a> 2 STORE 1 -FLAGS (\Seen)
        a< * 1 FETCH (FLAGS (\Recent))
        a< 2 OK STORE completed
        a2> 2 NOOP
        a2< 2 OK NOOP completed
        """,
        inbox=1,
    )


def test_a_new_keyword_is_announced_by_flags(play: Any) -> None:
    play(
        OPEN
        + r"""
        a> 2 STORE 1 +FLAGS ($Work)
        a< * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Work)
        a< * 1 FETCH (FLAGS ($Work \Recent))
        a< 2 OK STORE completed
        a2> 2 NOOP
        a2< * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Work)
        a2< * 1 FETCH (UID 1 FLAGS ($Work))
        a2< 2 OK NOOP completed
        a> 3 STORE 2 +FLAGS ($work)
        a< * 2 FETCH (FLAGS ($Work \Recent))
        a< 3 OK STORE completed
        a> 4 UID STORE 1 +FLAGS.SILENT (b a)
        a< 4 OK STORE completed
        a> 5 FETCH 1:2 (UID FLAGS)
        a< * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Work a b)
        a< * 1 FETCH (UID 1 FLAGS ($Work a b \Recent))
        a< * 2 FETCH (UID 2 FLAGS ($Work \Recent))
        a< 5 OK FETCH completed
        """,
        inbox=2,
    )


def test_expunges_wait_during_commands_with_message_numbers(play: Any) -> None:
    """RFC 9051 7.5.1: not "while responding to a FETCH, STORE, or SEARCH command"; UID forms are other commands."""
    play(
        OPEN
        + DELETE_FIRST
        + r"""
        a> 2 FETCH 2 UID
        a< * 2 FETCH (UID 2)
        a< 2 OK FETCH completed
        a> 3 STORE 2 +FLAGS.SILENT \Seen
        a> 4 SEARCH ALL
        a> 5 SORT (DATE) UTF-8 ALL
        a> 6 THREAD ORDEREDSUBJECT UTF-8 ALL
        a< 3 OK STORE completed
        a< * SEARCH 2 3
        a< 4 OK SEARCH completed
        a< * SORT 2 3
        a< 5 OK SORT completed
        a< * THREAD (2)(3)
        a< 6 OK THREAD completed
        a> 7 FETCH 1:3 UID
        a< * 2 FETCH (UID 2)
        a< * 3 FETCH (UID 3)
        a< 7 NO [EXPUNGEISSUED] Some of the messages no longer exist
        a> 8 NOOP
        a< * 1 EXPUNGE
        a< 8 OK NOOP completed
        a> 9 FETCH 1 UID
        a< * 1 FETCH (UID 2)
        a< 9 OK FETCH completed
        """,
        inbox=3,
    )


def test_expunges_are_told_in_uid_commands(play: Any) -> None:
    play(
        OPEN
        + DELETE_FIRST
        + r"""
        a> 2 UID FETCH 1:* UID
        a< * 2 FETCH (UID 2)
        a< * 1 EXPUNGE
        a< 2 OK FETCH completed
        """,
        inbox=2,
    )


@pytest.mark.parametrize("keys", ["2:3", "NOT 2", "OR SEEN (UNSEEN 2)"])
def test_expunges_wait_during_uid_search_with_message_numbers(play: Any, keys: str) -> None:
    """RFC 7162 3.2.10.2: not "during a UID SEARCH command that contains message numbers in the search criteria"."""
    play(
        OPEN
        + DELETE_FIRST
        + f"""
        a> 2 UID SEARCH {keys}
        a< * SEARCH …
        a< 2 OK SEARCH completed
        a> 3 UID SEARCH UID 1:*
        a< * SEARCH …
        a< * 1 EXPUNGE
        a< 3 OK SEARCH completed
        """,
        inbox=3,
    )


def test_exists_never_shrinks_while_expunges_wait(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        await world.script(OPEN + DELETE_FIRST)
        await world.deliver(b"Subject: x\r\n\r\n")
        await world.script(
            """
            a> 2 FETCH 2 UID
            a< * 2 FETCH (UID 2)
            a< * 3 EXISTS
            a< * 3 RECENT
            a< 2 OK FETCH completed
            a> 3 CHECK
            a< * 1 EXPUNGE
            a< 3 OK CHECK completed
            a> 4 FETCH 1:* UID
            a< * 1 FETCH (UID 2)
            a< * 2 FETCH (UID 3)
            a< 4 OK FETCH completed
            """
        )

    converse(scenario, inbox=2)


def test_expunges_are_numbered_as_the_client_counts(play: Any) -> None:
    play(
        OPEN
        + r"""
        a2> 2 STORE 2,3,5 +FLAGS.SILENT \Deleted
        a2< 2 OK STORE completed
        a2> 3 EXPUNGE
        a2< * 5 EXPUNGE
        a2< * 3 EXPUNGE
        a2< * 2 EXPUNGE
        a2< 3 OK EXPUNGE completed
        a> 2 NOOP
        a< * 5 EXPUNGE
        a< * 3 EXPUNGE
        a< * 2 EXPUNGE
        a< 2 OK NOOP completed
        a> 3 FETCH 1:* UID
        a< * 1 FETCH (UID 1)
        a< * 2 FETCH (UID 4)
        a< * 3 FETCH (UID 6)
        a< 3 OK FETCH completed
        """,
        inbox=6,
    )


def test_qresync_turns_expunge_into_vanished(play: Any) -> None:
    play(
        r"""
        a> 0 ENABLE QRESYNC
        a< ***
        a< 0 OK ENABLE completed
        """
        + OPEN
        + r"""
        a2> 2 STORE 2,3,5 +FLAGS.SILENT \Deleted
        a2> 3 EXPUNGE
        a2< ***
        a2< 3 OK EXPUNGE completed
        a> 2 NOOP
        a< * VANISHED 2:3,5
        a< 2 OK NOOP completed
        a> 3 STORE 1 +FLAGS.SILENT \Deleted
        a< * 1 FETCH (UID 1 MODSEQ (…))
        a< 3 OK STORE completed
        a> 4 EXPUNGE
        a< * VANISHED 1
        a< 4 OK [HIGHESTMODSEQ …] EXPUNGE completed
        a> 5 EXPUNGE
        a< 5 OK EXPUNGE completed
        """,
        inbox=6,
    )


def test_with_condstore_every_flag_response_carries_uid_and_modseq(play: Any) -> None:
    """RFC 7162 3.2.4, also for "a FETCH/UID FETCH that implicitly set the \\Seen flag"."""
    play(
        r"""
        a> 0 ENABLE CONDSTORE
        a< ***
        a< 0 OK ENABLE completed
        """
        + OPEN
        + r"""
        a> 2 STORE 1 +FLAGS \Flagged
        a< * 1 FETCH (UID 1 FLAGS (\Flagged \Recent) MODSEQ (…))
        a< 2 OK STORE completed
        a> 3 STORE 1 +FLAGS.SILENT \Answered
        a< * 1 FETCH (UID 1 MODSEQ (…))
        a< 3 OK STORE completed
        a> 4 FETCH 2 BODY[TEXT]
        a< * 2 FETCH (UID 2 BODY[TEXT] {7}
        a< Hello
        a<  MODSEQ (…) FLAGS (\Seen \Recent))
        a< 4 OK FETCH completed
        a> 5 FETCH 2 BODY[TEXT]
        a< * 2 FETCH (BODY[TEXT] {7}
        a< Hello
        a< )
        a< 5 OK FETCH completed
        a2> 2 STORE 1 -FLAGS.SILENT \Answered
        a2< * 1 FETCH (UID 1 FLAGS (\Flagged))
        a2< * 2 FETCH (UID 2 FLAGS (\Seen))
        a2< 2 OK STORE completed
        a> 6 NOOP
        a< * 1 FETCH (UID 1 FLAGS (\Flagged \Recent) MODSEQ (…))
        a< 6 OK NOOP completed
        """,
        inbox=2,
    )


def test_highestmodseq_is_held_back_while_expunges_wait(play: Any) -> None:
    """RFC 7162 3.2: a client that loses the connection now must not believe that it has seen the expunge."""
    play(
        r"""
        a> 0 ENABLE QRESYNC
        a< ***
        a< 0 OK ENABLE completed
        """
        + OPEN
        + DELETE_FIRST
        + r"""
        a2> 2 STORE 1 +FLAGS.SILENT \Flagged
        a2< 2 OK STORE completed
        a> 2 FETCH 2 UID
        a< * 2 FETCH (UID 2)
        a< * OK [HIGHESTMODSEQ …] Expunged messages wait
        a< * 2 FETCH (UID 2 FLAGS (\Flagged \Recent) MODSEQ (…))
        a< 2 OK FETCH completed
        a> 3 NOOP
        a< * VANISHED 1
        a< * OK [HIGHESTMODSEQ …] Nothing waits any more
        a< 3 OK NOOP completed
        """,
        inbox=2,
    )


def test_the_values_of_held_back_highestmodseq(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        await world.script("a> 0 ENABLE QRESYNC\na< ***\na< 0 OK ENABLE completed" + OPEN + DELETE_FIRST)
        owner = world.alice.account_id
        expunged_at = await world.services.changes.modseq(owner)
        await world.script(
            rf"""
            a2> 2 STORE 1 +FLAGS.SILENT \Flagged
            a2< 2 OK STORE completed
            a> 2 FETCH 2 UID
            a< * 2 FETCH (UID 2)
            a< * OK [HIGHESTMODSEQ {expunged_at - 1}] …
            a< * 2 FETCH (UID 2 FLAGS (\Flagged \Recent) MODSEQ ({expunged_at + 1}))
            a< 2 OK FETCH completed
            a> 3 NOOP
            a< * VANISHED 1
            a< * OK [HIGHESTMODSEQ {expunged_at + 1}] …
            a< 3 OK NOOP completed
            """
        )

    converse(scenario, inbox=2)


@pytest.mark.parametrize(
    "command",
    [
        "STATUS Drafts (HIGHESTMODSEQ)",
        "FETCH 1 MODSEQ",
        "UID FETCH 1 UID (CHANGEDSINCE 1000)",
        "SEARCH MODSEQ 1000",
        "STORE 1 (UNCHANGEDSINCE 1000) +FLAGS.SILENT \\Seen",
        'LIST "" INBOX RETURN (STATUS (HIGHESTMODSEQ))',
    ],
)
def test_the_first_condstore_command_tells_highestmodseq(play: Any, command: str) -> None:
    """RFC 7162 3.1: "executed in the session with a mailbox selected MUST cause the server to return HIGHESTMODSEQ"."""
    play(
        rf"""
        a> 1 SELECT INBOX
        a< ***
        a< 1 OK [READ-WRITE] SELECT completed
        a> 2 {command}
        a< * OK [HIGHESTMODSEQ …] CONDSTORE enabled
        a< ***
        a< 2 OK …
        """,
        inbox=1,
    )


def test_own_append_copy_and_move_are_told_at_once(play: Any) -> None:
    play(
        r"""
        a> 1 SELECT INBOX
        a< ***
        a< 1 OK [READ-WRITE] SELECT completed
        a> 2 APPEND INBOX {4+}
        a> a: b
        a< * 2 EXISTS
        a< * 2 RECENT
        a< 2 OK [APPENDUID … 2] APPEND completed
        a> 3 COPY 1 INBOX
        a< * 3 EXISTS
        a< * 3 RECENT
        a< 3 OK [COPYUID … 1 3] COPY completed
        a> 4 MOVE 1 INBOX
        a< * OK [COPYUID … 1 4] Moved
        a< * 1 EXPUNGE
        a< * 3 EXISTS
        a< * 3 RECENT
        a< 4 OK MOVE completed
        """,
        inbox=1,
    )


def test_a_deleted_folder_ends_the_sessions_that_have_it_open(play: Any) -> None:
    play(
        """
        a> 1 CREATE doomed
        a> 2 SELECT doomed
        a< ***
        a< 2 OK [READ-WRITE] SELECT completed
        a2> 1 SELECT doomed
        a2> 2 IDLE
        a2< ***
        a2< + idling
        a3> 1 DELETE doomed
        a3< 1 OK DELETE completed
        a> 3 NOOP
        a< 3 OK NOOP completed
        a< * BYE The selected folder is gone
        a< END
        a2< 2 NO [NONEXISTENT] …
        a2< * BYE …
        a2< END
        """
    )


def test_a_session_may_delete_what_it_has_open(play: Any) -> None:
    play(
        """
        a> 1 CREATE doomed
        a> 2 SELECT doomed
        a< ***
        a< 2 OK [READ-WRITE] SELECT completed
        a> 3 DELETE doomed
        a< * OK [CLOSED] The selected folder was deleted
        a< 3 OK DELETE completed
        a> 4 CHECK
        a< 4 BAD Command not allowed in this state
        """
    )


def test_a_renamed_folder_stays_open(play: Any) -> None:
    play(
        """
        a> 1 CREATE one
        a> 2 SELECT one
        a< ***
        a< 2 OK [READ-WRITE] SELECT completed
        a2> 1 RENAME one two
        a2< 1 OK RENAME completed
        a2> 2 APPEND two {4+}
        a2> a: b
        a2< 2 OK [APPENDUID … 1] APPEND completed
        a> 3 NOOP
        a< * 1 EXISTS
        a< * 1 RECENT
        a< 3 OK NOOP completed
        """
    )


def test_pipelined_commands_are_answered_in_order(play: Any) -> None:
    play(
        r"""
        a> 1 SELECT INBOX
        a> 2 FETCH 1 UID
        a> 3 STORE 1 +FLAGS.SILENT \Deleted
        a> 4 EXPUNGE
        a> 5 FETCH 1 UID
        a> 6 FETCH 2 UID
        a> 7 UNSELECT
        a> 8 STATUS INBOX (MESSAGES)
        a< ***
        a< 1 OK [READ-WRITE] SELECT completed
        a< * 1 FETCH (UID 1)
        a< 2 OK FETCH completed
        a< 3 OK STORE completed
        a< * 1 EXPUNGE
        a< 4 OK EXPUNGE completed
        a< * 1 FETCH (UID 2)
        a< 5 OK FETCH completed
        a< 6 BAD No such message number
        a< 7 OK UNSELECT completed
        a< * STATUS INBOX (MESSAGES 1)
        a< 8 OK STATUS completed
        """,
        inbox=2,
    )
