"""`mailproof admin …`: the operator's work on a store of the reference server, done by the server's own code."""

from __future__ import annotations

import os
import sys

import click


@click.command(
    add_help_option=False,
    short_help="Users, groups, domains, aliases, quotas and passwords of a kept store.",
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> None:
    """Become the operator's tool, which has a `--help` of its own."""
    os.execv(sys.executable, [sys.executable, "-m", "mailproof_server.app.admin", *arguments])  # noqa: S606 -- ours
