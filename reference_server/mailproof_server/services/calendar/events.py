"""Events of calendars: creating, changing, deleting, viewing (FEATURES CAL-01, CAL-07, CAL-08).

Nothing is sent from here: changes of meetings go through `scheduling`. Private events are shown to whoever may read the
calendar (FEATURES FOLD-09); free/busy rights open no calendar (CAL-09), they act in `free_busy` alone.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from mailproof_server.model.account import Principal
from mailproof_server.model.attachment import AttachedFile, Attachment
from mailproof_server.model.clock import Clock
from mailproof_server.model.errors import FolderNotFound, Invalid, NotFound, TooMany
from mailproof_server.model.event import (
    FIRST_MOMENT,
    LAST_MOMENT,
    Event,
    EventKey,
    comparable_uid,
    event_of,
    exception_fields,
)
from mailproof_server.model.folder import FolderKind, FolderRole
from mailproof_server.model.ids import AccountId, FolderId
from mailproof_server.model.item import ItemKind
from mailproof_server.model.permission import Right
from mailproof_server.services.calendar.ical_events import components
from mailproof_server.services.calendar.limits import CalendarLimits
from mailproof_server.services.calendar.recurrence import Expander, Occurrence, Series, event_key, occurrences
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.services.permissions import folder_for
from mailproof_server.services.quota import Quota
from mailproof_server.services.rendering import Rendering, described, render
from mailproof_server.services.typed_items import Stored, TypedItems
from mailproof_server.store.base import Store, View
from mailproof_server.wire.ical.values import Ical
from mailproof_server.wire.ical.writing import write
from mailproof_server.wire.ical.zones import known_zone

StoredEvent = Stored[Event]


@dataclass(frozen=True, slots=True)
class Shown:
    """One occurrence in a calendar view."""

    stored: StoredEvent
    occurrence: Occurrence

    @property
    def event(self) -> Event:
        """As it happens then: the exception where there is one, else the series with that occurrence's times."""
        return effective(self.stored.value, self.occurrence)


class Events(TypedItems[Event]):
    """Every method takes who acts; the folder or the item tells whose calendar it is."""

    kind = ItemKind.EVENT
    tag = "event"
    folder_kind = FolderKind.CALENDAR
    noun = "event"

    def __init__(self, store: Store, clock: Clock, limits: ServiceLimits, quota: Quota) -> None:
        super().__init__(store, clock, limits, quota)
        self.limits: CalendarLimits = limits.calendar
        self.expander = Expander(self.limits)

    # -- viewing -----------------------------------------------------------------------------------------------------
    async def view(self, principal: Principal, folder_id: FolderId, start: datetime, end: datetime) -> list[Shown]:
        """What overlaps the half-open window, series expanded, by start.

        Raises FolderNotFound, PermissionDenied (READ_ANY); Invalid for a window that is too long or ends before it
        starts; TooMany occurrences.
        """
        if end < start:
            raise Invalid("A calendar view ends before it starts")
        if end - start > timedelta(days=self.limits.view_days):
            raise Invalid(f"A calendar view shows at most {self.limits.view_days} days")

        def work(view: View) -> list[Shown]:
            folder_for(view, principal, folder_id, Right.READ_ANY)
            return self.between(view, folder_id, start, end)

        return await self._store.read(work)

    async def calendar_of(self, owner: AccountId) -> FolderId:
        """The account's own calendar. Raises FolderNotFound."""

        def work(view: View) -> FolderId:
            folder = view.folder_by_role(owner, FolderRole.CALENDAR)
            if folder is None:
                raise FolderNotFound("No calendar")
            return folder.id

        return await self._store.read(work)

    async def by_uid(self, principal: Principal, owner: AccountId, uid: str) -> list[StoredEvent]:
        """Those of the account that the principal may read: the series first, then single occurrences of it."""

        def work(view: View) -> list[StoredEvent]:
            found: list[StoredEvent] = []
            for each in self.with_uid(view, owner, uid):
                folder_for(view, principal, each.folder_id, Right.READ_ANY)
                found.append(each)
            return found

        return await self._store.read(work)

    # -- within a transaction ----------------------------------------------------------------------------------------
    def between(self, view: View, folder_id: FolderId, start: datetime, end: datetime) -> list[Shown]:
        """The same without asking for rights."""
        folder = view.folder(folder_id)
        found: list[Shown] = []
        for item_id in view.events_between(folder_id, start, end) if folder is not None else ():
            row = view.item(item_id)
            if row is None or folder is None:
                continue
            series = self.expander.kept(item_id, row.modseq)
            if series is None:
                stored = self.stored(view, folder, row)
                if stored is None:
                    continue
                series = self.expander.keep(item_id, row.modseq, stored.value)
            else:
                stored = Stored(row.id, row.folder_id, folder.account_id, row.modseq, row, series.event)
            happens = series.between(start, end) if series.event.is_series else None
            if happens is None:
                happens = occurrences(series.event, start, end, self.limits)
            found += [Shown(stored, each) for each in happens]
            if len(found) > self.limits.view_occurrences:
                raise TooMany(f"More than {self.limits.view_occurrences} occurrences")
        found.sort(key=lambda each: each.occurrence[:2])
        return found

    def with_uid(self, view: View, owner: AccountId, uid: str) -> list[StoredEvent]:
        """In calendars, not in Deleted Items: the series (or single event) first, then lone occurrences by start."""
        found: list[StoredEvent] = []
        for item_id in view.events_by_uid(owner, comparable_uid(uid)) if uid else ():
            row = view.item(item_id)
            folder = None if row is None else view.folder(row.folder_id)
            if row is not None and folder is not None and folder.kind is FolderKind.CALENDAR:
                stored = self.stored(view, folder, row)
                if stored is not None:
                    found.append(stored)
        return sorted(found, key=lambda each: (each.value.original_start is not None, each.value.original_start or 0))

    # -- what a kind of items is -------------------------------------------------------------------------------------
    def decode(self, properties: Mapping[str, object]) -> Event:
        return event_of(properties)

    def encode(self, value: Event) -> dict[str, object]:
        return value.properties()

    def key(self, value: Event) -> EventKey:
        return event_key(value, self.limits)

    def attachments_of(self, value: Event) -> tuple[Attachment, ...]:
        return value.attachments

    def with_files(self, value: Event, files: Sequence[AttachedFile]) -> Event:
        return msgspec.structs.replace(value, attachments=described(files))

    def checked(self, value: Event, before: Event | None) -> Event:
        now = self._clock.now().replace(microsecond=0)
        value = inherited(before, value)
        self._check(value)
        return msgspec.structs.replace(
            value,
            uid=value.uid or new_uid(),
            starts_at=value.starts_at.replace(microsecond=0),
            ends_at=value.ends_at.replace(microsecond=0),
            deleted=tuple(sorted(set(value.deleted))),
            created_at=value.created_at or now,
            changed_at=now,
        )

    def render(self, value: Event, files: Sequence[AttachedFile]) -> bytes:
        organizer = value.organizer
        return render(
            Rendering(
                subject=value.subject,
                date=value.changed_at or self._clock.now(),
                text=value.body,
                sender=None if organizer is None else (organizer.name, organizer.address),
                recipients=tuple((each.name, each.address) for each in value.attendees[:100]),
                alternative=("calendar", write(Ical(components(value))), {"charset": "utf-8", "component": "VEVENT"}),
                fields=(("X-Uniform-Type-Identifier", "com.apple.mail-event"),),
            ),
            files,
        )

    # -- parts -------------------------------------------------------------------------------------------------------
    def _check(self, event: Event) -> None:
        limits = self.limits
        if known_zone(event.time_zone) != event.time_zone:
            raise Invalid(f"Unknown time zone: {event.time_zone[:100]}")
        for moment in (event.starts_at, event.ends_at):
            if moment.tzinfo is None or not FIRST_MOMENT <= moment <= LAST_MOMENT:
                raise Invalid("An event happens between the years 1601 and 4500")
        if event.ends_at < event.starts_at:
            raise Invalid("An event ends before it starts")
        if event.is_all_day and not _is_whole_days(event):
            raise Invalid(f"An all-day event starts and ends at midnight in its zone ({event.time_zone})")
        for name, text, most in (
            ("subject", event.subject, limits.subject_characters),
            ("location", event.location, limits.subject_characters),
            ("UID", event.uid, limits.uid_characters),
            ("body", event.body, limits.text_characters),
            ("body", event.body_html, limits.text_characters),
        ):
            if len(text) > most:
                raise Invalid(f"The {name} has more than {most} characters")
        if event.reminder_minutes is not None and not 0 <= event.reminder_minutes <= limits.reminder_minutes:
            raise Invalid(f"A reminder comes 0 to {limits.reminder_minutes} minutes before the start")
        for name, count, most in (
            ("attendees", len(event.attendees), limits.attendees),
            ("categories", len(event.categories), limits.categories),
            ("exceptions", len(event.exceptions), limits.series_exceptions),
            ("deleted occurrences", len(event.deleted), limits.series_occurrences),
        ):
            if count > most:
                raise TooMany(f"More than {most} {name}")
        if event.recurrence is not None:
            self._check_series(event)
        elif event.exceptions or event.deleted:
            raise Invalid("An event that does not repeat has no exceptions")

    def _check_series(self, event: Event) -> None:
        if event.recurrence is not None and len(event.recurrence.extra) > self.limits.series_extra_starts:
            raise TooMany(f"RDATE: more than {self.limits.series_extra_starts}")
        series = Series(event, self.limits)
        seen: set[datetime | None] = set()
        for each in event.exceptions:
            if each.original_start is None or each.original_start in seen:
                raise Invalid("An exception names the start that it replaces, once")
            seen.add(each.original_start)
            if each.recurrence is not None or each.exceptions:
                raise Invalid("An exception does not repeat")
            if not series.has(each.original_start):
                raise Invalid(f"The series has no occurrence at {each.original_start.isoformat()}")
            self._check(each)


def new_uid() -> str:
    """For an event that has none."""
    return secrets.token_hex(16).upper()


def effective(event: Event, occurrence: Occurrence) -> Event:
    """The event of one occurrence, by itself."""
    if occurrence.original_start is None or not event.is_series:
        return event
    if occurrence.exception is not None:
        return msgspec.structs.replace(occurrence.exception, uid=event.uid)
    return msgspec.structs.replace(
        event,
        starts_at=occurrence.starts_at,
        ends_at=occurrence.ends_at,
        recurrence=None,
        exceptions=(),
        deleted=(),
        original_start=occurrence.original_start,
    )


def occurrence_at(event: Event, original_start: datetime, limits: CalendarLimits) -> Event:
    """The occurrence that starts (or started before it was moved) there. Raises NotFound, also for a deleted one."""
    exception = event.exception_at(original_start)
    if exception is not None:
        return msgspec.structs.replace(exception, uid=event.uid)
    series = Series(event, limits) if event.is_series else None
    if series is None or original_start in event.deleted or not series.has(original_start):
        raise NotFound(f"No occurrence at {original_start.isoformat()}")
    return effective(event, Occurrence(original_start, series.end_of(original_start), original_start, None))


def with_exception(event: Event, exception: Event) -> Event:
    """The series with an occurrence replaced by what it has become."""
    others = [each for each in event.exceptions if each.original_start != exception.original_start]
    made = sorted([*others, exception], key=lambda each: each.original_start or each.starts_at)
    return msgspec.structs.replace(event, exceptions=tuple(made))


def without_occurrence(event: Event, original_start: datetime) -> Event:
    """The series without one occurrence."""
    exceptions = tuple(each for each in event.exceptions if each.original_start != original_start)
    return msgspec.structs.replace(event, exceptions=exceptions, deleted=(*event.deleted, original_start))


def inherited(before: Event | None, after: Event) -> Event:
    """A series that has changed, its exceptions with it: what they had in common with it, they take over.

    A new pattern leaves no exceptions: Outlook and ActiveSync 16 drop them, since their starts mean nothing any more.
    """
    if before is None or not (after.exceptions or after.deleted):
        return after
    if before.starts_at != after.starts_at or before.recurrence != after.recurrence:
        return msgspec.structs.replace(
            after,
            exceptions=() if before.exceptions == after.exceptions else after.exceptions,
            deleted=() if before.deleted == after.deleted else after.deleted,
        )
    changed = [name for name in exception_fields() if getattr(before, name) != getattr(after, name)]
    made: list[Event] = []
    for each in after.exceptions:
        taken = {name: getattr(after, name) for name in changed if getattr(each, name) == getattr(before, name)}
        made.append(msgspec.structs.replace(each, **taken))
    return msgspec.structs.replace(after, exceptions=tuple(made))


def _is_whole_days(event: Event) -> bool:
    start, end = event.local_start, event.local_end
    return all(not (each.hour or each.minute or each.second) for each in (start, end)) and end.date() > start.date()
