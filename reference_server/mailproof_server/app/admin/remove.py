"""`mailproof admin remove`: a user, group or resource, for good."""

import click

from mailproof_server.app.admin.operator import Operator, Verb
from mailproof_server.services.bundle import Services


@click.command("remove", cls=Verb)
@click.argument("address")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def remove(operator: Operator, address: str, yes: bool) -> None:
    """Remove a user, group or resource with all its mail, for good."""
    operator.confirm(f"Remove {address} with all its folders and messages?", yes=yes)

    async def work(services: Services) -> None:
        await services.directory.remove((await services.directory.entry_by_address(address)).id)

    operator.run(work)
    operator.done(f"{address} is gone", address=address)
