"""Search text, previews, the attachment mark: what is found, what is shown, and what is not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproof_server.wire.mime.html import strip_markup
from mailproof_server.wire.mime.structure import parse
from mailproof_server.wire.mime.text import filename, fold, has_attachment, part_text, preview, search_text


def crlf(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def message(*parts: str, kind: str = "mixed") -> bytes:
    return crlf(
        f"Content-Type: multipart/{kind}; boundary=a\n\n" + "".join(f"--a\n{part}\n" for part in parts) + "--a--\n"
    )


HTML = "Content-Type: text/html; charset=utf-8\n\n"
ATTACHED = "Content-Type: application/pdf\nContent-Disposition: attachment\n\nx"


# -- search ------------------------------------------------------------------------------------------------------------


def test_header_text_has_one_line_per_field_decoded_and_folded() -> None:
    data = crlf("SUBJECT: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n and more\nFrom : Bob\nX: \xe4\nno field\n\nbody")
    assert search_text(data, parse(data)).headers.split("\n") == [
        "subject: grüsse and more",
        "from: bob",
        "x: ä",
        "no field",
    ]


def test_header_text_without_anything_encoded_has_the_same_lines() -> None:
    data = crlf("SUBJECT: One\n and\n\tmore\nFrom:Bob\nno field\n\nbody")
    lines = search_text(data, parse(data)).headers.split("\n")
    assert lines == ["subject: one and\tmore", "from:bob", "no field"]


def test_a_line_end_hidden_in_an_encoded_word_makes_no_new_line() -> None:
    data = crlf("Subject: =?utf-8?q?a=0AFrom:_forged?=\n\n")
    assert search_text(data, parse(data)).headers == "subject: a from: forged"


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("Content-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=\n=C3=9Fe", "GRÜSSE"),
        ("Content-Transfer-Encoding: base64\n\nR3LDvMOfZQ== junk", "grüsse"),
        (
            "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nGr=FC=DFe",
            "grüsse",
        ),
        (HTML + "<p>Gr&uuml;<b>&szlig;e</b></p>", "grüsse"),
        (HTML + "<p>one</p><p>two</p>", "one"),
        ("Content-Type: text/calendar\n\nSUMMARY:planning", "planning"),
        ("Content-Type: message/rfc822\n\nSubject: =?utf-8?q?inner_subject?=\n\ninner body", "inner subject"),
        ("Content-Type: message/rfc822\n\nSubject: x\n\ninner body", "inner body"),
        ("Content-Type: application/pdf; name=report.pdf\n\nx", "report.pdf"),
        ("Content-Type: application/pdf\nContent-Disposition: attachment; filename*=utf-8''%C3%A4.pdf\n\nx", "ä.pdf"),
        ("Content-Type: application/pdf\nContent-Description: the =?utf-8?q?r=C3=A9sum=C3=A9?=\n\nx", "the résumé"),
        ("Content-Transfer-Encoding: x-unknown\n\nas it stands", "as it stands"),
    ],
)
def test_bodies_are_found_decoded(part: str, words: str) -> None:
    data = message(part)
    assert fold(words) in search_text(data, parse(data)).body


def test_the_name_of_a_message_that_is_a_file_is_found() -> None:
    data = crlf("Content-Type: application/pdf; name*=utf-8''caf%C3%A9.pdf\nContent-Description: menu\n\nx")
    assert search_text(data, parse(data)).body == "café.pdf\nmenu"


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (HTML + "<script>hidden</script>shown", "hidden"),
        (HTML + "<STYLE>hidden</STYLE >shown", "hidden"),
        (HTML + "<!-- hidden -->shown", "hidden"),
        (HTML + '<a href="hidden">shown</a>', "hidden"),
        ("Content-Type: application/octet-stream\n\nhidden", "hidden"),
        ("X-Field: hidden\n\nshown", "hidden"),
    ],
)
def test_what_no_reader_sees_is_not_found(part: str, words: str) -> None:
    data = message(part)
    assert words not in search_text(data, parse(data)).body


def test_the_limit_cuts_and_says_so() -> None:
    data = crlf("Subject: " + "x" * 500 + "\n\n" + "y" * 500)
    found = search_text(data, parse(data), limit=100)
    assert (len(found.headers), len(found.body), found.is_complete) == (100, 100, False)
    assert search_text(data, parse(data)).is_complete


def test_the_limit_counts_characters_not_octets() -> None:
    text = "ä" * 90
    encoded = "".join(f"={octet:02X}" for octet in text.encode())
    data = crlf(f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n{encoded}")
    found = search_text(data, parse(data), limit=100)
    assert found.body == text
    assert found.is_complete


def test_text_of_a_part_keeps_its_markup() -> None:
    data = crlf(HTML + "<b>ä</b>")
    assert part_text(data, parse(data)) == "<b>ä</b>"


# -- preview -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (crlf("\n  one\n\n two\tthree\n"), "one two three"),
        (crlf("Content-Transfer-Encoding: base64\n\nb25lDQp0d28="), "one two"),
        (crlf(HTML + "<head><title>T</title></head><body>one<br>two &amp; three</body>"), "one two & three"),
        (crlf(HTML + "<p>a < b &#8364; &#xD800; &#99999999999;</p>"), "a < b € \ufffd \ufffd"),
        (message(HTML + "html", "\nplain", kind="alternative"), "plain"),
        (message(HTML + "only html", kind="alternative"), "only html"),
        (message("\n  ", "\nsecond"), "second"),
        (message("Content-Disposition: attachment\n\nattached", "\nshown"), "shown"),
        (message("Content-Type: image/png\n\nx"), ""),
        (message("\nciphertext", kind="encrypted"), ""),
        (message("Content-Type: message/rfc822\n\nSubject: x\n\nforwarded"), ""),
        (crlf("\na\0b\x01c"), "a\ufffdb c"),
        (b"", ""),
    ],
)
def test_previews(data: bytes, expected: str) -> None:
    assert preview(data, parse(data)) == expected


def test_a_preview_has_at_most_200_characters() -> None:
    data = crlf("Content-Type: text/plain; charset=utf-8\n\n" + "ä " * 500)
    assert preview(data, parse(data)) == "ä " * 99 + "ä"
    assert preview(data, parse(data), limit=3) == "ä ä"
    data = crlf("\n" + " \n" * 5000 + "late")
    assert preview(data, parse(data)) == "late"


# -- HTML --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<b>wo</b>rd", "word"),
        ("one<p>two", "one two"),
        ("one<br/>two", "one two"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<3", "<3"),
        ("a<!-- b > c -->d", "a d"),
        ("a<!-- unclosed", "a "),
        ("a<script>b", "a "),
        ("a<unclosed", "a "),
        ("a<!DOCTYPE html>b<?xml?>c</>d", "a b c d"),
        ("&lt;b&gt; &nbsp;&copy; &unknown; &amp", "<b> \xa0© &unknown; &"),
        ("&#" + "9" * 5000 + ";", "\ufffd"),
        ("&#x" + "f" * 5000 + ";", "\ufffd"),
    ],
)
def test_markup_is_stripped(html: str, text: str) -> None:
    assert strip_markup(html) == text


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["<", ">", "<!--", "-->", "<script>", "</script", "<b>", "&", "&#", "x", ";", "9", " ", "/", "<body>"]
        ),
        max_size=30,
    )
)
def test_any_markup_is_stripped(pieces: list[str]) -> None:
    strip_markup("".join(pieces)).encode()
    strip_markup("".join(pieces), skip_head=True).encode()


# -- attachments -------------------------------------------------------------------------------------------------------

RELATED = (
    "Content-Type: multipart/related; boundary=r\n\n"
    "--r\nContent-Type: text/html\n\nx\n--r\nContent-Type: image/png\n{}\nx\n--r--"
)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", False),
        (crlf("\ntext"), False),
        (crlf("Content-Type: application/pdf\n\nx"), True),
        (crlf("Content-Disposition: attachment\n\ntext"), True),
        (message("\none", HTML + "two", kind="alternative"), False),
        (message("\none", ATTACHED), True),
        (message("\none", "Content-Type: application/pdf\n\nx"), True),
        (message("\none", "Content-Type: text/csv; name=x.csv\n\nx"), True),
        (message("\none", "Content-Type: text/plain\nContent-Disposition: inline; filename=x\n\nx"), False),
        (message("\none", "Content-Type: message/rfc822\n\nSubject: x\n\n"), True),
        (message(RELATED.format("Content-ID: <1>\n")), False),
        (message(RELATED.format("")), True),
        (message("\none", "Content-Type: image/png\nContent-ID: <1>\nContent-Disposition: inline\n\nx"), False),
        (
            message(
                "\none",
                "Content-Type: application/pkcs7-signature\nContent-Disposition: attachment\n\nx",
                kind="signed",
            ),
            False,
        ),
        (message("\none", "Content-Type: message/delivery-status\n\nx", kind="report"), False),
        (message("\none", "Content-Type: text/calendar\n\nx", kind="alternative"), False),
    ],
)
def test_attachments(data: bytes, *, expected: bool) -> None:
    assert has_attachment(parse(data)) is expected


def test_file_names() -> None:
    def name(header: str) -> str:
        return filename(parse(crlf(header + "\n\n")))

    assert name("Content-Type: a/b; name=x") == "x"
    assert name("Content-Type: a/b; name=x\nContent-Disposition: inline; filename=y") == "y"
    assert name("Content-Type: a/b") == ""
