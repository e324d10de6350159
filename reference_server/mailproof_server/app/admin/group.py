"""`mailproof admin group`: distribution groups (FEATURES OPER-01)."""

import click

from mailproof_server.app.admin._entries import add_common_verbs, entry_of
from mailproof_server.app.admin.operator import Noun, Operator
from mailproof_server.model.account import PrincipalKind
from mailproof_server.services.bundle import Services


@click.group("group", cls=Noun)
def group() -> None:
    """Distribution groups; groups may hold groups."""


@group.command("add")
@click.argument("address")
@click.option("--name", "display_name", default="", help="Display name.")
@click.option("--hidden", is_flag=True, help="Not shown in the address book.")
@click.option("--member", "members", multiple=True, metavar="ADDRESS", help="A first member (repeatable).")
@click.pass_obj
def add(operator: Operator, address: str, display_name: str, hidden: bool, members: tuple[str, ...]) -> None:
    """Create a group."""

    async def work(services: Services) -> None:
        found = [await services.directory.entry_by_address(member) for member in members]
        entry = await services.directory.create_group(address, display_name=display_name, hidden=hidden)
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
        entry, other = await entry_of(services, address, PrincipalKind.GROUP), await directory.entry_by_address(member)
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
        entry, other = await entry_of(services, address, PrincipalKind.GROUP), await directory.entry_by_address(member)
        await directory.remove_member(entry.id, other.id)

    operator.run(work)
    operator.done(f"{member} is no longer in {address}", group=address, member=member)


add_common_verbs(group, PrincipalKind.GROUP)
