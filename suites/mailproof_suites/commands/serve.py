"""`mailproof serve`: becomes the reference server, a process that shares nothing with the suites."""

from __future__ import annotations

import os
import sys

import click


@click.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def command(options: tuple[str, ...]) -> None:
    """Run the reference server until SIGTERM or Ctrl-C.

    With no options: an ephemeral organisation example.test with made-up accounts, a fresh test CA, free ports on
    127.0.0.1, and a temporary store that is removed at the end.

    \b
    Options:
      --data DIR              keep store, CA and accounts there; ports 3993, 3465, 8443
      --ready-file FILE       write a target profile there once every port answers
      --host ADDRESS          address to listen on (default 127.0.0.1)
      --imaps-port N          0: a free port
      --smtps-port N
      --https-port N
      --workers N             processes
      --ews-ceiling VERSION   highest EWS version (default Exchange2010_SP2)
      --config FILE           for real deployments
      --defect NAME           turn on a seeded defect; may be repeated
    \b
    Examples:
      mailproof serve --ready-file target.toml
      mailproof serve --data /var/lib/mailproof --workers 2
    """
    os.execv(sys.executable, [sys.executable, "-m", "mailproof_server", *options])  # noqa: S606 -- our own module
