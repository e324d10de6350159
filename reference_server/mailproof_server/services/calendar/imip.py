"""Meeting messages: calendar objects carried by mail (RFC 6047), written and recognised.

Written is multipart/alternative with a text for people and an inline text/calendar whose method parameter "MUST" equal
METHOD; clients of all makes take that form. Read is the first text/calendar part of a message; one whose method
parameter says something else is mail, and no calendar traffic.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from mailproof_server.model.attachment import AttachedFile
from mailproof_server.model.errors import Invalid
from mailproof_server.model.event import Attendee, Event, Person, Response
from mailproof_server.model.item import Content
from mailproof_server.services.calendar.ical_events import components, event_of, organizer_party, party_of
from mailproof_server.services.calendar.limits import CalendarLimits
from mailproof_server.services.notices import message_id
from mailproof_server.services.rendering import Rendering, render
from mailproof_server.wire.ical.reading import read
from mailproof_server.wire.ical.values import Component, Ical, IcalError, IcalLimits, Party, When
from mailproof_server.wire.ical.writing import write
from mailproof_server.wire.mime.structure import Part, decode
from mailproof_server.wire.mime.transfer import decode_leniently


class Method(StrEnum):
    REQUEST = "REQUEST"
    REPLY = "REPLY"
    CANCEL = "CANCEL"
    COUNTER = "COUNTER"
    DECLINE_COUNTER = "DECLINECOUNTER"
    REFRESH = "REFRESH"
    ADD = "ADD"
    PUBLISH = "PUBLISH"


class MessageClass(StrEnum):
    """Exchange's names of the kinds of meeting messages."""

    REQUEST = "IPM.Schedule.Meeting.Request"
    CANCELED = "IPM.Schedule.Meeting.Canceled"
    POSITIVE = "IPM.Schedule.Meeting.Resp.Pos"
    TENTATIVE = "IPM.Schedule.Meeting.Resp.Tent"
    NEGATIVE = "IPM.Schedule.Meeting.Resp.Neg"


_SUBJECTS = {Response.ACCEPTED: "Accepted", Response.TENTATIVE: "Tentative", Response.DECLINED: "Declined"}
_CLASSES = {
    Response.ACCEPTED: MessageClass.POSITIVE,
    Response.TENTATIVE: MessageClass.TENTATIVE,
    Response.DECLINED: MessageClass.NEGATIVE,
}
_PLACED = {"ROOM": "ROOM", "RESOURCE": "RESOURCE"}


@dataclass(frozen=True, slots=True)
class MeetingMessage:
    """What a message says about a meeting."""

    method: Method
    parts: tuple[Component, ...]
    """Of one UID, the series first."""

    @property
    def uid(self) -> str:
        return self.parts[0].uid

    @property
    def first(self) -> Component:
        return self.parts[0]

    @property
    def organizer(self) -> str:
        """Address in lower case; empty when there is none."""
        return self.first.organizer.address.lower() if self.first.organizer is not None else ""

    def event(self, zone: str = "UTC") -> Event:
        """Raises Invalid."""
        return event_of(self.parts, zone)

    @property
    def message_class(self) -> MessageClass | None:
        """None for what Exchange has no class for."""
        if self.method is Method.REQUEST:
            return MessageClass.REQUEST
        if self.method is Method.CANCEL:
            return MessageClass.CANCELED
        if self.method is Method.COUNTER:
            return MessageClass.TENTATIVE
        if self.method is Method.REPLY and len(self.first.attendees) == 1:
            status = self.first.attendees[0].status
            return next((_CLASSES[each] for each in _CLASSES if each.name == status), None)
        return None


@dataclass(frozen=True, slots=True)
class Author:
    """In whose name a meeting message goes out, and who acts."""

    person: Person
    acting: Person | None = None
    """On behalf of the person, and named as Sender."""


# -- recognising -------------------------------------------------------------------------------------------------------


def meeting_message(content: Content, limits: CalendarLimits) -> MeetingMessage | None:
    """Of a stored message; None for mail that is no calendar traffic, whatever is wrong with it."""
    part = next(_calendar_parts(decode(content.structure)), None)
    if part is None:
        return None
    octets = decode_leniently(content.data[part.body_start : part.end], part.encoding)
    method = next((value.decode("ascii", "replace") for name, value in part.params if name.lower() == b"method"), "")
    return calendar_message(octets, method, limits)


def calendar_message(octets: bytes, method: str, limits: CalendarLimits) -> MeetingMessage | None:
    """Of a text/calendar part with its method parameter (empty when it has none)."""
    try:
        ical = read(octets, ical_limits(limits))
    except IcalError:
        return None
    named = method.strip().upper()
    events = [each for each in ical.components if each.kind == "VEVENT"]
    if not events or ical.method not in set(Method) or (named and named != ical.method):
        return None
    uid = events[0].uid
    if not uid or len(uid) > limits.uid_characters:
        return None
    parts = [each for each in events if each.uid == uid]
    parts.sort(key=lambda each: each.recurrence_id is not None)
    return MeetingMessage(Method(ical.method), tuple(parts))


def ical_limits(limits: CalendarLimits) -> IcalLimits:
    return IcalLimits(
        size_bytes=limits.calendar_bytes,
        lines=limits.calendar_lines,
        components=limits.calendar_components,
        attendees=limits.attendees,
        extra_starts=limits.series_extra_starts,
    )


def read_events(data: bytes, limits: CalendarLimits, zone: str = "UTC") -> list[Event]:
    """The events of an iCalendar file, by UID. Raises Invalid, naming what is wrong."""
    try:
        ical = read(data, ical_limits(limits))
    except IcalError as error:
        raise Invalid(str(error)) from error
    by_uid: dict[str, list[Component]] = {}
    for at, each in enumerate(ical.components):
        if each.kind == "VEVENT":
            by_uid.setdefault(each.uid or f"\0{at}", []).append(each)
    return [event_of(parts, zone) for parts in by_uid.values()]


def _calendar_parts(part: Part) -> Iterator[Part]:
    """In order of the message; not those of messages within it."""
    if part.type == b"text" and part.subtype == b"calendar":
        yield part
    for child in part.children:
        yield from _calendar_parts(child)


# -- writing -----------------------------------------------------------------------------------------------------------


def request(
    event: Event, author: Author, to: Sequence[Attendee], now: datetime, files: Sequence[AttachedFile] = ()
) -> bytes:
    """An invitation or its update; `event` is the organiser's, whole or one occurrence."""
    parts = tuple(_public(each) for each in components(event))
    return _message(
        Ical(parts, Method.REQUEST), author, _people(to), event.subject, event, now, text=event.body, files=files
    )


def cancel(event: Event, author: Author, to: Sequence[Attendee], now: datetime, comment: str = "") -> bytes:
    """`event`: what is cancelled, with the sequence that says so."""
    parties = tuple(party_of(each, rsvp=False) for each in to)
    part = replace(
        _public(components(event)[0]), status="CANCELLED", attendees=parties, comment=comment, extra=(), excluded=()
    )
    subject = f"Canceled: {event.subject}"
    return _message(Ical((part,), Method.CANCEL), author, _people(to), subject, event, now, text=comment)


def reply(
    event: Event,
    author: Author,
    response: Response,
    now: datetime,
    *,
    comment: str = "",
    kind: str = "INDIVIDUAL",
    is_automatic: bool = False,
) -> bytes:
    """An attendee's answer to the organiser; `event` as the attendee has it. Raises Invalid without an organiser."""
    organizer = _organizer(event)
    me = Party(author.person.address, author.person.name, "REQ-PARTICIPANT", response.name, _PLACED.get(kind, kind))
    if author.acting is not None:
        me = replace(me, sent_by=author.acting.address)
    part = _answer(event, me, organizer, now, comment)
    subject = f"{_SUBJECTS[response]}: {event.subject}"
    to = ((organizer.name, organizer.address),)
    return _message(
        Ical((part,), Method.REPLY), author, to, subject, event, now, text=comment, is_automatic=is_automatic
    )


def counter(
    event: Event, author: Author, starts_at: datetime, ends_at: datetime, now: datetime, comment: str = ""
) -> bytes:
    """A proposal of another time. Raises Invalid without an organiser."""
    organizer = _organizer(event)
    me = Party(author.person.address, author.person.name, "REQ-PARTICIPANT", Response.TENTATIVE.name, "INDIVIDUAL")
    part = replace(
        _answer(event, me, organizer, now, comment),
        start=When.of(starts_at, event.time_zone, is_date=event.is_all_day),
        end=When.of(ends_at, event.time_zone, is_date=event.is_all_day),
    )
    to = ((organizer.name, organizer.address),)
    subject = f"New Time Proposed: {event.subject}"
    return _message(Ical((part,), Method.COUNTER), author, to, subject, event, now, text=comment)


def decline_counter(event: Event, author: Author, to: Attendee, now: datetime, comment: str = "") -> bytes:
    part = replace(_public(components(event)[0]), attendees=(party_of(to, rsvp=False),), comment=comment)
    subject = f"Declined proposal: {event.subject}"
    return _message(Ical((part,), Method.DECLINE_COUNTER), author, _people((to,)), subject, event, now, text=comment)


def _answer(event: Event, me: Party, organizer: Person, now: datetime, comment: str) -> Component:
    master = components(event)[0]
    return Component(
        uid=event.uid,
        sequence=event.sequence,
        stamp=now.replace(microsecond=0),
        start=master.start,
        end=master.end,
        recurrence_id=master.recurrence_id,
        summary=event.subject,
        location=event.location,
        organizer=organizer_party(organizer),
        attendees=(me,),
        comment=comment,
    )


def _organizer(event: Event) -> Person:
    if event.organizer is None:
        raise Invalid("The meeting has no organiser to answer")
    return event.organizer


def _public(part: Component) -> Component:
    """Without what is the owner's own: reminder and categories stay, since Outlook sends them too; status does not."""
    intended = part.busy
    return replace(part, intended=intended, busy="TENTATIVE" if intended != "FREE" else "FREE")


def _people(attendees: Iterable[Attendee]) -> tuple[tuple[str, str], ...]:
    return tuple((each.name, each.address) for each in attendees)


def _message(
    ical: Ical,
    author: Author,
    to: Sequence[tuple[str, str]],
    subject: str,
    event: Event,
    now: datetime,
    *,
    text: str,
    files: Sequence[AttachedFile] = (),
    is_automatic: bool = False,
) -> bytes:
    acting = author.acting
    fields = [("Content-class", "urn:content-classes:calendarmessage"), ("Thread-Topic", _topic(event.subject))]
    if is_automatic:
        # RFC 3834 section 5: no automatic reply answers an automatic one.
        fields.append(("Auto-Submitted", "auto-replied"))
    return render(
        Rendering(
            subject=subject,
            date=now,
            text=_told(event, text),
            sender=(author.person.name, author.person.address),
            recipients=tuple(to),
            acting=None if acting is None else (acting.name, acting.address),
            message_id=message_id(author.person.address.rpartition("@")[2]),
            html=event.body_html if ical.method == Method.REQUEST else "",
            alternative=("calendar", write(ical), {"charset": "UTF-8", "method": ical.method}),
            fields=tuple(fields),
        ),
        files,
    )


def _topic(subject: str) -> str:
    return " ".join(subject.split())[:200] or "Meeting"


def _told(event: Event, text: str) -> str:
    """When and where, for people whose client shows nothing else."""
    start, end = event.local_start, event.local_end
    if event.is_all_day:
        last = end - timedelta(days=1)
        when = f"{start:%Y-%m-%d}" if last.date() <= start.date() else f"{start:%Y-%m-%d} to {last:%Y-%m-%d}"
    else:
        when = (
            f"{start:%Y-%m-%d %H:%M} to {end:%H:%M}"
            if start.date() == end.date()
            else (f"{start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}")
        )
        when += f" ({event.time_zone})"
    lines = [f"When: {when}"]
    if event.location:
        lines.append(f"Where: {event.location}")
    return "\n".join([*lines, "", text])
