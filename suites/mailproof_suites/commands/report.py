"""`mailproof report RUN`: the HTML report again, from the results that a run kept."""

from __future__ import annotations

from pathlib import Path

import click

from mailproof_suites.commands import Stop


@click.command(short_help="Build the HTML report again from a run's results.")
@click.argument("run", type=click.Path(path_type=Path), default=Path("reports/latest"))
@click.option("--open", "open_it", is_flag=True, help="Show it in the browser.")
def command(run: Path, open_it: bool) -> None:
    """Build the HTML report of RUN again (a folder that `check --report` wrote; default: reports/latest).

    \b
    Examples:
      mailproof report --open
      mailproof report reports/last-release
    """
    from mailproof_suites.reporting import RunUnreadableError, load_run, write_html

    try:
        path = write_html(load_run(run), run if run.is_dir() else run.parent)
    except (RunUnreadableError, OSError) as problem:
        raise Stop(str(problem)) from problem
    click.echo(path)
    if open_it:
        click.launch(path.resolve().as_uri())
