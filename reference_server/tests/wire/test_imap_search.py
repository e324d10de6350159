"""SEARCH, SORT, THREAD: every key, the combinators, charsets, RETURN options, nesting."""

from __future__ import annotations

from datetime import date

import pytest

from mailproof_server.wire.imap.errors import WireError
from mailproof_server.wire.imap.parse import DEFAULT_MAX_DEPTH, Parser
from mailproof_server.wire.imap.search import (
    ALL,
    And,
    BodyContains,
    DateField,
    DateIs,
    DateRelation,
    EmailId,
    HasFlag,
    HeaderContains,
    Larger,
    ModSeqAtLeast,
    Not,
    Numbers,
    Older,
    Or,
    SaveDateSupported,
    SearchArgs,
    SearchKey,
    SearchReturn,
    Smaller,
    TextContains,
    ThreadId,
    Uids,
    Younger,
    parse_search,
)
from mailproof_server.wire.imap.sequence import STAR, PartialRange, SequenceSet
from mailproof_server.wire.imap.sort import SortArgs, SortCriterion, ThreadArgs, parse_sort, parse_thread


def search(text: bytes, *literals: bytes, utf8: bool = False, charset_allowed: bool = True) -> SearchArgs:
    return parse_search(Parser(b" " + text, literals, utf8=utf8), charset_allowed=charset_allowed)


SEEN = HasFlag(b"\\Seen")
RECENT = HasFlag(b"\\Recent")
DAY = date(1994, 2, 1)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (b"ALL", ALL),
        (b"ANSWERED", HasFlag(b"\\Answered")),
        (b"BCC x", HeaderContains("bcc", "x")),
        (b"BEFORE 1-Feb-1994", DateIs(DateField.INTERNAL, DateRelation.BEFORE, DAY)),
        (b"BODY {3}\r\n", BodyContains("lit")),
        (b"CC x", HeaderContains("cc", "x")),
        (b"DELETED", HasFlag(b"\\Deleted")),
        (b"DRAFT", HasFlag(b"\\Draft")),
        (b"FLAGGED", HasFlag(b"\\Flagged")),
        (b'from "Smith J"', HeaderContains("from", "Smith J")),
        (b'HEADER Message-ID ""', HeaderContains("message-id", "")),
        (b"KEYWORD $Forwarded", HasFlag(b"$Forwarded")),
        (b"LARGER 1000", Larger(1000)),
        (b"NEW", And((RECENT, Not(SEEN)))),
        (b"NOT SEEN", Not(SEEN)),
        (b"NOT NOT SEEN", SEEN),
        (b"NOT (SEEN DRAFT)", Not(And((SEEN, HasFlag(b"\\Draft"))))),
        (b"OLD", Not(RECENT)),
        (b'ON "1-Feb-1994"', DateIs(DateField.INTERNAL, DateRelation.ON, DAY)),
        (b"OR SEEN DRAFT", Or((SEEN, HasFlag(b"\\Draft")))),
        (b"RECENT", RECENT),
        (b"SEEN", SEEN),
        (b"SENTBEFORE 1-Feb-1994", DateIs(DateField.SENT, DateRelation.BEFORE, DAY)),
        (b"SENTON 1-Feb-1994", DateIs(DateField.SENT, DateRelation.ON, DAY)),
        (b"SENTSINCE 1-Feb-1994", DateIs(DateField.SENT, DateRelation.SINCE, DAY)),
        (b"SINCE 1-Feb-1994", DateIs(DateField.INTERNAL, DateRelation.SINCE, DAY)),
        (b"SMALLER 9223372036854775807", Smaller(2**63 - 1)),
        (b"SUBJECT x", HeaderContains("subject", "x")),
        (b"TEXT x", TextContains("x")),
        (b"TO x", HeaderContains("to", "x")),
        (b"UID 1:4,*", Uids(SequenceSet(((1, 4), (STAR, STAR))))),
        (b"UID $", Uids(SequenceSet((), saved=True))),
        (b"UNANSWERED", Not(HasFlag(b"\\Answered"))),
        (b"UNDELETED", Not(HasFlag(b"\\Deleted"))),
        (b"UNDRAFT", Not(HasFlag(b"\\Draft"))),
        (b"UNFLAGGED", Not(HasFlag(b"\\Flagged"))),
        (b"UNKEYWORD $Junk", Not(HasFlag(b"$Junk"))),
        (b"UNSEEN", Not(SEEN)),
        (b"1:3", Numbers(SequenceSet(((1, 3),)))),
        (b"*", Numbers(SequenceSet(((STAR, STAR),)))),
        (b"$", Numbers(SequenceSet((), saved=True))),
        (b"YOUNGER 259200", Younger(259200)),
        (b"OLDER 1", Older(1)),
        (b"EMAILID M6d99ac3275bb4e", EmailId("M6d99ac3275bb4e")),
        (b"THREADID T64b478a75b7ea9", ThreadId("T64b478a75b7ea9")),
        (b"SAVEDBEFORE 1-Feb-1994", DateIs(DateField.SAVED, DateRelation.BEFORE, DAY)),
        (b"SAVEDON 1-Feb-1994", DateIs(DateField.SAVED, DateRelation.ON, DAY)),
        (b"SAVEDSINCE 1-Feb-1994", DateIs(DateField.SAVED, DateRelation.SINCE, DAY)),
        (b"SAVEDATESUPPORTED", SaveDateSupported()),
        (b"(SEEN)", SEEN),
        (b"((SEEN))", SEEN),
        (b"SEEN DRAFT", And((SEEN, HasFlag(b"\\Draft")))),
        # RFC 3501 §6.4.4
        (
            b'FLAGGED SINCE 1-Feb-1994 NOT FROM "Smith"',
            And(
                (
                    HasFlag(b"\\Flagged"),
                    DateIs(DateField.INTERNAL, DateRelation.SINCE, DAY),
                    Not(HeaderContains("from", "Smith")),
                )
            ),
        ),
        # RFC 7162 §3.1.5
        (b"MODSEQ 620162338", ModSeqAtLeast(620162338)),
        (b'MODSEQ "/flags/\\\\draft" all 620162338', ModSeqAtLeast(620162338, b"/flags/\\draft", b"all")),
    ],
)
def test_keys(text: bytes, key: SearchKey) -> None:
    assert search(text, b"lit").key == key


@pytest.mark.parametrize(
    "text",
    [
        b"", b"FOO", b"SEEN ", b"SEEN  DRAFT", b"()", b"(SEEN", b"SEEN)", b"( SEEN)", b"NOT", b"NOT ", b"OR SEEN",
        b"OR", b"OR SEEN ", b"FROM", b"FROM (a)", b"FROM a%", b"HEADER x", b'HEADER "" x', b"HEADER a:b x",
        b"HEADER {3}\r\n x", b"KEYWORD \\Seen", b"KEYWORD", b"LARGER x", b"LARGER -1", b"OLDER 0", b"YOUNGER 0",
        b"BEFORE 31-Feb-1994", b"UID", b"UID 0", b"0", b"1:", b"MODSEQ x", b'MODSEQ "/x/y" all 1',
        b'MODSEQ "/flags/" all 1', b'MODSEQ "/flags/a" some 1', b'MODSEQ "/flags/a" 1', b"EMAILID a.b",
        b'EMAILID ""', b"EMAILID " + b"a" * 256, b"RETURN (MIN)", b"RETURN SEEN", b"CHARSET UTF-8",
        b"RETURN (FOO) ALL", b"RETURN (MIN ALL", b"RETURN (UPDATE) ALL",
    ],
)  # fmt: skip
def test_what_is_no_search(text: bytes) -> None:
    with pytest.raises(WireError) as caught:
        search(text, b"\xff\x00y")
    assert caught.value.status == b"BAD"


@pytest.mark.parametrize(
    ("text", "returns"),
    [
        (b"RETURN () SEEN", SearchReturn(all=True)),
        (b"RETURN (MIN COUNT) SEEN", SearchReturn(minimum=True, count=True)),
        (b"return (all max) SEEN", SearchReturn(all=True, maximum=True)),
        (b"RETURN (SAVE) SEEN", SearchReturn(save=True)),
        (b"RETURN (SAVE MIN) SEEN", SearchReturn(save=True, minimum=True)),
        (b"RETURN (PARTIAL -1:-100) SEEN", SearchReturn(partial=PartialRange(-1, -100))),
        (b"SEEN", None),
    ],
)
def test_return_options(text: bytes, returns: SearchReturn | None) -> None:
    args = search(text)
    assert args.returns == returns
    assert args.key == SEEN


@pytest.mark.parametrize(
    "options", [b"PARTIAL 1:2 ALL", b"ALL PARTIAL 1:2", b"PARTIAL 1:2 PARTIAL 3:4", b"PARTIAL", b"PARTIAL 1:-2"]
)
def test_partial_stands_alone(options: bytes) -> None:
    with pytest.raises(WireError):
        search(b"RETURN (" + options + b") ALL")


class TestCharsets:
    def test_utf8_is_the_default(self) -> None:
        assert search(b"SUBJECT {2}\r\n", "ü".encode()).key == HeaderContains("subject", "ü")
        assert search('SUBJECT "ü"'.encode(), utf8=True).key == HeaderContains("subject", "ü")

    @pytest.mark.parametrize(
        ("charset", "octets"),
        [(b"utf-8", b"\xc3\xbc"), (b'"UTF-8"', b"\xc3\xbc"), (b"ISO-8859-1", b"\xfc"), (b"windows-1252", b"\xfc")],
    )
    def test_strings_are_decoded(self, charset: bytes, octets: bytes) -> None:
        args = search(b"CHARSET " + charset + b" TEXT {9}\r\n", octets)
        assert args.key == TextContains("ü")
        assert args.charset == charset.strip(b'"').decode().upper()

    def test_after_return(self) -> None:
        args = search(b"RETURN (COUNT) CHARSET US-ASCII TEXT x")
        assert (args.returns, args.charset) == (SearchReturn(count=True), "US-ASCII")

    def test_unknown(self) -> None:
        with pytest.raises(WireError) as caught:
            search(b"CHARSET X-KLINGON TEXT x")
        assert caught.value.status == b"NO"
        assert caught.value.code is not None
        assert caught.value.code.startswith(b"BADCHARSET (US-ASCII UTF-8")

    @pytest.mark.parametrize("charset", [b"US-ASCII", b"UTF-8"])
    def test_octets_outside_of_it(self, charset: bytes) -> None:
        with pytest.raises(WireError) as caught:
            search(b"CHARSET " + charset + b" TEXT {1}\r\n", b"\xfc")
        assert caught.value.status == b"BAD"

    def test_not_after_utf8_accept(self) -> None:
        with pytest.raises(WireError) as caught:
            search(b"CHARSET UTF-8 TEXT x", charset_allowed=False)
        assert caught.value.status == b"BAD"


def test_modseq_is_noticed_however_deep() -> None:
    assert search(b"OR SEEN (NOT (DRAFT MODSEQ 5))").uses_modseq
    assert not search(b"TEXT MODSEQ").uses_modseq


class TestNesting:
    def test_a_thousand_ors_are_flat(self) -> None:
        right = b"".join(b"OR FROM a%d " % number for number in range(1000)) + b"FROM z"
        key = search(right).key
        assert isinstance(key, Or)
        assert len(key.keys) == 1001
        left = b"OR " * 1000 + b" ".join(b"FROM a%d" % number for number in range(1001))
        key = search(left).key
        assert isinstance(key, Or)
        assert len(key.keys) == 1001

    def test_ors_take_as_many_keys_as_they_should(self) -> None:
        a, b, c, d = (HeaderContains("to", letter) for letter in "abcd")
        assert search(b"OR OR TO a TO b OR TO c TO d").key == Or((a, b, c, d))
        assert search(b"OR TO a TO b TO c").key == And((Or((a, b)), c))
        assert search(b"OR NOT OR TO a TO b TO c").key == Or((Not(Or((a, b))), c))
        assert search(b"OR (TO a TO b) TO c").key == Or((And((a, b)), c))

    def test_nots_are_counted_not_nested(self) -> None:
        assert search(b"NOT " * 1001 + b"SEEN").key == Not(SEEN)

    @pytest.mark.parametrize("excess", [0, 1])
    def test_parentheses_have_a_limit(self, excess: int) -> None:
        depth = DEFAULT_MAX_DEPTH + excess
        text = b"(" * depth + b"SEEN" + b")" * depth
        if excess:
            with pytest.raises(WireError, match="deep"):
                search(text)
        else:
            assert search(text).key == SEEN

    def test_so_have_ors_below_nots(self) -> None:
        with pytest.raises(WireError, match="deep"):
            search(b"OR NOT " * 10000 + b"SEEN")

    def test_depth_is_not_breadth(self) -> None:
        key = search(b" ".join([b"(SEEN DRAFT)"] * 500)).key
        assert isinstance(key, And)
        assert len(key.keys) == 500


def test_sort() -> None:
    args = parse_sort(Parser(b' (SUBJECT REVERSE DATE) UTF-8 TEXT "not in mailbox" UNSEEN'))
    assert args == SortArgs(
        (SortCriterion(b"SUBJECT"), SortCriterion(b"DATE", reverse=True)),
        "UTF-8",
        And((TextContains("not in mailbox"), Not(SEEN))),
    )
    args = parse_sort(Parser(b" return (min count) (reverse displayfrom) us-ascii MODSEQ 5"))
    assert args.returns == SearchReturn(minimum=True, count=True)
    assert args.criteria == (SortCriterion(b"DISPLAYFROM", reverse=True),)
    assert args.uses_modseq


@pytest.mark.parametrize(
    "text",
    [
        b" () UTF-8 ALL", b" (FOO) UTF-8 ALL", b" (REVERSE) UTF-8 ALL", b" (REVERSE REVERSE DATE) UTF-8 ALL",
        b" DATE UTF-8 ALL", b" (DATE) ALL", b" (DATE) UTF-8", b" (DATE)UTF-8 ALL", b" (DATE) CHARSET UTF-8 ALL",
    ],
)  # fmt: skip
def test_what_is_no_sort(text: bytes) -> None:
    with pytest.raises(WireError):
        parse_sort(Parser(text))


def test_thread() -> None:
    assert parse_thread(Parser(b" references UTF-8 UNSEEN")) == ThreadArgs(b"REFERENCES", "UTF-8", Not(SEEN))


@pytest.mark.parametrize("text", [b" REFS UTF-8 ALL", b" REFERENCES ALL", b" REFERENCES UTF-8", b""])
def test_what_is_no_thread(text: bytes) -> None:
    with pytest.raises(WireError):
        parse_thread(Parser(text))
