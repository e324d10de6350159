"""`python -m mailproof_suites.peers`: run another mail server on loopback until SIGTERM or Ctrl-C."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from types import FrameType

import click

from mailproof_suites.commands import Stop
from mailproof_suites.peers.errors import PeerError
from mailproof_suites.peers.pair import running, write_private

_LOOK_S = 2.0


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Run another mail server on loopback, as a target for `mailproof check --target`."""


@cli.command("dovecot-postfix")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="New folder for everything of theirs, removed at the end. Default: a temporary one.",
)
@click.option("--ready-file", type=click.Path(path_type=Path), metavar="FILE", help="Write the target profile there.")
@click.option("--imaps-port", type=click.IntRange(0, 65535), default=0, metavar="N", help="Default: a free port.")
@click.option("--smtps-port", type=click.IntRange(0, 65535), default=0, metavar="N", help="Default: a free port.")
def dovecot_postfix(folder: Path | None, ready_file: Path | None, imaps_port: int, smtps_port: int) -> None:
    """Dovecot (IMAPS) and Postfix (SMTPS) from Debian's or Ubuntu's packages, until SIGTERM or Ctrl-C.

    Needs root, because both start as root and give it up themselves. Nothing in /etc is read or changed, nothing
    listens outside 127.0.0.1, and mail for outside is dropped.

    \b
    Exit status: 0 stopped as asked, 2 cannot run here (and why), 3 a server ended by itself.
    \b
    Example:
      python -m mailproof_suites.peers dovecot-postfix --ready-file target.toml &
      mailproof check --target target.toml --baseline suites/mailproof_suites/targets/dovecot-postfix.deviations.toml
    """
    told = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        told.set()

    # Both signals only tell: an exception in the middle of starting or stopping would leave servers behind.
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    ended = ""
    try:
        with running(folder, (imaps_port, smtps_port)) as pair:
            if ready_file is not None:
                write_private(ready_file, pair.profile.read_text(encoding="utf-8"))
            click.echo(f"dovecot-postfix: IMAPS {pair.dovecot.port}, SMTPS {pair.postfix.port}, profile {pair.profile}")
            while not told.wait(_LOOK_S) and not ended:
                ended = pair.ended()
    except PeerError as problem:
        raise Stop(str(problem)) from problem
    finally:
        if ready_file is not None:
            ready_file.unlink(missing_ok=True)  # it would name ports on which nobody listens
    if ended:
        click.echo(f"mailproof: {ended}", err=True)
        raise SystemExit(3)


if __name__ == "__main__":
    cli(prog_name="python -m mailproof_suites.peers")
