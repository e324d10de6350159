"""What the server tells of its store: commits, units of work and how many of them one commit takes (/metrics)."""

from __future__ import annotations

import urllib.request
from dataclasses import dataclass
from urllib.error import URLError

_TIMEOUT_S = 2.0


@dataclass(frozen=True, slots=True)
class StoreCounters:
    """Since the server's start."""

    commits: float = 0.0
    units: float = 0.0
    failed: float = 0.0

    @property
    def units_per_commit(self) -> float:
        return self.units / self.commits if self.commits else 0.0


def since(before: StoreCounters, after: StoreCounters) -> StoreCounters:
    """What happened between two readings."""
    return StoreCounters(after.commits - before.commits, after.units - before.units, after.failed - before.failed)


def read_store(url: str) -> StoreCounters | None:
    """Ask once; None when there are no such metrics."""
    if not url:
        return None
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT_S) as answer:  # noqa: S310 -- a URL of our own making
            return parse(answer.read().decode())
    except (URLError, TimeoutError, ConnectionError):
        return None


def parse(text: str) -> StoreCounters:
    """From the text format of Prometheus."""
    values = {}
    for line in text.splitlines():
        name, _, value = line.rpartition(" ")
        if name and not line.startswith("#"):
            values[name] = float(value)
    return StoreCounters(
        values.get("mailproof_store_batch_units_count", 0.0),
        values.get("mailproof_store_batch_units_sum", 0.0),
        values.get("mailproof_store_failed_units_total", 0.0),
    )
