"""ENVELOPE, BODY and BODYSTRUCTURE: the RFCs' own examples, and the grammar for whatever comes."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproof_server.wire.mime.imap_form import bodies, body, body_structure, envelope, nstring, string
from mailproof_server.wire.mime.structure import parse

NOTHING = b"(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)"


def crlf(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def envelope_of(text: str) -> bytes:
    data = crlf(text)
    return envelope(data, parse(data))


# -- strings -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"", b'""'),
        (b"a b", b'"a b"'),
        (b'a"b\\c', b'"a\\"b\\\\c"'),
        (b"NIL", b'"NIL"'),
        (b"\x01\t\x7f", b'"\x01\t\x7f"'),
        (b"a\rb", b"{3}\r\na\rb"),
        (b"a\nb", b"{3}\r\na\nb"),
        (b"\xe4", b"{1}\r\n\xe4"),
        (b"a\0b", b'"a?b"'),
        (b"\0\xe4", b"{2}\r\n?\xe4"),
    ],
)
def test_strings_are_quoted_only_when_the_grammar_allows(value: bytes, expected: bytes) -> None:
    assert string(value) == expected
    assert nstring(value) == expected


def test_absent_is_nil() -> None:
    assert nstring(None) == b"NIL"


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=40))
def test_strings_come_back(imap_value: Callable[[bytes], object], value: bytes) -> None:
    assert imap_value(string(value)) == value.replace(b"\0", b"?")


# -- envelope ----------------------------------------------------------------------------------------------------------


def test_the_envelope_of_rfc_3501_section_8() -> None:
    assert envelope_of(
        "Date: Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\n"
        "From: Terry Gray <gray@cac.washington.edu>\n"
        "Subject: IMAP4rev1 WG mtg summary and minutes\n"
        "To: imap@cac.washington.edu\n"
        "cc: minutes@CNRI.Reston.VA.US, John Klensin <KLENSIN@MIT.EDU>\n"
        "Message-Id: <B27397-0100000@cac.washington.edu>\n"
        "MIME-Version: 1.0\n"
        "Content-Type: TEXT/PLAIN; CHARSET=US-ASCII\n\n"
    ) == (
        b'("Wed, 17 Jul 1996 02:23:25 -0700 (PDT)" '
        b'"IMAP4rev1 WG mtg summary and minutes" '
        b'(("Terry Gray" NIL "gray" "cac.washington.edu")) '
        b'(("Terry Gray" NIL "gray" "cac.washington.edu")) '
        b'(("Terry Gray" NIL "gray" "cac.washington.edu")) '
        b'((NIL NIL "imap" "cac.washington.edu")) '
        b'((NIL NIL "minutes" "CNRI.Reston.VA.US")("John Klensin" NIL "KLENSIN" "MIT.EDU")) '
        b'NIL NIL "<B27397-0100000@cac.washington.edu>")'
    )


FROM_A = b'((NIL NIL "a" "b"))'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", NOTHING),
        ("\n", NOTHING),
        ("Subject:\nDate: \nMessage-ID:\nIn-Reply-To:\n\n", b'("" "" NIL NIL NIL NIL NIL NIL "" "")'),
        ("Subject: a\n\tb  c\n\n", b'(NIL "a\tb  c" NIL NIL NIL NIL NIL NIL NIL NIL)'),
        ("Subject: =?utf-8?q?=C3=A4?=\n\n", b'(NIL "=?utf-8?q?=C3=A4?=" NIL NIL NIL NIL NIL NIL NIL NIL)'),
        ("Subject: \xe4\n\n", b"(NIL {2}\r\n\xc3\xa4 NIL NIL NIL NIL NIL NIL NIL NIL)"),
        ("Subject: one\nSubject: two\n\n", b'(NIL "one" NIL NIL NIL NIL NIL NIL NIL NIL)'),
        ("From: a@b\nSender:\nReply-To: ,\n\n", b"(NIL NIL %b %b %b NIL NIL NIL NIL NIL)" % (FROM_A, FROM_A, FROM_A)),
        (
            "From: a@b\nSender: c@d\nReply-To: e@f\n\n",
            b'(NIL NIL %b ((NIL NIL "c" "d")) ((NIL NIL "e" "f")) NIL NIL NIL NIL NIL)' % FROM_A,
        ),
        ("Sender: c@d\n\n", b'(NIL NIL NIL ((NIL NIL "c" "d")) NIL NIL NIL NIL NIL NIL)'),
        (
            "To: a@b\nTo: c@d\n\n",
            b'(NIL NIL NIL NIL NIL ((NIL NIL "a" "b")(NIL NIL "c" "d")) NIL NIL NIL NIL)',
        ),
        (
            "Cc: undisclosed-recipients:;\n\n",
            b'(NIL NIL NIL NIL NIL NIL ((NIL NIL "undisclosed-recipients" NIL)(NIL NIL NIL NIL)) NIL NIL NIL)',
        ),
        (
            "Bcc: g: a@b, N <@r:c@d>;, e@f\n\n",
            b"(NIL NIL NIL NIL NIL NIL NIL (%b) NIL NIL)"
            % b'(NIL NIL "g" NIL)(NIL NIL "a" "b")("N" "@r" "c" "d")(NIL NIL NIL NIL)(NIL NIL "e" "f")',
        ),
        ("To: nobody\n\n", b'(NIL NIL NIL NIL NIL ((NIL NIL "nobody" "")) NIL NIL NIL NIL)'),
    ],
)
def test_envelopes(text: str, expected: bytes) -> None:
    assert envelope_of(text) == expected


# -- body --------------------------------------------------------------------------------------------------------------


def test_the_body_of_rfc_3501_section_8() -> None:
    data = b"Content-Type: TEXT/PLAIN; CHARSET=US-ASCII\r\n\r\n" + b"x" * (3028 - 2 * 92) + b"\r\n" * 92
    assert body(data, parse(data)) == b'("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 3028 92)'


def test_the_body_structure_of_rfc_3501_section_7_4_2() -> None:
    """A simple text of 48 lines and 2279 octets, and a text with a compiler diff."""
    data = b"Content-Type: TEXT/PLAIN; CHARSET=US-ASCII\r\n\r\n" + b"x" * (2279 - 2 * 48) + b"\r\n" * 48
    assert body(data, parse(data)) == b'("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 2279 48)'

    text = b"x" * (1152 - 2 * 23) + b"\r\n" * 23
    diff = b"y" * (4554 - 2 * 73) + b"\r\n" * 73
    data = (
        b"Content-Type: MULTIPART/MIXED; BOUNDARY=b\r\n\r\n--b\r\n"
        b"Content-Type: TEXT/PLAIN; CHARSET=US-ASCII\r\n\r\n" + text + b"\r\n--b\r\n"
        b'Content-Type: TEXT/PLAIN; CHARSET=US-ASCII; NAME="cc.diff"\r\nContent-Transfer-Encoding: BASE64\r\n'
        b"Content-ID: <960723163407.20117h@cac.washington.edu>\r\nContent-Description: Compiler diff\r\n\r\n"
        + diff
        + b"\r\n--b--\r\n"
    )
    assert body(data, parse(data)) == (
        b'(("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 1152 23)'
        b'("TEXT" "PLAIN" ("CHARSET" "US-ASCII" "NAME" "cc.diff") "<960723163407.20117h@cac.washington.edu>" '
        b'"Compiler diff" "BASE64" 4554 73) "MIXED")'
    )


def test_extension_data_of_both_kinds() -> None:
    data = crlf(
        "Content-Type: multipart/mixed; boundary=b\nContent-Disposition: inline\nContent-Language: en\n"
        "Content-Location: x\nContent-MD5: has no place here\n\n--b\n"
        'Content-Type: image/png\nContent-MD5: Q2hl\nContent-Disposition: attachment; filename="a\\"b"\n'
        "Content-Language: en, de\nContent-Location: http://x.test/\n\nabc\n--b\n\nx\n--b--"
    )
    basic, extended = bodies(data, parse(data))
    assert (
        basic
        == b'(("IMAGE" "PNG" NIL NIL NIL "7BIT" 3)("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 1 0) "MIXED")'
    )
    assert extended == (
        b'(("IMAGE" "PNG" NIL NIL NIL "7BIT" 3 "Q2hl" ("attachment" ("filename" "a\\"b")) ("en" "de") "http://x.test/")'
        b'("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 1 0 NIL NIL NIL NIL)'
        b' "MIXED" ("boundary" "b") ("inline" NIL) ("en") "x")'
    )


def test_an_embedded_message_shows_its_envelope_body_and_lines() -> None:
    data = crlf("Content-Type: message/rfc822\n\nSubject: inner\nFrom: a@b\n\none\ntwo\n")
    assert body(data, parse(data)) == (
        b'("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 39 '
        b'(NIL "inner" ((NIL NIL "a" "b")) ((NIL NIL "a" "b")) ((NIL NIL "a" "b")) NIL NIL NIL NIL NIL) '
        b'("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 10 2) 5)'
    )
    assert body_structure(data, parse(data)).endswith(b"NIL NIL NIL NIL) 5 NIL NIL NIL NIL)")


def test_a_multipart_without_parts_shows_one() -> None:
    data = crlf("Content-Type: multipart/mixed; boundary=b\n\nno parts\n")
    assert body(data, parse(data)) == b'(("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 10 1) "MIXED")'


def test_below_the_depth_limit_nothing_claims_to_be_a_message() -> None:
    data = b"Content-Type: message/rfc822\r\n\r\n" * 3
    assert b'"APPLICATION" "OCTET-STREAM"' in body(data, parse(data, max_depth=2))


TOKENS = [
    b"Content-Type: ",
    b"multipart/mixed; boundary=a\r\n",
    b"multipart/digest; boundary=b\r\n",
    b"message/rfc822\r\n",
]
TOKENS += [
    b"text/plain; x=\xff\r\n",
    b"Content-Disposition: ",
    b"\r\n",
    b"\r\n\r\n",
    b"--a\r\n",
    b"--b\r\n",
    b"--a--\r\n",
    b"y",
]
TOKENS += [
    b"From: ",
    b"To: g:",
    b"a@b, ",
    b";\r\n",
    b"Subject: \0\r\r\n",
    b"(c)",
    b'"',
    b"\\",
    b"Content-Language: ,\r\n",
    b"\xe4",
]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(TOKENS), max_size=60).map(b"".join))
def test_any_message_renders_within_the_grammar(
    check_envelope: Callable[[bytes], object], check_body: Callable[..., object], data: bytes
) -> None:
    root = parse(data)
    basic, extended = bodies(data, root)
    check_envelope(envelope(data, root))
    check_body(basic, extended=False)
    check_body(extended, extended=True)
