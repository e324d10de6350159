"""Events as iCalendar says them, and back (RFC 5545; the table of MS-OXCICAL)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec

from mailproof_server.model.errors import Invalid
from mailproof_server.model.event import (
    Attendee,
    AttendeeRole,
    BusyStatus,
    Event,
    Importance,
    Person,
    Recurrence,
    Response,
    Sensitivity,
)
from mailproof_server.wire.ical.values import Component, Party, When

_BUSY = {
    BusyStatus.FREE: "FREE",
    BusyStatus.TENTATIVE: "TENTATIVE",
    BusyStatus.BUSY: "BUSY",
    BusyStatus.OUT_OF_OFFICE: "OOF",
    BusyStatus.WORKING_ELSEWHERE: "WORKINGELSEWHERE",
}
_BUSY_BACK = {text: status for status, text in _BUSY.items()}
_TRANSPARENT = frozenset({BusyStatus.FREE, BusyStatus.WORKING_ELSEWHERE})
_CLASS = {
    Sensitivity.NORMAL: "PUBLIC",
    Sensitivity.PERSONAL: "X-PERSONAL",
    Sensitivity.PRIVATE: "PRIVATE",
    Sensitivity.CONFIDENTIAL: "CONFIDENTIAL",
}
_CLASS_BACK = {text: sensitivity for sensitivity, text in _CLASS.items()}
_PRIORITY = {Importance.HIGH: 1, Importance.NORMAL: 5, Importance.LOW: 9}
PARTSTAT = {
    Response.NONE: "NEEDS-ACTION",
    Response.TENTATIVE: "TENTATIVE",
    Response.ACCEPTED: "ACCEPTED",
    Response.DECLINED: "DECLINED",
    Response.ORGANIZER: "ACCEPTED",
}
_PARTSTAT_BACK = {
    "ACCEPTED": Response.ACCEPTED,
    "DECLINED": Response.DECLINED,
    "TENTATIVE": Response.TENTATIVE,
    # Who has delegated does not come; the delegate is an attendee of its own.
    "DELEGATED": Response.DECLINED,
}
_ROLE = {
    AttendeeRole.REQUIRED: ("REQ-PARTICIPANT", "INDIVIDUAL"),
    AttendeeRole.OPTIONAL: ("OPT-PARTICIPANT", "INDIVIDUAL"),
    AttendeeRole.RESOURCE: ("NON-PARTICIPANT", "RESOURCE"),
}


def components(event: Event) -> tuple[Component, ...]:
    """The master, then its exceptions; for a single event one component."""
    master = _component(event, event)
    if event.original_start is not None:
        master = _at(master, event.original_start, event)
    exceptions = (
        _at(_component(each, event), each.original_start, event)
        for each in event.exceptions
        if each.original_start is not None
    )
    return (master, *exceptions)


def event_of(parts: Sequence[Component], zone: str = "UTC") -> Event:
    """Of the components of one UID: the series with its exceptions, or a single occurrence without its series.

    `zone`: of floating times. Raises Invalid, naming the property, for what can be no event.
    """
    masters = [each for each in parts if each.recurrence_id is None]
    others = [each for each in parts if each.recurrence_id is not None]
    if len(masters) > 1:
        raise Invalid("iCalendar: two events have the same UID")
    if any(each.is_this_and_future for each in others):
        raise Invalid("RECURRENCE-ID: RANGE=THISANDFUTURE is not supported")
    if not masters:
        if len(others) != 1:
            raise Invalid("iCalendar: several occurrences without their series")
        return _event(others[0], zone)
    master = _event(masters[0], zone)
    if not others:
        return master
    if master.recurrence is None:
        raise Invalid("RECURRENCE-ID: the event does not repeat")
    made: dict[datetime | None, Event] = {}
    cancelled = list(master.deleted)
    for each in others:
        exception = _event(each, master.time_zone)
        if exception.is_cancelled and exception.original_start is not None:
            cancelled.append(exception.original_start)
        else:
            made[exception.original_start] = exception
    exceptions = sorted(made.values(), key=lambda each: (each.original_start is None, each.original_start))
    return msgspec.structs.replace(master, exceptions=tuple(exceptions), deleted=tuple(sorted(set(cancelled))))


def attendee_of(party: Party) -> Attendee:
    role = AttendeeRole.REQUIRED
    if party.kind in ("RESOURCE", "ROOM"):
        role = AttendeeRole.RESOURCE
    elif party.role in ("OPT-PARTICIPANT", "NON-PARTICIPANT"):
        role = AttendeeRole.OPTIONAL
    return Attendee(
        address=party.address,
        name=party.name,
        role=role,
        is_group=party.kind == "GROUP",
        response=response_of(party),
    )


def response_of(party: Party) -> Response:
    return _PARTSTAT_BACK.get(party.status, Response.NONE)


def party_of(attendee: Attendee, *, rsvp: bool = True) -> Party:
    role, kind = _ROLE[attendee.role]
    return Party(
        attendee.address,
        attendee.name,
        role,
        PARTSTAT[attendee.response],
        "GROUP" if attendee.is_group else kind,
        rsvp=rsvp and attendee.response is Response.NONE,
    )


def organizer_party(person: Person) -> Party:
    return Party(person.address, person.name, sent_by=person.sent_by)


def _component(event: Event, series: Event) -> Component:
    start = When.of(event.starts_at, event.time_zone, is_date=event.is_all_day)
    end = When.of(event.ends_at, event.time_zone, is_date=event.is_all_day)
    recurrence = event.recurrence
    return Component(
        uid=series.uid,
        sequence=max(event.sequence, series.sequence),
        stamp=event.stamped_at or series.stamped_at or event.changed_at or series.changed_at or event.starts_at,
        start=start,
        end=end,
        rule=recurrence.rule if recurrence is not None else "",
        extra=tuple(_when(each, event) for each in recurrence.extra) if recurrence is not None else (),
        excluded=tuple(_when(each, event) for each in event.deleted),
        summary=event.subject,
        location=event.location,
        description=event.body,
        html=event.body_html,
        status="CANCELLED" if event.is_cancelled else "CONFIRMED",
        transparency="TRANSPARENT" if event.busy_status in _TRANSPARENT else "OPAQUE",
        classification=_CLASS[event.sensitivity],
        priority=_PRIORITY[event.importance],
        categories=event.categories,
        organizer=None if event.organizer is None else organizer_party(event.organizer),
        attendees=tuple(party_of(each, rsvp=event.response_requested) for each in event.attendees),
        reminder_minutes=event.reminder_minutes,
        busy=_BUSY[event.busy_status],
        intended=_BUSY[event.intended_status],
        url=event.online_link,
        is_counter_disallowed=not event.allows_proposals,
    )


def _when(moment: datetime, event: Event) -> When:
    return When.of(moment, event.time_zone, is_date=event.is_all_day)


def _at(component: Component, original_start: datetime, series: Event) -> Component:
    return replace(component, recurrence_id=_when(original_start, series))


def _event(source: Component, zone: str) -> Event:
    if source.start is None:
        raise Invalid("DTSTART: is missing")
    zone = source.start.zone or (source.end.zone if source.end is not None else "") or zone
    end = source.end or source.start
    if source.start.is_date != end.is_date:
        raise Invalid("DTEND: DTSTART and DTEND are not of the same kind")
    starts_at, ends_at = source.start.instant(zone), end.instant(zone)
    if source.start.is_date and ends_at <= starts_at:
        # Some senders name the last day itself.
        ends_at = When(source.start.local + timedelta(days=1), zone).instant()
    if ends_at < starts_at:
        raise Invalid("DTEND: before DTSTART")
    busy = _busy(source)
    repeats = bool(source.rule or source.extra)
    organizer = source.organizer
    return Event(
        uid=source.uid,
        subject=source.summary,
        starts_at=starts_at,
        ends_at=ends_at,
        time_zone=zone,
        is_all_day=source.start.is_date,
        location=source.location,
        body=source.description,
        body_html=source.html,
        busy_status=busy,
        intended_status=_BUSY_BACK.get(source.intended, busy),
        sensitivity=_CLASS_BACK.get(source.classification, Sensitivity.NORMAL),
        importance=_importance(source.priority),
        reminder_minutes=source.reminder_minutes,
        categories=source.categories,
        online_link=source.url,
        recurrence=Recurrence(rule=source.rule, extra=_moments(source.extra, zone)) if repeats else None,
        deleted=_moments(source.excluded, zone),
        original_start=None if source.recurrence_id is None else source.recurrence_id.instant(zone),
        organizer=None
        if organizer is None or not organizer.address
        else Person(address=organizer.address, name=organizer.name, sent_by=organizer.sent_by),
        attendees=tuple(attendee_of(each) for each in source.attendees if each.address),
        sequence=source.sequence,
        stamped_at=source.stamp,
        is_cancelled=source.status == "CANCELLED",
        response_requested=not source.attendees or any(each.rsvp for each in source.attendees),
        allows_proposals=not source.is_counter_disallowed,
    )


def _moments(whens: Sequence[When], zone: str) -> tuple[datetime, ...]:
    return tuple(sorted({each.instant(zone) for each in whens}))


def _busy(source: Component) -> BusyStatus:
    """Exchange's own word wins; then STATUS, then TRANSP."""
    if source.busy in _BUSY_BACK:
        return _BUSY_BACK[source.busy]
    if source.transparency == "TRANSPARENT":
        return BusyStatus.FREE
    return BusyStatus.TENTATIVE if source.status == "TENTATIVE" else BusyStatus.BUSY


def _importance(priority: int) -> Importance:
    if 1 <= priority <= 4:
        return Importance.HIGH
    return Importance.LOW if priority >= 6 else Importance.NORMAL
