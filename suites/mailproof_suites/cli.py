"""The command `mailproof` (contract, "Commands"). Each sub-command is a file in `commands/`.

`mailproof --help` is asked often and must be quick: neither this file nor a command file imports more than click at
its top.
"""

from __future__ import annotations

import importlib

import click

COMMANDS = ("check", "serve", "compare", "report", "load", "prove", "admin")
"""In the order in which `--help` shows them; each is `commands/<name>.py` with an attribute `command`."""


class Commands(click.Group):
    """A group whose commands are files."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, most used first."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command file."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"mailproof_suites.commands.{cmd_name}").command
        return command


@click.command(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit status: 0 fine, 1 a requirement is violated, 2 usage, 3 target unreachable or our own error, "
    "5 nothing was tested.",
)
@click.version_option(package_name="mailproof")
def cli() -> None:
    """Conformance and load tests for mail servers, and a reference server to hold them against.

    \b
    Examples:
      mailproof check                            test the reference server (the quickest look at a report)
      mailproof check --target acme.toml         test your server
      mailproof check --address me@corp.example  find your server's endpoints, then test it
      mailproof serve                            run the reference server
    """


def main() -> None:
    """Entry point of the installed command."""
    cli(prog_name="mailproof")


if __name__ == "__main__":
    main()
