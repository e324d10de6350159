"""`mailproof check`: the main job. Runs the suites against a target and writes the reports."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import click

from mailproof_suites.commands import Stop

_MOST_WORKERS = 4


@click.command(short_help="Run the suites against a server (default: the reference server).")
@click.option("--target", type=click.Path(path_type=Path), metavar="FILE", help="Target profile (TOML).")
@click.option("--address", metavar="ADDRESS", help="Find the endpoints of this address's server, ask for the password.")
@click.option("--save-profile", type=click.Path(path_type=Path), metavar="FILE", help="With --address: keep it.")
@click.option("--cases", type=click.Path(path_type=Path), metavar="DIR", help="Run the cases of this folder instead.")
@click.option("--only", metavar="AREA[,AREA]", help="Only these areas: tls, imap, smtp, …")
@click.option("--req", multiple=True, metavar="ID", help="Only cases that prove this requirement; may be repeated.")
@click.option("--file", "files", multiple=True, type=click.Path(path_type=Path), hidden=True)
@click.option("-k", "keyword", metavar="EXPRESSION", help="Only cases whose names match, as in pytest.")
@click.option(
    "--level",
    type=click.Choice(["must", "should", "may"]),
    default="must",
    show_default=True,
    help="Lowest level that fails the run.",
)
@click.option("--corpus", type=click.Path(path_type=Path), metavar="DIR", help="Extra messages: .eml files, mbox.")
@click.option("--baseline", type=click.Path(path_type=Path), metavar="FILE", help="Known deviations (TOML).")
@click.option("-n", "workers", metavar="N", help="Worker processes, or auto. Default: 1 for a target, else by CPUs.")
@click.option(
    "--report",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("reports/latest"),
    show_default=True,
    metavar="DIR",
    help="Where the results go.",
)
@click.option("--force", is_flag=True, help="Go on where foreign mail stands in folders that the cases would use.")
@click.option("--list", "list_only", is_flag=True, help="List the cases, with level and requirements; run nothing.")
def command(
    target: Path | None,
    address: str | None,
    save_profile: Path | None,
    cases: Path | None,
    only: str | None,
    req: tuple[str, ...],
    files: tuple[Path, ...],
    keyword: str | None,
    level: str,
    corpus: Path | None,
    baseline: Path | None,
    workers: str | None,
    report: Path,
    force: bool,
    list_only: bool,
) -> None:
    """Run the suites against a server and write the reports.

    Without --target and --address, the reference server is started for the run. Results: DIR/report.html (one file),
    DIR/results.json, DIR/junit.xml, DIR/allure-results. Ctrl-C ends the run early; what was found is still reported.

    \b
    Exit status:
      0  all held
      1  a requirement is violated, or a known deviation does not show any more
      2  usage or configuration, or the run was interrupted
      3  target unreachable, or the harness's own error
      5  nothing was tested
    \b
    Examples:
      mailproof check
      mailproof check --target acme.toml --only imap,smtp -n 2
      mailproof check --target acme.toml --baseline known.toml --level should
      mailproof check --req RFC9051:6.4.8-1
      mailproof check --list
    """
    if target and address:
        raise click.UsageError("give --target or --address, not both")
    if save_profile and not address:
        raise click.UsageError("--save-profile belongs to --address")
    processes = _workers(workers, own_server=not (target or address))
    from mailproof_suites import checking
    from mailproof_suites.targets import ConfigError

    try:
        with ExitStack() as undo:
            if address and not list_only:
                target = _discovered(address, save_profile, undo)
            arguments = checking.Arguments(
                target=target,
                cases=cases,
                only=only,
                requirements=req,
                keyword=keyword,
                level=level,
                corpus=corpus,
                baseline=baseline,
                workers=processes,
                report=report,
                force=force,
                files=files,
            )
            arguments.verify()
            status = checking.list_cases(arguments) if list_only else checking.check(arguments)
    except ConfigError as problem:
        raise Stop(str(problem)) from problem
    sys.exit(status)


def _discovered(address: str, save_profile: Path | None, undo: ExitStack) -> Path:
    """Find the endpoints of an address, ask for its password, and write a profile that only this user can read."""
    from mailproof_suites.discover import discover
    from mailproof_suites.discover_network import Internet

    if not all(address.rpartition("@")):
        raise click.UsageError(f"--address {address}: not an e-mail address")
    password = os.environ.get("MAILPROOF_PASSWORD") or click.prompt(f"Password of {address}", hide_input=True, err=True)
    found = discover(
        address,
        password,
        Internet(),
        lambda url: click.confirm(f"Send the password to {url}, outside the address's domain?", err=True),
    )
    for what, outcome in found.tried:
        click.echo(f"  {what}: {outcome}", err=True)
    if not found.found:
        raise Stop(f"no mail server of {address} was found; the attempts stand above. Write a profile by hand")
    path = save_profile or Path(undo.enter_context(tempfile.TemporaryDirectory(prefix="mailproof-"))) / "profile.toml"
    try:
        path.unlink(missing_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:  # noqa: PTH123 -- private from its first moment
            file.write(found.profile(password))
    except OSError as problem:
        raise Stop(f"--save-profile {path}: {problem.strerror or problem}") from problem
    return path


def _workers(text: str | None, *, own_server: bool) -> int:
    """How many processes run cases: gentle with other people's servers, quick with our own."""
    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if text is None:
        return min(cpus, _MOST_WORKERS) if own_server else 1
    if text == "auto":
        return cpus
    if not text.isdigit():
        raise click.UsageError(f"-n {text}: a number of processes, or auto")
    return int(text)
