"""Time is injected: the server never reads the wall clock, so that tests can move it."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What a service may ask about time."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds that never run backwards, for intervals and time-outs."""


class SystemClock:
    """The machine's own clock: built once, in `app`, and handed down."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        from time import monotonic

        return monotonic()


class ManualClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._monotonic = 0.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Move both hands forward by `seconds`."""
        from datetime import timedelta

        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds
