"""`mailproof serve`: becomes the reference server, a process that shares nothing with the suites."""

from __future__ import annotations

import os
import sys

import click

from mailproof_suites.control.reference import WORLD


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
      --organisation FILE     users, groups and resources to create (default: the made-up company of the tests)
      --capabilities SET      full, workmail or exchange: which IMAP extensions are offered
      --metrics-port N        /metrics and /healthz on 127.0.0.1
      --defect NAME           turn on a seeded defect; may be repeated
    \b
    Examples:
      mailproof serve --ready-file target.toml
      mailproof serve --data /var/lib/mailproof --workers 2
    """
    os.execv(sys.executable, [sys.executable, "-m", "mailproof_server", *organisation(options), *options])  # noqa: S606 -- our own module


def organisation(options: tuple[str, ...]) -> list[str]:
    """The made-up company of the tests, unless the caller names another or serves a real configuration."""
    if any(option.partition("=")[0] in ("--organisation", "--config", "--help", "-h") for option in options):
        return []
    return ["--organisation", str(WORLD)]
