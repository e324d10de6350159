"""`mailproof admin alias`: further addresses (FEATURES ADDR-01)."""

import click

from mailproof_server.app.admin.operator import Noun, Operator
from mailproof_server.services.bundle import Services


@click.group("alias", cls=Noun)
def alias() -> None:
    """Further addresses of a user, group or resource."""


@alias.command("add")
@click.argument("address")
@click.argument("other")
@click.pass_obj
def add(operator: Operator, address: str, other: str) -> None:
    """Mail to OTHER arrives at ADDRESS too."""

    async def work(services: Services) -> None:
        entry = await services.directory.entry_by_address(address)
        await services.directory.add_alias(entry.id, other)

    operator.run(work)
    operator.done(f"{other} is now an alias of {address}", address=address, alias=other)


@alias.command("remove")
@click.argument("address")
@click.argument("other")
@click.pass_obj
def remove(operator: Operator, address: str, other: str) -> None:
    """Mail to OTHER no longer arrives at ADDRESS."""

    async def work(services: Services) -> None:
        entry = await services.directory.entry_by_address(address)
        await services.directory.remove_alias(entry.id, other)

    operator.run(work)
    operator.done(f"{other} is no longer an alias of {address}", address=address, alias=other)


@alias.command("list")
@click.argument("address")
@click.pass_obj
def show_all(operator: Operator, address: str) -> None:
    """Further addresses of ADDRESS."""
    entry = operator.run(lambda services: services.directory.entry_by_address(address))
    operator.show([{"alias": each} for each in entry.aliases], "{alias}")
