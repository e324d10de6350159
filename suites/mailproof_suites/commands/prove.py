"""`mailproof prove`: the suites against each seeded defect. It is not part of this version."""

from __future__ import annotations

import click

from mailproof_suites.commands import Stop


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> None:
    """Prove that the suites catch seeded defects (not in this version yet).

    \b
    Example:
      mailproof prove --help
    """
    del arguments
    raise Stop("prove: this version cannot run the suites against seeded defects yet")
