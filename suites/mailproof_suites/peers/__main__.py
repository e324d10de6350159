"""`python -m mailproof_suites.peers NAME`: run other mail servers on loopback until SIGTERM or Ctrl-C."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from types import FrameType

import click

from mailproof_suites.commands import Stop
from mailproof_suites.peers.errors import PeerError
from mailproof_suites.peers.kinds import KINDS
from mailproof_suites.peers.peer import running
from mailproof_suites.peers.secret_files import write_private

_LOOK_S = 2.0
_PORT = click.IntRange(0, 65535)
_NAMES = "\n".join(f"  {kind.name}: {kind.what}" for kind in KINDS.values())


@click.command(
    context_settings={"help_option_names": ["-h", "--help"]},
    help=f"""Run another mail server on loopback, as a target for `mailproof check --target`, until SIGTERM or Ctrl-C.

    \b
{_NAMES}

    They come from Debian's or Ubuntu's packages. --install gets those that are missing: Dovecot and Postfix are
    installed; the others, which apt lets nobody install beside them, are only downloaded, and unpacked for each run
    where no one else sees them.

    Needs root, because mail servers start as root and give it up themselves. Nothing in /etc is read or changed,
    nothing listens outside 127.0.0.1, and mail for outside is dropped.

    \b
    Exit status: 0 stopped as asked, 2 cannot run here (and why), 3 a server ended by itself.
    \b
    Example:
      python -m mailproof_suites.peers dovecot-postfix --ready-file target.toml &
      mailproof check --target target.toml --baseline suites/mailproof_suites/targets/dovecot-postfix.deviations.toml
    """,
)
@click.argument("name", type=click.Choice(list(KINDS)), metavar="NAME")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="New folder for everything of theirs, removed at the end. Default: a temporary one.",
)
@click.option("--ready-file", type=click.Path(path_type=Path), metavar="FILE", help="Write the target profile there.")
@click.option("--imaps-port", type=_PORT, default=0, metavar="N", help="Default: a free port.")
@click.option("--smtps-port", type=_PORT, default=0, metavar="N", help="Default: a free port.")
@click.option("--install", is_flag=True, help="Get the packages that are missing, and end.")
def cli(
    name: str, folder: Path | None, ready_file: Path | None, imaps_port: int, smtps_port: int, install: bool
) -> None:
    """See the help above."""
    kind = KINDS[name]
    if install:
        try:
            kind.install()
        except PeerError as problem:
            raise Stop(str(problem)) from problem
        return
    told = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        told.set()

    # Both signals only tell: an exception in the middle of starting or stopping would leave servers behind.
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    ended = ""
    asked = {"imaps": imaps_port, "smtps": smtps_port}
    try:
        with running(name, folder, [asked.get(endpoint, 0) for endpoint in kind.endpoints]) as peer:
            if ready_file is not None:
                write_private(ready_file, peer.profile.read_text(encoding="utf-8"))
            click.echo(str(peer))
            while not told.wait(_LOOK_S) and not ended:
                ended = peer.ended()
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
