"""The IMAP client against scripted servers: what it sends, what it reads, what it tells the observers."""

from __future__ import annotations

import zlib
from typing import Any

import pytest

from mailproof_suites.clients.errors import (
    ConnectionClosed,
    GrammarViolation,
    HarnessError,
    TimedOut,
    UnexpectedReply,
)
from mailproof_suites.clients.imap import (
    Broken,
    Continuation,
    ListData,
    Literal,
    NumberSet,
    StatusData,
    Tagged,
    astring,
    quoted,
    set_text,
)

HELLO = b"* OK [CAPABILITY IMAP4rev1 SASL-IR] ready\r\n"


def test_a_command_and_its_completion(open_imap: Any, watch: Any) -> None:
    client, far = open_imap(HELLO + b"* 3 EXISTS\r\nA001 OK [HIGHESTMODSEQ 5] done\r\n")
    done = client.command("NOOP")
    assert far.heard() == b"A001 NOOP\r\n"
    assert (done.ok, done.no, done.bad, done.name, done.text) == (True, False, False, "NOOP", b"done")
    assert done.find_code("HIGHESTMODSEQ").args == (5,)
    assert done.last_number("EXISTS") == 3
    assert done.line == "A001 OK [HIGHESTMODSEQ 5] done"
    assert watch.kinds() == ["open", "response", "sent", "response", "response"]


def test_the_greeting(open_imap: Any) -> None:
    client, _ = open_imap(HELLO)
    assert client.greeting.name == "OK"
    assert client.capabilities == {"IMAP4REV1", "SASL-IR"}


@pytest.mark.parametrize("line", [b"hello\r\n", b"* OK\r\n", b"+ go\r\n"])
def test_what_is_no_greeting_is_raised_when_it_is_asked_for(open_imap: Any, line: bytes) -> None:
    client, _ = open_imap(line)
    with pytest.raises(GrammarViolation):
        _ = client.greeting


def test_a_greeting_that_never_comes(pair: Any) -> None:
    from mailproof_suites.clients.imap import ImapClient

    stream, _ = pair
    stream.timeout_s = 0.05
    with pytest.raises(TimedOut):
        ImapClient("s.test", 993, stream=stream, timeout_s=0.05)


def test_a_synchronising_literal_waits(open_imap: Any, watch: Any) -> None:
    client, far = open_imap(HELLO + b"+ go\r\n* OK by the way\r\n+ go on\r\nA001 OK done\r\n")
    client.command("LOGIN", Literal(b"al\r\nice"), Literal(b"pw"))
    assert far.heard() == b"A001 LOGIN {7}\r\nal\r\nice {2}\r\npw\r\n"
    sent = dict(watch.events)["sent"]
    assert (sent.name, sent.literals, sent.asks, sent.line) == ("LOGIN", 2, 0, b"A001 LOGIN {7}\r\nal\r\nice {2}\r\npw")


def test_a_literal_may_be_refused(open_imap: Any) -> None:
    client, far = open_imap(HELLO + b"A001 NO [TOOBIG] no\r\n")
    done = client.command("APPEND", "INBOX", Literal(b"message"))
    assert done.no
    assert far.heard() == b"A001 APPEND INBOX {7}\r\n"


def test_other_literals_do_not_wait(open_imap: Any) -> None:
    client, far = open_imap(HELLO + b"A001 OK done\r\n")
    parts = ("X", Literal(b"a", sync=False), ("b", Literal(b"\0", sync=False, binary=True)))
    client.command(*parts, on_purpose=True)
    assert far.heard() == b"A001 X {1+}\r\na (b ~{1+}\r\n\x00)\r\n"


@pytest.mark.parametrize("part", ["a\r\nb", b"a\nb", "a\0b"])
def test_an_accident_is_stopped(open_imap: Any, part: Any) -> None:
    client, far = open_imap(HELLO)
    with pytest.raises(HarnessError):
        client.command("SELECT", part)
    assert far.heard() == b""


def test_raw_octets_are_sent_as_they_are(open_imap: Any, watch: Any) -> None:
    client, far = open_imap(HELLO + b"* BAD what\r\n")
    client.send_raw(b"x UID  FETCH\nno\r\n")
    assert far.heard() == b"x UID  FETCH\nno\r\n"
    assert client.read_response().name == "BAD"
    assert [(event.tag, event.raw) for kind, event in watch.events if kind == "sent"] == [(b"x", True), (b"", True)]


def test_pipelined_commands_are_finished_in_any_order(open_imap: Any) -> None:
    client, far = open_imap(HELLO + b"* 1 EXISTS\r\nA001 OK one\r\n* 2 EXISTS\r\nA002 NO two\r\n")
    first, second = client.start("NOOP"), client.start("CHECK")
    assert far.heard() == b"A001 NOOP\r\nA002 CHECK\r\n"
    assert client.finish(second).last_number("EXISTS") == 2
    assert client.finish(first).last_number("EXISTS") == 1


def test_an_awaited_response(open_imap: Any) -> None:
    client, far = open_imap(HELLO + b"* 1 EXISTS\r\n* 2 EXISTS\r\n")
    assert client.wait_untagged(lambda each: each.name == "EXISTS").number == 1
    assert client.wait_untagged(lambda each: each.name == "EXISTS").number == 2
    with pytest.raises(TimedOut):
        client.wait_untagged(lambda each: each.name == "EXISTS", 0.05)
    far.say(b"A001 OK done\r\n")
    assert [each.number for each in client.command("NOOP").untagged] == [1, 2]


def test_idle(open_imap: Any) -> None:
    client, far = open_imap(HELLO + b"+ idling\r\n* 4 EXISTS\r\nA001 OK done\r\n")
    with client.idle() as idle:
        assert idle.wait_for("EXISTS").number == 4
    assert idle.completion.ok
    assert far.heard() == b"A001 IDLE\r\nDONE\r\n"


def test_idle_that_is_refused(open_imap: Any) -> None:
    client, _ = open_imap(HELLO + b"A001 BAD no\r\n")
    with pytest.raises(UnexpectedReply), client.idle():
        pytest.fail("the block of a refused IDLE ran")


def test_login_masks_and_asks_for_capabilities(open_imap: Any, transcript: Any) -> None:
    client, far = open_imap(HELLO + b"A001 OK in\r\n* CAPABILITY IMAP4rev1 IDLE\r\nA002 OK done\r\n")
    client.login("alice@example.test", 'pass "word"')
    assert far.heard() == b'A001 LOGIN alice@example.test "pass \\"word\\""\r\nA002 CAPABILITY\r\n'
    assert client.capabilities == {"IMAP4REV1", "IDLE"}
    assert "word" not in transcript.render()


@pytest.mark.parametrize("initial", [True, False])
def test_authenticate_plain(open_imap: Any, initial: bool, transcript: Any) -> None:
    more = b"" if initial else b"+ \r\n"
    client, far = open_imap(HELLO + more + b"A001 OK [CAPABILITY IMAP4rev1] in\r\n")
    client.authenticate_plain("alice", "secret", initial=initial)
    blob = b"AGFsaWNlAHNlY3JldA=="
    line = b"A001 AUTHENTICATE PLAIN " + blob if initial else b"A001 AUTHENTICATE PLAIN\r\n" + blob
    assert far.heard() == line + b"\r\n"
    assert blob.decode() not in transcript.render()


def test_authenticate_reports_a_refusal(open_imap: Any) -> None:
    client, far = open_imap(HELLO + b"A001 NO [AUTHENTICATIONFAILED] no\r\n")
    done = client.authenticate("PLAIN", b"", initial=True)
    assert done.code.name == "AUTHENTICATIONFAILED"
    assert far.heard() == b"A001 AUTHENTICATE PLAIN =\r\n"


def test_a_convenience_wants_ok(open_imap: Any) -> None:
    client, _ = open_imap(HELLO + b"A001 NO [NONEXISTENT] none\r\n")
    with pytest.raises(UnexpectedReply) as caught:
        client.select("nowhere")
    assert caught.value.actual == "A001 NO [NONEXISTENT] none"


def test_select_collects(open_imap: Any) -> None:
    script = (
        b"* FLAGS (\\Seen)\r\n* 3 EXISTS\r\n* 1 RECENT\r\n* OK [UNSEEN 2] u\r\n* OK [UIDVALIDITY 7] v\r\n"
        b"* OK [UIDNEXT 9] n\r\n* OK [HIGHESTMODSEQ 5] h\r\n* OK [PERMANENTFLAGS (\\*)] p\r\nA001 OK [READ-ONLY] ok\r\n"
    )
    client, far = open_imap(HELLO + script)
    opened = client.examine("Entwürfe", "CONDSTORE")
    assert far.heard() == b"A001 EXAMINE Entw&APw-rfe (CONDSTORE)\r\n"
    assert (opened.exists, opened.recent, opened.unseen, opened.uid_validity, opened.uid_next) == (3, 1, 2, 7, 9)
    assert (opened.highest_modseq, opened.flags, opened.permanent_flags) == (5, (b"\\Seen",), (b"\\*",))
    assert opened.read_only


def test_fetch_merges_what_is_about_one_message(open_imap: Any) -> None:
    client, far = open_imap(
        HELLO + b"* 1 FETCH (UID 5)\r\n* 2 FETCH (UID 6)\r\n* 1 FETCH (FLAGS (\\Seen) UID 5)\r\nA001 OK done\r\n"
    )
    found = client.fetch([5, 6], "(UID FLAGS)", uid=True, modifiers="CHANGEDSINCE 1")
    assert far.heard() == b"A001 UID FETCH 5,6 (UID FLAGS) (CHANGEDSINCE 1)\r\n"
    assert sorted(found) == [5, 6]
    assert (found[5].seq, found[5].flags) == (1, (b"\\Seen",))
    with pytest.raises(UnexpectedReply):
        found.only()


def test_a_broken_value_is_raised_only_when_it_is_needed(open_imap: Any, watch: Any) -> None:
    client, _ = open_imap(HELLO + b"* 1 FETCH (UID x)\r\n* STATUS a (MESSAGES 1)\r\nA001 OK done\r\n")
    done = client.command("NOOP")
    assert done.of(StatusData)[0].items == {"MESSAGES": 1}
    with pytest.raises(GrammarViolation):
        done.named("FETCH")
    assert "violation" in watch.kinds()
    assert len(done.broken) == 1


def test_a_broken_completion_is_raised(open_imap: Any) -> None:
    client, _ = open_imap(HELLO + b"A001 DONE\r\n")
    with pytest.raises(GrammarViolation):
        client.command("NOOP")


def test_search_reads_either_answer(open_imap: Any) -> None:
    client, far = open_imap(
        HELLO + b'* SEARCH 2 5 (MODSEQ 9)\r\nA001 OK done\r\n* ESEARCH (TAG "A002") ALL 2:3\r\nA002 OK done\r\n'
    )
    assert client.search("SUBJECT", quoted('a "b"')) == [2, 5]
    found = client.search("ALL", returns="ALL")
    assert (list(found), found.modseq) == ([2, 3], None)
    assert far.heard() == b'A001 SEARCH SUBJECT "a \\"b\\""\r\nA002 SEARCH RETURN (ALL) ALL\r\n'


def test_append_copy_store_list(open_imap: Any) -> None:
    client, far = open_imap(
        HELLO
        + b"+ go\r\nA001 OK [APPENDUID 7 9] done\r\nA002 OK [COPYUID 7 1:2 5,8] done\r\n"
        + b'* 1 FETCH (FLAGS (x))\r\nA003 OK done\r\n* LIST () "/" a\r\nA004 OK done\r\n'
    )
    appended = client.append("INBOX", b"m", ["\\Seen"], "01-Jul-2026 09:05:00 +0200")
    assert (appended.uid_validity, appended.uid) == (7, 9)
    assert client.copy("1:2", "b").pairs() == {1: 5, 2: 8}
    assert client.store(1, "FLAGS", ["x"], unchanged_since=4)[1].flags == (b"x",)
    assert client.list_mailboxes(returns="CHILDREN") == [ListData((), b"/", b"a")]
    assert far.heard().split(b"\r\n")[3:5] == [
        b"A003 STORE 1 (UNCHANGEDSINCE 4) FLAGS (x)",
        b'A004 LIST "" "*" RETURN (CHILDREN)',
    ]


def test_copyuid_sets_of_unequal_length(open_imap: Any) -> None:
    client, _ = open_imap(HELLO + b"A001 OK [COPYUID 7 1:2 5] done\r\n")
    with pytest.raises(UnexpectedReply):
        client.move("1:2", "b").pairs()


def test_names_are_utf8_once_it_is_enabled(open_imap: Any) -> None:
    client, far = open_imap(HELLO + b"* ENABLED IMAP4rev2\r\nA001 OK done\r\nA002 OK done\r\n* OK caf\xc3\xa9\r\n")
    client.enable("IMAP4rev2")
    client.create("café")
    assert far.heard().endswith('A002 CREATE "café"\r\n'.encode())
    assert client.read_response().text == "café".encode()


def test_compress(open_imap: Any) -> None:
    squeeze = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    packed = squeeze.compress(b"A002 OK small\r\n") + squeeze.flush(zlib.Z_SYNC_FLUSH)
    client, far = open_imap(HELLO + b"A001 OK go\r\n" + packed)
    assert client.compress().ok
    assert far.heard() == b"A001 COMPRESS DEFLATE\r\n"
    assert client.noop().text == b"small"
    assert zlib.decompressobj(-zlib.MAX_WBITS).decompress(far.heard()) == b"A002 NOOP\r\n"


def test_logout_reads_to_the_end(open_imap: Any, watch: Any) -> None:
    client, far = open_imap(HELLO + b"* BYE so long\r\nA001 OK done\r\n")
    far.sock.shutdown(1)
    client.logout()
    assert client.bye is not None
    assert watch.kinds()[-1] == "close"
    assert watch.kinds().count("close") == 1
    assert watch.events[0][1].ended_by_peer


def test_a_server_that_hangs_up(open_imap: Any, watch: Any, transcript: Any) -> None:
    client, far = open_imap(HELLO + b"* BYE panic\r\n")
    far.hang_up()
    with pytest.raises(ConnectionClosed):
        client.finish(b"A001")
    assert client.bye.text == b"panic"
    assert [each.name for each in client.pending] == ["BYE"]
    assert watch.kinds()[-1] == "close"
    assert "connection closed" in transcript.render()


def test_a_literal_beyond_the_limit(pair: Any) -> None:
    from mailproof_suites.clients.imap import ImapClient

    stream, far = pair
    far.say(HELLO + b"* 1 FETCH (BODY[] {99999999999}\r\n")
    client = ImapClient("s.test", 993, stream=stream, literal_limit=1000)
    with pytest.raises(GrammarViolation) as caught:
        client.read_response()
    assert caught.value.production == "literal"


def test_responses_one_by_one(open_imap: Any) -> None:
    client, _ = open_imap(HELLO + b"* 1 EXISTS\r\n+ go\r\nx OK done\r\nwhat?\r\n")
    kinds = [type(client.read_response()) for _ in range(4)]
    assert kinds[1:] == [Continuation, Tagged, Broken]


@pytest.mark.parametrize(
    ("value", "wire"),
    [("a@b", b"a@b"), ("", b'""'), ("a b", b'"a b"'), ("nil", b'"nil"'), ("é", Literal("é".encode())), ("%", b'"%"')],
)
def test_astrings(value: str, wire: Any) -> None:
    assert astring(value) == wire


def test_sets() -> None:
    assert [set_text(each) for each in ("1:*", 7, [1, 3], NumberSet(((2, 4),)))] == ["1:*", "7", "1,3", "2:4"]
