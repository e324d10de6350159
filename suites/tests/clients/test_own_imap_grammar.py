"""What the IMAP client may send without saying that it is on purpose: golden lines of the RFCs, damage, speed."""

from __future__ import annotations

import contextlib
import socket
import timeit
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailproof_suites.clients.errors import HarnessError
from mailproof_suites.clients.imap import Continuation, ImapClient, Literal, astring, quoted
from mailproof_suites.clients.imap.own_grammar import check_command, check_continued
from mailproof_suites.clients.observer import SentCommand
from mailproof_suites.clients.tls import Stream

LEGAL_LINES = r"""
CAPABILITY
nOOp
LOGOUT
STARTTLS
LOGIN smith sesame
LOGIN "a \"quoted\" \\ name" ""
AUTHENTICATE PLAIN
AUTHENTICATE PLAIN =
AUTHENTICATE PLAIN dGVzdAB0ZXN0AHRlc3Q=
ENABLE CONDSTORE X-GOOD-IDEA
ID NIL
ID ()
ID ("name" "sodr" "version" "19.34" "vendor" NIL)
COMPRESS deflate
SELECT INBOX
SELECT "a b" (CONDSTORE)
SELECT INBOX (QRESYNC (67890007 20050715194045000 41,43:211,214:541))
SELECT INBOX (QRESYNC (67890007 90060115194045000 41:211,214:541 (1,5,9 41,60,80)))
SELECT INBOX (QRESYNC (67890007 90060115194045000))
EXAMINE ~peter/mail/&U,BTFw-
EXAMINE a]b
UNSELECT
CREATE owatagusiam/
CREATE MySpecial (USE (\Drafts \Sent))
CREATE MySpecial (USE ())
DELETE foo
RENAME blurdybloop sarasoop
SUBSCRIBE #news.comp.mail.mime
LIST "" ""
LIST "" *
LIST /usr/staff/jones %
LIST (SUBSCRIBED) "" "*"
LIST () "" "%" RETURN (CHILDREN)
LIST (SUBSCRIBED RECURSIVEMATCH) "" "*" RETURN (SUBSCRIBED CHILDREN)
LIST (RECURSIVEMATCH SPECIAL-USE) "" "*" RETURN ()
LIST (REMOTE) "" ("INBOX" Drafts Sent/%)
LIST "" % RETURN (STATUS (MESSAGES UNSEEN) MYRIGHTS METADATA (/shared/comment "/private/comment"))
LSUB "#news." "comp.mail.*"
NAMESPACE
STATUS blurdybloop (UIDNEXT MESSAGES)
STATUS INBOX (SIZE DELETED HIGHESTMODSEQ APPENDLIMIT MAILBOXID RECENT DELETED-STORAGE)
IDLE
CHECK
CLOSE
EXPUNGE
UID EXPUNGE 3000:3002
SEARCH ALL
SEARCH FLAGGED SINCE 1-Feb-1994 NOT FROM "Smith"
SEARCH CHARSET UTF-8 TEXT XXXXXX
SEARCH RETURN (MIN COUNT) FLAGGED SINCE "1-Feb-1994"
SEARCH RETURN () OR (FROM x (TO y)) NOT 1:3,7
SEARCH RETURN (PARTIAL -1:-100) UNDELETED UNKEYWORD $Junk
SEARCH RETURN (SAVE) $
SEARCH (1:*)
SEARCH NOT NOT OR OR SEEN NEW (OLD)
SEARCH HEADER Message-ID "" UID 1:* LARGER 0
SEARCH MODSEQ "/flags/\\draft" all 620162338
SEARCH MODSEQ 0 YOUNGER 60 OLDER 1
SEARCH EMAILID M00000001 SAVEDSINCE 1-Jan-2020 SAVEDATESUPPORTED
UID SEARCH SUBJECT MODSEQ
SORT (SUBJECT) UTF-8 SINCE 1-Feb-1994
SORT (REVERSE DATE DISPLAYFROM) US-ASCII ALL
UID SORT RETURN (ALL COUNT) (ARRIVAL) "UTF-8" 1,3:5
THREAD ORDEREDSUBJECT UTF-8 SINCE 5-MAR-2000
UID THREAD REFERENCES US-ASCII TEXT "gewp"
FETCH 2:4 (FLAGS BODY[HEADER.FIELDS (DATE FROM)])
FETCH * ALL
FETCH 1 BODY[]
FETCH 1 BODY[]<0.2048>
FETCH 1 BODY.PEEK[4.2.HEADER.FIELDS.NOT ("A B" to)]<5.1>
FETCH 1 (BODY[1.MIME] BODY[TEXT] BODY[3.2] BODY BODYSTRUCTURE ENVELOPE)
FETCH 1:* (RFC822.SIZE RFC822 RFC822.HEADER RFC822.TEXT INTERNALDATE UID)
FETCH 1 (BINARY[1] BINARY.PEEK[2.1]<0.5> BINARY.SIZE[1] BINARY[])
FETCH $ (PREVIEW (LAZY) EMAILID THREADID SAVEDATE MODSEQ)
FETCH 1 PREVIEW
UID FETCH 300:500 (FLAGS) (CHANGEDSINCE 12345 VANISHED)
UID FETCH 1:* FLAGS (PARTIAL -1:-30 CHANGEDSINCE 98305)
STORE 2:4 +FLAGS (\Deleted)
STORE 1 FLAGS ()
STORE 1 -FLAGS.SILENT \Seen $Junk \Extra
UID STORE 6,4,8 (UNCHANGEDSINCE 12121230045) +FLAGS.SILENT (\Deleted)
STORE 1 (UNCHANGEDSINCE 0) FLAGS (a)
COPY 2:4 MEETING
UID MOVE 42:69 foo
SETACL INBOX/Drafts John lrswicda
SETACL INBOX/Drafts Mary +lrswicda
SETACL INBOX/Drafts Mary ""
DELETEACL INBOX Fred
GETACL INBOX
LISTRIGHTS ~/Mail/saved smith
MYRIGHTS INBOX
SETQUOTA "" (STORAGE 512 MESSAGE 0)
SETQUOTA root ()
GETQUOTA "!partition/sda4"
GETQUOTAROOT INBOX
GETMETADATA "" /shared/comment
GETMETADATA (DEPTH infinity MAXSIZE 1024) INBOX (/shared/comment "/private/comment")
SETMETADATA INBOX (/private/comment "My new comment" /shared/comment NIL)
NOTIFY NONE
NOTIFY SET STATUS (selected (MessageNew (FLAGS))) (subtree Lists NONE)
NOTIFY SET (SELECTED (MessageNew (UID FLAGS) MessageExpunge)) (mailboxes (a b) (FlagChange)) (inboxes NONE)
""".strip().splitlines()

ILLEGAL = r"""
FOO
X-MAILPROOF
NOOP 1
 NOOP
LOGIN smith
LOGIN smith sesame more
LOGIN smith "se\same"
LOGIN smith "sesame
LOGIN sm{3} x
AUTHENTICATE
AUTHENTICATE PLAIN dGVzd
AUTHENTICATE PLAIN dG=zd
ENABLE
ID
ID ("name")
ID (name "x")
ID ("name" x)
COMPRESS GZIP
SELECT
SELECT a b
SELECT INBOX ()
SELECT INBOX (CONDSTOER)
SELECT INBOX (QRESYNC (0 1))
SELECT INBOX (QRESYNC (1 0))
SELECT INBOX (QRESYNC (1 9223372036854775808))
SELECT INBOX (QRESYNC (1 5 1:*))
SELECT INBOX QRESYNC
CREATE
CREATE a (USE)
CREATE a (USE (Sent))
CREATE a*b
RENAME a
LIST ""
LIST (RECURSIVEMATCH) "" "*"
LIST (RECURSIVEMATCH REMOTE) "" "*"
LIST (SUBSCRIBED CHILDREN) "" "*"
LIST "" ()
LIST "" * RETURN SUBSCRIBED
LIST "" * RETURN (STATUS)
LIST "" * RETURN (STATUS ())
STATUS INBOX ()
STATUS INBOX MESSAGES
STATUS INBOX (MESSAGES,UNSEEN)
UID
UID NOOP
UID EXPUNGE
EXPUNGE 1
SEARCH
SEARCH FOO
SEARCH ()
SEARCH NOT
SEARCH OR SEEN
SEARCH (SEEN
SEARCH SEEN)
SEARCH OR (SEEN) ) NEW
SEARCH 0
SEARCH 1,
SEARCH 1:2:3
SEARCH 4294967296
SEARCH SINCE 1-Foo-2000
SEARCH SINCE 01-Jan-00
SEARCH LARGER x
SEARCH LARGER -1
SEARCH HEADER a
SEARCH CHARSET UTF-8
SEARCH RETURN ALL SEEN
SEARCH RETURN (MOST) SEEN
SEARCH RETURN (PARTIAL 1:-5) SEEN
SEARCH RETURN (PARTIAL 1) SEEN
SEARCH MODSEQ x
SEARCH YOUNGER 0
SEARCH SEEN  NEW
SEARCH KEYWORD \Seen
SEARCH KEYWORD
SORT SUBJECT UTF-8 ALL
SORT () UTF-8 ALL
SORT (SUBJECT) UTF-8
SORT (SIZES) UTF-8 ALL
SORT (REVERSE) UTF-8 ALL
THREAD UTF-8 ALL
FETCH 1
FETCH 1 ()
FETCH 1 (FLAGS
FETCH 1 (ALL)
FETCH 1 (FLAGS,UID)
FETCH 1 FLAGS UID
FETCH 0 FLAGS
FETCH 1: FLAGS
FETCH $,1 FLAGS
FETCH 1 BODY[
FETCH 1 BODY[HEADER.FIELDS]
FETCH 1 BODY[HEADER.FIELDS ()]
FETCH 1 BODY[MIME]
FETCH 1 BODY[0]
FETCH 1 BODY[1.]
FETCH 1 BODY[]<5>
FETCH 1 BODY[]<5.0>
FETCH 1 BINARY
FETCH 1 BINARY.SIZE[1]<0.1>
FETCH 1 RFC822.BODY
FETCH 1 PREVIEW (EAGER)
FETCH 1 PREVIEW ()
FETCH 1 (FLAGS) (CHANGEDSINCE)
FETCH 1 (FLAGS) CHANGEDSINCE 5
FETCH 1 (FLAGS) (CHANGEDSINCE 0)
STORE 1 FLAGS
STORE 1 ++FLAGS (a)
STORE 1 FLAGS (a) b
STORE 1 FLAGS (\*)
STORE 1 FLAGS (\Recent)
STORE 1 FLAGS \Recent
STORE 1 FLAGS.LOUD (a)
STORE 1 FLAGS ("a")
STORE 1 UNCHANGEDSINCE 5 FLAGS (a)
COPY 1
MOVE INBOX 1
APPEND INBOX
REPLACE 1 INBOX
SETACL INBOX fred
SETACL INBOX fred LR
SETACL INBOX fred =lr
DELETEACL INBOX
SETQUOTA "" (STORAGE)
SETQUOTA "" STORAGE 5
GETMETADATA INBOX
GETMETADATA INBOX ()
GETMETADATA INBOX shared/comment
GETMETADATA INBOX /shared//comment
GETMETADATA INBOX /shared/comment/
GETMETADATA INBOX /shared/*
GETMETADATA (DEPTH 2) INBOX /shared/comment
SETMETADATA INBOX (/private/comment)
SETMETADATA INBOX (/private/comment atom)
SETMETADATA INBOX ()
NOTIFY
NOTIFY SET
NOTIFY SET (selected)
NOTIFY SET (selected ())
NOTIFY SET (selected (NoSuchEvent))
NOTIFY SET (subtree (FlagChange))
""".strip("\n").splitlines()

MESSAGE = Literal(b"From: a\r\n\r\nb")
LEGAL_PARTS: list[tuple[Any, ...]] = [
    ("LOGIN", Literal(b"al\r\nice"), Literal(b"pw", sync=False)),
    ("APPEND", "INBOX", MESSAGE),
    ("APPEND", Literal(b"x"), r"(\Seen $x)", '" 7-Feb-1994 21:52:25 -0800"', MESSAGE),
    ("APPEND", "INBOX", "()", MESSAGE, r"(\Draft)", MESSAGE, '"01-Jul-2026 00:00:00 +0000"', MESSAGE),
    ("APPEND", "INBOX", Literal(b"a\0b", binary=True)),
    ("APPEND", "INBOX", "UTF8", (Literal(b"a", binary=True),)),
    ("REPLACE", 4, "Drafts", MESSAGE),
    ("UID REPLACE", 2000, "Drafts", r"(\Seen \Draft)", MESSAGE),
    ("SEARCH", "CHARSET", "UTF-8", "OR", ("FROM", Literal(b"x")), "TO", Literal(b"\xff")),
    ("SETMETADATA", "INBOX", ("/private/comment", Literal(b"x", binary=True))),
    ("FETCH", 1, ("FLAGS", "UID")),
    ("GETQUOTA", Literal(b"")),
]

ILLEGAL_PARTS: list[tuple[Any, ...]] = [
    ("LOGIN", "a", Literal(b"x", binary=True)),
    ("LOGIN", "a", Literal(b"a\0b")),
    ("APPEND", "INBOX", "message"),
    ("APPEND", "INBOX", quoted("message")),
    ("APPEND", "INBOX", r"\Seen", MESSAGE),
    ("APPEND", "INBOX", r"(\Recent)", MESSAGE),
    ("APPEND", "INBOX", '"01-Jul-2026"', MESSAGE),
    ("APPEND", "INBOX", '"01-Jul-2026 00:00:00 +0000"', r"(\Seen)", MESSAGE),
    ("APPEND", "INBOX", "UTF8", MESSAGE),
    ("APPEND", "INBOX", MESSAGE, "()"),
    ("REPLACE", "1:2", "INBOX", MESSAGE),
    ("FETCH", Literal(b"1"), "FLAGS"),
    ("FETCH", 7, ("FLAGS", ("UID",))),
    ("SEARCH", Literal(b"ALL")),
    ("SELECT", "caf\u00e9"),
    ("SELECT", b'"caf\xe9"'),
]


@pytest.mark.parametrize("line", LEGAL_LINES)
def test_a_line_of_the_grammar_passes(line: str) -> None:
    check_command(b"A1", [line])


@pytest.mark.parametrize("line", ILLEGAL)
def test_a_line_that_is_none_is_refused(line: str) -> None:
    with pytest.raises(HarnessError, match="on_purpose=True"):
        check_command(b"A1", [line])


@pytest.mark.parametrize("parts", LEGAL_PARTS, ids=str)
def test_literals_stand_where_they_may(parts: tuple[Any, ...]) -> None:
    check_command(b"A1", parts)


@pytest.mark.parametrize("parts", ILLEGAL_PARTS, ids=str)
def test_literals_and_octets_where_they_may_not(parts: tuple[Any, ...]) -> None:
    with pytest.raises(HarnessError, match="on_purpose=True"):
        check_command(b"A1", parts)


def test_utf8_may_be_quoted_once_it_is_enabled() -> None:
    check_command(b"A1", ["SELECT", quoted("Entwürfe")], utf8=True)
    for wrong in ("Entwürfe".encode(), b'"Entw\xfcrfe"'):
        with pytest.raises(HarnessError):
            check_command(b"A1", ["SELECT", wrong], utf8=True)


@pytest.mark.parametrize("tag", [b"", b"a+1", b"a b", b'"a"', b"a(", b"a%", b"\xe9", b"*", b"a\\"])
def test_a_tag_has_its_own_grammar(tag: bytes) -> None:
    check_command(b"x-1]&.", ["NOOP"])
    with pytest.raises(HarnessError):
        check_command(tag, ["NOOP"])


def test_a_password_is_not_in_the_complaint() -> None:
    with pytest.raises(HarnessError) as caught:
        check_command(b"A1", ["LOGIN", "alice", "sesame", "twice"])
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize(
    ("running", "line", "legal"),
    [
        (["IDLE"], b"DONE", True),
        (["IDLE"], b"done", True),
        (["IDLE"], b"DONE ", False),
        (["IDLE"], b"*", False),
        (["NOOP", "IDLE"], b"DONE", True),
        ([], b"DONE", False),
        (["NOOP"], b"", False),
        (["AUTHENTICATE"], b"", True),
        (["AUTHENTICATE"], b"*", True),
        (["AUTHENTICATE"], b"AGEAYg==", True),
        (["AUTHENTICATE"], b"AGEAYg", False),
        (["AUTHENTICATE"], b"DONE", True),  # which is base64
        (["AUTHENTICATE"], b"* ", False),
    ],
)
def test_a_line_continues_a_running_command(running: list[str], line: bytes, legal: bool) -> None:
    with contextlib.nullcontext() if legal else pytest.raises(HarnessError):
        check_continued(running, line)


# -- damage ------------------------------------------------------------------------------------------------------------


def _outside_quotes(line: str) -> list[int]:
    """Places between two octets of ``line`` that are in no quoted string, the ends among them."""
    places, inside, escaped = [], False, False
    for at, char in enumerate(line):
        if not inside:
            places.append(at)
        if escaped:
            escaped = False
        elif inside and char == "\\":
            escaped = True
        elif char == '"':
            inside = not inside
    return [*places, len(line)]


@given(
    data=st.data(), line=st.sampled_from(LEGAL_LINES), junk=st.sampled_from(["{", "{3}", "\x7f", "\t", '"', ")", "("])
)
def test_junk_outside_quotes_is_always_seen(data: st.DataObject, line: str, junk: str) -> None:
    """Neither a brace, a control character, nor one bracket or quote without the other can stand anywhere."""
    at = data.draw(st.sampled_from(_outside_quotes(line)))
    with pytest.raises(HarnessError):
        check_command(b"A1", [line[:at] + junk + line[at:]])


@given(data=st.data(), line=st.sampled_from(LEGAL_LINES))
def test_every_space_is_one_space(data: st.DataObject, line: str) -> None:
    places = [at for at in _outside_quotes(line) if line[at : at + 1] in (" ", "")]
    at = data.draw(st.sampled_from(places))
    with pytest.raises(HarnessError):
        check_command(b"A1", [line[:at] + " " + line[at:]])


@given(line=st.binary(max_size=40).filter(lambda octets: not set(octets) & set(b"\r\n\0")))
def test_any_octets_are_judged(line: bytes) -> None:
    """Whatever the octets are, the guard says yes or HarnessError."""
    with contextlib.suppress(HarnessError):
        check_command(b"A1", [line], utf8=True)


# -- the client's own conveniences -------------------------------------------------------------------------------------


class _Sent(Exception):  # noqa: N818
    """The command has left; there is no server to answer it."""


class _Mute(ImapClient):
    """A client that ends each step where the answer would begin."""

    def _write(self, data: bytes) -> None:
        del data

    def _announce(self, command: SentCommand) -> None:
        del command

    def await_continuation(self, tag: bytes, *, timeout_s: float | None = None) -> Continuation:
        return Continuation(None, b"", b"", b"+ \r\n")

    def finish(self, tag: bytes, *, timeout_s: float | None = None) -> Any:
        raise _Sent


@pytest.fixture(scope="module", params=["", "IMAP4REV2"])
def mute(request: pytest.FixtureRequest) -> Iterator[_Mute]:
    near, far = socket.socketpair()
    far.sendall(b"* OK hello\r\n")
    client = _Mute("s.test", 993, stream=Stream(near, timeout_s=5))
    client.enabled.add(request.param)
    yield client
    client.close()
    far.close()


_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
_NAME = st.text(st.characters(exclude_characters="\0\r\n", exclude_categories=["Cs"]), max_size=20)
_NUMBERS = st.lists(st.integers(1, 2**32 - 1), min_size=1, max_size=5)
_FLAGS = st.lists(st.sampled_from([r"\Seen", r"\Deleted", "$Junk", "word"]), max_size=3)
Step = Callable[..., Any]
STEPS: dict[str, tuple[Step, tuple[st.SearchStrategy[Any], ...]]] = {
    "login": (ImapClient.login, (_TEXT, _TEXT)),
    "authenticate_plain": (ImapClient.authenticate_plain, (_TEXT, _TEXT, _TEXT)),
    "authenticate": (ImapClient.authenticate, (st.just("X-Y"), st.binary(max_size=30), st.binary(max_size=30))),
    "enable": (ImapClient.enable, (st.just("CONDSTORE"), st.just("QRESYNC"))),
    "noop": (ImapClient.noop, ()),
    "logout": (ImapClient.logout, ()),
    "compress": (ImapClient.compress, ()),
    "select": (ImapClient.select, (_NAME,)),
    "select condstore": (lambda client, name: client.select(name, "CONDSTORE"), (_NAME,)),
    "examine": (ImapClient.examine, (_NAME,)),
    "unselect": (ImapClient.unselect, ()),
    "close_mailbox": (ImapClient.close_mailbox, ()),
    "create": (ImapClient.create, (_NAME, st.sampled_from([None, r"\Sent"]))),
    "delete": (ImapClient.delete, (_NAME,)),
    "rename": (ImapClient.rename, (_NAME, _NAME)),
    "subscribe": (ImapClient.subscribe, (_NAME,)),
    "unsubscribe": (ImapClient.unsubscribe, (_NAME,)),
    "list": (ImapClient.list_mailboxes, (_NAME, _NAME)),
    "list subscribed": (
        lambda client, name: client.list_mailboxes(name, select="SUBSCRIBED", returns="CHILDREN"),
        (_NAME,),
    ),
    "status": (ImapClient.status, (_NAME,)),
    "namespace": (ImapClient.namespace, ()),
    "append": (
        ImapClient.append,
        (_NAME, st.binary().map(lambda data: data.replace(b"\0", b"")), _FLAGS, st.just("01-Jul-2026 09:05:00 +0200")),
    ),
    "fetch": (lambda client, numbers, uid: client.fetch(numbers, "(UID FLAGS)", uid=uid), (_NUMBERS, st.booleans())),
    "store": (
        lambda client, numbers, flags, since: client.store(numbers, "+FLAGS", flags, unchanged_since=since),
        (_NUMBERS, _FLAGS, st.sampled_from([None, 0, 7])),
    ),
    "search": (lambda client, text: client.search("SUBJECT", astring(text), uid=True, returns="ALL"), (_TEXT,)),
    "sort": (lambda client, text: client.sort("REVERSE DATE", "TEXT", astring(text)), (_TEXT,)),
    "expunge": (ImapClient.expunge, (st.none() | _NUMBERS,)),
    "copy": (ImapClient.copy, (_NUMBERS, _NAME)),
    "move": (ImapClient.move, (_NUMBERS, _NAME)),
}


@pytest.mark.parametrize("step", STEPS)
@given(data=st.data())
def test_every_convenience_speaks_the_grammar(mute: _Mute, step: str, data: st.DataObject) -> None:
    call, strategies = STEPS[step]
    with pytest.raises(_Sent):
        call(mute, *(data.draw(each) for each in strategies))


def test_on_purpose_sends_anything(open_imap: Any) -> None:
    client, far = open_imap(b"* OK hello\r\nA001 BAD no\r\n")
    with pytest.raises(HarnessError):
        client.command("FETCH", 0, "FLAGS")
    assert far.heard() == b""
    assert client.command("FETCH", 0, "FLAGS", tag=b"A001", on_purpose=True).bad
    with pytest.raises(HarnessError):
        client.send_line(b"DONE")
    client.send_line(b"DONE", on_purpose=True)
    assert far.heard() == b"A001 FETCH 0 FLAGS\r\nDONE\r\n"


@pytest.mark.parametrize(
    "parts",
    [
        ("NOOP",),
        ("SELECT", "INBOX"),
        ("UID FETCH", "1:*", "(UID FLAGS)"),
        ("FETCH", "1:50", "(UID FLAGS RFC822.SIZE BODY.PEEK[HEADER.FIELDS (FROM TO SUBJECT)]<0.1024>)"),
        ("UID STORE", "7", r"+FLAGS.SILENT (\Seen)"),
        ("UID SEARCH", "RETURN (ALL)", 'OR (FROM "x" NOT SEEN) 1:3,7', "SUBJECT", '"a subject"'),
        ("APPEND", "INBOX", r"(\Seen)", Literal(b"x" * 10_000)),
    ],
)
def test_the_guard_is_cheap(parts: tuple[Any, ...]) -> None:
    """1 to 9 µs where this was written; a load test must not measure its client."""
    check_command(b"A1", parts)
    rounds = timeit.repeat(lambda: check_command(b"A1", parts), number=200, repeat=7)
    assert min(rounds) / 200 < 50e-6
