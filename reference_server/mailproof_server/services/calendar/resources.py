"""Rooms and equipment answer booking requests (WorkMail's BookingOptions, FEATURES CAL-10).

Everything happens in the transaction that stores the request, and the writer takes one at a time: of two requests for
the same hour exactly one finds the room free.
"""

from datetime import datetime, timedelta

from mailproof_server.model.account import DirectoryEntry
from mailproof_server.model.event import BusyStatus, Event, Response, comparable_uid
from mailproof_server.model.ids import FolderId
from mailproof_server.services.calendar.events import Events
from mailproof_server.services.calendar.recurrence import Occurrence, Series, occurrences
from mailproof_server.services.directory import RESOURCE_KIND
from mailproof_server.services.resources import BookingOptions
from mailproof_server.store.base import View

DECLINED_RECURRING = "The resource does not accept recurring meetings."
DECLINED_CONFLICT = "The resource is already booked for that time."
TOO_LONG = timedelta(days=366)


def decide(
    view: View, events: Events, folder_id: FolderId, request: Event, options: BookingOptions, now: datetime
) -> tuple[Response | None, str]:
    """The resource's answer and its reason; None: its delegates decide."""
    if options.decline_recurring and (request.is_series or request.original_start is not None):
        return Response.DECLINED, DECLINED_RECURRING
    if options.decline_conflicts and is_taken(view, events, folder_id, request, now):
        return Response.DECLINED, DECLINED_CONFLICT
    return (Response.ACCEPTED, "") if options.auto_accept else (None, "")


def is_taken(view: View, events: Events, folder_id: FolderId, request: Event, now: datetime) -> bool:
    """Whether anything else is in the calendar at any of the request's times; touching ends do not conflict."""
    horizon = max(now, request.starts_at) + timedelta(days=events.limits.booking_days)
    wanted = _times(request, events, horizon)
    if not wanted:
        return False
    start, end = min(each.starts_at for each in wanted), max(each.ends_at for each in wanted)
    uid = comparable_uid(request.uid)
    taken = sorted(
        (shown.occurrence.starts_at, shown.occurrence.ends_at)
        for shown in events.between(view, folder_id, start, end)
        if comparable_uid(shown.stored.value.uid) != uid and counts(shown.event)
    )
    return _any_overlap(sorted((each.starts_at, each.ends_at) for each in wanted), taken)


def counts(event: Event) -> bool:
    """Whether an event takes its owner's time."""
    return (
        not event.is_cancelled
        and event.my_response is not Response.DECLINED
        and event.busy_status is not BusyStatus.FREE
    )


def calendar_user_kind(entry: DirectoryEntry) -> str:
    """CUTYPE of a resource in its replies."""
    return "ROOM" if entry.attributes.get(RESOURCE_KIND) == "room" else "RESOURCE"


def _times(request: Event, events: Events, horizon: datetime) -> list[Occurrence]:
    if request.is_series:
        return Series(request, events.limits).between(request.starts_at - TOO_LONG, horizon)
    return occurrences(
        request, request.starts_at, max(request.ends_at, request.starts_at + timedelta(1)), events.limits
    )


def _any_overlap(some: list[tuple[datetime, datetime]], others: list[tuple[datetime, datetime]]) -> bool:
    """Of two lists by start: walked once, side by side. `others` may overlap one another."""
    at = 0
    latest_end: datetime | None = None
    for start, end in some:
        while at < len(others) and others[at][0] < end:
            latest_end = others[at][1] if latest_end is None else max(latest_end, others[at][1])
            at += 1
        if latest_end is not None and latest_end > start:
            return True
    return False
