"""What a scheduling message does to a calendar: pure functions on events (RFC 5546, MS-OXOCAL).

Theory
------
* UID and organiser of a meeting never change. Of two requests the one with the higher SEQUENCE is newer, of two with
  the same the one with the later DTSTAMP; what is older than the calendar's copy is out of date, and ignored.
* A request changes the organiser's facts of an attendee's copy. What the owner has made of it stays: reminder,
  categories, and the answer, unless the SEQUENCE has risen: then the old answer was to another meeting.
* A reply changes one attendee's answer in the organiser's copy, and nothing else.
"""

from datetime import UTC, datetime

import msgspec

from mailproof_server.model.errors import NotFound
from mailproof_server.model.event import Attendee, AttendeeRole, BusyStatus, Event, Meeting, Response
from mailproof_server.services.calendar.events import occurrence_at, with_exception
from mailproof_server.services.calendar.limits import CalendarLimits

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
REMINDER_MINUTES = 15
"""Of a meeting that says nothing of one: the default of Outlook and WorkMail."""
ALL_DAY_REMINDER_MINUTES = 18 * 60
_OWN = ("reminder_minutes", "categories", "created_at")


def version(event: Event) -> tuple[int, datetime]:
    return event.sequence, event.stamped_at or _LONG_AGO


def received(request: Event) -> Event:
    """A new meeting in an attendee's calendar: tentative until it is answered, as Exchange keeps it."""
    intended = request.intended_status
    reminder = request.reminder_minutes
    if reminder is None:
        reminder = ALL_DAY_REMINDER_MINUTES if request.is_all_day else REMINDER_MINUTES
    return msgspec.structs.replace(
        request,
        meeting=Meeting.RECEIVED,
        intended_status=intended,
        busy_status=BusyStatus.FREE if intended is BusyStatus.FREE else BusyStatus.TENTATIVE,
        reminder_minutes=reminder,
        my_response=Response.NONE,
        was_sent=True,
        exceptions=tuple(_received_exception(each) for each in request.exceptions),
    )


def updated(known: Event, request: Event) -> Event | None:
    """The attendee's copy after a newer request; None when the request is out of date or says nothing new."""
    if version(request) <= version(known):
        return None
    after = received(request)
    own = {name: getattr(known, name) for name in _OWN}
    if request.sequence <= known.sequence:
        own |= {"my_response": known.my_response, "replied_at": known.replied_at, "busy_status": known.busy_status}
    return msgspec.structs.replace(after, original_start=known.original_start or after.original_start, **own)


def with_occurrence(series: Event, request: Event, limits: CalendarLimits) -> Event | None:
    """The attendee's copy of a series after a request for one of its occurrences; None when out of date.

    Raises NotFound when the series has no such occurrence.
    """
    original_start = request.original_start
    if original_start is None:
        raise NotFound("No occurrence is named")
    known = series.exception_at(original_start)
    if known is None:
        known = occurrence_at(series, original_start, limits)
    if version(request) <= (known.sequence, known.stamped_at or series.stamped_at or _LONG_AGO):
        return None
    after = updated(msgspec.structs.replace(known, stamped_at=None), request)
    return None if after is None else with_exception(series, after)


def cancelled(known: Event, notice: Event) -> Event | None:
    """The attendee's copy after a cancellation: kept, free, until its owner removes it. None when out of date."""
    if notice.sequence < known.sequence or known.is_cancelled:
        return None
    return msgspec.structs.replace(
        known,
        is_cancelled=True,
        busy_status=BusyStatus.FREE,
        sequence=notice.sequence,
        stamped_at=notice.stamped_at,
        reminder_minutes=None,
    )


def with_cancelled_occurrence(series: Event, notice: Event, limits: CalendarLimits) -> Event | None:
    """Raises NotFound when the series has no such occurrence."""
    original_start = notice.original_start
    if original_start is None:
        raise NotFound("No occurrence is named")
    after = cancelled(occurrence_at(series, original_start, limits), notice)
    return None if after is None else with_exception(series, after)


def answered(
    organised: Event, who: frozenset[str], answer: Attendee, sequence: int, stamped_at: datetime | None
) -> Event | None:
    """The organiser's copy after a reply of an attendee, of whom `who` are the addresses in lower case.

    A replier who was not invited is shown as an optional attendee: a member of an invited group, or somebody to whom
    the invitation was passed on. None when the reply is to an older request than the newest one, or older than the
    reply that is known.
    """
    if sequence < organised.sequence:
        return None
    known = organised.attendee(who)
    if known is None:
        known = Attendee(address=answer.address, name=answer.name, role=AttendeeRole.OPTIONAL)
        attendees = (*organised.attendees, known)
    else:
        attendees = organised.attendees
    if known.replied_at is not None and stamped_at is not None and stamped_at < known.replied_at:
        return None
    after = msgspec.structs.replace(
        known,
        response=answer.response,
        replied_at=stamped_at,
        comment=answer.comment,
        proposed_start=answer.proposed_start,
        proposed_end=answer.proposed_end,
        replied_sequence=sequence,
    )
    return msgspec.structs.replace(organised, attendees=tuple(after if each is known else each for each in attendees))


def is_significant(before: Event, after: Event) -> bool:
    """Whether attendees must answer anew: time, place or pattern is another."""
    names = ("starts_at", "ends_at", "time_zone", "is_all_day", "recurrence", "location", "deleted")
    return any(getattr(before, name) != getattr(after, name) for name in names)


def unanswered(event: Event) -> Event:
    """With every attendee's answer forgotten: it was to another meeting."""
    fresh = tuple(
        msgspec.structs.replace(
            each, response=Response.NONE, replied_at=None, comment="", proposed_start=None, proposed_end=None
        )
        for each in event.attendees
    )
    return msgspec.structs.replace(event, attendees=fresh)


def responded(event: Event, response: Response, now: datetime) -> Event:
    """The attendee's copy after its owner has answered."""
    busy = event.intended_status if response is Response.ACCEPTED else BusyStatus.TENTATIVE
    if response is Response.DECLINED or event.intended_status is BusyStatus.FREE:
        busy = BusyStatus.FREE
    return msgspec.structs.replace(event, my_response=response, replied_at=now, busy_status=busy)


def _received_exception(event: Event) -> Event:
    return msgspec.structs.replace(received(event), reminder_minutes=event.reminder_minutes)
