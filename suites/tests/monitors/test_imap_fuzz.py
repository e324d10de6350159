"""Monitors survive any order of lawful commands and responses, and of responses that left the grammar."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from mailproof_suites.clients.imap import Broken, parse_response
from mailproof_suites.clients.imap.command import command_name
from mailproof_suites.clients.observer import ConnectionInfo, SentCommand
from mailproof_suites.monitors import Collector, observers_for

COMMANDS = [
    b"a SELECT INBOX",
    b"a SELECT b (QRESYNC (7 9))",
    b"b FETCH 1:* (UID FLAGS)",
    b"b UID FETCH 1:* (RFC822.SIZE)",
    b"c STATUS INBOX (MESSAGES)",
    b"c SEARCH RETURN () ALL",
    b"d LOGOUT",
    b"d DELETE INBOX",
    b"e IDLE",
    b"f APPEND INBOX {3}",
    b"g ENABLE QRESYNC",
]
RESPONSES = [
    b"* 3 EXISTS\r\n",
    b"* 1 EXISTS\r\n",
    b"* 0 EXISTS\r\n",
    b"* 1 RECENT\r\n",
    b"* 1 EXPUNGE\r\n",
    b"* 9 EXPUNGE\r\n",
    b"* VANISHED 1:4294967295\r\n",
    b"* VANISHED (EARLIER) 1\r\n",
    b'* 2 FETCH (UID 5 FLAGS (\\Seen x) MODSEQ (3) RFC822.SIZE 3 BODY[] "abc")\r\n',
    b"* 9 FETCH (UID 4 RFC822.SIZE 4)\r\n",
    b"* FLAGS (\\Seen)\r\n",
    b"* OK [UIDVALIDITY 7] v\r\n",
    b"* OK [UIDNEXT 2] n\r\n",
    b"* OK [CLOSED] c\r\n",
    b"* OK [HIGHESTMODSEQ 4] h\r\n",
    b"* OK [PERMANENTFLAGS (\\*)] p\r\n",
    b"* ENABLED QRESYNC IMAP4rev2\r\n",
    b"* CAPABILITY IMAP4rev1 QRESYNC\r\n",
    b"* STATUS INBOX (UIDVALIDITY 8 HIGHESTMODSEQ 2)\r\n",
    b'* ESEARCH (TAG "c") MIN 3 MAX 1 ALL 7 COUNT 0\r\n',
    b"* SEARCH 9\r\n",
    b"* THREAD (1 (1)(9))\r\n",
    b"* LIST (\\Marked \\Unmarked) NIL &x\r\n",
    b"* BYE b\r\n",
    b"+ go\r\n",
    b"+\r\n",
    b"* 3  EXISTS\r\n",
    *(b"%c OK [COPYUID 1 1:2 3] done\r\n" % tag for tag in b"abcdefg"),
    *(b"%c NO [APPENDUID 1 2:2] done\r\n" % tag for tag in b"abcdefg"),
]
SENT = st.tuples(st.just("sent"), st.sampled_from(COMMANDS))
HEARD = st.tuples(st.just("heard"), st.sampled_from(RESPONSES))
EVENTS = st.lists(SENT | HEARD, max_size=40)


@given(EVENTS, st.booleans())
@settings(max_examples=200)
def test_any_dialogue_is_survived(events: list[tuple[str, bytes]], raw: bool) -> None:
    collector = Collector()
    (monitor,) = observers_for("imap", collector)
    monitor.on_open(ConnectionInfo("imap", "server.test", 993, "A"))
    for kind, octets in events:
        if kind == "sent":
            tag, _, rest = octets.partition(b" ")
            name = command_name([rest.decode()])
            monitor.on_sent(SentCommand(name, octets, tag, raw=raw, literals=octets.count(b"{"), asks=name == "IDLE"))
            continue
        response = parse_response(octets)
        if isinstance(response, Broken):
            monitor.on_violation(response.violation)
        else:
            monitor.on_response(response)
    monitor.on_close()
    heard = sum(kind == "heard" for kind, _ in events)
    assert collector.checks["RFC9051:9-51"] == heard
