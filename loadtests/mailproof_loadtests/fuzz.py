"""Mutated sessions against a served IMAPS or SMTPS: `python -m mailproof_loadtests.fuzz --commands N imaps|smtps|both`.

Without a target it starts a reference server of its own, whose memory it prints while it goes and whose log it reads at
the end. Exit status: 0 nothing was found; 1 something was; 2 usage; 3 the target cannot be reached.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from mailproof_loadtests.fuzzing.attack import Tally, attack
from mailproof_loadtests.fuzzing.served import Server, Target, UnreachableError, read_target, served

MIB = 1024 * 1024
SAMPLE_S = 5.0
WARM_SHARE = 0.25
"""Of the run: until then caches fill."""
GROWTH_RATIO = 1.15
GROWTH_BYTES = 16 * MIB
"""What a process may grow by after it is warm without being called leaking."""
PROTOCOLS = {"imaps": ("imaps",), "smtps": ("smtps",), "both": ("imaps", "smtps")}


class Watch:
    """Prints how far it is, and keeps what the server's memory was then."""

    def __init__(self, protocol: str, server: Server | None) -> None:
        self._protocol = protocol
        self._server = server
        self._started = self._last = time.monotonic()
        self.samples: list[tuple[int, int]] = []
        """(commands so far, resident bytes)."""

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    def __call__(self, tally: Tally) -> bool:
        if self._server is not None and not self._server.is_up:
            return False
        if time.monotonic() - self._last >= SAMPLE_S:
            self._last = time.monotonic()
            self.sample(tally)
        return True

    def sample(self, tally: Tally) -> None:
        memory = ""
        if self._server is not None:
            resident = self._server.resident_bytes()
            self.samples.append((tally.done, resident))
            memory = f"   {resident / MIB:6.1f} MiB resident"
        click.echo(f"{self._protocol} {tally.done:>10,} commands {tally.done / self.seconds:>8,.0f}/s{memory}")


def leak(samples: list[tuple[int, int]]) -> str | None:
    """A sentence when memory kept growing after it was warm; None when it is flat, or the run too short to tell."""
    if not samples:
        return None
    warm = [resident for done, resident in samples if done >= WARM_SHARE * samples[-1][0]]
    if len(warm) < 4:
        return None
    half = len(warm) // 2
    before, after = sorted(warm[:half])[half // 2], sorted(warm[half:])[(len(warm) - half) // 2]
    if after > before * GROWTH_RATIO + GROWTH_BYTES:
        return f"memory grows: {before / MIB:.1f} MiB, later {after / MIB:.1f} MiB"
    return None


def run(protocol: str, target: Target, server: Server | None, *, commands: int, seed: int, connections: int) -> int:
    """Attack one protocol and tell what came of it; answers how many things were found."""
    watch = Watch(protocol, server)
    tally = attack(target, protocol, commands=commands, seed=seed, connections=connections, watch=watch)
    watch.sample(tally)
    problems = [str(finding) for finding in tally.findings]
    if server is not None:
        if not server.is_up:
            problems.append("the server is down")
        problems += [f"in the server's log: {complaint}" for complaint in server.complaints()]
        growth = leak(watch.samples)
        problems += [growth] if growth else []
    for problem in problems:
        click.echo(f"FOUND {problem}", err=True)
    click.echo(
        f"{protocol}: {tally.done:,} commands in {watch.seconds:.1f} s ({tally.done / watch.seconds:,.0f}/s), "
        f"{tally.connections:,} connections, {tally.ended:,} ended by the server with a word, "
        f"{tally.given_up:,} left waiting for a literal; {len(problems) or 'nothing'} found"
    )
    return len(problems)


@contextmanager
def _chosen(target_file: Path | None) -> Iterator[tuple[Target, Server | None]]:
    if target_file is not None:
        yield read_target(target_file), None
        return
    with served() as server:
        yield server.target, server


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("protocol", type=click.Choice(list(PROTOCOLS)))
@click.option("--commands", type=click.IntRange(1), default=20_000, show_default=True, help="Of each protocol.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed makes the same bursts.")
@click.option("--connections", type=click.IntRange(1, 64), default=6, show_default=True, help="At a time.")
@click.option("--target", "target_file", type=click.Path(dir_okay=False, path_type=Path), help="A target profile.")
def main(protocol: str, commands: int, seed: int, connections: int, target_file: Path | None) -> None:
    """Send mutated sessions and see whether the server stands."""
    found = 0
    try:
        for each in PROTOCOLS[protocol]:
            with _chosen(target_file) as (target, server):
                found += run(each, target, server, commands=commands, seed=seed, connections=connections)
    except UnreachableError as error:
        click.echo(f"fuzz: {error}", err=True)
        sys.exit(3)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
