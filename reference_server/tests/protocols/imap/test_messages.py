"""STORE, COPY, MOVE, EXPUNGE (RFC 9051 6.4.3, 6.4.6 to 6.4.9; RFC 4315, 6851, 7162 3.1.3)."""

from typing import Any

OPEN = """
a> 1 SELECT INBOX
a< ***
a< 1 OK [READ-WRITE] SELECT completed
"""


def test_flags_are_replaced_added_and_removed(play: Any) -> None:
    play(
        OPEN
        + r"""
        a> 2 STORE 1 FLAGS (\Seen \Answered $Work)
        a< * FLAGS (… $Work)
        a< * 1 FETCH (FLAGS (\Answered \Seen $Work \Recent))
        a< 2 OK STORE completed
        a> 3 STORE 1 +FLAGS \Draft
        a< * 1 FETCH (FLAGS (\Answered \Seen \Draft $Work \Recent))
        a< 3 OK STORE completed
        a> 4 STORE 1 -FLAGS (\Seen $work $Unknown)
        a< * 1 FETCH (FLAGS (\Answered \Draft \Recent))
        a< 4 OK STORE completed
        a> 5 UID STORE 1:99 FLAGS ()
        a< * 1 FETCH (UID 1 FLAGS (\Recent))
        a< * 2 FETCH (UID 2 FLAGS (\Recent))
        a< 5 OK STORE completed
        a> 6 UID STORE 99 +FLAGS \Seen
        a< 6 OK STORE completed
        a> 7 STORE 3 +FLAGS \Seen
        a> 8 STORE 1 +FLAGS \Custom
        a> 9 STORE 1 FLAGS
        a< 7 BAD No such message number
        a< 8 BAD unknown system flag
        a< 9 BAD …
        """,
        inbox=2,
    )


def test_recent_cannot_be_stored(play: Any) -> None:
    play(
        OPEN
        + r"""
        a> 2 STORE 1 FLAGS (\Recent \Seen)
        a< * 1 FETCH (FLAGS (\Seen \Recent))
        a< 2 OK STORE completed
        """,
        inbox=1,
    )


def test_keywords_are_bounded(play: Any) -> None:
    play(
        OPEN
        + rf"""
        a> 2 STORE 1 +FLAGS.SILENT (one two)
        a> 3 STORE 1 +FLAGS.SILENT (three)
        a> 4 STORE 1 +FLAGS.SILENT ({"x" * 129})
        a< 2 OK STORE completed
        a< 3 NO [LIMIT] …
        a< 4 NO [CANNOT] …
        """,
        inbox=1,
        services={"keywords_per_folder": 2},
    )


def test_conditional_store(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        await world.script(OPEN)
        known = await world.services.changes.modseq(world.alice.account_id)
        await world.script(
            rf"""
            a2> 1 SELECT INBOX
            a2> 2 STORE 2,4 +FLAGS.SILENT \Flagged
            a2< ***
            a2< 2 OK STORE completed
            a> 2 STORE 1:4 (UNCHANGEDSINCE {known}) +FLAGS.SILENT \Seen
            a< * OK [HIGHESTMODSEQ {known}] CONDSTORE enabled
            a< * 1 FETCH (UID 1 MODSEQ ({known + 2}))
            a< * 3 FETCH (UID 3 MODSEQ ({known + 2}))
            a< * 2 FETCH (UID 2 FLAGS (\Flagged \Recent) MODSEQ ({known + 1}))
            a< * 4 FETCH (UID 4 FLAGS (\Flagged \Recent) MODSEQ ({known + 1}))
            a< 2 OK [MODIFIED 2,4] Conditional STORE failed for some
            a> 3 UID STORE 4 (UNCHANGEDSINCE {known + 1}) +FLAGS \Seen
            a< * 4 FETCH (UID 4 FLAGS (\Flagged \Seen \Recent) MODSEQ ({known + 3}))
            a< 3 OK STORE completed
            a> 4 UID STORE 1:2 (UNCHANGEDSINCE {known + 1}) -FLAGS.SILENT \Seen
            a< * 2 FETCH (UID 2 MODSEQ ({known + 1}))
            a< * 1 FETCH (UID 1 FLAGS (\Seen \Recent) MODSEQ ({known + 2}))
            a< 4 OK [MODIFIED 1] Conditional STORE failed for some
            """
        )

    converse(scenario, inbox=4)


def test_nothing_is_unchanged_since_zero(play: Any) -> None:
    """RFC 7162 3.1.3: modification sequence 0 "always fails if the metadata item exists"; a system flag always does."""
    play(
        OPEN
        + r"""
        a> 2 STORE 1:2 (UNCHANGEDSINCE 0) +FLAGS.SILENT \Flagged
        a< * OK [HIGHESTMODSEQ …] CONDSTORE enabled
        a< * 1 FETCH (UID 1 FLAGS (\Recent) MODSEQ (…))
        a< * 2 FETCH (UID 2 FLAGS (\Recent) MODSEQ (…))
        a< 2 OK [MODIFIED 1:2] …
        """,
        inbox=2,
    )


def test_copies_keep_flags_and_dates(play: Any) -> None:
    play(
        r"""
        a> 0 APPEND INBOX (\Seen $Work) " 7-Feb-1994 21:52:25 -0800" {4+}
        a> a: b
        a< 0 OK …
        """
        + OPEN
        + r"""
        a> 2 COPY 1 Archive
        a< 2 OK [COPYUID … 1 1] COPY completed
        a> 3 UID COPY 1,77 Archive
        a< 3 OK [COPYUID … 1 2] COPY completed
        a> 4 UID COPY 77 Archive
        a< 4 OK COPY completed, there was nothing to copy
        a> 5 COPY 2 Archive
        a< 5 BAD No such message number
        a> 6 EXAMINE Archive
        a> 7 FETCH 1:2 (FLAGS INTERNALDATE)
        a< ***
        a< * 1 FETCH (FLAGS (\Seen $Work \Recent) INTERNALDATE " 7-Feb-1994 21:52:25 -0800")
        a< * 2 FETCH (FLAGS (\Seen $Work \Recent) INTERNALDATE " 7-Feb-1994 21:52:25 -0800")
        a< 7 OK FETCH completed
        """
    )


def test_targets_that_cannot_be(play: Any) -> None:
    play(
        OPEN
        + r"""
        a> 2 COPY 1 Nowhere
        a> 3 MOVE 1 Nowhere
        a> 4 COPY 1 Outbox
        a> 5 UID MOVE 99 Nowhere
        a< 2 NO [TRYCREATE] No such folder: Nowhere
        a< 3 NO [TRYCREATE] No such folder: Nowhere
        a< 4 NO [NONEXISTENT] …
        a< 5 NO [TRYCREATE] No such folder: Nowhere
        """,
        inbox=1,
    )


def test_moves_tell_copyuid_first(play: Any) -> None:
    play(
        OPEN
        + r"""
        a> 2 STORE 1 +FLAGS.SILENT \Deleted
        a> 3 MOVE 2:3 Archive
        a< 2 OK STORE completed
        a< * OK [COPYUID … 2:3 1:2] Moved
        a< * 3 EXPUNGE
        a< * 2 EXPUNGE
        a< 3 OK MOVE completed
        a> 4 UID MOVE 99 Archive
        a< 4 OK MOVE completed, there was nothing to move
        a> 5 FETCH 1:* (UID FLAGS)
        a< * 1 FETCH (UID 1 FLAGS (\Deleted \Recent))
        a< * 2 FETCH (UID 4 FLAGS (\Recent))
        a< 5 OK FETCH completed
        """,
        inbox=4,
    )


def test_moving_what_is_gone_already(play: Any) -> None:
    play(
        OPEN
        + r"""
        a2> 1 SELECT INBOX
        a2> 2 MOVE 1 Archive
        a2< ***
        a2< 2 OK MOVE completed
        a> 2 MOVE 1 Drafts
        a< * 1 EXPUNGE
        a< 2 OK MOVE completed, the messages were gone already
        """,
        inbox=1,
    )


def test_moves_with_qresync(play: Any) -> None:
    play(
        "a> 0 ENABLE QRESYNC\na< ***\na< 0 OK ENABLE completed"
        + OPEN
        + r"""
        a> 2 UID MOVE 1:2 Archive
        a< * OK [COPYUID … 1:2 1:2] Moved
        a< * VANISHED 1:2
        a< 2 OK [HIGHESTMODSEQ …] MOVE completed
        """,
        inbox=3,
    )


def test_uid_expunge_takes_only_its_set(play: Any) -> None:
    play(
        OPEN
        + r"""
        a> 2 STORE 1:3 +FLAGS.SILENT \Deleted
        a> 3 UID EXPUNGE 2,4,9
        a< 2 OK STORE completed
        a< * 2 EXPUNGE
        a< 3 OK EXPUNGE completed
        a> 4 UID EXPUNGE 9
        a> 5 UID EXPUNGE
        a> 6 EXPUNGE 1
        a< 4 OK EXPUNGE completed
        a< 5 BAD missing argument
        a< 6 BAD unexpected text at the end of the command
        a> 7 EXPUNGE
        a< * 2 EXPUNGE
        a< * 1 EXPUNGE
        a< 7 OK EXPUNGE completed
        """,
        inbox=4,
    )
