"""`mailproof load`: becomes the load tests, which Locust needs a process of their own for."""

from __future__ import annotations

import os
import sys

import click


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    add_help_option=False,  # the load tests tell their options themselves
    short_help="Put a server under load, and check what it answers meanwhile.",
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> None:
    """Run `python -m mailproof_loadtests` in this process's place."""
    os.execv(sys.executable, [sys.executable, "-m", "mailproof_loadtests", *arguments])  # noqa: S606 -- our own module
