"""`mailproof load`: the load tests. They are not part of this version."""

from __future__ import annotations

import click

from mailproof_suites.commands import Stop


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> None:
    """Load tests (not in this version yet).

    \b
    Example:
      mailproof load --help
    """
    del arguments
    raise Stop("load: this version has no load tests yet; `mailproof check` tests conformance")
