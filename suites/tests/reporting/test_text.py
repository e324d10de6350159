"""Whatever a server sends, it reaches a report as text that is legal, visible and harmless."""

from __future__ import annotations

import re
import unicodedata
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailproof_suites.reporting.text import cut_middle, encodable, markdown, one_line, visible

ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=60)
"""Lone surrogates, controls and all."""
BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain \\Seen text\tand tab", "plain \\Seen text\tand tab"),
        ("a\r\nb", "a\nb"),
        ("a\rb", "a\\rb"),
        ("nul\x00esc\x1b[31m", "nul\\x00esc\\x1b[31m"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("raw \udcff byte", "raw \\xff byte"),
        ("half \ud83d pair", "half \\ud83d pair"),
        ("\ufffe\uffff", "\\ufffe\\uffff"),
        ("\U000e0041tag", "\\U000e0041tag"),
        ("family 👩\u200d👧 and Grüße", "family 👩\u200d👧 and Grüße"),
        ("\x85\u2028", "\\x85\\u2028"),
    ],
)
def test_hostile_characters_become_readable_escapes(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(ANY_TEXT)
def test_visible_text_is_stable_and_encodable(text: str) -> None:
    shown = visible(text)
    assert visible(shown) == shown
    shown.encode("utf-8")
    assert not BIDI.intersection(shown)
    assert all(char in "\t\n" or unicodedata.category(char) not in ("Cc", "Cs") for char in shown)


@given(ANY_TEXT)
def test_visible_text_survives_xml(text: str) -> None:
    shown = visible(text)
    element = ElementTree.Element("a")
    element.text = shown
    assert (ElementTree.fromstring(ElementTree.tostring(element)).text or "") == shown  # noqa: S314 - our own XML


@given(ANY_TEXT)
def test_encodable_text_changes_only_what_is_no_utf8(text: str) -> None:
    encoded = encodable(text)
    encoded.encode("utf-8")
    if not re.search("[\ud800-\udfff]", text):
        assert encoded == text


@given(ANY_TEXT, st.integers(2, 40))
def test_one_line_is_one_line_within_its_limit(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert len(line.splitlines()) <= 1
    assert line == line.strip()


def test_a_cut_text_keeps_both_ends_and_says_what_is_gone() -> None:
    text = "\n".join(f"line {number}" for number in range(1000))
    cut = cut_middle(text, 200)
    assert cut.startswith("line 0\n")
    assert cut.endswith("\nline 999")
    assert len(cut) < 300
    left_out = int(re.search(r"… (\d+) characters left out", cut)[1])  # type: ignore[index]
    kept = cut.replace(f"\n… {left_out} characters left out; run.json has them …\n", "")
    assert len(kept) + left_out == len(text)
    assert cut_middle("short", 200) == "short"


@pytest.mark.parametrize(
    "text", ["<b>x</b>", "a | b", "[x](http://evil.example)", "@everyone", "`code`", "![i](u)", "# h"]
)
def test_markdown_has_no_markup_left(text: str) -> None:
    cell = markdown(text)
    assert not re.search(r"@\w", cell)
    cell = cell.replace("<!-- -->", "")  # ours: it parts an @ from the name behind it
    assert "<" not in cell
    assert not re.search(r"(?<!\\)[|`\[\]#!*_]", cell)
