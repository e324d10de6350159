"""`mailproof admin group`: distribution groups (FEATURES OPER-01)."""

import click

from mailproof_server.app.admin.operator import Noun, Operator
from mailproof_server.model.account import PrincipalKind
from mailproof_server.services.bundle import Services


@click.group("group", cls=Noun)
def group() -> None:
    """Distribution groups; groups may hold groups."""


@group.command("add")
@click.argument("address")
@click.option("--name", "display_name", default="", help="Display name.")
@click.option("--member", "members", multiple=True, metavar="ADDRESS", help="A first member (repeatable).")
@click.pass_obj
def add(operator: Operator, address: str, display_name: str, members: tuple[str, ...]) -> None:
    """Create a group."""

    async def work(services: Services) -> None:
        found = [await services.directory.entry_by_address(member) for member in members]
        entry = await services.directory.create_group(address, display_name=display_name)
        for member in found:
            await services.directory.add_member(entry.id, member.id)

    operator.run(work)
    operator.done(f"{address} is there with {len(members)} members", address=address, members=list(members))


@group.command("add-member")
@click.argument("address")
@click.argument("member")
@click.pass_obj
def add_member(operator: Operator, address: str, member: str) -> None:
    """Put MEMBER (a user, resource or group) into the group."""

    async def work(services: Services) -> None:
        directory = services.directory
        entry, other = await directory.entry_by_address(address), await directory.entry_by_address(member)
        await directory.add_member(entry.id, other.id)

    operator.run(work)
    operator.done(f"{member} is now in {address}", group=address, member=member)


@group.command("remove-member")
@click.argument("address")
@click.argument("member")
@click.pass_obj
def remove_member(operator: Operator, address: str, member: str) -> None:
    """Take MEMBER out of the group."""

    async def work(services: Services) -> None:
        directory = services.directory
        entry, other = await directory.entry_by_address(address), await directory.entry_by_address(member)
        await directory.remove_member(entry.id, other.id)

    operator.run(work)
    operator.done(f"{member} is no longer in {address}", group=address, member=member)


@group.command("list")
@click.pass_obj
def show_all(operator: Operator) -> None:
    """Groups by address."""
    entries = operator.run(lambda services: services.directory.entries(PrincipalKind.GROUP))
    rows = [
        {
            "address": entry.address,
            "display_name": entry.display_name,
            "aliases": list(entry.aliases),
            "hidden": entry.hidden,
        }
        for entry in entries
    ]
    operator.show(rows, "{address}  {display_name}")
