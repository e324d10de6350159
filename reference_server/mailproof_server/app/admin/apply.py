"""`mailproof admin apply`: a whole organisation from one file."""

from pathlib import Path

import click

from mailproof_server.app.admin.operator import Operator, Verb
from mailproof_server.app.organisation import applying, spec
from mailproof_server.services.bundle import Services


@click.command("apply", cls=Verb)
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Tell what would be done, and do nothing.")
@click.pass_obj
def apply(operator: Operator, file: Path, dry_run: bool) -> None:
    """Make the organisation what FILE (TOML or JSON; -: standard input) says.

    What is missing is made, what differs is changed, nothing is removed; doing it twice changes nothing. Passwords and
    tokens that are made up are told once.
    """
    document = operator.given_document(file)

    async def work(services: Services) -> applying.Outcome:
        wanted = spec.read(document, str(file))
        return await applying.apply(wanted, services, source=str(file), dry_run=dry_run)

    rows = [
        {
            "change": each.text,
            **({"address": each.address} if each.address else {}),
            **({"password": each.password} if each.password and not dry_run else {}),
            **({"token": each.token} if each.token else {}),
        }
        for each in operator.run(work).changes
    ]
    operator.show(rows, _line)


def _line(row: dict[str, str]) -> str:
    secrets = (f"  {name} {row[name]}" for name in ("password", "token") if name in row)
    return row["change"] + "".join(secrets)
