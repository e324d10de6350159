"""One load run from outside: start the target where needed, Locust in a process of its own, and judge what it left."""

from __future__ import annotations

import ipaddress
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from mailproof_loadtests import scenario as scenarios
from mailproof_loadtests.budgets import fitting, judge, load_budgets
from mailproof_loadtests.metrics import read_store, since
from mailproof_loadtests.outcome import Outcome
from mailproof_loadtests.record import gather
from mailproof_loadtests.request_figures import merged, operations, read_figures
from mailproof_loadtests.serving import reference_server
from mailproof_loadtests.settings import VARIABLE, Settings
from mailproof_loadtests.steps_file import read_limit
from mailproof_suites.clients.errors import ClientError
from mailproof_suites.clients.imap import ImapClient
from mailproof_suites.janitor import new_token
from mailproof_suites.reporting import write_all
from mailproof_suites.targets import ConfigError, Target, load_profile

LOCUSTFILE = Path(__file__).parent / "locustfile.py"
POLITE_CONNECTIONS = 10
"""Of a whole run, towards a server that is not said to be the user's own."""
POLITE_STEPS_PER_S = 10.0
STOPPING_S = 120
"""How long users may take for their last checkpoint and for removing what they made."""
_STATISTICS_NAME = "statistics"
"""Locust adds `.json` to it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """The command line."""

    scenario: str
    target: Path | None
    users: int
    spawn_rate: float
    run_time_s: float
    processes: int
    budget: Path | None
    report: Path
    web_port: int | None
    """Of Locust's web UI; None: headless."""
    arrivals_per_s: float
    staleness_s: float
    delivery_s: float
    """0: as the profile says."""
    seed: int
    is_own_server: bool
    server_options: tuple[str, ...] = ()


def run(wish: Wish) -> Outcome:
    """Do it all and write the reports. Raises ConfigError; ReferenceServerError when our own target does not start."""
    budgets = load_budgets(wish.budget)
    if wish.scenario not in scenarios.names():
        raise ConfigError(f"no scenario is called {wish.scenario!r}; there are: {', '.join(scenarios.names())}")
    with ExitStack() as undo:
        scratch = Path(undo.enter_context(TemporaryDirectory(prefix="mailproof-load-")))
        profile, metrics_url = wish.target, ""
        if profile is None:
            served = undo.enter_context(reference_server(scratch, wish.server_options))
            profile, metrics_url = served.profile, served.metrics_url
        target = load_profile(profile)
        settings = _settings(wish, target, profile, scratch, metrics_url)
        failure = _unreachable(target)
        store_before = read_store(metrics_url)
        started, began_s = datetime.now().astimezone().isoformat(timespec="seconds"), time.monotonic()
        wish.report.mkdir(parents=True, exist_ok=True)
        is_interrupted = False
        if not failure:
            failure, is_interrupted = _locust(wish, settings, scratch)
        seconds = time.monotonic() - began_s
        figures = read_figures(scratch / f"{_STATISTICS_NAME}.json")
        if not failure and not any(each.count > each.failures for each in figures):
            failure = "no request succeeded"
        tally, findings = gather(scratch)
        if not failure and tally.errors:
            failure = f"our own error: {tally.errors[0]}"
        limit = read_limit(scratch)
        # The scenario that looks for the limit breaks its budget on purpose: only a limit below the first step is one.
        is_judged = limit is None or limit.knee is None
        store_after = read_store(metrics_url)
        outcome = Outcome(
            target=target.name,
            scenario=wish.scenario,
            started=started,
            seconds=merged("all", operations(figures)).seconds if figures else seconds,
            figures=figures,
            tally=tally,
            findings=findings,
            budgets=list(judge(fitting(budgets, wish.scenario, target.name), figures)) if is_judged else [],
            environment=_environment(settings, target),
            limit=limit,
            store=since(store_before, store_after) if store_before and store_after else None,
            is_interrupted=is_interrupted,
            failure=failure,
        )
        write_all(outcome.run(), wish.report)
        outcome.write_figures(wish.report)
    return outcome


def _settings(wish: Wish, target: Target, profile: Path, scratch: Path, metrics_url: str) -> Settings:
    users, rate = wish.users, 0.0
    if wish.target is not None and not (wish.is_own_server or _is_loopback(target)):
        users, rate = min(users, _polite_users(wish, target)), target.limits.commands_per_second or POLITE_STEPS_PER_S
        if users < wish.users:
            print(
                f"{target.name}: {users} users instead of {wish.users}; --i-own-this-server lifts the cap", flush=True
            )
    if wish.arrivals_per_s and rate:
        raise ConfigError(f"--arrivals against {target.name} needs --i-own-this-server")
    return Settings(
        target=str(profile.resolve()),
        scenario=wish.scenario,
        folder=str(scratch),
        token=new_token(),
        processes=wish.processes,
        users=users,
        run_time_s=wish.run_time_s,
        seed=wish.seed,
        arrivals_per_s=wish.arrivals_per_s,
        commands_per_s=rate,
        staleness_s=wish.staleness_s,
        delivery_s=wish.delivery_s,
        metrics_url=metrics_url,
        budget=str(wish.budget.resolve()) if wish.budget else "",
    )


def _polite_users(wish: Wish, target: Target) -> int:
    """So many that neither the run's connections nor those of one account are too many."""
    each = scenarios.connections(wish.scenario)
    users = POLITE_CONNECTIONS // each
    if target.limits.connections_per_account:
        users = min(users, len(target.primaries()) * (target.limits.connections_per_account // each))
    if users < 1:
        raise ConfigError(
            f"{wish.scenario} takes {each} connections for one user, more than politeness allows towards "
            f"{target.name}; --i-own-this-server lifts the cap"
        )
    return users


def _is_loopback(target: Target) -> bool:
    hosts = {endpoint.host for endpoint in (target.imaps, target.smtps) if endpoint}
    try:
        found = {info[4][0] for host in hosts for info in socket.getaddrinfo(host, None)}
    except OSError:
        return False
    return bool(found) and all(ipaddress.ip_address(str(address).split("%")[0]).is_loopback for address in found)


def _unreachable(target: Target) -> str:
    """Sign in once, before hundreds try; why that is not possible."""
    if target.imaps is None:
        return f"the profile of {target.name} has no [imaps], without which nothing can be checked"
    account = target.primaries()[0]
    try:
        with ImapClient(
            target.imaps.host, target.imaps.port, ca_file=target.ca_path, timeout_s=target.timeout_s
        ) as client:
            client.login(account.address, account.password)
    except ClientError as problem:
        return str(problem)
    return ""


def _locust(wish: Wish, settings: Settings, scratch: Path) -> tuple[str, bool]:
    """Run Locust; why it failed (empty: it did not), and whether it was interrupted."""
    path = scratch / "settings.json"
    path.write_bytes(msgspec.json.encode(settings))
    environment = {
        **os.environ,
        VARIABLE: str(path),
        "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry),
    }
    log = wish.report / "locust.log"
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", "locust", *_arguments(wish, settings, scratch)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that Ctrl-C reaches us first, and the users can still remove what they made
        )
        is_interrupted = _wait(process)
    if process.returncode not in (0, 1) and not is_interrupted:
        last = log.read_text(errors="replace").strip().splitlines()[-3:]
        return f"Locust ended with status {process.returncode}: {' / '.join(last)}", False
    return "", is_interrupted and wish.web_port is None  # Ctrl-C is how a run with the web UI is meant to end


def _wait(process: subprocess.Popen[bytes]) -> bool:
    """Until it ends; a first Ctrl-C or SIGTERM lets it finish, a second one does not. True when interrupted."""
    is_interrupted = False
    previous = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        while True:
            try:
                process.wait()
            except KeyboardInterrupt:
                if is_interrupted:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
                    return True
                is_interrupted = True
                print("ending: last checkpoints, then the broom (Ctrl-C again: at once)", file=sys.stderr, flush=True)
                process.send_signal(signal.SIGTERM)
            else:
                return is_interrupted
    finally:
        signal.signal(signal.SIGTERM, previous)


def _arguments(wish: Wish, settings: Settings, scratch: Path) -> list[str]:
    report = wish.report.resolve()
    arguments = ["-f", str(LOCUSTFILE), "--users", str(settings.users), "--spawn-rate", f"{wish.spawn_rate:g}"]
    arguments += ["--stop-timeout", str(STOPPING_S), "--json-file", str(scratch / _STATISTICS_NAME)]
    arguments += ["--html", str(report / "locust.html"), "--csv", str(report / "locust")]
    arguments += ["--exit-code-on-error", "0", "--loglevel", "INFO", "--only-summary"]
    if not scenarios.is_stepped(wish.scenario):
        arguments += ["--run-time", f"{max(1, round(wish.run_time_s))}s"]
    if wish.processes > 1:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        arguments += ["--processes", str(wish.processes), "--master-bind-host", "127.0.0.1"]
        arguments += ["--master-bind-port", str(port), "--master-port", str(port)]
    if wish.web_port is None:
        return [*arguments, "--headless"]
    return [*arguments, "--web-host", "127.0.0.1", "--web-port", str(wish.web_port)]


def _environment(settings: Settings, target: Target) -> dict[str, str]:
    loop = f"open, {settings.arrivals_per_s:g} steps/s" if settings.arrivals_per_s else "closed"
    return {
        "scenario": settings.scenario,
        "users": str(settings.users),
        "processes": str(settings.processes),
        "run time": f"{settings.run_time_s:g} s",
        "arrivals": loop,
        "imaps": str(target.imaps or ""),
        "smtps": str(target.smtps or ""),
        "software": target.software,
    }
