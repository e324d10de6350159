"""FETCH and UID FETCH (RFC 9051 6.4.5, 7.5.2; RFC 3501 6.4.5; RFC 3516, 7162, 8474, 8514, 8970, 9394)."""

from typing import Any

import pytest

OPEN = """
a> 1 SELECT INBOX
a< ***
a< 1 OK [READ-WRITE] SELECT completed
"""
MULTIPART = b"""From: a@example.test
Subject: parts
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64

SGVsbG8sIHdvcmxkIQ==
--b
Content-Type: message/rfc822

Subject: inner

Inside
--b
Content-Type: application/octet-stream
Content-Transfer-Encoding: x-unknown

???
--b--
""".replace(b"\n", b"\r\n")


def test_items_come_in_the_order_asked_for(play: Any) -> None:
    play(
        OPEN
        + r"""
        a> 2 FETCH 2 (UID RFC822.SIZE FLAGS INTERNALDATE)
        a< * 2 FETCH (UID 2 RFC822.SIZE 152 FLAGS (\Recent) INTERNALDATE " 2-Mar-2026 09:30:00 +0000")
        a< 2 OK FETCH completed
        a> 3 UID FETCH 2 (FLAGS)
        a< * 2 FETCH (UID 2 FLAGS (\Recent))
        a< 3 OK FETCH completed
        a> 4 FETCH 1:2 FAST
        a< * 1 FETCH (FLAGS (\Recent) INTERNALDATE " 2-Mar-2026 09:30:00 +0000" RFC822.SIZE 152)
        a< * 2 FETCH (FLAGS (\Recent) INTERNALDATE " 2-Mar-2026 09:30:00 +0000" RFC822.SIZE 152)
        a< 4 OK FETCH completed
        a> 5 FETCH 1 ALL
        a< * 1 FETCH (FLAGS …) INTERNALDATE … RFC822.SIZE 152 ENVELOPE ("Mon, 2 Mar 2026 09:00:00 +0000" "number 1" …))
        a< 5 OK FETCH completed
        a> 6 FETCH 1 (BODY BODYSTRUCTURE)
        a< * 1 FETCH (BODY ("TEXT" "PLAIN" … "7BIT" 7 1) BODYSTRUCTURE ("TEXT" "PLAIN" … "7BIT" 7 1 NIL NIL NIL NIL))
        a< 6 OK FETCH completed
        a> 7 FETCH 1 (EMAILID THREADID SAVEDATE PREVIEW)
        a< * 1 FETCH (EMAILID (M…) THREADID (T…) SAVEDATE " 2-Mar-2026 09:30:00 +0000" PREVIEW "Hello")
        a< 7 OK FETCH completed
        a> 8 FETCH 1 PREVIEW (LAZY)
        a< * 1 FETCH (PREVIEW "Hello")
        a< 8 OK FETCH completed
        """,
        inbox=2,
    )


@pytest.mark.parametrize(
    "command",
    ["FETCH", "FETCH 1", "FETCH 1 NOTHING", "FETCH 0 UID", "FETCH 1 (UID", "FETCH 1 ()", "FETCH 1 BODY[1.MIME.2]"],
)
def test_what_is_no_fetch(play: Any, command: str) -> None:
    play(f"{OPEN}\na> 2 {command}\na< 2 BAD …", inbox=1)


def test_numbers_and_uids_that_do_not_exist(play: Any) -> None:
    play(
        OPEN
        + """
        a> 2 FETCH 3 UID
        a> 3 FETCH 1:3 UID
        a> 4 UID FETCH 3 FLAGS
        a> 5 FETCH 2:* UID
        a> 6 UID FETCH 77:* UID
        a< 2 BAD No such message number
        a< 3 BAD No such message number
        a< 4 OK FETCH completed
        a< * 2 FETCH (UID 2)
        a< 5 OK FETCH completed
        a< * 2 FETCH (UID 2)
        a< 6 OK FETCH completed
        """,
        inbox=2,
    )


def test_an_empty_folder_has_no_star(play: Any) -> None:
    play(
        OPEN
        + """
        a> 2 FETCH * UID
        a> 3 FETCH 1:* UID
        a> 4 UID FETCH 1:* FLAGS
        a< 2 BAD No such message number
        a< 3 BAD No such message number
        a< 4 OK FETCH completed
        """
    )


def test_sections_and_parts(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        await world.deliver(MULTIPART)
        await world.script(
            OPEN
            + """
            a> 2 FETCH 1 BODY.PEEK[HEADER.FIELDS (SUBJECT X-None)]
            a< * 1 FETCH (BODY[HEADER.FIELDS (SUBJECT X-None)] {18}
            a< Subject: parts
            a<
            a< )
            a< 2 OK FETCH completed
            a> 3 FETCH 1 BODY.PEEK[1]
            a< * 1 FETCH (BODY[1] {20}
            a< SGVsbG8sIHdvcmxkIQ==)
            a< 3 OK FETCH completed
            a> 4 FETCH 1 (BINARY.PEEK[1] BINARY.SIZE[1])
            a< * 1 FETCH (BINARY[1] {13}
            a< Hello, world! BINARY.SIZE[1] 13)
            a< 4 OK FETCH completed
            a> 5 FETCH 1 (BODY.PEEK[2.HEADER] BODY.PEEK[2.TEXT] BODY.PEEK[2.MIME])
            a< * 1 FETCH (BODY[2.HEADER] {18}
            a< Subject: inner
            a<
            a<  BODY[2.TEXT] {6}
            a< Inside BODY[2.MIME] {32}
            a< Content-Type: message/rfc822
            a<
            a< )
            a< 5 OK FETCH completed
            a> 6 FETCH 1 BINARY.PEEK[3]
            a< 6 NO [UNKNOWN-CTE] …
            a> 7 FETCH 1 (BODY.PEEK[9] BINARY.PEEK[9])
            a< * 1 FETCH (BODY[9] NIL BINARY[9] NIL)
            a< 7 OK FETCH completed
            a> 8 FETCH 1 (BODY.PEEK[1]<0.5> BODY.PEEK[1]<15.100> BODY.PEEK[1]<99.5>)
            a< * 1 FETCH (BODY[1]<0> {5}
            a< SGVsb BODY[1]<15> {5}
            a< kIQ== BODY[1]<99> {0}
            a< )
            a< 8 OK FETCH completed
            """
        )

    converse(scenario)


def test_reading_marks_as_seen_and_peeking_does_not(play: Any) -> None:
    play(
        OPEN
        + r"""
        a> 2 FETCH 1 (BODY.PEEK[TEXT] RFC822.HEADER)
        a< ***
        a< 2 OK FETCH completed
        a> 3 SEARCH UNSEEN
        a< * SEARCH 1 2 3
        a< 3 OK SEARCH completed
        a> 4 FETCH 1 BODY[TEXT]
        a< * 1 FETCH (BODY[TEXT] {7}
        a< Hello
        a<  FLAGS (\Seen \Recent))
        a< 4 OK FETCH completed
        a> 5 FETCH 1 BODY[TEXT]
        a< * 1 FETCH (BODY[TEXT] {7}
        a< Hello
        a< )
        a< 5 OK FETCH completed
        a> 6 FETCH 2 (FLAGS RFC822.TEXT)
        a< * 2 FETCH (FLAGS (\Seen \Recent) RFC822.TEXT {7}
        a< Hello
        a< )
        a< 6 OK FETCH completed
        a> 7 FETCH 3 RFC822
        a< ***
        a<  FLAGS (\Seen \Recent))
        a< 7 OK FETCH completed
        """,
        inbox=3,
    )


def test_changed_since_and_vanished(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        known = await world.services.changes.modseq(world.alice.account_id)
        await world.script(
            rf"""
            a2> 1 SELECT INBOX
            a2> 2 STORE 2 +FLAGS.SILENT \Deleted
            a2> 3 STORE 4 +FLAGS.SILENT \Flagged
            a2> 4 EXPUNGE
            a2< ***
            a2< 4 OK EXPUNGE completed
            a> 0 ENABLE QRESYNC
            a< ***
            a< 0 OK ENABLE completed
            {OPEN}
            a> 2 UID FETCH 1:* (FLAGS) (CHANGEDSINCE {known})
            a< * 3 FETCH (UID 4 FLAGS (\Flagged) MODSEQ (…))
            a< 2 OK FETCH completed
            a> 3 UID FETCH 1:* (FLAGS) (CHANGEDSINCE {known} VANISHED)
            a< * VANISHED (EARLIER) 2
            a< * 3 FETCH (UID 4 FLAGS (\Flagged) MODSEQ (…))
            a< 3 OK FETCH completed
            a> 4 UID FETCH 3:* (FLAGS) (VANISHED CHANGEDSINCE {known})
            a< * 3 FETCH (UID 4 FLAGS (\Flagged) MODSEQ (…))
            a< 4 OK FETCH completed
            a> 5 UID FETCH 1:* (FLAGS) (VANISHED)
            a> 6 FETCH 1:* (FLAGS) (CHANGEDSINCE {known} VANISHED)
            a> 7 FETCH 1:* FLAGS (CHANGEDSINCE 0)
            a< 5 BAD …
            a< 6 BAD …
            a< 7 BAD …
            a> 8 FETCH 1:* (UID) (CHANGEDSINCE {known})
            a< * 3 FETCH (UID 4 MODSEQ (…))
            a< 8 OK FETCH completed
            """
        )

    converse(scenario, inbox=4)


def test_vanished_needs_qresync(play: Any) -> None:
    play(f"{OPEN}\na> 2 UID FETCH 1:* FLAGS (CHANGEDSINCE 1 VANISHED)\na< 2 BAD VANISHED needs ENABLE QRESYNC", inbox=1)


def test_what_went_unannounced_is_not_among_the_earlier_ones(play: Any) -> None:
    """It is told without EARLIER, because the session still counts it."""
    play(
        f"""
        a> 0 ENABLE QRESYNC
        a< ***
        a< 0 OK ENABLE completed
        {OPEN}
        a2> 1 SELECT INBOX
        a2> 2 STORE 1 +FLAGS.SILENT \\Deleted
        a2> 3 EXPUNGE
        a2< ***
        a2< 3 OK EXPUNGE completed
        a> 2 UID FETCH 1:* (UID) (CHANGEDSINCE 1 VANISHED)
        a< * 2 FETCH (UID 2 MODSEQ (…))
        a< * VANISHED 1
        a< 2 OK FETCH completed
        """,
        inbox=2,
    )


def test_part_of_a_set(play: Any) -> None:
    play(
        OPEN
        + """
        a> 2 UID FETCH 1:* (UID) (PARTIAL 1:2)
        a< * 1 FETCH (UID 1)
        a< * 2 FETCH (UID 2)
        a< 2 OK FETCH completed
        a> 3 UID FETCH 1:* (UID) (PARTIAL -1:-2)
        a< * 4 FETCH (UID 4)
        a< * 5 FETCH (UID 5)
        a< 3 OK FETCH completed
        a> 4 UID FETCH 1:* (UID) (PARTIAL 9:12)
        a> 5 FETCH 1:* (UID) (PARTIAL 1:2)
        a< 4 OK FETCH completed
        a< 5 BAD …
        """,
        inbox=5,
    )


def test_large_answers_come_whole(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        big = b"Subject: big\r\n\r\n" + b"x" * 70_000 + b"\r\n"
        await world.deliver(*[big] * 5)
        client = await world.client("a")
        await client.say("1 SELECT INBOX")
        lines = await client.ask("2 FETCH 1:5 BODY.PEEK[]")
        assert lines.count("x" * 70_000) == 5
        assert lines[-1] == "2 OK FETCH completed"

    converse(scenario)


def test_more_messages_than_a_batch(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        await world.deliver(*[b"a: %d\r\n\r\n" % number for number in range(1200)])
        client = await world.client("a")
        await client.say("1 SELECT INBOX")
        for items, wanted in (("RFC822.SIZE", 1200), ("(UID FLAGS)", 1200)):
            lines = await client.ask(f"2 FETCH 1:* {items}")
            assert [int(line.split()[1]) for line in lines[:-1]] == list(range(1, wanted + 1))

    converse(scenario)
