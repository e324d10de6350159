"""`mailproof prove`: the suites against each seeded defect of the reference server."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

import click

from mailproof_suites.commands import Stop


@click.command(short_help="The suites against each seeded defect: is it caught?")
@click.option("--defect", "names", multiple=True, metavar="NAME", help="Only this defect; may be repeated.")
@click.option("-n", "workers", type=click.IntRange(1, 16), default=2, show_default=True, help="Defects at a time.")
@click.option("--all", "everything", is_flag=True, help="Every case for each defect, not only its own.")
@click.option("--list", "list_only", is_flag=True, help="List the defects with the requirements they break.")
def command(names: tuple[str, ...], workers: int, everything: bool, list_only: bool) -> None:
    """Run the suites against each seeded defect and report which cases caught it.

    A defect is caught when a requirement that it breaks is found violated, by a case or a monitor. Exit status: 0 all
    caught and nothing red without a defect; 1 otherwise; 2 an unknown name.

    \b
    Examples:
      mailproof prove
      mailproof prove --defect imap_move_copies -n 1
      mailproof prove --list
    """
    from mailproof_suites.proving import Outcome, ProvingError, prove, seeded_defects, sound

    try:
        defects = seeded_defects(names)
    except ProvingError as problem:
        raise Stop(str(problem)) from problem
    if list_only:
        for defect in defects:
            click.echo(f"{defect.name:<36} {' '.join(defect.requirements)}  {defect.summary}")
        return
    try:
        with tempfile.TemporaryDirectory(prefix="mailproof-prove-") as scratch:
            red = sound(defects, Path(scratch), workers, everything=everything)
    except ProvingError as problem:
        raise Stop(f"the server without defects: {problem}") from problem
    for case in red:
        click.echo(f"red without a defect: {case}")
    counts: Counter[Outcome] = Counter()
    for number, proof in enumerate(prove(defects, workers, everything=everything), 1):
        counts[proof.outcome] += 1
        click.echo(f"[{number}/{len(defects)}] " + "\n".join(proof.lines()))
    click.echo(", ".join(f"{count} {outcome}" for outcome, count in counts.items()) + f" of {len(defects)} defects")
    sys.exit(0 if counts[Outcome.CAUGHT] == len(defects) and not red else 1)
