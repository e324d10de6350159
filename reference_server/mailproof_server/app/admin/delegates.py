"""`mailproof admin delegates`: delegates of a user, as Outlook sets them up (FEATURES DELE-01, DELE-06)."""

import click

from mailproof_server.app.admin.operator import Noun, Operator, account_of
from mailproof_server.model.folder import FolderRole
from mailproof_server.model.permission import Profile
from mailproof_server.services.bundle import Services
from mailproof_server.services.delegates import FOLDERS, LEVELS, DelegateChange, MeetingRequests

LEVEL = click.Choice([each.value for each in Profile if each in LEVELS], case_sensitive=False)
ROLE = click.Choice([each.value for each in FOLDERS], case_sensitive=False)
LEVEL_OPTION = click.option(
    "--level", "levels", type=(ROLE, LEVEL), multiple=True, metavar="FOLDER LEVEL", help="Rights on a folder."
)
COPIES_OPTION = click.option("--copies/--no-copies", default=None, help="Gets copies of meeting requests.")
PRIVATE_OPTION = click.option("--private/--no-private", default=None, help="Is shown private items.")


@click.group("delegates", cls=Noun)
def delegates() -> None:
    """Delegates of a user: rights on folders, copies of meeting requests, sending on behalf."""


@delegates.command("list")
@click.argument("owner")
@click.pass_obj
def show_all(operator: Operator, owner: str) -> None:
    """Who is a delegate of OWNER."""

    async def work(services: Services) -> list[dict[str, object]]:
        account_id = account_of(await services.directory.entry_by_address(owner))
        return [
            {
                "delegate": each.entry.address,
                "levels": {role.value: level.value for role, level in each.levels.items()},
                "receives_copies": each.receives_copies,
                "views_private": each.views_private,
            }
            for each in await services.delegates.of(None, account_id)
        ]

    operator.show(operator.run(work), "{delegate}  {levels}")


def _change(levels: tuple[tuple[str, str], ...], copies: bool | None, private: bool | None) -> DelegateChange:
    by_name = {each.value.lower(): each for each in LEVELS}
    return DelegateChange({FolderRole(role.lower()): by_name[level.lower()] for role, level in levels}, copies, private)


@delegates.command("add")
@click.argument("owner")
@click.argument("delegate")
@LEVEL_OPTION
@COPIES_OPTION
@PRIVATE_OPTION
@click.pass_obj
def add(
    operator: Operator,
    owner: str,
    delegate: str,
    levels: tuple[tuple[str, str], ...],
    copies: bool | None,
    private: bool | None,
) -> None:
    """Make DELEGATE one; whoever is a delegate may send on OWNER's behalf."""

    async def work(services: Services) -> None:
        account_id = account_of(await services.directory.entry_by_address(owner))
        other = await services.directory.entry_by_address(delegate)
        await services.delegates.add(None, account_id, other.id, _change(levels, copies, private))

    operator.run(work)
    operator.done(f"{delegate} is a delegate of {owner}", owner=owner, delegate=delegate)


@delegates.command("update")
@click.argument("owner")
@click.argument("delegate")
@LEVEL_OPTION
@COPIES_OPTION
@PRIVATE_OPTION
@click.pass_obj
def update(
    operator: Operator,
    owner: str,
    delegate: str,
    levels: tuple[tuple[str, str], ...],
    copies: bool | None,
    private: bool | None,
) -> None:
    """Change what is named; the rest stays."""

    async def work(services: Services) -> None:
        account_id = account_of(await services.directory.entry_by_address(owner))
        other = await services.directory.entry_by_address(delegate)
        await services.delegates.update(None, account_id, other.id, _change(levels, copies, private))

    operator.run(work)
    operator.done(f"{delegate} is changed", owner=owner, delegate=delegate)


@delegates.command("remove")
@click.argument("owner")
@click.argument("delegate")
@click.pass_obj
def remove(operator: Operator, owner: str, delegate: str) -> None:
    """With the rights on the folders that delegates have."""

    async def work(services: Services) -> None:
        account_id = account_of(await services.directory.entry_by_address(owner))
        other = await services.directory.entry_by_address(delegate)
        await services.delegates.remove(None, account_id, other.id)

    operator.run(work)
    operator.done(f"{delegate} is no delegate of {owner}", owner=owner, delegate=delegate)


@delegates.command("meeting-requests")
@click.argument("owner")
@click.argument("wanted", required=False, type=click.Choice([each.value for each in MeetingRequests]))
@click.pass_obj
def meeting_requests(operator: Operator, owner: str, wanted: str | None) -> None:
    """Who gets the meeting requests for OWNER; without WANTED, show it."""

    async def work(services: Services) -> str:
        account_id = account_of(await services.directory.entry_by_address(owner))
        if wanted is not None:
            await services.delegates.set_meeting_requests(None, account_id, MeetingRequests(wanted))
        return (await services.delegates.meeting_requests(None, account_id)).value

    operator.show_one({"owner": owner, "meeting_requests": operator.run(work)})
