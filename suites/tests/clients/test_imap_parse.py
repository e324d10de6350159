"""The strict grammar of responses: golden vectors for what is allowed, and for what is not, with the place it fails."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from mailproof_suites.clients.errors import GrammarViolation
from mailproof_suites.clients.imap import (
    AclData,
    Address,
    Atom,
    Broken,
    Code,
    Condition,
    Continuation,
    Dialect,
    EsearchData,
    FetchData,
    IdData,
    InternalDate,
    ListData,
    ListRightsData,
    Literal8,
    LiteralString,
    MetadataData,
    MyRightsData,
    NamespaceData,
    NamespaceEntry,
    NumberSet,
    QuotaData,
    QuotaResource,
    QuotaRootData,
    Quoted,
    SearchData,
    StatusData,
    Tagged,
    ThreadData,
    Untagged,
    VanishedData,
    parse_response,
)

PLAIN = Dialect()
UTF8 = Dialect(utf8=True, utf8_text=True)


def data_of(line: bytes, dialect: Dialect = PLAIN) -> Any:
    """The data of an untagged response, which must be grammatical."""
    response = parse_response(line + b"\r\n", dialect)
    assert isinstance(response, Untagged), response
    return response.data


def numbers(*ranges: tuple[int, int]) -> NumberSet:
    return NumberSet(ranges)


DATA: dict[bytes, Any] = {
    b"* OK hello": Condition("OK", None, b"hello"),
    b"* ok hello": Condition("OK", None, b"hello"),
    b"* NO ": Condition("NO", None, b""),
    b"* BYE [UNAVAILABLE] later": Condition("BYE", Code("UNAVAILABLE", (), b"[UNAVAILABLE]"), b"later"),
    b"* OK [CLOSED]": Condition("OK", Code("CLOSED", (), b"[CLOSED]"), b""),
    b"* OK text {5}": Condition("OK", None, b"text {5}"),
    b"* CAPABILITY IMAP4rev1 AUTH=PLAIN X": (b"IMAP4rev1", b"AUTH=PLAIN", b"X"),
    b"* ENABLED": (),
    b"* ENABLED CONDSTORE": (b"CONDSTORE",),
    b"* FLAGS (\\Seen $Junk a.b)": (b"\\Seen", b"$Junk", b"a.b"),
    b"* FLAGS ()": (),
    b"* 3 EXISTS": None,
    b"* 0 RECENT": None,
    b"* 44 EXPUNGE": None,
    b"* SEARCH": SearchData(()),
    b"* SEARCH 2 84 882": SearchData((2, 84, 882)),
    b"* SEARCH 2 5 (MODSEQ 917162500)": SearchData((2, 5), 917162500),
    b"* SORT 5 3 4": SearchData((5, 3, 4)),
    b"* VANISHED 405,407:410": VanishedData(False, numbers((405, 405), (407, 410))),
    b"* VANISHED (EARLIER) 41,43:116": VanishedData(True, numbers((41, 41), (43, 116))),
    b'* ID ("name" "x" "version" NIL)': IdData(((b"name", b"x"), (b"version", None))),
    b"* ID NIL": IdData(None),
    b"* ID ()": IdData(()),
    b'* LIST (\\Noselect) "/" ~/Mail/foo': ListData((b"\\Noselect",), b"/", b"~/Mail/foo"),
    b"* LIST () NIL INBOX": ListData((), None, b"INBOX"),
    b'* LIST () "\\\\" NIL': ListData((), b"\\", b"NIL"),
    b'* LIST () "/" {3}\r\na"b': ListData((), b"/", b'a"b'),
    b'* LSUB () "." a]b': ListData((), b".", b"a]b"),
    b'* LIST (\\Sent) "/" x ("CHILDINFO" ("SUBSCRIBED"))': ListData(
        (b"\\Sent",), b"/", b"x", {"CHILDINFO": (Quoted(b"SUBSCRIBED"),)}
    ),
    b"* STATUS x (MESSAGES 231 UIDNEXT 44292)": StatusData(b"x", {"MESSAGES": 231, "UIDNEXT": 44292}),
    b"* STATUS x ()": StatusData(b"x", {}),
    b"* STATUS x (SIZE 9999999999 HIGHESTMODSEQ 0 APPENDLIMIT NIL MAILBOXID (F-1_a))": StatusData(
        b"x", {"SIZE": 9999999999, "HIGHESTMODSEQ": 0, "APPENDLIMIT": None, "MAILBOXID": b"F-1_a"}
    ),
    b"* ESEARCH": EsearchData(None, False, {}),
    b'* ESEARCH (TAG "a567") UID COUNT 17 ALL 4:18,21,28': EsearchData(
        b"a567", True, {"COUNT": 17, "ALL": numbers((4, 18), (21, 21), (28, 28))}
    ),
    b'* ESEARCH (TAG "a") PARTIAL (1:10 NIL)': EsearchData(b"a", False, {"PARTIAL": (b"1:10", None)}),
    b'* ESEARCH (TAG "a") PARTIAL (-1:-10 7,9) MODSEQ 4': EsearchData(
        b"a", False, {"PARTIAL": (b"-1:-10", numbers((7, 7), (9, 9))), "MODSEQ": 4}
    ),
    b"* THREAD": ThreadData(()),
    b"* THREAD (2)(3 6 (4 23)(44 7 96))": ThreadData(((2,), (3, 6, (4, 23), (44, 7, 96)))),
    b"* THREAD ((3)(5))": ThreadData((((3,), (5,)),)),
    b'* NAMESPACE (("" "/")("#m/" NIL "X" ("a" "b"))) NIL (("S/" "/"))': NamespaceData(
        (NamespaceEntry(b"", b"/"), NamespaceEntry(b"#m/", None, ((b"X", (b"a", b"b")),))),
        None,
        (NamespaceEntry(b"S/", b"/"),),
    ),
    b'* QUOTA "" (STORAGE 10 512 MESSAGE 1 9)': QuotaData(
        b"", (QuotaResource(b"STORAGE", 10, 512), QuotaResource(b"MESSAGE", 1, 9))
    ),
    b"* QUOTA root ()": QuotaData(b"root", ()),
    b'* QUOTAROOT INBOX "" b': QuotaRootData(b"INBOX", (b"", b"b")),
    b"* ACL x Fred rwipslda -Fred w": AclData(b"x", ((b"Fred", b"rwipslda"), (b"-Fred", b"w"))),
    b"* MYRIGHTS x rwiptsldaex": MyRightsData(b"x", b"rwiptsldaex"),
    b'* LISTRIGHTS x smith "" r w kxte': ListRightsData(b"x", b"smith", b"", (b"r", b"w", b"kxte")),
    b'* METADATA "" (/shared/comment "c" /private/x NIL)': MetadataData(
        b"", {b"/shared/comment": b"c", b"/private/x": None}
    ),
    b"* METADATA x /shared/comment /private/x": MetadataData(b"x", {b"/shared/comment": ..., b"/private/x": ...}),
    b'* XSOMETHING a (1 "b" NIL)': (b"a", (1, b"b", None)),
}


@pytest.mark.parametrize("line", list(DATA), ids=range(len(DATA)))
def test_untagged_data(line: bytes) -> None:
    assert data_of(line) == DATA[line]


CODES: dict[bytes, tuple[str, tuple[Any, ...]]] = {
    b"[UIDVALIDITY 3857529045]": ("UIDVALIDITY", (3857529045,)),
    b"[PERMANENTFLAGS (\\Deleted \\*)]": ("PERMANENTFLAGS", ((b"\\Deleted", b"\\*"),)),
    b"[APPENDUID 38505 3955]": ("APPENDUID", (38505, numbers((3955, 3955)))),
    b"[COPYUID 38505 304,319:320 3956:3958]": (
        "COPYUID",
        (38505, numbers((304, 304), (319, 320)), numbers((3956, 3958))),
    ),
    b'[BADCHARSET (utf-8 "x")]': ("BADCHARSET", (b"utf-8", b"x")),
    b"[BADCHARSET]": ("BADCHARSET", ()),
    b"[HIGHESTMODSEQ 9223372036854775807]": ("HIGHESTMODSEQ", (9223372036854775807,)),
    b"[MODIFIED 7,9]": ("MODIFIED", (numbers((7, 7), (9, 9)),)),
    b"[METADATA MAXSIZE 1024]": ("METADATA", ("MAXSIZE", 1024)),
    b"[METADATA TOOMANY]": ("METADATA", ("TOOMANY",)),
    b"[MAILBOXID (F2212ea87)]": ("MAILBOXID", (b"F2212ea87",)),
    b"[read-only]": ("READ-ONLY", ()),
    b"[REFERRAL imap://x/ y]": ("REFERRAL", (b"imap://x/ y",)),
    b"[XNEW]": ("XNEW", ()),
}


@pytest.mark.parametrize("code", list(CODES), ids=range(len(CODES)))
def test_response_codes(code: bytes) -> None:
    response = parse_response(b"a OK " + code + b" text\r\n")
    assert isinstance(response, Tagged)
    assert response.condition.code == Code(*CODES[code], raw=code)
    assert response.condition.text == b"text"


def test_fetch_items() -> None:
    line = (
        b'* 12 FETCH (FLAGS (\\Seen \\Recent) UID 4 MODSEQ (65402) INTERNALDATE " 7-Jul-1996 02:44:25 -0730"'
        b' RFC822.SIZE 4286 BODY[HEADER.FIELDS (Date "From")]<5> {3}\r\na"b BODY[2.1.MIME] NIL BODY[] "x"'
        b' BINARY[1]<0> ~{2}\r\n\x00b BINARY.SIZE[1.2] 9 EMAILID (M-1) THREADID NIL SAVEDATE NIL PREVIEW "p"'
        b' X-NEW (1 NIL) RFC822.HEADER "h")'
    )
    data = data_of(line)
    assert isinstance(data, FetchData)
    assert (data.seq, data.uid, data.modseq, data.size_octets, data.body) == (12, 4, 65402, 4286, b"x")
    assert data.flags == (b"\\Seen", b"\\Recent")
    zone = datetime.timezone(-datetime.timedelta(hours=7, minutes=30))
    assert data.internal_date == InternalDate(
        b" 7-Jul-1996 02:44:25 -0730", datetime.datetime(1996, 7, 7, 2, 44, 25, tzinfo=zone)
    )
    assert {name: data[name] for name in list(data.items)[5:]} == {
        "BODY[HEADER.FIELDS (DATE FROM)]<5>": b'a"b',
        "BODY[2.1.MIME]": None,
        "BODY[]": b"x",
        "BINARY[1]<0>": b"\x00b",
        "BINARY.SIZE[1.2]": 9,
        "EMAILID": b"M-1",
        "THREADID": None,
        "SAVEDATE": None,
        "PREVIEW": b"p",
        "X-NEW": (1, None),
        "RFC822.HEADER": b"h",
    }


def test_strings_remember_their_form() -> None:
    values = data_of(b'* XFORM atom "quoted" {7}\r\nliteral ~{2}\r\n\x00\x01 NIL 12 \\Flag')
    assert [type(value) for value in values] == [Atom, Quoted, LiteralString, Literal8, type(None), int, Atom]


def test_envelope() -> None:
    line = (
        b'* 1 FETCH (ENVELOPE ("Wed, 17 Jul 1996 02:23:25 -0700" "subj \\"q\\"" (("Terry" NIL "gray" "cac.test"))'
        b' NIL NIL ((NIL NIL "group" NIL)(NIL NIL "a" "x.test")(NIL NIL NIL NIL)) NIL NIL "<r@x>" {5}\r\n<i@x>))'
    )
    envelope = data_of(line).envelope
    assert envelope.subject == b'subj "q"'
    assert envelope.from_ == (Address(b"Terry", None, b"gray", b"cac.test"),)
    assert [address.mailbox for address in envelope.to] == [b"group", b"a", None]
    assert (envelope.sender, envelope.cc, envelope.in_reply_to, envelope.message_id) == (None, None, b"<r@x>", b"<i@x>")


STRUCTURE = (
    b'* 1 FETCH (BODYSTRUCTURE (("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 1152 23)'
    b'("TEXT" "PLAIN" ("CHARSET" "US-ASCII" "NAME" "cc.diff") "<id@x>" "desc" "BASE64" 4554 73 "md5"'
    b' ("ATTACHMENT" ("FILENAME" "cc.diff")) ("en" "de") "loc" "ext" (1 ("x")))'
    b'("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 99 (NIL "in" NIL NIL NIL NIL NIL NIL NIL NIL)'
    b' (("TEXT" "HTML" NIL NIL NIL "8BIT" 5 1)("IMAGE" "PNG" NIL NIL NIL "BASE64" 7) "ALTERNATIVE") 12)'
    b' "MIXED" ("BOUNDARY" "b") NIL "fr"))'
)


def test_body_structure() -> None:
    root = data_of(STRUCTURE).body_structure
    assert (root.content_type, root.parameters, root.languages, root.extended) == (
        "multipart/mixed",
        ((b"BOUNDARY", b"b"),),
        (b"fr",),
        True,
    )
    first, second, third = root.parts
    assert (first.size_octets, first.lines, first.extended) == (1152, 23, False)
    assert (second.content_id, second.md5, second.languages, second.location) == (
        b"<id@x>",
        b"md5",
        (b"en", b"de"),
        b"loc",
    )
    assert second.disposition.kind == b"ATTACHMENT"
    assert second.extensions == (b"ext", (1, (b"x",)))
    assert (third.envelope.subject, third.message.content_type, third.lines) == (b"in", "multipart/alternative", 12)
    assert [(number, part.content_type) for number, part in root.walk()] == [
        ("", "multipart/mixed"),
        ("1", "text/plain"),
        ("2", "text/plain"),
        ("3", "message/rfc822"),
        ("3.1", "text/html"),
        ("3.2", "image/png"),
    ]


def test_the_parts_of_a_single_message_in_a_message() -> None:
    inner = b'("TEXT" "PLAIN" NIL NIL NIL "7BIT" 5 1)'
    envelope = b"(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)"
    line = b'* 1 FETCH (BODY ("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 9 ' + envelope + b" " + inner + b" 2))"
    assert [number for number, _ in data_of(line)["BODY"].walk()] == ["1", "1.1"]


def test_tagged_and_continuation() -> None:
    tagged = parse_response(b"a-1 NO [TRYCREATE] none\r\n")
    assert isinstance(tagged, Tagged)
    assert (tagged.tag, tagged.condition.status) == (b"a-1", "NO")
    more = parse_response(b"+ \r\n")
    assert isinstance(more, Continuation)
    assert more.raw_text == b""
    challenge = parse_response(b"+ Y2hhbGxlbmdl\r\n")
    assert isinstance(challenge, Continuation)
    assert challenge.raw_text == b"Y2hhbGxlbmdl"


WRONG: dict[bytes, str] = {
    b"* OK hello\n": "resp-text",
    b"*  OK hello\r\n": "response-data",
    b"* OK\r\n": "resp-text",
    b"* OK caf\xc3\xa9\r\n": "text",
    b"* OK a\rb\r\n": "text",
    b"* OK a\x00b\r\n": "text",
    b"* OK [UIDNEXT 0] x\r\n": "resp-text-code",
    b"* OK [UIDNEXT] x\r\n": "resp-text-code",
    b"* OK [UIDVALIDITY 4294967296] x\r\n": "resp-text-code",
    b"* OK [HIGHESTMODSEQ 9223372036854775808] x\r\n": "resp-text-code",
    b"* OK [COPYUID 1 1:* 2] x\r\n": "resp-text-code",
    b"* OK [READ-ONLY x] x\r\n": "resp-text-code READ-ONLY",
    b"* OK [XNEW ] x\r\n": "resp-text-code",
    b"a OK [ALERT]x\r\n": "resp-text",
    b"a YES done\r\n": "resp-cond-state",
    b"a BYE done\r\n": "resp-cond-state",
    b"\r\n": "tag",
    b'"a" OK done\r\n': "tag",
    b"+\r\n": "continue-req",
    b"* 3 EXISTS \r\n": "EXISTS response",
    b"* 0 EXPUNGE\r\n": "nz-number",
    b"* FETCH (FLAGS ())\r\n": "response-data",
    b"* EXISTS\r\n": "response-data",
    b"* EXPUNGE\r\n": "response-data",
    b"* 03 FETCH (UID 1)\r\n": "nz-number",
    b"* 3 SOMETHING\r\n": "response-data",
    b"* CAPABILITY\r\n": "capability",
    b"* CAPABILITY IMAP4rev1 \r\n": "capability",
    b"* FLAGS (\\Seen  \\Draft)\r\n": "flag-list",
    b"* FLAGS (\\*)\r\n": "flag-list",
    b"* SEARCH 1 0\r\n": "SEARCH",
    b"* SEARCH 1 2 \r\n": "SEARCH",
    b'* LIST () "//" x\r\n': "mailbox-list",
    b"* LIST () / x\r\n": "mailbox-list",
    b'* LIST () "/" a b\r\n': "mbox-list-extended",
    b'* LIST () "/" "caf\xc3\xa9"\r\n': "mailbox",
    b'* LIST () "/" "a\\b"\r\n': "mailbox",
    b'* LIST () "/" {3+}\r\nabc\r\n': "literal",
    b'* LIST () "/" {9}\r\nabc\r\n': "literal",
    b"* STATUS x (MESSAGES -1)\r\n": "status-att-val",
    b"* STATUS x (UIDNEXT 0)\r\n": "status-att-val",
    b"* STATUS x (MESSAGES 1 )\r\n": "status-att-val",
    b'* ESEARCH (TAG "a") ALL *\r\n': "search-return-data",
    b'* ESEARCH (TAG "a") MIN 0\r\n': "search-return-data",
    b'* ESEARCH (TAG "a") COUNT 1 COUNT 1\r\n': "search-return-data",
    b"* THREAD (1 (2))\r\n": "thread-nested",
    b"* THREAD ()\r\n": "thread-members",
    b"* VANISHED\r\n": "VANISHED",
    b"* VANISHED (LATER) 1\r\n": "VANISHED",
    b"* NAMESPACE NIL NIL\r\n": "NAMESPACE",
    b'* ID ("a")\r\n': "ID",
    b"* 1 FETCH ()\r\n": "msg-att",
    b"* 1 FETCH (UID 0)\r\n": "UID",
    b"* 1 FETCH (MODSEQ 5)\r\n": "MODSEQ",
    b"* 1 FETCH (MODSEQ (0))\r\n": "MODSEQ",
    b"* 1 FETCH (FLAGS (\\Seen)UID 5)\r\n": "msg-att",
    b"* 1 FETCH (BODY[] {3}\r\na\x00b)\r\n": "literal",
    b"* 1 FETCH (BODY[TEXT.MIME] NIL)\r\n": "section",
    b"* 1 FETCH (BODY[MIME] NIL)\r\n": "section",
    b"* 1 FETCH (BODY[0] NIL)\r\n": "section",
    b"* 1 FETCH (BODY[HEADER.FIELDS ()] NIL)\r\n": "header-fld-name",
    b'* 1 FETCH (INTERNALDATE "1-Jul-1996 02:44:25 -0700")\r\n': "INTERNALDATE",
    b'* 1 FETCH (INTERNALDATE "31-Feb-1996 02:44:25 -0700")\r\n': "INTERNALDATE",
    b'* 1 FETCH (INTERNALDATE "01-Jul-1996 24:44:25 -0700")\r\n': "INTERNALDATE",
    b"* 1 FETCH (INTERNALDATE NIL)\r\n": "INTERNALDATE",
    b"* 1 FETCH (RFC822.SIZE NIL)\r\n": "RFC822.SIZE",
    b"* 1 FETCH (ENVELOPE NIL)\r\n": "envelope",
    b"* 1 FETCH (ENVELOPE (NIL NIL () NIL NIL NIL NIL NIL NIL NIL))\r\n": "address",
    b"* 1 FETCH (ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL))\r\n": "envelope",
    b'* 1 FETCH (ENVELOPE (NIL NIL ((NIL NIL "a" "b") (NIL NIL "c" "d")) NIL NIL NIL NIL NIL NIL NIL))\r\n': "address",
    b"* 1 FETCH (BODYSTRUCTURE (TEXT PLAIN NIL NIL NIL 7BIT 5 1))\r\n": "body",
    b'* 1 FETCH (BODYSTRUCTURE ("TEXT" "PLAIN" NIL NIL NIL NIL 5 1))\r\n': "body-fld-enc",
    b'* 1 FETCH (BODYSTRUCTURE ("TEXT" "PLAIN" () NIL NIL "7BIT" 5 1))\r\n': "body-fld-param",
    b'* 1 FETCH (BODYSTRUCTURE ("TEXT" "PLAIN" ("a") NIL NIL "7BIT" 5 1))\r\n': "body-fld-param",
    b'* 1 FETCH (BODYSTRUCTURE ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 5))\r\n': "body",
    b'* 1 FETCH (BODYSTRUCTURE ("MIXED"))\r\n': "body",
    b'* 1 FETCH (BODYSTRUCTURE (("A" "B" NIL NIL NIL "7BIT" 5) ("A" "B" NIL NIL NIL "7BIT" 5) "X"))\r\n': "body",
    b'* 1 FETCH (BODY ("IMAGE" "PNG" NIL NIL NIL "7BIT" 5 NIL))\r\n': "body",
    b"* 1 FETCH (EMAILID M1)\r\n": "EMAILID",
    b"* 1 FETCH (EMAILID (a.b))\r\n": "EMAILID",
}


@pytest.mark.parametrize("raw", list(WRONG), ids=range(len(WRONG)))
def test_what_leaves_the_grammar_is_broken(raw: bytes) -> None:
    response = parse_response(raw)
    assert isinstance(response, Broken), response
    assert response.violation.production == WRONG[raw]
    assert response.raw == raw
    assert "⟨here⟩" in str(response.violation)


def test_utf8_is_allowed_once_it_is_enabled() -> None:
    assert data_of('* LIST () "/" "café"'.encode(), UTF8).mailbox == "café".encode()
    assert data_of("* OK café".encode(), UTF8).text == "café".encode()
    assert isinstance(parse_response(b'* LIST () "/" "caf\xe9"\r\n', UTF8), Broken)
    assert isinstance(parse_response(b"* OK caf\xe9\r\n", UTF8), Broken)


def test_a_broken_response_keeps_the_name_it_seems_to_have() -> None:
    response = parse_response(b"* 7 FETCH (UID x)\r\n")
    assert isinstance(response, Broken)
    assert (response.name, response.number) == ("FETCH", 7)
    tagged = parse_response(b"a1 MAYBE\r\n")
    assert isinstance(tagged, Broken)
    assert tagged.name == "tagged"


@pytest.mark.parametrize("opener", [b"* X ", b"* THREAD ", b"* 1 FETCH (BODYSTRUCTURE ", b"* 1 FETCH (X "])
def test_deep_nesting_is_refused_not_a_crash(opener: bytes) -> None:
    assert isinstance(parse_response(opener + b"(" * 100_000 + b"\r\n"), Broken)


def test_a_violation_shows_the_place() -> None:
    response = parse_response(b"* 3 EXISTS now\r\n")
    assert isinstance(response, Broken)
    violation = response.violation
    assert isinstance(violation, GrammarViolation)
    assert violation.actual == "* 3 EXISTS⟨here⟩ now\\r\\n"


def test_number_sets() -> None:
    found = numbers((4, 2), (9, 9))
    assert (list(found), found.count, found.lowest, found.highest, str(found)) == ([2, 3, 4, 9], 4, 2, 9, "4:2,9")
    assert 3 in found
    assert 5 not in found
