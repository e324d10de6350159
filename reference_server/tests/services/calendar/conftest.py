"""People with calendars."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from mailproof_server.model.account import DirectoryEntry, Principal
from mailproof_server.model.event import Attendee, AttendeeRole, Event
from mailproof_server.model.folder import FolderRole
from mailproof_server.services.calendar.events import Shown, StoredEvent
from mailproof_server.services.content import content_of

MONDAY = datetime(2026, 3, 9, tzinfo=UTC)
WEEK = MONDAY, MONDAY + timedelta(days=7)


def attendee(who: Any, role: str = "required") -> Attendee:
    address = who if isinstance(who, str) else who.address
    return Attendee(address=address, role=AttendeeRole(role))


class Office:
    """A world with calendars, driven from plain functions."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.run = world.run
        self.calendar = world.services.calendar
        self.scheduling = self.calendar.scheduling

    def at(self, hour: float, *, day: int = 0, zone: str = "Europe/Paris") -> datetime:
        """Local time of the week that is looked at, as an instant."""
        local = datetime(2026, 3, 9, tzinfo=ZoneInfo(zone)) + timedelta(days=day, hours=hour)
        return local.astimezone(UTC)

    def event(self, hour: float = 10, hours: float = 1, *, day: int = 0, **facts: Any) -> Event:
        start = self.at(hour, day=day)
        facts.setdefault("subject", "Planning")
        facts.setdefault("time_zone", "Europe/Paris")
        return Event(starts_at=start, ends_at=start + timedelta(hours=hours), **facts)

    def folder_of(self, principal: Principal) -> Any:
        return self.world.role(principal, FolderRole.CALENDAR).id

    def meet(self, organizer: Principal, event: Event, *people: Any, **facts: Any) -> StoredEvent:
        """Create, with attendees, and let every letter arrive."""

        invited = tuple(each if isinstance(each, Attendee) else attendee(each) for each in people)
        wanted = msgspec.structs.replace(event, attendees=invited)
        stored: StoredEvent = self.run(
            self.scheduling.create(organizer, facts.pop("folder_id", self.folder_of(organizer)), wanted, **facts)
        )
        self.settle()
        return stored

    def settle(self) -> None:
        """Everything that is on its way arrives, and what follows from it."""
        while self.run(self.world.services.outbound.drain()):
            pass

    def all(self, principal: Principal) -> list[StoredEvent]:
        found: list[StoredEvent] = self.run(self.calendar.events.in_folder(principal, self.folder_of(principal)))
        return found

    def only(self, principal: Principal) -> StoredEvent:
        (found,) = self.all(principal)
        return found

    def view(self, principal: Principal, start: datetime = WEEK[0], end: datetime = WEEK[1]) -> list[Shown]:
        found: list[Shown] = self.run(self.calendar.events.view(principal, self.folder_of(principal), start, end))
        return found

    def room(self, name: str = "room", **facts: Any) -> Principal:
        entry: DirectoryEntry = self.run(
            self.world.services.directory.create_resource(
                f"{name}@example.test", kind="room", display_name=name.title()
            )
        )
        if facts:
            self.run(self.world.services.resources.set_options(entry.id, **facts))
        principal: Principal = self.world.principal(entry)
        return principal

    def subjects(self, principal: Principal, role: FolderRole = FolderRole.INBOX) -> list[str]:
        folder = self.world.role(principal, role)
        messages = self.world.services.messages
        uids = self.run(messages.uids(principal, folder.id))
        data = [self.run(messages.data(principal, folder.id, uid)) for uid in uids]
        return [subject_of(each) for each in data]

    def answers(self, principal: Principal) -> dict[str, str]:
        """Of the only event: attendees and what they said."""
        return {each.address: each.response.value for each in self.only(principal).value.attendees}


def subject_of(data: bytes) -> str:
    return content_of(data).subject


@pytest.fixture
def office(world: Any) -> Office:
    return Office(world)


@pytest.fixture
def ann(world: Any) -> Principal:
    principal: Principal = world.user("ann", display_name="Ann Able")
    return principal


@pytest.fixture
def bob(world: Any) -> Principal:
    principal: Principal = world.user("bob", display_name="Bob Bold")
    return principal


@pytest.fixture
def cem(world: Any) -> Principal:
    principal: Principal = world.user("cem", display_name="Cem Calm")
    return principal
