"""`mailproof admin resource`: rooms and equipment, and how they answer booking requests (FEATURES OPER-01)."""

import click

from mailproof_server.app.admin._entries import add_common_verbs, attribute_options, booking, entry_of, given_attributes
from mailproof_server.app.admin.operator import Noun, Operator
from mailproof_server.model.account import PrincipalKind
from mailproof_server.services.bundle import Services


@click.group("resource", cls=Noun)
def resource() -> None:
    """Rooms and equipment that can be booked."""


@resource.command("add")
@click.argument("address")
@click.argument("kind", type=click.Choice(["room", "equipment"]))
@click.option("--name", "display_name", default="", help="Display name.")
@click.option("--hidden", is_flag=True, help="Not shown in the address book.")
@attribute_options
@click.pass_obj
def add(
    operator: Operator, /, address: str, kind: str, display_name: str, hidden: bool, **attributes: str | None
) -> None:
    """Create a resource; it has folders, and no password until it is given one."""
    operator.run(
        lambda services: services.directory.create_resource(
            address, kind=kind, display_name=display_name, hidden=hidden, attributes=given_attributes(attributes)
        )
    )
    operator.done(f"{address} is there", address=address, resource=kind)


@resource.command("booking")
@click.argument("address")
@click.option("--auto-accept/--no-auto-accept", default=None, help="Whether it answers requests by itself.")
@click.option("--decline-conflicts/--no-decline-conflicts", default=None, help="When it is taken already.")
@click.option("--decline-recurring/--no-decline-recurring", default=None, help="Series of meetings.")
@click.option("--delegate", "delegates", multiple=True, metavar="ADDRESS", help="Who answers; replaces those before.")
@click.option("--no-delegates", is_flag=True, help="Nobody but itself.")
@click.pass_obj
def book(
    operator: Operator,
    address: str,
    auto_accept: bool | None,
    decline_conflicts: bool | None,
    decline_recurring: bool | None,
    delegates: tuple[str, ...],
    no_delegates: bool,
) -> None:
    """Set booking options; what is not given stays. Without options: show them."""
    if delegates and no_delegates:
        raise click.UsageError("--delegate and --no-delegates contradict each other")

    async def work(services: Services) -> dict[str, object]:
        entry = await entry_of(services, address, PrincipalKind.RESOURCE)
        answering = [(await services.directory.entry_by_address(each)).id for each in delegates]
        options = await services.resources.set_options(
            entry.id,
            auto_accept=auto_accept,
            decline_conflicts=decline_conflicts,
            decline_recurring=decline_recurring,
            delegates=answering if delegates or no_delegates else None,
        )
        return await booking(services, options)

    operator.show_one({"address": address, **operator.run(work)})


add_common_verbs(resource, PrincipalKind.RESOURCE)
