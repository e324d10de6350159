"""Header fields, identifiers, encoded-words, charsets, dates, base subjects: from the RFCs and from real life."""

import encodings
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproof_server.wire.mime.charsets import decode_charset, decode_raw, is_known_charset
from mailproof_server.wire.mime.headers import (
    MAX_FIELDS,
    all_values,
    base_subject,
    decode_header,
    fields,
    first_value,
    iter_fields,
    message_ids,
    parse_date,
    unfold,
)


def read(data: bytes) -> list[tuple[bytes, bytes]]:
    return [(field.name, field.value(data)) for field in fields(data, 0, len(data))]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"A: b\r\nC:d\r\n\r\nbody: x", [(b"a", b"b"), (b"c", b"d")]),
        (b"A: b\n c\n\td\nE:\n\nbody", [(b"a", b"b c\td"), (b"e", b"")]),
        (b"A : b\r\nB\t:c\r\n", [(b"a", b"b"), (b"b", b"c")]),
        (b"A: b", [(b"a", b"b")]),
        (b"A: b\r\n\r\n  indented: body\r\n", [(b"a", b"b")]),
        (b"\r\nA: b\r\n", []),
        (b"From a@b Mon 10:00:00\r\nA: b\r\n", [(b"", b"From a@b Mon 10:00:00"), (b"a", b"b")]),
        (b" continuation of nothing: x\r\nA: b\r\n", [(b"", b"continuation of nothing: x"), (b"a", b"b")]),
        (b"no colon\r\n folded\r\nA: b\r\n", [(b"", b"no colon\r\n folded".replace(b"\r\n", b"")), (b"a", b"b")]),
        (b": no name\r\nA: b\r\n", [(b"", b": no name"), (b"a", b"b")]),
        ("Ä: b\r\n".encode(), [("Ä".encode().lower(), b"b")]),
        (b"A: b\r\n \r\nC: d\r\n", [(b"a", b"b"), (b"c", b"d")]),
    ],
)
def test_fields_are_found(data: bytes, expected: list[tuple[bytes, bytes]]) -> None:
    assert read(data) == expected


def test_fields_know_their_places() -> None:
    data = b"X: 1\r\nAbc: d\r\n e\r\n\r\nbody"
    field = fields(data, 0, len(data))[1]
    assert data[field.start : field.end] == b"Abc: d\r\n e\r\n"
    assert field.raw_value(data) == b" d\r\n e"
    assert first_value(data, [field], b"abc") == b"d e"
    assert first_value(data, [field], b"x") is None
    assert all_values(data, [field, field], b"abc") == [b"d e", b"d e"]


def test_fields_are_limited_for_descriptions_only() -> None:
    data = b"a:\n" * (MAX_FIELDS + 5)
    assert len(fields(data, 0, len(data))) == MAX_FIELDS
    assert sum(1 for _ in iter_fields(data, 0, len(data))) == MAX_FIELDS + 5


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from([b"A", b":", b" ", b"\t", b"\r\n", b"\n", b"\r", b"\0", b"\xff", b"x: y"]), max_size=40)
)
def test_fields_cover_the_header_without_gaps(pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    position = 0
    for field in iter_fields(data, 0, len(data)):
        assert field.start == position
        assert field.start <= field.value_start <= field.value_end <= field.end
        position = field.end
    assert data[position:] == b"" or data[position:].startswith((b"\r\n", b"\n"))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [(b" a\r\n b ", b"a b"), (b"a\n\tb\r\n", b"a\tb"), (b"a\rb", b"a\rb"), (b" \r\n ", b"")],
)
def test_unfolding_removes_line_ends_and_keeps_white_space(raw: bytes, expected: bytes) -> None:
    assert unfold(raw) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        # RFC 2047 section 8; the comment parentheses are part of the value here.
        (b"(=?ISO-8859-1?Q?a?=)", "(a)"),
        (b"(=?ISO-8859-1?Q?a?= b)", "(a b)"),
        (b"(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)", "(ab)"),
        (b"(=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=)", "(ab)"),
        (b"(=?ISO-8859-1?Q?a_b?=)", "(a b)"),
        (b"(=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=)", "(a b)"),
        (b"=?US-ASCII?Q?Keith_Moore?= <moore@cs.utk.edu>", "Keith Moore <moore@cs.utk.edu>"),
        (b"=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=", "If you can read this yo"),
        (b"=?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=", "u understand the example."),
        (b"=?US-ASCII*EN?Q?Keith_Moore?=", "Keith Moore"),
        (b"=?utf-8?b?w6?= =?utf-8?b?pA==?=", "ä"),
        (b"=?utf-8?q?spaces inside?=", "spaces inside"),
        (b"a=?utf-8?q?b?=c", "abc"),
        (b"=?x-unknown?q?=E4?=", "ä"),
        (b"=?utf-8?q?=FF?=", "\ufffd"),
        (b"=?utf-8?x?no?= =?utf-8?q", "=?utf-8?x?no?= =?utf-8?q"),
        (b"=?utf-8?b?not base64!?=", "\ufffd\ufffd[j\u01fa"),
        (b"plain", "plain"),
        (b"", ""),
        ("ünï".encode(), "ünï"),
        (b"\xe4", "ä"),
    ],
)
def test_encoded_words_are_decoded(value: bytes, expected: str) -> None:
    assert decode_header(value) == expected


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [b"=?", b"?=", b"?q?", b"?B?", b"utf-8", b"utf-7", b"hz", b"+2AA-", b"=", b" ", b"\xff", b"\0"]
        ),
        max_size=30,
    )
)
def test_any_value_decodes_to_text_that_can_be_stored(pieces: list[bytes]) -> None:
    text = decode_header(b"".join(pieces))
    assert "\0" not in text
    text.encode()


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=40),
    st.sampled_from(sorted({*encodings.aliases.aliases, "utf-7", "no-such", "", "koi8-u", "é\0"})),
)
def test_any_charset_decodes_any_octets(octets: bytes, charset: str) -> None:
    text = decode_charset(octets, charset)
    assert "\0" not in text
    text.encode()


@pytest.mark.parametrize(
    ("charset", "octets", "expected"),
    [
        ("ISO-8859-1", b"\xe4\x80", "ä€"),
        ("us-ascii", b"\xc3\xa4", "ä"),
        ("us-ascii", b"\xe4", "ä"),
        ("UTF-8", b"\xe4", "\ufffd"),
        ("gb2312", "镕".encode("gb18030"), "镕"),
        ("KOI8-R", "я".encode("koi8-r"), "я"),
        ("iso-2022-jp", "漢字".encode("iso-2022-jp"), "漢字"),
        ("utf-16le", b"a\0", "a"),
        ("utf-7", b"+2AA-", "\ufffd"),
    ],
)
def test_charsets(charset: str, octets: bytes, expected: str) -> None:
    assert decode_charset(octets, charset) == expected


@pytest.mark.parametrize(
    "name", ["punycode", "idna", "unicode_escape", "base64", "rot13", "undefined", "zlib", "os", ""]
)
def test_python_codecs_that_are_no_charsets_are_unknown(name: str) -> None:
    assert not is_known_charset(name)
    assert decode_charset(b"a\\n", name) == decode_raw(b"a\\n")


@pytest.mark.parametrize("name", ["utf-8", "UTF-8", "us-ascii", "ISO-8859-15", "windows-1251", "Shift_JIS", "utf8"])
def test_charsets_of_mail_are_known(name: str) -> None:
    assert is_known_charset(name)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"<a@b>", ["<a@b>"]),
        (b"<a@b> <c@d>\r\n\t<e@f>", ["<a@b>", "<c@d>", "<e@f>"]),
        (b"<a@b><c@d>, <e@f>", ["<a@b>", "<c@d>", "<e@f>"]),
        # RFC 5256 section 3: both spellings are one identifier.
        (b'<"01KF8JCEOCBS0045PS"@xxx.yyy.com>', ["<01KF8JCEOCBS0045PS@xxx.yyy.com>"]),
        (b"Your message of Monday <a@b>", ["<a@b>"]),
        (b"<a\r\n b@c>", ["<ab@c>"]),
        (b"none", []),
        (b"<> < >", []),
        (b"", []),
        ("<ü@b>".encode(), ["<ü@b>"]),
    ],
)
def test_message_identifiers(value: bytes, expected: list[str]) -> None:
    assert message_ids(value) == expected


def test_of_many_identifiers_the_root_and_the_nearest_are_kept() -> None:
    value = b" ".join(b"<%d@b>" % number for number in range(5000))
    ids = message_ids(value, limit=10)
    assert ids == ["<0@b>", *(f"<{number}@b>" for number in range(4991, 5000))]


def at(*parts: int, minutes: int = 0) -> datetime:
    return datetime(*parts, tzinfo=timezone(timedelta(minutes=minutes)))  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        # RFC 5322 appendix A.
        (b"Fri, 21 Nov 1997 09:55:06 -0600", at(1997, 11, 21, 9, 55, 6, minutes=-360)),
        (
            b"Thu,      13        Feb          1969      23:32               -0330 (Newfoundland Time)",
            at(1969, 2, 13, 23, 32, minutes=-210),
        ),
        (b"21 Nov 97 09:55:06 GMT", at(1997, 11, 21, 9, 55, 6)),
        (b"Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", at(1997, 11, 21, 9, 55, 6, minutes=-360)),
        # Section 4.3.
        (b"1 Jan 49 00:00 EST", at(2049, 1, 1, 0, 0, minutes=-300)),
        (b"1 Jan 50 00:00 PDT", at(1950, 1, 1, 0, 0, minutes=-420)),
        (b"1 Jan 103 00:00 Z", at(2003, 1, 1, 0, 0)),
        (b"1 Jan 2003 00:00 A", at(2003, 1, 1, 0, 0)),
        (b"1 Jan 2003 00:00 XYZ", at(2003, 1, 1, 0, 0)),
        (b"1 Jan 2003 00:00", at(2003, 1, 1, 0, 0)),
        # Real life.
        (b"Wed, 17 Jul 1996 02:23:25 -0700 (PDT)", at(1996, 7, 17, 2, 23, 25, minutes=-420)),
        (b"Sat, 31 Dec 2016 23:59:60 +0000", at(2016, 12, 31, 23, 59, 59)),
        (b"Mon, 2 January 2006 3:04:05 +0100", at(2006, 1, 2, 3, 4, 5, minutes=60)),
        (b"2-Jan-2006 03:04:05 +9999", at(2006, 1, 2, 3, 4, 5)),
        # No dates.
        (b"", None),
        (b"yesterday", None),
        (b"31 Feb 2006 00:00:00 +0000", None),
        (b"1 Foo 2006 00:00:00 +0000", None),
        (b"1 Jan 0001 00:00:00 +2300", None),
        (b"31 Dec 9999 23:59:59 -2300", None),
        (b"1 Jan 2006 24:00:00 +0000", None),
    ],
)
def test_dates(value: bytes, expected: datetime | None) -> None:
    assert parse_date(value) == expected
    if expected is not None:
        found = parse_date(value)
        assert found is not None
        assert found.utcoffset() == expected.utcoffset()


@settings(max_examples=200, deadline=None)
@given(st.from_regex(rb"\A\d{1,2} (Jan|Feb|Dec) \d{2,4} \d{1,2}:\d{1,2}(:\d{1,2})? ?([+-]\d{4}|[A-Z]{0,3})\Z"))
def test_every_date_can_be_converted_to_utc(value: bytes) -> None:
    found = parse_date(value)
    if found is not None:
        found.astimezone(timezone.utc)  # noqa: UP017 - the offset class itself is under test


@pytest.mark.parametrize(
    ("subject", "base", "is_reply"),
    [
        ("hello", "hello", False),
        ("Re: hello", "hello", True),
        ("RE:hello", "hello", True),
        ("re  : hello", "hello", True),
        ("Fw: hello", "hello", True),
        ("FWD: hello", "hello", True),
        ("fwdx: hello", "fwdx: hello", False),
        ("Re[5]: hello", "hello", True),
        ("Re [a b] : hello", "hello", True),
        ("Re[a[b]]: hello", "Re[a[b]]: hello", False),
        ("[list] hello", "hello", False),
        ("[list] Re: [list] Fwd: hello", "hello", True),
        ("[a][b] [c]hello", "hello", False),
        ("[a] [b]", "[b]", False),
        ("[only]", "[only]", False),
        ("hello (fwd)", "hello", True),
        ("hello (FWD) (fwd)  ", "hello", True),
        ("[Fwd: hello]", "hello", True),
        ("[fwd: Re: [list] hello (fwd) ]", "hello", True),
        ("[fwd: hello] there", "there", False),
        ("Re: [fwd: [fwd: x]]", "x", True),
        ("  a\t\tb\r\n c ", "a b c", False),
        ("Re:", "", True),
        ("(fwd)", "", True),
        ("", "", False),
        ("Re: [a]", "[a]", True),
        ("[a] Re: ", "", True),
        ("Re: Re: (fwd)", "", True),
        ("Aw: hello", "Aw: hello", False),
        ("[unclosed Re: x", "[unclosed Re: x", False),
        ("Re: ünï", "ünï", True),
    ],
)
def test_base_subject_is_that_of_rfc_5256(subject: str, base: str, *, is_reply: bool) -> None:
    assert base_subject(subject) == (base, is_reply)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(["re", "fwd", "fw", ":", "[", "]", "[x]", "(fwd)", "[fwd:", " ", "a", "Re:"]), max_size=20)
)
def test_base_subject_agrees_with_the_steps_taken_one_by_one(pieces: list[str]) -> None:
    subject = "".join(pieces)
    assert base_subject(subject) == stepwise(subject)


def stepwise(text: str) -> tuple[str, bool]:
    """The algorithm as section 2.1 numbers its steps, one removal at a time, without a thought for speed."""
    import re

    blob = r"\[[^\[\]]*\] *"
    text = re.sub(r"[ \t\r\n]+", " ", text)
    found = False
    while True:
        while match := re.search(r"(\(fwd\)| )\Z", text, re.IGNORECASE):
            found |= match[0] != " "
            text = text[: match.start()]
        while True:
            if match := re.match(rf"(?:{blob})*(?:re|fwd?) *(?:{blob})?:", text, re.IGNORECASE):
                found, text = True, text[match.end() :]
            elif text.startswith(" "):
                text = text[1:]
            elif (match := re.match(blob, text)) and text[match.end() :]:
                text = text[match.end() :]
            else:
                break
        if not (text[:5].lower() == "[fwd:" and text[5:].endswith("]")):
            return text, found
        found, text = True, text[5:-1]
