"""The sub-commands of `mailproof`, one file each; and how a command ends for a user's mistake."""

from __future__ import annotations

from typing import IO, Any

import click


class Stop(click.ClickException):
    """End the command with one clear line and exit status 2 (usage, configuration), without a traceback."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the line to standard error."""
        click.echo(f"mailproof: {self.message}", err=True, file=file)
