"""`mailproof compare RUN_A RUN_B`: two runs side by side."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mailproof_suites.commands import Stop


@click.command(short_help="Two runs side by side: what the second breaks, mends, lacks.")
@click.argument("run_a", type=click.Path(path_type=Path))
@click.argument("run_b", type=click.Path(path_type=Path))
def command(run_a: Path, run_b: Path) -> None:
    """Compare two runs: what RUN_B breaks, mends, or lacks against RUN_A.

    A run is the folder that `check --report` wrote, or a results.json. Exit status: 0 nothing lost, 1 something lost.

    \b
    Examples:
      mailproof compare reports/last-release reports/latest
      mailproof compare dovecot/results.json cyrus/results.json
    """
    from mailproof_suites.reporting import RunUnreadableError, load_run
    from mailproof_suites.reporting.compare import compare, render_text

    try:
        first, second = load_run(run_a), load_run(run_b)
    except RunUnreadableError as problem:
        raise Stop(str(problem)) from problem
    comparison = compare(first, second)
    click.echo(render_text(comparison, first, second).rstrip("\n"))
    sys.exit(comparison.exit_status)
