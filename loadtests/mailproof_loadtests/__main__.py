"""`mailproof load` (contract, "Commands"): `python -m mailproof_loadtests`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from mailproof_loadtests import scenario as scenarios

_TIME = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?")
_LIST = "list"


def _seconds(ctx: click.Context, param: click.Parameter, value: str) -> float:
    """`90`, `90s`, `5m`, `1h30m` as seconds, more than none."""
    found = _TIME.fullmatch(value)
    hours, minutes, seconds = (int(group or 0) for group in found.groups()) if found else (0, 0, 0)
    if not hours + minutes + seconds:
        raise click.BadParameter(f"{value!r} is no time: 90, 90s, 5m, 1h30m", ctx, param)
    return float(3600 * hours + 60 * minutes + seconds)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("scenario", default="mailbox_store")
@click.option("--target", type=click.Path(path_type=Path), metavar="FILE", help="Target profile; none: our own server.")
@click.option("-u", "--users", type=click.IntRange(1), default=10, show_default=True, help="Users at the same time.")
@click.option(
    "-r", "--spawn-rate", type=click.FloatRange(0, min_open=True), help="Users started a second. [all in 5 s]"
)
@click.option(
    "-t", "--run-time", callback=_seconds, default="60s", metavar="TIME", show_default=True, help="90s, 5m, 1h30m."
)
@click.option("--processes", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes of Locust.")
@click.option("--budget", type=click.Path(path_type=Path), metavar="FILE", help="Budgets instead of thresholds.toml.")
@click.option("--arrivals", type=click.FloatRange(0), default=0.0, help="Open loop: steps a second over all users.")
@click.option(
    "--staleness",
    type=click.FloatRange(0),
    default=1.0,
    show_default=True,
    metavar="SECONDS",
    help="How long an acknowledged change may be unseen on another connection.",
)
@click.option(
    "--delivery",
    type=click.FloatRange(0),
    default=0.0,
    metavar="SECONDS",
    help="How long accepted mail may take to its inbox.  [default: the profile's delivery_timeout_s]",
)
@click.option("--web", is_flag=True, help="Locust's web UI on 127.0.0.1 instead of a headless run.")
@click.option("--web-port", type=int, default=8089, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="Of the users' choices.")
@click.option(
    "--report",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("reports/load"),
    show_default=True,
    metavar="DIR",
)
@click.option(
    "--i-own-this-server", "is_own", is_flag=True, help="Lift the caps towards servers that are not on loopback."
)
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Of our own server.")
@click.option("--defect", "defects", multiple=True, metavar="NAME", help="A seeded defect of our own server.")
def command(
    scenario: str,
    target: Path | None,
    users: int,
    spawn_rate: float | None,
    run_time: float,
    processes: int,
    budget: Path | None,
    arrivals: float,
    staleness: float,
    delivery: float,
    web: bool,
    web_port: int,
    seed: int,
    report: Path,
    is_own: bool,
    workers: int,
    defects: tuple[str, ...],
) -> None:
    """Put a server under load, and check what it answers meanwhile.

    SCENARIO is one of `mailproof load list`; default: mailbox_store. Without --target the reference server is started.
    Results: DIR/results.json, report.html, junit.xml, load.json, locust.html, locust_stats.csv. Ctrl-C ends the run
    early; what was found is still reported, and what was made is removed.

    \b
    Exit status:
      0  within budget
      1  a wrong answer under load
      2  usage or configuration, or the run was interrupted
      3  target unreachable, or our own error
      4  over budget
    \b
    Examples:
      mailproof load list
      mailproof load mailbox_store --users 50 --run-time 5m
      mailproof load delivery_burst --target acme.toml --i-own-this-server --budget acme-budget.toml
      mailproof load mailbox_store --arrivals 200 --processes 2
      mailproof load find_the_limit --users 200 --run-time 10m
      mailproof load idle_fleet --web
    """
    if scenario == _LIST:
        for name, summary in scenarios.names().items():
            click.echo(f"{name:<18}{summary}")
        return
    if target and (defects or workers > 1):
        raise click.UsageError("--defect and --workers belong to our own server, so not to --target")
    from mailproof_loadtests.launching import Wish, run
    from mailproof_suites.control.reference import ReferenceServerError
    from mailproof_suites.targets import ConfigError

    wish = Wish(
        scenario=scenario,
        target=target,
        users=users,
        spawn_rate=spawn_rate or max(1.0, users / 5),
        run_time_s=run_time,
        processes=processes,
        budget=budget,
        report=report,
        web_port=web_port if web else None,
        arrivals_per_s=arrivals,
        staleness_s=staleness,
        delivery_s=delivery,
        seed=seed,
        is_own_server=is_own,
        server_options=("--workers", str(workers), *(word for name in defects for word in ("--defect", name))),
    )
    if web:
        click.echo(f"web UI: http://127.0.0.1:{web_port}/ (Ctrl-C ends it)", err=True)
    else:
        click.echo(f"{scenario}: {users} users for {run_time:g} s; Ctrl-C ends it early", err=True)
    try:
        outcome = run(wish)
    except ConfigError as problem:
        click.echo(f"mailproof: {problem}", err=True)
        sys.exit(2)
    except ReferenceServerError as problem:
        click.echo(f"mailproof: {problem}", err=True)
        sys.exit(3)
    for line in outcome.lines():
        click.echo(line)
    click.echo(f"report: {report / 'report.html'}")
    sys.exit(outcome.exit_status)


if __name__ == "__main__":
    command(prog_name="mailproof load")
