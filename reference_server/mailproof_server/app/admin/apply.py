"""`mailproof admin apply`: a whole organisation from one file."""

from pathlib import Path

import click

from mailproof_server.app import organisation
from mailproof_server.app.admin.operator import Operator, Verb
from mailproof_server.services.bundle import Services


@click.command("apply", cls=Verb)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def apply(operator: Operator, file: Path) -> None:
    """Create what FILE (TOML) names and what is missing; doing it twice changes nothing."""

    async def work(services: Services) -> list[organisation.ProvisionedAccount]:
        return await organisation.apply(organisation.load(file), services)

    made = [account for account in operator.run(work) if account.password]
    operator.show(
        [{"address": each.address, "password": each.password} for each in made], "{address}  password {password}"
    )
