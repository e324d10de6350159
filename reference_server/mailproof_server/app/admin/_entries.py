"""What users, groups and resources have in common on the command line: looking, changing, renaming, removing."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

import click

from mailproof_server.app.admin.operator import Noun, Operator
from mailproof_server.model.account import ATTRIBUTES, DirectoryEntry, PrincipalKind
from mailproof_server.model.errors import Invalid
from mailproof_server.services.bundle import Services
from mailproof_server.services.resources import BookingOptions

MIB = 1024 * 1024
_SHORT = {"JobTitle": "--title", "Telephone": "--phone"}
C = TypeVar("C", bound=Callable[..., Any])


async def entry_of(services: Services, address: str, kind: PrincipalKind) -> DirectoryEntry:
    """Raises NotFound; Invalid for an address of something else."""
    entry = await services.directory.entry_by_address(address)
    if entry.kind is not kind:
        raise Invalid(f"{address} is a {entry.kind}, not a {kind}")
    return entry


def row(entry: DirectoryEntry) -> dict[str, object]:
    """One line of a list."""
    return {
        "id": entry.id,
        "kind": entry.kind,
        "address": entry.address,
        "aliases": list(entry.aliases),
        "display_name": entry.display_name,
        "username": entry.username,
        "hidden": entry.hidden,
        "state": "enabled" if entry.enabled else "disabled",
        "attributes": entry.attributes,
    }


async def facts(services: Services, entry: DirectoryEntry) -> dict[str, object]:
    """All that there is to know of one entry."""
    known = row(entry)
    known["groups"] = [each.address for each in await services.directory.groups_of(entry.id)]
    if entry.kind is PrincipalKind.GROUP:
        known["members"] = [each.address for each in await services.directory.member_entries(entry.id)]
    if (account_id := entry.account_id) is not None:
        account = await services.store.read(lambda view: view.account(account_id))
        known |= {"quota_mb": account.quota_bytes // MIB, "used_bytes": account.used_bytes, "items": account.item_count}
    if entry.kind is PrincipalKind.RESOURCE:
        known |= await booking(services, await services.resources.options(entry.id))
    return known


async def booking(services: Services, options: BookingOptions) -> dict[str, object]:
    """Booking options with the delegates' addresses."""
    return {
        "auto_accept": options.auto_accept,
        "decline_conflicts": options.decline_conflicts,
        "decline_recurring": options.decline_recurring,
        "delegates": [(await services.directory.entry(each)).address for each in options.delegates],
    }


def attribute_options(command: C) -> C:
    """An option for each attribute of the address book; the command gets those that were given by their names."""
    for name in reversed(ATTRIBUTES):
        words = re.sub(r"(?<!^)(?=[A-Z])", " ", name).lower()
        declared = [f"--{words.replace(' ', '-')}", *([_SHORT[name]] if name in _SHORT else []), name]
        command = click.option(*declared, metavar="TEXT", help=f"{words.capitalize()}.")(command)
    return command


def given_attributes(options: dict[str, str | None]) -> dict[str, str]:
    """Of what `attribute_options` has declared, what was said; an empty text takes an attribute away."""
    return {name: value for name, value in options.items() if value is not None}


def add_common_verbs(noun: Noun, kind: PrincipalKind) -> None:
    """list, show, update, rename, enable, disable, remove."""

    @noun.command("list", help=f"Every {kind}, by address.")
    @click.pass_obj
    def show_all(operator: Operator) -> None:
        entries = operator.run(lambda services: services.directory.entries(kind))
        operator.show([row(entry) for entry in entries], "{address}  {display_name}  {state}")

    @noun.command("show", help=f"All that is known of one {kind}.")
    @click.argument("address")
    @click.pass_obj
    def show(operator: Operator, address: str) -> None:
        async def work(services: Services) -> dict[str, object]:
            return await facts(services, await entry_of(services, address, kind))

        operator.show_one(operator.run(work))

    @noun.command("update", help="Change what the address book says; what is not given stays, an empty text goes.")
    @click.argument("address")
    @click.option("--name", "display_name", help="Display name.")
    @click.option("--hidden/--visible", default=None, help="Whether the address book leaves it out.")
    @attribute_options
    @click.pass_obj
    def update(
        operator: Operator, /, address: str, display_name: str | None, hidden: bool | None, **attributes: str | None
    ) -> None:
        async def work(services: Services) -> dict[str, object]:
            entry = await entry_of(services, address, kind)
            changed = given_attributes(attributes)
            await services.directory.update(entry.id, display_name=display_name, hidden=hidden, attributes=changed)
            return row(await services.directory.entry(entry.id))

        operator.done(f"{address} is changed", **operator.run(work))

    @noun.command("rename", help="Give it another primary address; the old one stays as an alias.")
    @click.argument("address")
    @click.argument("new_address")
    @click.pass_obj
    def rename(operator: Operator, address: str, new_address: str) -> None:
        async def work(services: Services) -> dict[str, object]:
            entry = await entry_of(services, address, kind)
            await services.directory.update(entry.id, address=new_address)
            return row(await services.directory.entry(entry.id))

        operator.done(f"{address} is now {new_address}", **operator.run(work))

    def switch(operator: Operator, address: str, enabled: bool) -> None:
        async def work(services: Services) -> None:
            entry = await entry_of(services, address, kind)
            await services.directory.update(entry.id, enabled=enabled)

        operator.run(work)
        operator.done(f"{address}: {'enabled' if enabled else 'disabled'}", address=address, enabled=enabled)

    @noun.command("enable", help="Take mail and let it sign in again.")
    @click.argument("address")
    @click.pass_obj
    def enable(operator: Operator, address: str) -> None:
        switch(operator, address, True)

    @noun.command(
        "disable", help="Neither sign-in nor new mail until it is enabled; open sessions end, nothing is lost."
    )
    @click.argument("address")
    @click.pass_obj
    def disable(operator: Operator, address: str) -> None:
        switch(operator, address, False)

    @noun.command("remove", help="Remove it with all its mail, for good.")
    @click.argument("address")
    @click.option("--yes", is_flag=True, help="Do not ask.")
    @click.pass_obj
    def remove(operator: Operator, address: str, yes: bool) -> None:
        operator.confirm(f"Remove {address} with all its folders and messages?", yes=yes)

        async def work(services: Services) -> None:
            await services.directory.remove((await entry_of(services, address, kind)).id)

        operator.run(work)
        operator.done(f"{address} is gone", address=address)
