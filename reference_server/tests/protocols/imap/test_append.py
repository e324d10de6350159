"""APPEND, MULTIAPPEND, REPLACE, and refusals before a message is sent (RFC 9051 6.3.12; RFC 3502, 7888, 8508, 6855)."""

from typing import Any

import pytest

MIB = 1024 * 1024


def test_flags_date_and_uid(play: Any) -> None:
    play(
        r"""
        a> 1 APPEND INBOX (\Seen $Work) " 7-Feb-1994 21:52:25 -0800" {4+}
        a> a: b
        a< 1 OK [APPENDUID … 1] APPEND completed
        a> 2 APPEND INBOX {4}
        a< + OK
        a> c: d
        a< 2 OK [APPENDUID … 2] APPEND completed
        a> 3 EXAMINE INBOX
        a> 4 FETCH 1:2 (FLAGS INTERNALDATE RFC822.SIZE BODY[])
        a< ***
        a< 3 OK [READ-ONLY] EXAMINE completed
        a< * 1 FETCH (FLAGS (\Seen $Work \Recent) INTERNALDATE " 7-Feb-1994 21:52:25 -0800" RFC822.SIZE 4 BODY[] {4}
        a< a: b)
        a< * 2 FETCH (FLAGS (\Recent) INTERNALDATE " 2-Mar-2026 09:30:00 +0000" RFC822.SIZE 4 BODY[] {4}
        a< c: d)
        a< 4 OK FETCH completed
        """
    )


def test_wrong_arguments_store_nothing(play: Any) -> None:
    play(
        r"""
        a> 1 APPEND INBOX
        a> 2 APPEND INBOX (\Nonsense) {4+}
        a> a: b
        a> 3 APPEND INBOX "32-Feb-1994 21:52:25 -0800" {4+}
        a> a: b
        a> 4 APPEND INBOX {4+}
        a> a: b more
        a> 5 APPEND INBOX "text"
        a< 1 BAD …
        a< 2 BAD …
        a< 3 BAD …
        a< 4 BAD …
        a< 5 BAD …
        a> 6 STATUS INBOX (MESSAGES UIDNEXT)
        a< * STATUS INBOX (MESSAGES 0 UIDNEXT 1)
        a< 6 OK STATUS completed
        """
    )


def test_8_bit_headers_need_utf8_accept(play: Any) -> None:
    """RFC 9755 4: "MUST reject, with a "NO" response" before ENABLE UTF8=ACCEPT; the text may be 8-bit."""
    play(
        """
        a> 1 APPEND INBOX {5+}
        a> a: \u00fc
        a< 1 NO [CANNOT] 8-bit header fields need ENABLE UTF8=ACCEPT
        a> 2 ENABLE UTF8=ACCEPT
        a< * ENABLED UTF8=ACCEPT
        a< 2 OK ENABLE completed
        a> 3 APPEND INBOX {5+}
        a> a: \u00fc
        a< 3 OK [APPENDUID … 1] APPEND completed
        """
    )


def test_the_message_is_refused_before_it_is_sent(play: Any) -> None:
    play(
        """
        a> 1 APPEND Nowhere {100}
        a< 1 NO [TRYCREATE] …
        a> 2 APPEND INBOX {1001}
        a< 2 NO [TOOBIG] literal too large
        a> 3 APPEND "Other Users/bob@example.test/INBOX" {100}
        a< 3 NO [NONEXISTENT] …
        a> 4 APPEND "Other Users/nobody@example.test/INBOX" {100}
        a< 4 NO [NONEXISTENT] …
        a> 5 APPEND INBOX {1000}
        a< + OK
        """,
        services={"message_bytes": 1000},
    )


def test_a_full_account_refuses_before_the_message_is_sent(play: Any) -> None:
    play(
        """
        a> 1 APPEND INBOX {400}
        a< 1 NO [OVERQUOTA] The mailbox is full
        a> 2 APPEND INBOX {4+}
        a> a: b
        a< 2 OK [APPENDUID … 2] APPEND completed
        a> 3 SELECT INBOX
        a> 4 COPY 1 INBOX
        a< ***
        a< 4 NO [OVERQUOTA] The mailbox is full
        """,
        inbox=1,
        services={"quota_bytes": 300, "quota_notice_ratio": 1.0},
    )


def test_a_full_account_may_replace_what_it_has(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        usage = await world.services.quota.usage(world.alice, world.alice.account_id)
        await world.services.quota.set_limit(None, world.alice.account_id, usage.used_bytes)
        await world.script(
            """
            a> 1 SELECT INBOX
            a< ***
            a< 1 OK [READ-WRITE] SELECT completed
            a> 2 REPLACE 1 INBOX {4}
            a< + OK
            a> a: b
            a< ***
            a< 2 OK REPLACE completed
            """
        )

    converse(scenario, inbox=1, services={"quota_notice_ratio": 2.0})


def test_non_synchronising_messages_are_read_past_when_refused(play: Any) -> None:
    play(
        """
        a> 1 APPEND Nowhere {8+}
        a> 2 NOOP
        a>
        a> 3 APPEND INBOX {1001+}
        a> """
        + "x" * 999
        + """
        a>
        a> 4 NOOP
        a< 1 NO [TRYCREATE] …
        a< 3 NO [TOOBIG] literal too large
        a< 4 OK NOOP completed
        """,
        services={"message_bytes": 1000},
    )


def test_the_largest_message_fits(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        client = await world.client("a")
        data = b"Subject: large\r\n\r\n" + b"0123456789abcde\r\n" * (6 * MIB // 17)
        completion = await client.say(b"1 APPEND INBOX {%d+}\r\n%b\r\n" % (len(data), data))
        assert completion.startswith("OK [APPENDUID "), completion

    converse(scenario)


def test_an_empty_message_cancels_the_command(play: Any) -> None:
    """RFC 3502: "A zero-length message literal argument is an error, and MUST return a NO"."""
    play(
        """
        a> 1 APPEND INBOX {0}
        a< 1 NO [CANNOT] APPEND cancelled by an empty message
        a> 2 APPEND INBOX {4+}
        a> a: b {0+}
        a>
        a< 2 NO [CANNOT] APPEND cancelled by an empty message
        a> 3 APPEND INBOX {4}
        a< + OK
        a> a: b {0}
        a< 3 NO [CANNOT] APPEND cancelled by an empty message
        a> 4 STATUS INBOX (MESSAGES)
        a< * STATUS INBOX (MESSAGES 0)
        a< 4 OK STATUS completed
        """
    )


def test_several_messages_are_stored_together(play: Any) -> None:
    play(
        r"""
        a> 1 APPEND INBOX (\Flagged) {4+}
        a> a: b (\Seen) "01-Jan-2020 00:00:00 +0000" {4+}
        a> c: d {4}
        a< + OK
        a> e: f
        a< 1 OK [APPENDUID … 1:3] APPEND completed
        a> 2 EXAMINE INBOX
        a> 3 FETCH 1:* FLAGS
        a< ***
        a< * 1 FETCH (FLAGS (\Flagged \Recent))
        a< * 2 FETCH (FLAGS (\Seen \Recent))
        a< * 3 FETCH (FLAGS (\Recent))
        a< 3 OK FETCH completed
        """
    )


def test_several_messages_or_none(play: Any) -> None:
    play(
        """
        a> 1 APPEND INBOX {4+}
        a> a: b {600}
        a< 1 NO [OVERQUOTA] …
        a> 2 APPEND INBOX {300+}
        a> """
        + "x" * 300
        + """ {300}
        a< + OK
        a> """
        + "x" * 300
        + """
        a< 2 NO [OVERQUOTA] …
        a> 3 STATUS INBOX (MESSAGES)
        a< * STATUS INBOX (MESSAGES 0)
        a< 3 OK STATUS completed
        """,
        services={"quota_bytes": 500},
    )


def test_bare_line_feeds_become_crlf(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        client = await world.client("a")
        assert (await client.say(b"1 APPEND INBOX {12+}\r\na: b\n\nx\r\ny\nz\r\n")).startswith("OK")
        await world.script(
            """
            a> 2 EXAMINE INBOX
            a> 3 FETCH 1 (RFC822.SIZE BODY[])
            a< ***
            a< * 1 FETCH (RFC822.SIZE 15 BODY[] {15}
            a< a: b
            a<
            a< x
            a< y
            a< z)
            a< 3 OK FETCH completed
            """
        )

    converse(scenario)


def test_binary_content_stays_as_it_is(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        client = await world.client("a")
        data = b"Content-Transfer-Encoding: binary\r\n\r\na\0\nb"
        assert (await client.say(b"1 APPEND INBOX ~{%d+}\r\n%b\r\n" % (len(data), data))).startswith("OK")
        await client.say("2 EXAMINE INBOX")
        client.send(b"3 FETCH 1 BINARY[1]\r\n")
        await client.until(lambda lines: False if client.closed else b"3 OK" in client.transport.written)
        assert b"* 1 FETCH (BINARY[1] ~{4}\r\na\0\nb)\r\n3 OK" in bytes(client.transport.written)

    async def plain(world: Any) -> None:
        client = await world.client("a")
        assert (await client.say(b"1 APPEND INBOX {5+}\r\na\0b: \r\n")) == "BAD NUL in literal"

    converse(plain)


@pytest.mark.parametrize("enabled", ["IMAP4rev2", "CONDSTORE"])
def test_append_utf8_needs_utf8_accept(play: Any, enabled: str) -> None:
    play(
        f"""
        a> 1 ENABLE {enabled}
        a< ***
        a< 1 OK ENABLE completed
        a> 2 APPEND INBOX UTF8 (~{{4+}}
        a> a: b)
        a< 2 BAD APPEND UTF8 needs ENABLE UTF8=ACCEPT
        """
    )


def test_append_utf8(play: Any) -> None:
    play(
        """
        a> 1 ENABLE UTF8=ACCEPT
        a< * ENABLED UTF8=ACCEPT
        a< 1 OK ENABLE completed
        a> 2 APPEND INBOX UTF8 (~{5+}
        a> a: é)
        a> 3 APPEND INBOX UTF8 ({4+}
        a> a: b)
        a< 2 OK [APPENDUID … 1] APPEND completed
        a< 3 BAD UTF8 needs a literal8
        """
    )


def test_replace(play: Any) -> None:
    play(
        r"""
        a> 1 SELECT INBOX
        a< ***
        a< 1 OK [READ-WRITE] SELECT completed
        a2> 1 SELECT INBOX
        a2< ***
        a2< 1 OK [READ-WRITE] SELECT completed
        a> 2 REPLACE 2 INBOX (\Draft) {4+}
        a> a: b
        a< * OK [APPENDUID … 4] Replacement stored
        a< * 2 EXPUNGE
        a< * 3 EXISTS
        a< * 3 RECENT
        a< 2 OK REPLACE completed
        a2> 2 NOOP
        a2< * 2 EXPUNGE
        a2< * 3 EXISTS
        a2< * 0 RECENT
        a2< 2 OK NOOP completed
        a> 3 UID REPLACE 4 Drafts {4}
        a< + OK
        a> c: d
        a< * OK [APPENDUID … 1] Replacement stored
        a< * 3 EXPUNGE
        a< 3 OK REPLACE completed
        a> 4 REPLACE * INBOX {4+}
        a> e: f
        a< * OK [APPENDUID … 5] Replacement stored
        a< * 2 EXPUNGE
        a< * 2 EXISTS
        a< * 2 RECENT
        a< 4 OK REPLACE completed
        """,
        inbox=3,
    )


def test_replace_is_refused_before_the_message_is_sent(play: Any) -> None:
    play(
        """
        a> 0 REPLACE 1 INBOX {4}
        a< 0 BAD Command not allowed now
        a> 1 SELECT INBOX
        a< ***
        a< 1 OK [READ-WRITE] SELECT completed
        a> 2 REPLACE 2 INBOX {4}
        a< 2 BAD No such message number
        a> 3 UID REPLACE 2 INBOX {4}
        a< 3 NO [NONEXISTENT] No such message
        a> 4 REPLACE 1 Nowhere {4}
        a< 4 NO [TRYCREATE] …
        a> 5 REPLACE 1 INBOX {0}
        a< 5 NO [CANNOT] REPLACE cancelled by an empty message
        a> 6 EXAMINE INBOX
        a< ***
        a< 6 OK [READ-ONLY] EXAMINE completed
        a> 7 REPLACE 1 INBOX {4}
        a< 7 NO [CANNOT] The folder is open read-only
        """,
        inbox=1,
    )
