"""What every process of a run knows: the target, the place for shared files, who it is among the workers.

The process that owns the run opens the target once (`open_target`): it starts the reference server when no target is
given, sees that the endpoints answer, asks for capabilities, and looks for what older runs left behind. Workers get
the outcome through files in the run's own folder, so that a target is never asked twice.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from mailproof_suites.capabilities import Capabilities, probe
from mailproof_suites.clients.errors import TlsRefused
from mailproof_suites.control.hook import ControlError, Hook
from mailproof_suites.control.reference import ReferenceServer
from mailproof_suites.janitor import inspect_accounts
from mailproof_suites.requirements import catalogue
from mailproof_suites.targets import ConfigError, Deviation, Target, load_baseline, load_profile

CONTEXT: pytest.StashKey[Context] = pytest.StashKey()
"""Where pytest's config keeps the Context of this process."""
_CAPABILITIES = "capabilities.json"
_NEEDED = {"imap": {"imaps"}, "smtp": {"imaps", "smtps"}}
"""Area -> endpoints that its cases talk to; every other area may talk to all."""


@dataclass(slots=True)
class Context:
    """The run as one process sees it."""

    target: Target
    profile: Path
    run_dir: Path
    deviations: list[Deviation]
    worker: int = 0
    """Number of this worker, from 0."""
    worker_name: str = "main"
    force: bool = False
    corpus: Path | None = None
    server: ReferenceServer | None = None
    opened: bool = False
    _capabilities: Capabilities | None = field(default=None)

    @property
    def capabilities(self) -> Capabilities:
        """What the target advertises, asked once per run."""
        if self._capabilities is None:
            self._capabilities = Capabilities.load(self.run_dir / _CAPABILITIES)
        return self._capabilities

    def endpoints(self, areas: Iterable[str]) -> set[str]:
        """Names of the endpoints that a run of these areas talks to (all areas when empty), as far as present."""
        wanted: set[str] = set()
        for area in areas or ("all",):
            wanted |= _NEEDED.get(area, {"imaps", "smtps"})
        return {name for name in wanted if self.target.endpoint(name)}

    def open(self, areas: Iterable[str], workers: int) -> None:
        """See that the target is there and fit to be tested; only the owner of the run does this.

        Raises Unreachable, TlsRefused (environment) or ConfigError (refused password, foreign mail in our names). Where
        nothing but TLS is tested, a handshake that fails is for the cases to judge.
        """
        endpoints = self.endpoints(areas)
        try:
            self._capabilities = probe(self.target, endpoints)
        except TlsRefused as problem:
            if set(areas) != {"tls"}:
                raise
            self._capabilities = Capabilities(trouble=[str(problem)])
        self._capabilities.control = self.ask_control()
        self._capabilities.save(self.run_dir / _CAPABILITIES)
        if "imaps" in endpoints and set(areas) != {"tls"}:
            inspect_accounts(self.target, workers=workers, force=self.force)
        self.opened = True

    def control_hook(self) -> Hook | None:
        """The target's control program, not started yet; None when the profile names none."""
        control = self.target.control
        return None if control is None else Hook(control.command, self.profile.parent, control.timeout_s)

    def ask_control(self) -> list[str]:
        """What the control program can do. Raises ConfigError when it does not answer."""
        if (hook := self.control_hook()) is None:
            return []
        try:
            return hook.nouns()
        except ControlError as problem:
            raise ConfigError(f"target profile {self.profile}: [control] command: {problem}") from problem
        finally:
            hook.close()

    def to_worker(self) -> dict[str, Any]:
        """What a worker needs to know, as plain data."""
        return {"profile": str(self.profile), "run_dir": str(self.run_dir)}

    def close(self) -> None:
        """Stop the server that we started and remove the run's folder."""
        if self.server is not None:
            self.server.stop()
            self.server = None
        shutil.rmtree(self.run_dir, ignore_errors=True)


def begin(profile: Path | None, baseline: Path | None, *, force: bool, corpus: Path | None) -> Context:
    """The owner's context: reads the profile, or starts the reference server and reads the one that it writes.

    Raises ConfigError, ReferenceServerError.
    """
    run_dir = Path(tempfile.mkdtemp(prefix="mailproof-run-"))
    (run_dir / "locks").mkdir()
    with contextlib.ExitStack() as undo:
        undo.callback(shutil.rmtree, run_dir, ignore_errors=True)
        server = None
        if profile is None:
            deviations = known_deviations([], baseline)  # before a server is started for nothing
            server = ReferenceServer(run_dir)
            profile = server.start()
            undo.callback(server.stop)
        target = load_profile(profile)
        deviations = known_deviations(target.deviations, baseline)
        undo.pop_all()
    return Context(
        target=target,
        profile=profile.resolve(),
        run_dir=run_dir,
        deviations=deviations,
        force=force,
        corpus=corpus,
        server=server,
    )


def join(data: dict[str, Any], worker_name: str, baseline: Path | None, *, force: bool, corpus: Path | None) -> Context:
    """A worker's context, from what `Context.to_worker` of the owner gave."""
    target = load_profile(Path(data["profile"]))
    digits = "".join(char for char in worker_name if char.isdigit())
    return Context(
        target=target,
        profile=Path(data["profile"]),
        run_dir=Path(data["run_dir"]),
        deviations=known_deviations(target.deviations, baseline),
        worker=int(digits or 0),
        worker_name=worker_name,
        force=force,
        corpus=corpus,
    )


def known_deviations(own: list[Deviation], baseline: Path | None) -> list[Deviation]:
    """The profile's deviations and the baseline's. Raises ConfigError for a requirement that the catalogue lacks."""
    deviations = [*own, *(load_baseline(baseline) if baseline else [])]
    for deviation in deviations:
        if deviation.requirement and deviation.requirement not in catalogue():
            raise ConfigError(f"known deviation {deviation.requirement!r}: the catalogue has no such requirement")
    return deviations
