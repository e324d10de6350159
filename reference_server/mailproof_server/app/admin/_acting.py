"""The operator acting for somebody: in whose name, with what given as JSON, and until what follows from it is done."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click
import msgspec

from mailproof_server.app.admin.operator import account_of
from mailproof_server.model.account import Principal
from mailproof_server.model.errors import Invalid
from mailproof_server.model.event import Event
from mailproof_server.model.folder import FolderKind
from mailproof_server.model.ids import AccountId, FolderId
from mailproof_server.services.bundle import Services
from mailproof_server.services.posting import is_posted
from mailproof_server.wire.ical.zones import known_zone

_MOMENTS = ("starts_at", "ends_at", "original_start")
actor_option = click.option(
    "--as", "actor", metavar="ADDRESS", help="Who acts, with the rights of that user.  [default: the calendar's owner]"
)


async def principal_of(services: Services, address: str) -> Principal:
    """Raises NotFound; Invalid for a group."""
    entry = await services.directory.entry_by_address(address)
    return Principal(entry.id, entry.address, account_of(entry), entry.display_name)


async def folder_of(services: Services, owner: AccountId, path: str, kind: FolderKind) -> FolderId:
    """The account's folder of that path. Raises Invalid for one that is not there or of another kind."""
    folder = await services.store.read(lambda view: view.folder_by_path(owner, path))
    if folder is None or folder.kind is not kind:
        raise Invalid(f"{path} is no folder of {kind}")
    return folder.id


async def settle(services: Services) -> None:
    """Deliver what the server has made, and what follows from that, before the command ends.

    A server on the same store would do so as well, in its own time: whoever is first takes an entry.
    """
    while True:
        now = services.clock.now()
        due = await services.store.read(lambda view: view.queue_due(now))  # noqa: B023 -- read before the next turn
        posted = [each for each in due if is_posted(each)]
        if not posted:
            return
        for each in posted:
            await services.delivery.deliver_posted(each)


def moment(text: str, zone: str) -> datetime:
    """An instant; without an offset the local time of `zone`. Raises Invalid."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid(f"{text[:60]!r} is no moment: write 2026-03-09T10:00, with an offset or without") from error
    return (at if at.tzinfo is not None else at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def edit_of(given: Any) -> Callable[[Event | None], Event]:
    """What a JSON object makes of an event: the fields that it names, in the model's words.

    Moments without an offset are local to `time_zone`; attendees may be bare addresses, and a recurrence a bare RRULE.
    The edit raises Invalid, naming the field.
    """

    def edit(before: Event | None) -> Event:
        if not isinstance(given, Mapping):
            raise Invalid("An event is a JSON object")
        unknown = set(given) - set(Event.__struct_fields__)
        if unknown:
            raise Invalid(f"An event has no field {min(unknown)!r}")
        facts: dict[str, Any] = {} if before is None else before.properties()
        facts |= given
        zone = str(facts.get("time_zone", "UTC"))
        if known_zone(zone) is None:
            raise Invalid(f"Unknown time zone: {zone[:100]}")
        facts["time_zone"] = zone = str(known_zone(zone))
        for name in _MOMENTS:
            if facts.get(name) is not None:
                facts[name] = moment(str(facts[name]), zone).isoformat()
        if isinstance(facts.get("recurrence"), str):
            facts["recurrence"] = {"rule": facts["recurrence"]}
        attendees = facts.get("attendees", ())
        if isinstance(attendees, list | tuple):
            facts["attendees"] = [{"address": each} if isinstance(each, str) else each for each in attendees]
        try:
            return msgspec.convert(facts, Event)
        except msgspec.ValidationError as error:
            raise Invalid(f"Event: {error}") from error

    return edit
