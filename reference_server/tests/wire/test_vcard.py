"""vCards: what is written is read again, old versions, and whatever arrives instead (RFC 6350, RFC 2426)."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproof_server.wire.vcard import Card, Property, VcardError, VcardLimits, read_cards, write_cards

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.just("\n"), max_size=60)
NAMES = st.from_regex(r"[A-Z][A-Z0-9-]{0,10}", fullmatch=True).filter(
    lambda name: name not in ("BEGIN", "END", "VERSION")
)
PARAMETERS = st.tuples(
    st.sampled_from(["TYPE", "X-P"]),
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Z"), exclude_characters='"='), min_size=1, max_size=10),
)
PROPERTIES = st.builds(
    Property,
    name=NAMES,
    values=st.lists(TEXTS, min_size=1, max_size=7).map(tuple),
    parameters=st.lists(PARAMETERS, max_size=3).map(tuple),
    group=st.sampled_from(["", "item1"]),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.builds(Card, st.lists(PROPERTIES, max_size=5).map(tuple)), max_size=3))
def test_what_is_written_is_read_again(cards: list[Card]) -> None:
    text = write_cards(cards)
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
    found = [Card(tuple(each for each in card.properties if each.name != "VERSION")) for card in read_cards(text)]
    assert found == cards


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_any_octets_are_read_or_refused(octets: bytes) -> None:
    for text in (octets, b"BEGIN:VCARD\r\n" + octets + b"\r\nEND:VCARD\r\n"):
        with contextlib.suppress(VcardError):
            read_cards(text)


def test_version_2_1_with_quoted_printable_and_a_charset() -> None:
    (card,) = read_cards(
        b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Zet;Zo=EB;=\r\n=20M\r\n"
        b"TEL;WORK;VOICE:1\r\nPHOTO;BASE64:AAEC\r\nEND:VCARD\r\n"
    )
    assert card.all("N")[0].values == ("Zet", "Zoë", " M")
    assert card.all("TEL")[0].types == {"work", "voice"}
    assert card.all("PHOTO")[0].octets() == b"\x00\x01\x02"


def test_pictures_of_version_4_and_groups() -> None:
    (card,) = read_cards(
        b'BEGIN:VCARD\nVERSION:4.0\nitem1.EMAIL;TYPE="work,home":a@b.test\nPHOTO:data:image/jpeg;base64,AAEC\n'
        b"NOTE:one\\, two\\;\\nthree\nEND:VCARD\n"
    )
    assert (card.all("EMAIL")[0].group, card.all("EMAIL")[0].types) == ("item1", {"work", "home"})
    assert card.first("NOTE") == "one, two;\nthree"
    assert card.all("PHOTO")[0].octets() == b"\x00\x01\x02"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"FN:x\r\n", "line 1: outside"),
        (b"BEGIN:VCARD\r\nBEGIN:VCARD\r\n", "line 2: a card within"),
        (b"END:VCARD\r\n", "END without BEGIN"),
        (b"BEGIN:VCARD\r\n", "no end"),
        (b"BEGIN:VCARD\r\nnonsense\r\nEND:VCARD\r\n", "line 2: 'nonsense' is no property"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: bytes, words: str) -> None:
    with pytest.raises(VcardError, match=words):
        read_cards(text)


def test_limits() -> None:
    two = b"BEGIN:VCARD\r\nFN:x\r\nNOTE:y\r\nEND:VCARD\r\n" * 2
    for limits in (VcardLimits(size_bytes=10), VcardLimits(cards=1), VcardLimits(properties=1)):
        with pytest.raises(VcardError, match="more than"):
            read_cards(two, limits)
