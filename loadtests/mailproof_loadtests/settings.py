"""What a load run is told: one file, written by whoever starts Locust and read by each of its processes."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

VARIABLE = "MAILPROOF_LOAD"
"""Names the file in the environment."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One run."""

    target: str
    """Path of the target profile."""
    scenario: str
    folder: str
    """Where the processes leave findings, counts of checks and the limit that was found."""
    token: str
    """Marks what this run makes, so that it can be told from the user's own mail and removed."""
    processes: int = 1
    users: int = 10
    run_time_s: float = 60.0
    seed: int = 1
    arrivals_per_s: float = 0.0
    """Open loop: operations begin at this rate, over all users, whether or not earlier ones have ended. 0: closed."""
    commands_per_s: float = 0.0
    """Politeness: at most so many operations a second over all users. 0: no cap."""
    staleness_s: float = 1.0
    """How long after its acknowledgement a change may be invisible on another connection."""
    delivery_s: float = 0.0
    """How long accepted mail may take to its inbox. 0: as long as the profile says."""
    wake_s: float = 5.0
    """How long an idling connection may wait for news."""
    checkpoint_s: float = 20.0
    """How often a user compares everything it was promised with what is there."""
    metrics_url: str = ""
    """The server's /metrics, where it has one."""
    budget: str = ""
    """Path of the budgets that `find_the_limit` steps against; empty: the ones that come along."""


def write_settings(settings: Settings, path: Path) -> None:
    """Write the file and name it in this process's environment, which its children inherit."""
    path.write_bytes(msgspec.json.encode(settings))
    os.environ[VARIABLE] = str(path)


def read_settings() -> Settings:
    """The settings of the run that this process belongs to. Raises LookupError when it belongs to none."""
    if VARIABLE not in os.environ:
        raise LookupError(f"{VARIABLE} is not set: this process belongs to no load run")
    return msgspec.json.decode(Path(os.environ[VARIABLE]).read_bytes(), type=Settings)
