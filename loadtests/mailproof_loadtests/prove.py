"""Every seeded defect of the load kind is caught by a run of less than a minute: `python -m mailproof_loadtests.prove`.

A defect is caught when a rule that rests on one of its requirements is found broken. Before, each scenario that is
used runs against the server without defects, where nothing may be wrong. Exit status: 0 all caught, 1 not, 2 usage.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import click

from mailproof_loadtests.launching import Wish, run
from mailproof_loadtests.outcome import Outcome
from mailproof_suites.control.reference import ReferenceServerError
from mailproof_suites.proving import ProvingError, SeededDefect, seeded_defects

MOST_S = 60.0
_RUN_S = 12.0
_USERS = 6
_DELIVERY_S = 5.0
_SCENARIOS = {
    "load_doubled_delivery": "delivery_burst",
    "load_lost_delivery": "delivery_burst",
    "load_recipient_dropped": "delivery_burst",
    "load_delivery_cut": "delivery_burst",
    "load_dropped_wake_up": "idle_fleet",
}
"""Where a defect shows; the others show in mailbox_store."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What became of one defect."""

    defect: SeededDefect
    outcome: Outcome

    @property
    def rules(self) -> list[str]:
        """The broken rules that rest on what the defect breaks."""
        named = {each.rule for each in self.outcome.findings if set(each.requirements) & set(self.defect.requirements)}
        return sorted(named)

    @property
    def is_caught(self) -> bool:
        return bool(self.rules) and self.outcome.exit_status == 1 and self.outcome.seconds <= MOST_S


def scenario_of(defect: str) -> str:
    """The scenario that shows it."""
    return _SCENARIOS.get(defect, "mailbox_store")


def wish(scenario: str, report: Path, *defects: str, run_time_s: float = _RUN_S) -> Wish:
    """A short run against a server of our own."""
    return Wish(
        scenario=scenario,
        target=None,
        users=_USERS,
        spawn_rate=float(_USERS),
        run_time_s=run_time_s,
        processes=1,
        budget=None,
        report=report,
        web_port=None,
        arrivals_per_s=0.0,
        staleness_s=1.0,
        delivery_s=_DELIVERY_S,
        seed=1,
        is_own_server=True,
        server_options=tuple(word for name in defects for word in ("--defect", name)),
    )


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--defect", "names", multiple=True, metavar="NAME", help="Only this defect; may be repeated.")
@click.option("--run-time", type=click.FloatRange(1, MOST_S), default=_RUN_S, show_default=True, metavar="SECONDS")
def command(names: tuple[str, ...], run_time: float) -> None:
    """Run the load tests against each seeded defect of the load kind."""
    try:
        defects = seeded_defects(names, of_load=True)
    except ProvingError as problem:
        click.echo(f"mailproof: {problem}", err=True)
        sys.exit(2)
    is_sound = True
    with tempfile.TemporaryDirectory(prefix="mailproof-prove-") as scratch:
        try:
            for scenario in sorted({scenario_of(defect.name) for defect in defects}):
                outcome = run(wish(scenario, Path(scratch) / scenario, run_time_s=run_time))
                is_sound = is_sound and not outcome.findings and not outcome.failure
                click.echo(f"{'sound' if not outcome.findings else 'RED'}      {scenario}, without a defect")
                for finding in outcome.findings:
                    click.echo(f"    {finding.rule}: expected {finding.expected}, got {finding.actual}")
            for number, defect in enumerate(defects, start=1):
                report = Path(scratch) / defect.name
                proof = Proof(defect, run(wish(scenario_of(defect.name), report, defect.name, run_time_s=run_time)))
                is_sound = is_sound and proof.is_caught
                click.echo(f"[{number}/{len(defects)}] {_line(proof)}")
        except ReferenceServerError as problem:
            click.echo(f"mailproof: {problem}", err=True)
            sys.exit(1)
    sys.exit(0 if is_sound else 1)


def _line(proof: Proof) -> str:
    word = "caught" if proof.is_caught else "ESCAPED"
    others = sorted({each.rule for each in proof.outcome.findings} - set(proof.rules))
    seen = "; ".join(proof.rules) or proof.outcome.failure or "nothing found"
    also = f" (also: {'; '.join(others)})" if others else ""
    return f"{word:<8} {proof.defect.name:<30} in {proof.outcome.seconds:.0f} s: {seen}{also}"


if __name__ == "__main__":
    command(prog_name="python -m mailproof_loadtests.prove")
