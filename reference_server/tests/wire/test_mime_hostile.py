"""Messages built to cost: 5 MB of each shape must be described within two seconds, and double the size about double.

The limit is generous against measurements of 0.05 to 1 second; quadratic behaviour would take minutes.
"""

import time

import pytest

from mailproof_server.wire.mime.digest import summarise

SIZE_BYTES = 5_000_000
LIMIT_S = 2.0


def fill(unit: bytes, before: bytes = b"", after: bytes = b"") -> bytes:
    return before + unit * ((SIZE_BYTES - len(before) - len(after)) // len(unit)) + after


def nested_prefixes() -> bytes:
    """A hundred multiparts whose boundaries begin one another, then lines that begin like all of them."""
    head = b""
    for depth in range(1, 101):
        boundary = b"a" * depth
        head += b"Content-Type: multipart/mixed; boundary=%b\r\n\r\n--%b\r\n" % (boundary, boundary)
    return fill(b"--" + b"a" * 101 + b"\r\n", head + b"\r\n")


MULTIPART = b"Content-Type: multipart/mixed; boundary=a\r\n\r\n"
HTML = b"Content-Type: text/html\r\n\r\n"
SHAPES = {
    "one_long_line": fill(b"x", b"\r\n"),
    "empty_lines": fill(b"\r\n", b"Subject: x\r\n"),
    "empty_lines_in_nested_messages": fill(b"\n", b"Content-Type: message/rfc822\n\n" * 100),
    "tiny_fields": fill(b"a:\n"),
    "header_without_end": fill(b"Subject: x\r\n"),
    "one_folded_field": fill(b" x\r\n", b"Subject: x\r\n"),
    "one_folded_address_field": fill(b" a@b,\r\n", b"To: x@y,\r\n"),
    "hyphen_lines_in_header": fill(b"--x\r\n"),
    "hyphen_lines_in_declared_header": fill(b"--x\r\n", b"Content-Type: multipart/mixed; boundary=a\r\n"),
    "hyphen_lines_in_body": fill(b"--\r\n", MULTIPART),
    "almost_boundaries": fill(b"--ab\r\n", MULTIPART + b"--a\r\n\r\n"),
    "many_boundaries": fill(b"--a\r\n", MULTIPART),
    "many_parts_without_blank_line": fill(b"--a\r\nX: y\r\n", MULTIPART),
    "many_parts_lf": fill(b"--a\n\nx\n", MULTIPART.replace(b"\r\n", b"\n")),
    "unterminated_multiparts": b"".join(
        [
            MULTIPART,
            *[b"--a\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\nx\r\n" % number for number in range(70_000)],
        ]
    ),
    "nested_without_end": fill(MULTIPART + b"--a\r\n"),
    "nested_messages": fill(b"Content-Type: message/rfc822\r\n\r\n"),
    "own_boundaries_in_one_header": b"".join(
        [b"Content-Type: multipart/mixed; boundary=b%d\r\n--b%d\r\n" % (number, number) for number in range(80_000)]
    ),
    "nested_prefix_boundaries": nested_prefixes(),
    "long_boundary": b"Content-Type: multipart/mixed; boundary=" + b"b" * 2_400_000 + b"\r\n\r\n--" + b"b" * 2_400_000,
    "parameters": fill(b";a=b", b"Content-Type: text/plain"),
    "empty_parameters": fill(b"; ", b"Content-Type: text/plain"),
    "words_as_parameters": fill(b" a", b"Content-Type: text/plain; a=b"),
    "comments_as_parameters": fill(b"()", b"Content-Type: text/plain"),
    "nested_comments": fill(b"(", b"Content-Type: text/plain;"),
    "nested_comments_in_addresses": fill(b"(", b"To: "),
    "parameters_in_every_part": fill(b"--a\r\nContent-Type: a/b" + b";c=d" * 100 + b"\r\n\r\n", MULTIPART),
    "addresses": fill(b"a@b,", b"To: "),
    "commas": fill(b",", b"To: "),
    "quotes": fill(b'"', b"From: "),
    "escaped_quotes": fill(b'\\"', b'From: "'),
    "brackets": fill(b"[", b"From: "),
    "angles": fill(b"<", b"From: "),
    "group_colons": fill(b"a:", b"From: "),
    "dots": fill(b"a.", b"From: "),
    "words": fill(b"a ", b"From: "),
    "ats": fill(b"@", b"From: "),
    "encoded_words": fill(b"=?utf-8?q?a?= ", b"Subject: "),
    "encoded_words_in_names": fill(b"=?utf-8?q?a?= ", b"From: ", b"<a@b>\r\n\r\n"),
    "almost_encoded_words": fill(b"=?", b"Subject: "),
    "replies": fill(b"Re:", b"Subject: "),
    "blobs": fill(b"[a]", b"Subject: "),
    "forwards": fill(b"[fwd:", b"Subject: "),
    "trailers": fill(b"(fwd)", b"Subject: "),
    "identifiers": fill(b"<a@b>", b"References: "),
    "open_identifiers": fill(b"<a", b"References: "),
    "date_digits": fill(b"1 ", b"Date: "),
    "languages": fill(b"a,", b"Content-Language: "),
    "tags": fill(b"<", HTML),
    "open_tags": fill(b"<a ", HTML),
    "open_comments": fill(b"<!--", HTML),
    "open_scripts": fill(b"<script>", HTML),
    "closing_scripts": fill(b"</script", HTML + b"<script>"),
    "references_to_characters": fill(b"&#", HTML),
    "long_reference": fill(b"9", HTML + b"&#"),
    "ampersands": fill(b"&a", HTML),
    "blanks": fill(b" ", HTML),
    "quoted_printable_blanks": fill(b" ", b"Content-Transfer-Encoding: quoted-printable\r\n\r\n", b"x"),
    "quoted_printable_equals": fill(b"=", b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"),
    "base64_padding": fill(b"=", b"Content-Transfer-Encoding: base64\r\n\r\n"),
    "utf_7": fill(b"+2AA-", b"Content-Type: text/plain; charset=utf-7\r\n\r\n"),
    "combining_marks": fill("\u0315\u0300".encode(), b"Content-Type: text/plain; charset=utf-8\r\n\r\na"),
    "iso_2022": fill(b"\x1b$B", b"Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_hostile_shapes_cost_no_more_than_their_size(shape: str) -> None:
    data = SHAPES[shape]
    started = time.process_time()
    summarise(data)
    spent_s = time.process_time() - started
    assert spent_s < LIMIT_S
