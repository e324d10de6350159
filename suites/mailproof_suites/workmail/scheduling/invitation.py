"""Meetings as a foreign client writes them, and the mail that carries them (RFC 5545, RFC 5546, RFC 6047)."""

from __future__ import annotations

import base64
import quopri
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from mailproof_suites.case import Account

PARIS = (
    "BEGIN:VTIMEZONE",
    "TZID:{name}",
    "BEGIN:STANDARD",
    "DTSTART:19701025T030000",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    "END:STANDARD",
    "BEGIN:DAYLIGHT",
    "DTSTART:19700329T020000",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "END:DAYLIGHT",
    "END:VTIMEZONE",
)
"""Rules of Central Europe, under any name."""
FORMS = ("alternative", "mixed", "alone", "base64", "quoted_printable", "small_letters", "application_ics_beside")


@dataclass(frozen=True)
class Meeting:
    """One VEVENT. Vary it with `dataclasses.replace`.

    Attributes:
        uid: its UID.
        organizer: who invites; None leaves ORGANIZER out.
        attendees: whole ATTENDEE lines, or accounts.
        times: lines with DTSTART, DTEND, RRULE and so on.
        facts: further lines.
        zones: lines of VTIMEZONE components.
        others: whole further VEVENTs, such as exceptions.
    """

    uid: str
    organizer: Account | None
    attendees: tuple[Account | str, ...]
    times: tuple[str, ...] = ("DTSTART;TZID=Europe/Paris:20270309T100000", "DTEND;TZID=Europe/Paris:20270309T110000")
    facts: tuple[str, ...] = ("SUMMARY:Planning", "LOCATION:Hall")
    sequence: int = 0
    stamp: str = "20270101T080000Z"
    zones: tuple[str, ...] = ()
    others: tuple[Meeting, ...] = ()

    def lines(self) -> list[str]:
        """The VEVENT, and those beside it."""
        found = ["BEGIN:VEVENT", f"UID:{self.uid}", f"DTSTAMP:{self.stamp}", f"SEQUENCE:{self.sequence}", *self.times]
        if self.organizer is not None:
            found.append(f"ORGANIZER;CN=Zoe:mailto:{self.organizer.address}")
        for each in self.attendees:
            is_line = isinstance(each, str)
            found.append(str(each) if is_line else f"ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{each.address}")  # type: ignore[union-attr]
        found += [*self.facts, "END:VEVENT"]
        for other in self.others:
            found += other.lines()
        return found

    def text(self, method: str | None) -> bytes:
        """The calendar object."""
        named = [] if method is None else [f"METHOD:{method}"]
        head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//elsewhere//client//EN", *named, *self.zones]
        return "".join(f"{line}\r\n" for line in [*head, *self.lines(), "END:VCALENDAR"]).encode()


def answer(meeting: Meeting, who: Account | str, status: str, *facts: str) -> Meeting:
    """A reply of one attendee to a meeting."""
    address = who if isinstance(who, str) else who.address
    line = f"ATTENDEE;PARTSTAT={status}:mailto:{address}"
    return replace(meeting, attendees=(line,), facts=facts, stamp="20270102T080000Z")


def reply_to(event: Mapping[str, Any], organizer: Account, who: Account | str, status: str, *facts: str) -> Meeting:
    """A reply to what the control program says of the organiser's event, newer than any other."""
    meeting = Meeting(str(event["uid"]), organizer, (), sequence=int(event["sequence"]))
    return replace(answer(meeting, who, status, *facts), stamp="20301231T080000Z")


def body(calendar: bytes, method: str, form: str) -> tuple[str, bytes]:
    """Content-Type and text of a message that carries the calendar object in one of FORMS."""
    kind = f'text/calendar; charset="UTF-8"; method={method}'
    encoding, octets = "8bit", calendar
    if form == "base64":
        encoding, octets = "base64", base64.encodebytes(calendar).replace(b"\n", b"\r\n")
    elif form == "quoted_printable":
        encoding, octets = (
            "quoted-printable",
            quopri.encodestring(calendar.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n"),
        )
    elif form == "small_letters":
        kind = f"Text/Calendar; CHARSET=utf-8; Method={method.lower()}"
    part = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode() + octets
    if form == "alone":
        return kind, octets
    plain = b"Content-Type: text/plain; charset=us-ascii\r\n\r\nYou are invited.\r\n"
    whole = _joined("alternative", "inner", plain, part)
    if form in ("mixed", "application_ics_beside"):
        file = b"Content-Type: text/plain; name=agenda.txt\r\nContent-Disposition: attachment\r\n\r\n1. Tea\r\n"
        if form == "application_ics_beside":
            file = (
                b"Content-Type: application/ics; name=invite.ics\r\nContent-Disposition: attachment\r\n\r\n" + calendar
            )
        inner = b'Content-Type: multipart/alternative; boundary="inner"\r\n\r\n' + whole
        return 'multipart/mixed; boundary="outer"', _joined("mixed", "outer", inner, file)
    return 'multipart/alternative; boundary="inner"', whole


def _joined(_kind: str, boundary: str, *parts: bytes) -> bytes:
    edge = boundary.encode()
    return b"".join(b"--" + edge + b"\r\n" + part + b"\r\n" for part in parts) + b"--" + edge + b"--\r\n"
