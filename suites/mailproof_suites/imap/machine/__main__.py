"""`python -m mailproof_suites.imap.machine SCRIPT`: play one history again, with its wire log when it fails.

python -m mailproof_suites.imap.machine '[{"by":0,"act":"append"}]'
python -m mailproof_suites.imap.machine failed.json --target acme.toml
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from mailproof_suites.imap.machine.script import VARIABLE, dump, load


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("script")
@click.option(
    "--target",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Profile of the server.  [default: a reference server, started for it]",
)
def main(script: str, target: Path | None) -> None:
    """Play SCRIPT (JSON, or a file that holds it): the case with its monitors, its clean-up and its exit status."""
    try:
        text = script if script.lstrip().startswith("[") else Path(script).read_text(encoding="utf-8")
        steps = load(text)
    except (OSError, ValueError) as problem:
        raise click.UsageError(str(problem)) from problem
    case = Path(__file__).with_name("test_histories.py")
    options = ["-p", "mailproof_suites.plugin", "--import-mode=importlib", "-p", "no:cacheprovider", "-q"]
    if target is not None:
        options += ["--target", str(target)]
    os.environ[VARIABLE] = dump(steps)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *options, str(case)])  # noqa: S606


if __name__ == "__main__":
    main()
