"""`mailproof admin calendar`: events and meetings of somebody's calendar (FEATURES OPER-01, CAL-01 to CAL-11)."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from mailproof_server.app.admin._acting import actor_option, edit_of, folder_of, moment, principal_of, settle
from mailproof_server.app.admin.operator import Noun, Operator
from mailproof_server.model.account import Principal
from mailproof_server.model.errors import Refusal
from mailproof_server.model.event import Attendee, Event, Response
from mailproof_server.model.folder import FolderKind
from mailproof_server.model.ids import FolderId, ItemId
from mailproof_server.services.bundle import Services
from mailproof_server.services.calendar.events import StoredEvent
from mailproof_server.services.calendar.imip import read_events
from mailproof_server.services.calendar.scheduling import Send

FILE = click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
_ANSWERS = {each.value: each for each in (Response.ACCEPTED, Response.TENTATIVE, Response.DECLINED)}
comment_option = click.option("--comment", default="", help="What is told with it.")
send_option = click.option("--send/--no-send", default=True, help="Whether the others are told.", show_default=True)
occurrence_option = click.option(
    "--occurrence", metavar="MOMENT", help="Of a series: the start that the rule gives it."
)
zone_option = click.option("--zone", default="UTC", show_default=True, help="Of moments without an offset.")
folder_option = click.option("--folder", default="Calendar", show_default=True, help="Path of the calendar.")


@click.group("calendar", cls=Noun)
def calendar() -> None:
    """Events and meetings. Series are named by their id, their occurrences by original start as well."""


async def _at(services: Services, owner: str, actor: str | None, folder: str) -> tuple[Principal, FolderId]:
    """Who acts, and the calendar."""
    whose = await principal_of(services, owner)
    who = whose if actor is None else await principal_of(services, actor)
    return who, await folder_of(services, whose.account_id, folder, FolderKind.CALENDAR)


def _row(stored: StoredEvent) -> dict[str, object]:
    return {"id": stored.id, "modseq": stored.modseq, **_facts(stored.value)}


def _facts(event: Event) -> dict[str, object]:
    """Every fact, defaults as well, so that whoever reads it needs no defaults of ours."""
    return {name: getattr(event, name) for name in event.__struct_fields__}


def _of_series(occurrence: str | None, zone: str) -> datetime | None:
    return None if occurrence is None else moment(occurrence, zone)


@calendar.command("create")
@click.argument("owner")
@FILE
@actor_option
@folder_option
@send_option
@click.pass_obj
def create(operator: Operator, owner: str, file: Path, actor: str | None, folder: str, send: bool) -> None:
    """Create the event of FILE (JSON) for OWNER; with attendees it is a meeting, and they are invited."""
    edit = edit_of(operator.given_document(file))

    async def work(services: Services) -> StoredEvent:
        who, folder_id = await _at(services, owner, actor, folder)
        made = await services.calendar.scheduling.create(who, folder_id, edit(None), send=send)
        await settle(services)
        return await services.calendar.events.get(who, made.id)

    operator.show_one(_row(operator.run(work)))


@calendar.command("update")
@click.argument("owner")
@click.argument("event", type=int)
@FILE
@actor_option
@click.option("--send", type=click.Choice([each.value for each in Send]), default="all", show_default=True)
@occurrence_option
@zone_option
@click.pass_obj
def update(
    operator: Operator,
    owner: str,
    event: int,
    file: Path,
    actor: str | None,
    send: str,
    occurrence: str | None,
    zone: str,
) -> None:
    """Change what FILE (JSON) names; the organiser's attendees are told as --send says."""
    edit = edit_of(operator.given_document(file))

    async def work(services: Services) -> StoredEvent:
        who = await principal_of(services, actor or owner)
        await services.calendar.scheduling.update(
            who, ItemId(event), edit, send=Send(send), occurrence=_of_series(occurrence, zone)
        )
        await settle(services)
        return await services.calendar.events.get(who, ItemId(event))

    operator.show_one(_row(operator.run(work)))


@calendar.command("cancel")
@click.argument("owner")
@click.argument("event", type=int)
@actor_option
@send_option
@comment_option
@occurrence_option
@zone_option
@click.pass_obj
def cancel(
    operator: Operator,
    owner: str,
    event: int,
    actor: str | None,
    send: bool,
    comment: str,
    occurrence: str | None,
    zone: str,
) -> None:
    """Call a meeting off, or one occurrence; an appointment is deleted."""

    async def work(services: Services) -> None:
        who = await principal_of(services, actor or owner)
        await services.calendar.scheduling.cancel(
            who, ItemId(event), send=send, comment=comment, occurrence=_of_series(occurrence, zone)
        )
        await settle(services)

    operator.run(work)
    operator.done(f"{event} is off", id=event, occurrence=occurrence)


@calendar.command("respond")
@click.argument("owner")
@click.argument("event", type=int)
@click.argument("answer", type=click.Choice(list(_ANSWERS)))
@actor_option
@send_option
@comment_option
@click.option("--propose", nargs=2, metavar="START END", help="Another time.")
@occurrence_option
@zone_option
@click.pass_obj
def respond(
    operator: Operator,
    owner: str,
    event: int,
    answer: str,
    actor: str | None,
    send: bool,
    comment: str,
    propose: tuple[str, str] | None,
    occurrence: str | None,
    zone: str,
) -> None:
    """Answer a meeting to which somebody else has invited OWNER."""

    async def work(services: Services) -> None:
        who = await principal_of(services, actor or owner)
        await services.calendar.scheduling.respond(
            who,
            ItemId(event),
            _ANSWERS[answer],
            send=send,
            comment=comment,
            occurrence=_of_series(occurrence, zone),
            proposal=None if propose is None else (moment(propose[0], zone), moment(propose[1], zone)),
        )
        await settle(services)

    operator.run(work)
    operator.done(f"{event} is {answer}", id=event, response=answer)


@calendar.command("decline-proposal")
@click.argument("owner")
@click.argument("event", type=int)
@click.argument("attendee")
@actor_option
@comment_option
@click.pass_obj
def decline_proposal(
    operator: Operator, owner: str, event: int, attendee: str, actor: str | None, comment: str
) -> None:
    """Tell ATTENDEE that the proposed other time is not taken."""

    async def work(services: Services) -> None:
        who = await principal_of(services, actor or owner)
        await services.calendar.scheduling.decline_proposal(who, ItemId(event), attendee, comment=comment)
        await settle(services)

    operator.run(work)
    operator.done(f"the proposal of {attendee} is declined", id=event, attendee=attendee)


@calendar.command("forward")
@click.argument("owner")
@click.argument("event", type=int)
@click.argument("attendees", nargs=-1, required=True)
@actor_option
@comment_option
@click.pass_obj
def forward(
    operator: Operator, owner: str, event: int, attendees: tuple[str, ...], actor: str | None, comment: str
) -> None:
    """Invite ATTENDEES as well: as the organiser, or by passing the invitation on."""

    async def work(services: Services) -> None:
        who = await principal_of(services, actor or owner)
        invited = [Attendee(address=each) for each in attendees]
        await services.calendar.scheduling.forward(who, ItemId(event), invited, comment=comment)
        await settle(services)

    operator.run(work)
    operator.done(f"{', '.join(attendees)} invited", id=event, attendees=list(attendees))


@calendar.command("delete")
@click.argument("owner")
@click.argument("event", type=int)
@actor_option
@click.option("--forever", is_flag=True, help="Past Deleted Items.")
@click.pass_obj
def delete(operator: Operator, owner: str, event: int, actor: str | None, forever: bool) -> None:
    """Delete an event and tell nobody."""

    async def work(services: Services) -> None:
        who = await principal_of(services, actor or owner)
        await services.calendar.events.delete(who, ItemId(event), forever=forever)

    operator.run(work)
    operator.done(f"{event} is deleted", id=event)


@calendar.command("list")
@click.argument("owner")
@actor_option
@folder_option
@click.pass_obj
def show_all(operator: Operator, owner: str, actor: str | None, folder: str) -> None:
    """Every event as it is kept, series not expanded."""

    async def work(services: Services) -> list[StoredEvent]:
        who, folder_id = await _at(services, owner, actor, folder)
        return await services.calendar.events.in_folder(who, folder_id)

    operator.show([_row(each) for each in operator.run(work)], "{id}  {starts_at}  {subject}")


@calendar.command("view")
@click.argument("owner")
@click.argument("start")
@click.argument("end")
@actor_option
@folder_option
@zone_option
@click.pass_obj
def view(operator: Operator, owner: str, start: str, end: str, actor: str | None, folder: str, zone: str) -> None:
    """What happens from START to END, series expanded."""

    async def work(services: Services) -> list[dict[str, object]]:
        who, folder_id = await _at(services, owner, actor, folder)
        shown = await services.calendar.events.view(who, folder_id, moment(start, zone), moment(end, zone))
        return [
            {
                "id": each.stored.id,
                "is_exception": each.occurrence.exception is not None,
                **_facts(each.event),
                "original_start": each.occurrence.original_start,
            }
            for each in shown
        ]

    operator.show(operator.run(work), "{starts_at}  {ends_at}  {subject}")


@calendar.command("free-busy")
@click.argument("asker")
@click.argument("start")
@click.argument("end")
@click.argument("targets", nargs=-1, required=True)
@click.option("--interval", default=30, show_default=True, help="Minutes of one digit.")
@zone_option
@click.pass_obj
def free_busy(
    operator: Operator, asker: str, start: str, end: str, targets: tuple[str, ...], interval: int, zone: str
) -> None:
    """What ASKER is told of TARGETS between START and END."""

    async def work(services: Services) -> list[dict[str, object]]:
        who = await principal_of(services, asker)
        found = await services.calendar.free_busy.query(
            who, targets, moment(start, zone), moment(end, zone), interval_minutes=interval
        )
        rows: list[dict[str, object]] = []
        for address, each in zip(targets, found, strict=True):
            if isinstance(each, Refusal):
                rows.append(
                    {"address": address, "merged": "", "detail": "", "times": [], "refusal": type(each).__name__}
                )
            else:
                told = replace(each, address=address)
                rows.append({name: getattr(told, name) for name in ("address", "merged", "detail", "times")})
        return rows

    operator.show(operator.run(work), "{address}  {merged}")


@calendar.command("import")
@click.argument("owner")
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@actor_option
@folder_option
@zone_option
@click.pass_obj
def import_file(operator: Operator, owner: str, file: Path, actor: str | None, folder: str, zone: str) -> None:
    """Take the events of an iCalendar FILE over; nobody is told."""
    data = file.read_bytes()

    async def work(services: Services) -> list[ItemId]:
        who, folder_id = await _at(services, owner, actor, folder)
        events = read_events(data, services.limits.calendar, zone)
        return [(await services.calendar.events.create(who, folder_id, each)).id for each in events]

    ids = operator.run(work)
    operator.done(f"{len(ids)} events", ids=ids)
