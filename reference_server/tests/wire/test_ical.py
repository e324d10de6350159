"""iCalendar text: what is written is read again, zones of every make, and whatever arrives instead (RFC 5545)."""

import contextlib
from datetime import UTC, date, datetime
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproof_server.wire.ical.global_object_id import global_object_id, instance_of, uid_of
from mailproof_server.wire.ical.reading import read
from mailproof_server.wire.ical.values import Component, Ical, IcalError, IcalLimits, Party, When
from mailproof_server.wire.ical.writing import write
from mailproof_server.wire.ical.zones import known_zone, windows_name

# ruff: noqa: DTZ001 -- local digits, to which a zone is given


def calendar(*lines: str, zone: str = "", head: str = "") -> bytes:
    text = ["BEGIN:VCALENDAR", "VERSION:2.0", *zone.split("\n"), head, "BEGIN:VEVENT", "UID:u", *lines, "END:VEVENT"]
    return ("\r\n".join(each for each in [*text, "END:VCALENDAR"] if each) + "\r\n").encode()


def only(*lines: str, **facts: str) -> Component:
    (found,) = read(calendar(*lines, **facts)).components
    return found


ZONES = st.sampled_from(["Europe/Paris", "America/New_York", "UTC", "", "Asia/Kolkata", "Australia/Lord_Howe"])
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.just("\n"), max_size=80)
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp"), exclude_characters='"'), max_size=20)
ADDRESSES = st.from_regex(r"[a-z0-9.+-]{1,12}@[a-z0-9-]{1,12}\.test", fullmatch=True)


@st.composite
def whens(draw: st.DrawFn) -> When:
    local = draw(st.datetimes(datetime(1980, 1, 1), datetime(2080, 1, 1))).replace(microsecond=0)
    if draw(st.integers(0, 3)) == 0:
        return When(local.replace(hour=0, minute=0, second=0), "", is_date=True)
    return When(local, draw(ZONES))


PARTIES = st.builds(
    Party,
    address=ADDRESSES,
    name=WORDS.map(lambda word: word.replace("\\", "/")),
    role=st.sampled_from(["", "REQ-PARTICIPANT", "OPT-PARTICIPANT"]),
    status=st.sampled_from(["", "NEEDS-ACTION", "ACCEPTED"]),
    kind=st.sampled_from(["", "ROOM", "GROUP"]),
    rsvp=st.booleans(),
    sent_by=st.just("") | ADDRESSES,
)
COMPONENTS = st.builds(
    Component,
    uid=st.text(st.characters(codec="ascii", exclude_categories=("Cc", "Zs")), min_size=1, max_size=255),
    sequence=st.integers(0, 2**31 - 1),
    stamp=st.datetimes(datetime(1980, 1, 1), datetime(2080, 1, 1)).map(
        lambda at: at.replace(microsecond=0, tzinfo=UTC)
    ),
    start=whens(),
    end=whens(),
    recurrence_id=st.none() | whens(),
    rule=st.sampled_from(["", "FREQ=DAILY;COUNT=3", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=WEEKLY;UNTIL=20300101T000000Z"]),
    extra=st.lists(whens(), max_size=3).map(tuple),
    excluded=st.lists(whens(), max_size=3).map(tuple),
    summary=TEXTS,
    location=TEXTS,
    description=TEXTS,
    html=TEXTS,
    status=st.sampled_from(["", "CONFIRMED", "CANCELLED"]),
    transparency=st.sampled_from(["", "OPAQUE"]),
    priority=st.integers(0, 9),
    categories=st.lists(WORDS.filter(bool), max_size=3).map(tuple),
    organizer=st.none() | PARTIES,
    attendees=st.lists(PARTIES, max_size=4).map(tuple),
    reminder_minutes=st.none() | st.integers(0, 100_000),
    busy=st.sampled_from(["", "OOF"]),
    comment=TEXTS,
    is_counter_disallowed=st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(COMPONENTS, min_size=1, max_size=3), st.sampled_from(["", "REQUEST", "REPLY"]))
def test_what_is_written_is_read_again(components: list[Component], method: str) -> None:
    text = write(Ical(tuple(components), method))
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
    found = read(text)
    assert found.method == method
    for back, component in zip(found.components, components, strict=True):
        for name in Component.__dataclass_fields__:
            assert getattr(back, name) == getattr(component, name), name


def test_a_name_holds_no_quotation_mark_and_no_reverse_solidus() -> None:
    party = Party(address="a@example.test", name='\\ "Ann\\Able" \\')
    [component] = read(
        write(Ical((Component(uid="u", start=When(datetime(2026, 3, 9, 10), "UTC"), organizer=party),), ""))
    ).components
    assert component.organizer is not None
    assert component.organizer.name == "/ 'Ann/Able' /"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_calendar_is_read_or_refused_and_never_worse(data: st.DataObject) -> None:
    component = Component(
        uid="u",
        start=When(datetime(2026, 3, 9, 10), "Europe/Paris"),
        end=When(datetime(2026, 3, 9, 11), "Europe/Paris"),
        rule="FREQ=DAILY;COUNT=3",
        excluded=(When(datetime(2026, 3, 10, 10), "Europe/Paris"),),
        organizer=Party("a@b.test"),
        attendees=(Party("c@d.test", "C"),),
        reminder_minutes=5,
        categories=("x",),
    )
    text = bytearray(write(Ical((component,), "REQUEST")))
    for _ in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(0, len(text) - 1))
        how = data.draw(st.integers(0, 2))
        if how == 0:
            text[at] = data.draw(st.integers(0, 255))
        elif how == 1:
            del text[at : at + data.draw(st.integers(1, 40))]
        else:
            text[at:at] = data.draw(
                st.sampled_from([b"\r\n", b";", b":", b"BEGIN:VEVENT\r\n", b"\\", b'"', b"END:VALARM\r\n"])
            )
        if not text:
            return
    with contextlib.suppress(IcalError):
        read(bytes(text))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_octets_are_read_or_refused(octets: bytes) -> None:
    for text in (octets, b"BEGIN:VCALENDAR\r\n" + octets + b"\r\nEND:VCALENDAR\r\n"):
        with contextlib.suppress(IcalError):
            read(text)


BERLIN = """BEGIN:VTIMEZONE
TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE"""


@pytest.mark.parametrize(
    ("tzid", "zone"),
    [
        ("Europe/Paris", "Europe/Paris"),
        ("Romance Standard Time", "Europe/Paris"),
        ("/freeassociation.sourceforge.net/Tzfile/Europe/Berlin", "Europe/Berlin"),
        ("/softwarestudio.org/Olson_20011030_5/America/New_York", "America/New_York"),
        ("Etc/UTC", "UTC"),
        ("(UTC+05:30) Chennai", "Asia/Calcutta"),
        ("(UTC-03:00) Somewhere", "Etc/GMT+3"),
        ("Asia/Calcutta", "Asia/Calcutta"),
        ("Kamchatka Standard Time", "Asia/Kamchatka"),
    ],
)
def test_zones_are_known_by_every_makes_names(tzid: str, zone: str) -> None:
    found = only(f'DTSTART;TZID="{tzid}":20260309T100000').start
    assert found == When(datetime(2026, 3, 9, 10), zone)


def test_a_custom_zone_is_known_by_its_rules() -> None:
    found = only("DTSTART;TZID=Customized Time Zone:20260709T100000", zone=BERLIN).start
    assert found is not None
    assert found.instant() == datetime(2026, 7, 9, 8, tzinfo=UTC)
    assert (
        datetime(2026, 12, 1, tzinfo=ZoneInfo(found.zone)).utcoffset()
        == datetime(2026, 12, 1, tzinfo=ZoneInfo("Europe/Berlin")).utcoffset()
    )
    south = BERLIN.replace("BYMONTH=10", "BYMONTH=4").replace("BYMONTH=3", "BYMONTH=10")
    south = south.replace("-1SU", "1SU").replace("+0200", "+1100").replace("TO:+0100", "TO:+1000")
    found = only("DTSTART;TZID=Customized Time Zone:20260109T100000", zone=south).start
    assert found is not None
    assert found.instant() == datetime(2026, 1, 8, 23, tzinfo=UTC)


def test_a_custom_zone_may_name_its_location() -> None:
    zone = BERLIN.replace("TZID:Customized Time Zone", "TZID:x\nX-LIC-LOCATION:Asia/Tokyo")
    assert only("DTSTART;TZID=x:20260309T100000", zone=zone).start == When(datetime(2026, 3, 9, 10), "Asia/Tokyo")


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (("DTSTART;TZID=Mars/Base:20260309T100000",), "DTSTART: unknown time zone 'Mars/Base'"),
        (("DTSTART;TZID=../../etc/passwd:20260309T100000",), "unknown time zone"),
        (("DTSTART:soon",), "DTSTART: 'soon' is no date"),
        (("DTSTART:20260309T100000", "DTSTART:20260309T110000"), "DTSTART: more than once"),
        (("DTSTART:00010101T000000",), "DTSTART: the year 1"),
        (("DTSTART:20260309T100000", "DURATION:-PT1H"), "DURATION"),
        (("DTSTART:20260309T100000", "RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"), "RRULE: more than one"),
        (("DTSTART:20260309T100000", "RRULE:every second tuesday"), "RRULE: no recurrence rule"),
        (("SEQUENCE:-1",), "SEQUENCE"),
        (("SEQUENCE:99999999999",), "SEQUENCE"),
        (("RDATE:" + ",".join(["20260309T100000"] * 1001),), "RDATE: more than 1000"),
        (("EXDATE:" + ",".join(["20260309T100000"] * 1001),), "EXDATE: more than 1000"),
        (tuple(f"ATTENDEE:mailto:a{number}@b.test" for number in range(5001)), "ATTENDEE: more than 5000"),
    ],
)
def test_what_is_wrong_is_named(lines: tuple[str, ...], words: str) -> None:
    with pytest.raises(IcalError, match=words):
        only(*lines)


def test_size_lines_and_components_are_limited_before_anything_is_parsed() -> None:
    for limits in (IcalLimits(size_bytes=50), IcalLimits(lines=3), IcalLimits(components=0)):
        with pytest.raises(IcalError, match="more than"):
            read(calendar("DTSTART:20260309T100000"), limits)


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "FREQ=SECONDLY;INTERVAL=1;COUNT=999999999"])
def test_a_zone_that_changes_every_second_costs_nothing(rule: str) -> None:
    zone = BERLIN.replace("RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3", f"RRULE:{rule}")
    began = perf_counter()
    only("DTSTART;TZID=Customized Time Zone:20260309T100000", zone=zone)
    hidden = "BEGIN:VTIM\r\n EZONE\r\nTZID:q\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0000\r\n"
    only("DTSTART:20260309T100000", head=f"{hidden}TZOFFSETTO:+0100\r\nRRULE:{rule}\r\nEND:STANDARD\r\nEND:VTIMEZONE")
    assert perf_counter() - began < 2.0


def test_an_end_is_worked_out() -> None:
    assert only("DTSTART:20260309T100000Z", "DURATION:PT90M").end == When(datetime(2026, 3, 9, 11, 30), "UTC")
    assert only("DTSTART:20260309T100000").end == When(datetime(2026, 3, 9, 10))
    assert only("DTSTART;VALUE=DATE:20260309").end == When(datetime(2026, 3, 10), "", is_date=True)


def test_alarms_are_minutes_before_the_start_or_nothing() -> None:
    def alarm(trigger: str) -> int | None:
        return only(
            "DTSTART:20260309T100000Z", "BEGIN:VALARM", "ACTION:DISPLAY", trigger, "END:VALARM"
        ).reminder_minutes

    assert alarm("TRIGGER:-PT15M") == 15
    assert alarm("TRIGGER:-P1D") == 1440
    assert alarm("TRIGGER;VALUE=DATE-TIME:20260309T093000Z") == 30
    assert alarm("TRIGGER;RELATED=END:-PT15M") is None
    assert alarm("TRIGGER:PT15M") is None
    with pytest.raises(IcalError):
        alarm("TRIGGER:whenever")


def test_an_address_may_stand_beside_an_urn() -> None:
    assert only('ATTENDEE;EMAIL="a@b.test":urn:uuid:1').attendees[0].address == "a@b.test"


def test_windows_names_go_both_ways() -> None:
    assert windows_name("Europe/Paris") == "Romance Standard Time"
    assert windows_name("UTC") == "UTC"
    assert windows_name("Nowhere/Land") is None
    assert known_zone("") is None
    assert known_zone("localtime/../UTC") is None


VECTOR = bytes.fromhex(
    "040000008200E00074C5B7101A82E008" "07D80319" "5025D461E473C801" "0000000000000000" "10000000"
    "2A5844B3A444F74A9C246C60886F116B"
)  # fmt: skip


def test_the_published_global_object_id_is_read() -> None:
    assert instance_of(VECTOR) == date(2008, 3, 25)
    uid = uid_of(VECTOR)
    assert uid == VECTOR.hex().upper().replace("07D80319", "00000000")
    assert global_object_id(uid, date(2008, 3, 25)) == VECTOR
    assert global_object_id(uid.lower(), date(2008, 3, 25)) == VECTOR


@settings(max_examples=100, deadline=None)
@given(
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=255), st.none() | st.dates()
)
def test_every_uid_comes_back_from_its_global_object_id(uid: str, day: date | None) -> None:
    made = global_object_id(uid, day)
    assert uid_of(made) == uid
    assert instance_of(made) == day


@pytest.mark.parametrize("octets", [b"", b"x" * 60, VECTOR[:-1], VECTOR + b"x"])
def test_what_is_no_global_object_id_is_refused(octets: bytes) -> None:
    with pytest.raises(ValueError, match="GlobalObjectId"):
        uid_of(octets)
