"""SEARCH, SORT, THREAD (RFC 9051 6.4.4, 7.3.4; RFC 4731, 5032, 5182, 5256, 5267, 5957, 7162 3.1.5, 9394)."""

from typing import Any

import pytest

OPEN = """
a> 1 SELECT INBOX
a< ***
a< 1 OK [READ-WRITE] SELECT completed
"""
SECOND = (
    b"From: Zoe <zoe@example.test>\r\nSubject: Re: plan\r\nDate: Tue, 3 Mar 2026 10:00:00 +0000\r\n"
    b"Message-ID: <2@x>\r\nIn-Reply-To: <1@x>\r\n\r\nsecond grape\r\n"
)
FIRST = (
    b"From: Adam <adam@example.test>\r\nSubject: plan\r\nDate: Mon, 2 Mar 2026 10:00:00 +0000\r\n"
    b"Message-ID: <1@x>\r\n\r\nfirst apple\r\n"
)
OTHER = (
    b"From: =?utf-8?q?J=C3=B6rg?= <joerg@example.test>\r\nSubject: other\r\nDate: Sun, 1 Mar 2026 10:00:00 +0000\r\n"
    b"Message-ID: <3@x>\r\n\r\nthird apple pie, longer than the others\r\n"
)
DATED = [SECOND, FIRST, OTHER]


@pytest.fixture
def found(converse: Any) -> Any:
    """`found(text)`: a transcript over three messages, INBOX open."""

    def run(text: str) -> None:
        async def scenario(world: Any) -> None:
            await world.deliver(*DATED)
            await world.script(OPEN + text)

        converse(scenario)

    return run


@pytest.mark.parametrize(
    ("key", "numbers"),
    [
        ("ALL", "1 2 3"),
        ("2:3", "2 3"),
        ("UID 3,9", "3"),
        ("FROM zoe", "1"),
        ("SUBJECT PLAN", "1 2"),
        ("BODY apple", "2 3"),
        ("TEXT apple NOT TEXT pie", "2"),
        ("OR FROM adam FROM zoe", "1 2"),
        ("HEADER Message-ID <3@x>", "3"),
        ('HEADER In-Reply-To ""', "1"),
        ("SENTSINCE 2-Mar-2026", "1 2"),
        ("SENTON 1-Mar-2026", "3"),
        ("SENTBEFORE 2-Mar-2026", "3"),
        ("ON 31-Dec-9999", ""),
        ("SENTON 31-Dec-9999", ""),
        ("BEFORE 31-Dec-9999", "1 2 3"),
        ("ON 1-Jan-0001", ""),
        ("SINCE 2-Mar-2026", "1 2 3"),
        ("YOUNGER 60", "1 2 3"),
        ("OLDER 60", ""),
        ("YOUNGER 4294967295", "1 2 3"),
        ("OLDER 4294967295", ""),
        ("KEYWORD $Never", ""),
        ("UNKEYWORD $Never", "1 2 3"),
        ("LARGER 0 SMALLER 4294967295", "1 2 3"),
        ("SAVEDSINCE 2-Mar-2026", "1 2 3"),
        ("SAVEDATESUPPORTED", "1 2 3"),
        ("EMAILID M999999", ""),
        ("THREADID T0", ""),
        ("$", ""),
        ('CHARSET UTF-8 FROM "zoe"', "1"),
        ("(ALL) (1)", "1"),
        ("DELETED", ""),
        ("NEW", "1 2 3"),
        ("OLD", ""),
    ],
)
def test_keys(found: Any, key: str, numbers: str) -> None:
    found(f"a> 2 SEARCH {key}\na< * SEARCH{' ' if numbers else ''}{numbers}\na< 2 OK SEARCH completed")


def test_decoded_text_is_searched_in_any_charset(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        await world.deliver(*DATED)
        client = await world.client("a")
        await client.say("1 SELECT INBOX")
        assert (await client.ask(b"2 SEARCH CHARSET UTF-8 FROM {5+}\r\nJ\xc3\xb6rg\r\n"))[0] == "* SEARCH 3"
        assert (await client.ask(b"3 SEARCH CHARSET ISO-8859-1 FROM {4+}\r\nJ\xf6RG\r\n"))[0] == "* SEARCH 3"
        assert (await client.say(b"4 SEARCH CHARSET UTF-8 FROM {4+}\r\nJ\xf6RG\r\n")).startswith("BAD ")
        await client.say("5 UNSELECT")
        await client.say("6 ENABLE UTF8=ACCEPT")
        await client.say("7 SELECT INBOX")
        assert (await client.ask('8 SEARCH FROM "jörg"'))[0] == "* SEARCH 3"
        assert (await client.say("9 SEARCH CHARSET UTF-8 ALL")).startswith("BAD ")
        assert (await client.say("10 SORT (DATE) US-ASCII ALL")).startswith("BAD ")
        assert (await client.say("11 THREAD REFERENCES ISO-8859-1 ALL")).startswith("BAD ")
        assert (await client.say("12 SORT (DATE) UTF-8 ALL")).startswith("OK ")

    converse(scenario)


def test_numbers_beyond_the_last_message_match_nothing(found: Any) -> None:
    found(
        """
        a> 2 SEARCH 4
        a> 3 SEARCH 2:9
        a> 4 SEARCH NOT 4:7
        a> 5 SEARCH 9:*
        a< * SEARCH
        a< 2 OK …
        a< * SEARCH 2 3
        a< 3 OK …
        a< * SEARCH 1 2 3
        a< 4 OK …
        a< * SEARCH 3
        a< 5 OK …
        """
    )


def test_what_is_no_search(found: Any) -> None:
    found(
        """
        a> 2 SEARCH
        a> 3 SEARCH NOTHING
        a> 5 SEARCH CHARSET KOI8-R ALL
        a> 6 SEARCH RETURN (EVERYTHING) ALL
        a> 7 SEARCH RETURN (ALL PARTIAL 1:2) ALL
        a> 8 SEARCH YOUNGER 0
        a> 9 SORT (DATE) ALL
        a> 10 SORT () UTF-8 ALL
        a> 11 THREAD NOTHING UTF-8 ALL
        a> 12 THREAD REFERENCES KOI8-R ALL
        a< 2 BAD …
        a< 3 BAD …
        a< 5 NO [BADCHARSET (US-ASCII UTF-8 …)] unknown charset
        a< 6 BAD …
        a< 7 BAD …
        a< 8 BAD …
        a< 9 NO [BADCHARSET (…
        a< 10 BAD …
        a< 11 BAD …
        a< 12 NO [BADCHARSET (…
        """
    )


def test_extended_answers(found: Any) -> None:
    found(
        """
        a> 2 SEARCH RETURN () BODY apple
        a< * ESEARCH (TAG "2") ALL 2:3
        a< 2 OK SEARCH completed
        a> 3 UID SEARCH RETURN (MIN MAX COUNT) ALL
        a< * ESEARCH (TAG "3") UID MIN 1 MAX 3 COUNT 3
        a< 3 OK SEARCH completed
        a> 4 SEARCH RETURN (MIN MAX ALL COUNT) FROM nobody
        a< * ESEARCH (TAG "4") COUNT 0
        a< 4 OK SEARCH completed
        a> 5 SEARCH RETURN (MIN) FROM nobody
        a< * ESEARCH (TAG "5")
        a< 5 OK SEARCH completed
        a> 6 SEARCH RETURN (PARTIAL 2:9) ALL
        a< * ESEARCH (TAG "6") PARTIAL (2:9 2:3)
        a< 6 OK SEARCH completed
        a> 7 UID SEARCH RETURN (PARTIAL -1:-1 COUNT) ALL
        a< * ESEARCH (TAG "7") UID COUNT 3 PARTIAL (-1:-1 3)
        a< 7 OK SEARCH completed
        a> 8 SEARCH RETURN (PARTIAL 5:9) ALL
        a< * ESEARCH (TAG "8") PARTIAL (5:9 NIL)
        a< 8 OK SEARCH completed
        """
    )


def test_a_saved_result_is_a_set(found: Any) -> None:
    found(
        r"""
        a> 2 SEARCH RETURN (SAVE) BODY apple
        a> 3 FETCH $ UID
        a> 4 UID SEARCH UID $ FROM adam
        a< 2 OK SEARCH completed
        a< * 2 FETCH (UID 2)
        a< * 3 FETCH (UID 3)
        a< 3 OK FETCH completed
        a< * SEARCH 2
        a< 4 OK SEARCH completed
        a> 5 SEARCH RETURN (SAVE MIN) ALL
        a> 6 SEARCH $
        a< * ESEARCH (TAG "5") MIN 1
        a< 5 OK SEARCH completed
        a< * SEARCH 1
        a< 6 OK SEARCH completed
        a> 7 SEARCH RETURN (SAVE MIN MAX) ALL
        a> 8 SEARCH $
        a< * ESEARCH (TAG "7") MIN 1 MAX 3
        a< 7 OK SEARCH completed
        a< * SEARCH 1 3
        a< 8 OK SEARCH completed
        a> 9 SEARCH RETURN (SAVE MIN COUNT) ALL
        a> 10 SEARCH $
        a< * ESEARCH (TAG "9") MIN 1 COUNT 3
        a< 9 OK SEARCH completed
        a< * SEARCH 1 2 3
        a< 10 OK SEARCH completed
        a> 11 SEARCH RETURN (SAVE PARTIAL 2:2) ALL
        a> 12 SEARCH $
        a< * ESEARCH (TAG "11") PARTIAL (2:2 2)
        a< 11 OK SEARCH completed
        a< * SEARCH 2
        a< 12 OK SEARCH completed
        a> 13 SEARCH RETURN (SAVE PARTIAL 2:2 MAX) ALL
        a> 14 SEARCH $
        a< * ESEARCH (TAG "13") MAX 3 PARTIAL (2:2 2)
        a< 13 OK SEARCH completed
        a< * SEARCH 2 3
        a< 14 OK SEARCH completed
        a> 15 SEARCH RETURN (SAVE MIN) FROM nobody
        a> 16 SEARCH $
        a> 17 FETCH $ UID
        a> 18 COPY $ Archive
        a< * ESEARCH (TAG "15")
        a< 15 OK SEARCH completed
        a< * SEARCH
        a< 16 OK SEARCH completed
        a< 17 OK FETCH completed
        a< 18 OK COPY completed, there was nothing to copy
        a> 19 SEARCH RETURN (ALL SAVE) ALL
        a> 20 SEARCH NOTHING
        a> 21 SEARCH RETURN (SAVE) NOTHING
        a> 22 SEARCH $
        a< * ESEARCH (TAG "19") ALL 1:3
        a< 19 OK SEARCH completed
        a< 20 BAD …
        a< 21 BAD …
        a< * SEARCH 1 2 3
        a< 22 OK SEARCH completed
        a> 23 SEARCH RETURN (SAVE) CHARSET KOI8-R ALL
        a> 24 SEARCH $
        a< 23 NO [BADCHARSET …
        a< * SEARCH
        a< 24 OK SEARCH completed
        """
    )


def test_expunged_messages_leave_the_saved_result_and_select_empties_it(found: Any) -> None:
    found(
        r"""
        a> 2 SEARCH RETURN (SAVE) ALL
        a> 3 STORE 2 +FLAGS.SILENT \Deleted
        a> 4 EXPUNGE
        a> 5 UID SEARCH $
        a< 2 OK SEARCH completed
        a< 3 OK STORE completed
        a< * 2 EXPUNGE
        a< 4 OK EXPUNGE completed
        a< * SEARCH 1 3
        a< 5 OK SEARCH completed
        a> 6 SELECT INBOX
        a> 7 SEARCH $
        a< ***
        a< * SEARCH
        a< 7 OK SEARCH completed
        """
    )


def test_arrivals_that_the_client_was_not_told_of_are_not_found(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        await world.deliver(*DATED)
        await world.script(OPEN)
        await world.deliver(*DATED)
        await world.script(
            """
            a> 2 UID SEARCH RETURN (ALL COUNT SAVE) ALL
            a< * ESEARCH (TAG "2") UID COUNT 3 ALL 1:3
            a< * 6 EXISTS
            a< * 6 RECENT
            a< 2 OK SEARCH completed
            a> 3 SEARCH $
            a< * SEARCH 1 2 3
            a< 3 OK SEARCH completed
            """
        )

    converse(scenario)


def test_searches_for_modseq_tell_the_highest(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        await world.deliver(*DATED)
        start = await world.services.changes.modseq(world.alice.account_id)
        await world.script(
            OPEN
            + rf"""
            a> 2 STORE 3 +FLAGS.SILENT \Flagged
            a> 3 STORE 1 +FLAGS.SILENT \Flagged
            a< 2 OK STORE completed
            a< 3 OK STORE completed
            a> 4 SEARCH MODSEQ {start + 1}
            a< * OK [HIGHESTMODSEQ {start + 2}] CONDSTORE enabled
            a< * SEARCH 1 3 (MODSEQ {start + 2})
            a< 4 OK SEARCH completed
            a> 5 SEARCH MODSEQ "/flags/\\flagged" all {start + 3}
            a< * SEARCH
            a< 5 OK SEARCH completed
            a> 6 SEARCH RETURN (MAX) MODSEQ {start + 1}
            a< * ESEARCH (TAG "6") MAX 3 MODSEQ {start + 1}
            a< 6 OK SEARCH completed
            a> 7 SEARCH RETURN (MIN MAX) MODSEQ {start}
            a< * ESEARCH (TAG "7") MIN 1 MAX 3 MODSEQ {start + 2}
            a< 7 OK SEARCH completed
            a> 8 SORT (REVERSE SIZE) UTF-8 MODSEQ {start + 1}
            a< * SORT 3 1 (MODSEQ {start + 2})
            a< 8 OK SORT completed
            a> 9 SORT RETURN (MIN) (REVERSE SIZE) UTF-8 MODSEQ {start + 1}
            a< * ESEARCH (TAG "9") MIN 3 MODSEQ {start + 1}
            a< 9 OK SORT completed
            """
        )

    converse(scenario)


def test_rev2_always_answers_extended(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        await world.deliver(*DATED)
        await world.script(
            """
            a> 0 ENABLE IMAP4rev2
            a< ***
            a< 0 OK ENABLE completed
            """
            + OPEN
            + """
            a> 2 SEARCH BODY apple
            a< * ESEARCH (TAG "2") ALL 2:3
            a< 2 OK SEARCH completed
            a> 3 UID SEARCH FROM nobody
            a< * ESEARCH (TAG "3") UID
            a< 3 OK SEARCH completed
            """
        )

    converse(scenario)


def test_sorting(found: Any) -> None:
    found(
        """
        a> 2 SORT (DATE) UTF-8 ALL
        a< * SORT 3 2 1
        a< 2 OK SORT completed
        a> 3 UID SORT (REVERSE DATE) US-ASCII BODY apple
        a< * SORT 2 3
        a< 3 OK SORT completed
        a> 4 SORT (SUBJECT REVERSE ARRIVAL) UTF-8 ALL
        a< * SORT 3 1 2
        a< 4 OK SORT completed
        a> 5 SORT (FROM) UTF-8 ALL
        a< * SORT 2 3 1
        a< 5 OK SORT completed
        a> 6 SORT (DISPLAYFROM) UTF-8 ALL
        a< * SORT 2 3 1
        a< 6 OK SORT completed
        a> 7 SORT (SIZE) UTF-8 FROM nobody
        a< * SORT
        a< 7 OK SORT completed
        a> 8 SORT RETURN (ALL MIN MAX COUNT) (DATE) UTF-8 ALL
        a< * ESEARCH (TAG "8") MIN 3 MAX 1 COUNT 3 ALL 3,2,1
        a< 8 OK SORT completed
        a> 9 SORT RETURN (PARTIAL 1:2 SAVE) (DATE) UTF-8 ALL
        a> 10 SEARCH $
        a< * ESEARCH (TAG "9") PARTIAL (1:2 3,2)
        a< 9 OK SORT completed
        a< * SEARCH 2 3
        a< 10 OK SEARCH completed
        """
    )


def test_threading(found: Any) -> None:
    found(
        """
        a> 2 THREAD REFERENCES UTF-8 ALL
        a< * THREAD (3)(2 1)
        a< 2 OK THREAD completed
        a> 3 UID THREAD ORDEREDSUBJECT UTF-8 ALL
        a< * THREAD (3)(2 1)
        a< 3 OK THREAD completed
        a> 4 THREAD REFERENCES UTF-8 FROM nobody
        a< * THREAD
        a< 4 OK THREAD completed
        """
    )
