"""When people and rooms are busy, as far as the asker may know (FEATURES CAL-09, CAL-11; MS-OXWAVLS).

Free/busy rights act here and nowhere else: times alone, or subject and location as well. Details of private events are
for those only who may read the calendar (FEATURES FOLD-09).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailproof_server.model.account import DirectoryEntry, Principal, PrincipalKind
from mailproof_server.model.errors import Invalid, NotFound, Refusal, TooMany
from mailproof_server.model.event import BusyStatus, Event, Meeting, Response
from mailproof_server.model.folder import Folder, FolderRole
from mailproof_server.model.permission import FreeBusyDetail, Right, free_busy_detail
from mailproof_server.services.calendar.events import Events, Shown
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.services.permissions import rights_of
from mailproof_server.services.resolution import resolve
from mailproof_server.store.base import Store, View

NO_DATA = "4"
_DIGITS = {
    BusyStatus.FREE: "0",
    BusyStatus.WORKING_ELSEWHERE: "4",
    BusyStatus.TENTATIVE: "1",
    BusyStatus.BUSY: "2",
    BusyStatus.OUT_OF_OFFICE: "3",
}
_RANK = tuple(_DIGITS)
"""The later one wins within a slot. That of working elsewhere is documented nowhere; it keeps nobody from coming."""
INTERVALS_MINUTES = range(5, 1441)


@dataclass(frozen=True, slots=True)
class BusyTime:
    """One event as it is told."""

    starts_at: datetime
    ends_at: datetime
    status: BusyStatus
    is_meeting: bool
    is_recurring: bool
    is_exception: bool
    has_reminder: bool
    is_private: bool
    subject: str = ""
    """This and the next only with details, and never of a private event."""
    location: str = ""
    uid: str = ""


@dataclass(frozen=True, slots=True)
class Availability:
    """Of one user, resource or group."""

    address: str
    detail: FreeBusyDetail
    merged: str
    """A digit for each interval from the window's start: 0 free, 1 tentative, 2 busy, 3 out of office, 4 working
    elsewhere; all 4 where nothing may be told (MergedFreeBusy)."""
    times: tuple[BusyTime, ...] = ()
    """By start; of groups none."""


class FreeBusy:
    """Looking up; one who cannot be looked up fails alone."""

    def __init__(self, store: Store, events: Events, limits: ServiceLimits) -> None:
        self._store = store
        self._events = events
        self._limits = limits

    async def query(
        self,
        principal: Principal,
        addresses: Sequence[str],
        start: datetime,
        end: datetime,
        *,
        interval_minutes: int = 30,
    ) -> list[Availability | Refusal]:
        """In the order of the addresses; NotFound for unknown ones, TooMany for a group beyond the limit.

        Raises Invalid for a window that is empty or too long, or an interval that is none; TooMany addresses.
        """
        limits = self._limits.calendar
        if end <= start:
            raise Invalid("The window ends before it starts")
        if end - start > timedelta(days=limits.free_busy_days):
            raise Invalid(f"At most {limits.free_busy_days} days at once")
        if interval_minutes not in INTERVALS_MINUTES:
            raise Invalid("An interval has 5 to 1440 minutes")
        if len(addresses) > limits.free_busy_targets:
            raise TooMany(f"At most {limits.free_busy_targets} at once")
        interval = timedelta(minutes=interval_minutes)

        def work(view: View) -> list[Availability | Refusal]:
            found: list[Availability | Refusal] = []
            for address in addresses:
                try:
                    found.append(self._of(view, principal, address, start, end, interval))
                except Refusal as refusal:
                    found.append(refusal)
            return found

        return await self._store.read(work, slow=len(addresses) > 1)

    # -- parts -------------------------------------------------------------------------------------------------------
    def _of(
        self, view: View, principal: Principal, address: str, start: datetime, end: datetime, interval: timedelta
    ) -> Availability:
        resolution = resolve(view, address, self._limits)
        entry = resolution.entry
        if entry is None:
            raise NotFound(f"{address} is outside the organisation")
        if entry.kind is not PrincipalKind.GROUP:
            return self._of_account(view, principal, entry, start, end, interval)
        most = self._limits.calendar.free_busy_members
        if len(resolution.accounts) > most:
            raise TooMany(f"{address} has more than {most} members")
        members = [self._of_account(view, principal, each, start, end, interval) for each in resolution.accounts]
        told = [each.merged for each in members if each.detail is not FreeBusyDetail.NONE]
        detail = FreeBusyDetail.TIME if told else FreeBusyDetail.NONE
        return Availability(entry.address, detail, _highest(told) if told else members[0].merged)

    def _of_account(
        self,
        view: View,
        principal: Principal,
        entry: DirectoryEntry,
        start: datetime,
        end: datetime,
        interval: timedelta,
    ) -> Availability:
        folder = None if entry.account_id is None else view.folder_by_role(entry.account_id, FolderRole.CALENDAR)
        slots = -((start - end) // interval)
        if folder is None:
            return Availability(entry.address, FreeBusyDetail.NONE, NO_DATA * slots)
        rights = rights_of(view, principal, folder)
        detail = free_busy_detail(rights)
        if detail is FreeBusyDetail.NONE:
            return Availability(entry.address, detail, NO_DATA * slots)
        times = self._times(view, folder, start, end, detail, reads=Right.READ_ANY in rights)
        return Availability(entry.address, detail, merged(times, start, slots, interval), times)

    def _times(
        self, view: View, folder: Folder, start: datetime, end: datetime, detail: FreeBusyDetail, *, reads: bool
    ) -> tuple[BusyTime, ...]:
        found: list[BusyTime] = []
        for shown in self._events.between(view, folder.id, start, end):
            event = shown.event
            if not event.is_cancelled and event.my_response is not Response.DECLINED:
                shows = detail is FreeBusyDetail.DETAILS and (reads or not event.is_private)
                found.append(_told(shown, event, shows=shows))
        return tuple(found)


def merged(times: Sequence[BusyTime], start: datetime, slots: int, interval: timedelta) -> str:
    """One digit for each slot: the highest status of what overlaps it by any time at all."""
    ranks = [0] * slots
    for each in times:
        rank = _RANK.index(each.status)
        first = max((each.starts_at - start) // interval, 0)
        last = min(-((start - each.ends_at) // interval), slots)
        for at in range(first, last):
            ranks[at] = max(ranks[at], rank)
    return "".join(_DIGITS[_RANK[rank]] for rank in ranks)


def _highest(merged_texts: Sequence[str]) -> str:
    rank = {digit: at for at, digit in enumerate(_DIGITS.values())}
    return "".join(max(digits, key=rank.__getitem__) for digits in zip(*merged_texts, strict=True))


def _told(shown: Shown, event: Event, *, shows: bool) -> BusyTime:
    return BusyTime(
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        status=event.busy_status,
        is_meeting=event.meeting is not Meeting.NONE,
        is_recurring=shown.stored.value.is_series,
        is_exception=shown.occurrence.exception is not None,
        has_reminder=event.reminder_minutes is not None,
        is_private=event.is_private,
        subject=event.subject if shows else "",
        location=event.location if shows else "",
        uid=event.uid if shows else "",
    )
