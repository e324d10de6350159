"""What `find_the_limit` leaves behind: its steps, and where the knee is. Read outside of Locust's process, too."""

from __future__ import annotations

from pathlib import Path

import msgspec

LIMIT_NAME = "limit.json"


class Step(msgspec.Struct):
    """What one step showed."""

    users: int
    per_s: float
    p95_ms: float
    error_rate: float
    missed: list[str] = []


class Limit(msgspec.Struct):
    """All steps; the knee is the last one that kept the budget, None when the first broke it."""

    steps: list[Step] = []

    @property
    def knee(self) -> Step | None:
        kept = [each for each in self.steps if not each.missed]
        return kept[-1] if kept else None

    @property
    def is_found(self) -> bool:
        """False: the highest step kept the budget, so the limit is beyond."""
        return bool(self.steps and self.steps[-1].missed)


def read_limit(folder: Path) -> Limit | None:
    """None when no step has ended."""
    path = folder / LIMIT_NAME
    return msgspec.json.decode(path.read_bytes(), type=Limit) if path.is_file() else None
