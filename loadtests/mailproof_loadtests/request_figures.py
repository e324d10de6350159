"""Locust's figures (`--json-file`), merged and asked: counts, failures, percentiles."""

from __future__ import annotations

import fnmatch
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

NOT_OPERATIONS = ("check", "checkpoint", "step")
"""Methods of events that are no operation of a user's: they count in no budget that does not name them."""


@dataclass(slots=True)
class Figures:
    """Of one kind of request, or of several merged. Times in milliseconds."""

    name: str
    count: int = 0
    failures: int = 0
    octets: int = 0
    began: float = 0.0
    ended: float = 0.0
    times: Counter[int] = field(default_factory=Counter)

    @property
    def seconds(self) -> float:
        """From the first to the last."""
        return max(self.ended - self.began, 0.001)

    @property
    def per_s(self) -> float:
        return self.count / self.seconds

    @property
    def error_rate(self) -> float:
        return self.failures / self.count if self.count else 0.0

    def percentile_ms(self, share: float) -> float:
        """The time within which this share of the requests was done."""
        return percentile(self.times, share)


def percentile(times: Mapping[int, int], share: float) -> float:
    """Of a histogram of milliseconds."""
    total, passed = sum(times.values()), 0
    for time_ms in sorted(times):
        passed += times[time_ms]
        if passed >= total * share:
            return float(time_ms)
    return 0.0


def read_figures(path: Path) -> list[Figures]:
    """By kind of request, in order of their names; none when Locust left no file."""
    if not path.is_file():
        return []
    return sorted((figures_of(entry) for entry in msgspec.json.decode(path.read_bytes())), key=lambda each: each.name)


def figures_of(entry: Mapping[str, Any]) -> Figures:
    """One entry of Locust's JSON."""
    return Figures(
        f"{entry['method']} {entry['name']}",
        entry["num_requests"],
        entry["num_failures"],
        entry["total_content_length"],
        entry["start_time"],
        entry["last_request_timestamp"] or entry["start_time"],
        Counter({int(time_ms): count for time_ms, count in entry["response_times"].items()}),
    )


def merged(name: str, some: Iterable[Figures]) -> Figures:
    """All as one."""
    total = Figures(name)
    for each in some:
        total.count += each.count
        total.failures += each.failures
        total.octets += each.octets
        total.times.update(each.times)
        total.began = min(total.began or each.began, each.began)
        total.ended = max(total.ended, each.ended)
    return total


def operations(some: Iterable[Figures], pattern: str = "*") -> list[Figures]:
    """Those whose name matches; what is no operation only when the pattern begins with its method."""
    return [
        each
        for each in some
        if fnmatch.fnmatchcase(each.name, pattern)
        and (each.name.split(" ")[0] not in NOT_OPERATIONS or pattern.startswith(each.name.split(" ")[0]))
    ]
