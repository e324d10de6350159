"""PREVIEW, RFC 8970."""

from __future__ import annotations

import base64

import pytest

from mailproof_suites.case import Append, ImapClient, MakeMessage, expect, needs, requirement
from mailproof_suites.imap.rfc8970.conftest import Preview

pytestmark = needs("imap:PREVIEW")

TEXT = "Grüße aus Köln, 日本語 and more"
QUOTED = b"=\r\n".join(b"=%02X" % octet for octet in TEXT.encode())


BODIES = {
    "8bit": ("text/plain; charset=utf-8", "8bit", TEXT.encode()),
    "base64": ("text/plain; charset=utf-8", "base64", base64.encodebytes(TEXT.encode()).replace(b"\n", b"\r\n")),
    "quoted-printable": (
        "text/plain; charset=utf-8",
        "quoted-printable",
        QUOTED,
    ),
    "other charset": ("text/plain; charset=iso-2022-jp", "7bit", "日本語".encode("iso-2022-jp")),
    "latin-1": ("text/plain; charset=iso-8859-1", "8bit", "Grüße aus Köln".encode("latin-1")),
}


@requirement("RFC8970:3.2-1", "RFC8970:3.3-1")
@pytest.mark.parametrize(("content_type", "encoding", "body"), BODIES.values(), ids=BODIES.keys())
def test_the_text_is_decoded(preview: Preview, content_type: str, encoding: str, body: bytes) -> None:
    """The preview is in UTF-8, and readable, whatever encoding and charset the message has."""
    shown = preview(content_type, encoding, body + b"\r\n")
    word = "日本語" if "2022" in content_type else "Grüße aus Köln"
    expect.contains(shown, word, "the preview", requirement="RFC8970:3.3-1")


@requirement("RFC8970:3.3-2")
def test_markup_is_taken_away(preview: Preview) -> None:
    """Of an HTML message the text is shown, without tags, styles, scripts and entities."""
    page = (
        b"<html><head><style>p { color: red }</style><script>alert('no')</script><title>t</title></head>\r\n"
        b"<body><p>Fish &amp; <b>chips</b></p><!-- hidden --></body></html>\r\n"
    )
    shown = preview("text/html; charset=utf-8", "7bit", page)
    expect.contains(" ".join(shown.split()), "Fish & chips", "the preview")
    left = [text for text in ("<", "color", "alert", "hidden", "&amp;") if text in shown]
    expect.equal(left, [], "markup in the preview")


@requirement("RFC8970:3.3-3", "RFC8970:3.3-4")
@pytest.mark.parametrize("letter", ["x", "ü", "語", "🎉"])
def test_a_preview_is_short(preview: Preview, letter: str) -> None:
    """200 characters are wanted, more than 256 are forbidden; what counts is characters, and none is cut in two."""
    words = " ".join([letter * 7] * 100)
    shown = preview("text/plain; charset=utf-8", "8bit", words.encode() + b"\r\n")
    expect.that(len(shown) <= 256, "characters", expected="256 at most", actual=len(shown), requirement="RFC8970:3.3-3")
    expect.that(len(shown) <= 200, "characters", expected="200 at most", actual=len(shown), requirement="RFC8970:3.3-4")
    expect.that(
        words.startswith(shown.rstrip("…. ")), "the preview", expected="the beginning of the text", actual=shown
    )


EMPTY = {
    "empty body": ("text/plain", "7bit", b""),
    "blanks": ("text/plain", "7bit", b"  \r\n\t\r\n \r\n"),
    "encrypted": ("application/pkcs7-mime; smime-type=enveloped-data", "base64", b"MIAGCSqGSIb3DQEHA6CAMIACAQAx\r\n"),
}


@requirement("RFC8970:3.2-2")
@pytest.mark.parametrize(("content_type", "encoding", "body"), EMPTY.values(), ids=EMPTY.keys())
def test_nothing_to_show_is_an_empty_string(preview: Preview, content_type: str, encoding: str, body: bytes) -> None:
    """A message without text has the empty preview, not NIL and not its octets."""
    expect.equal(preview(content_type, encoding, body).strip(), "", "the preview")


@requirement("RFC8970:3.3-1")
def test_the_text_part_is_shown(preview: Preview) -> None:
    """Of a multipart message the text counts, not the delimiters and not the attachment before it."""
    attachment = b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC\r\n"
    text = b"Content-Type: text/plain; charset=utf-8\r\n\r\nThe real text\r\n"
    body = b"--cut\r\n" + attachment + b"--cut\r\n" + text + b"--cut--\r\n"
    expect.equal(preview('multipart/mixed; boundary="cut"', "7bit", body).strip(), "The real text", "the preview")


@requirement("RFC8970:3.2-3", "RFC8970:3.2-4", "RFC8970:4.1-1", "RFC8970:4.1-2", "MAIL-09")
def test_a_preview_leaves_the_message_alone(
    imap: ImapClient, folder: str, append: Append, make_message: MakeMessage
) -> None:
    r"""Twice the same text, with LAZY the same or NIL, and no \Seen."""
    append(folder, make_message(body="Some text to look at\n"))
    imap.select(folder)
    first = imap.fetch(1, "(PREVIEW)").only().get("PREVIEW")
    lazy = imap.fetch(1, "(PREVIEW (LAZY))").only().get("PREVIEW")
    expect.one_of(lazy, {first, None}, "PREVIEW (LAZY)", requirement="RFC8970:4.1-1")
    again = imap.fetch(1, "(FLAGS PREVIEW)").only()
    expect.equal(again.get("PREVIEW"), first, "PREVIEW again", requirement="RFC8970:3.2-3")
    flags = {flag.lower() for flag in again.flags or ()}
    expect.lacks(flags, rb"\seen", "flags", requirement="RFC8970:3.2-4")


@requirement("RFC8970:4.1-1", "RFC8970:4.1-2")
@pytest.mark.parametrize("item", ["(PREVIEW (COLOUR))", "(PREVIEW ())", "(PREVIEW LAZY)", "(PREVIEW(LAZY))"])
def test_unknown_modifiers_are_bad(imap: ImapClient, folder: str, append: Append, item: str) -> None:
    """LAZY in parentheses is the only one."""
    append(folder)
    imap.select(folder)
    expect.bad(imap.command("FETCH 1", item, on_purpose=True))
