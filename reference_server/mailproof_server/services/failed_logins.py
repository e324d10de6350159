"""Counting failed sign-ins by address and by login, within a sliding window, in bounded memory."""

from collections import OrderedDict, deque

from mailproof_server.model.clock import Clock

MAX_KEYS = 100_000
"""Addresses or logins remembered; beyond it the longest quiet ones are forgotten."""


class FailureWindow:
    """Failures of the last `window_s` seconds per key, at most `limit` remembered."""

    def __init__(self, clock: Clock, limit: int, window_s: float) -> None:
        self._clock = clock
        self._limit = limit
        self._window_s = window_s
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()

    def count(self, key: str) -> int:
        """Failures that still count."""
        failures = self._failures.get(key)
        if failures is None:
            return 0
        oldest = self._clock.monotonic() - self._window_s
        while failures and failures[0] <= oldest:
            failures.popleft()
        if not failures:
            del self._failures[key]
        return len(failures)

    def is_exhausted(self, key: str) -> bool:
        return self.count(key) >= self._limit

    def add(self, key: str) -> int:
        """Note one; returns how many there are now."""
        failures = self._failures.setdefault(key, deque(maxlen=max(self._limit, 1)))
        failures.append(self._clock.monotonic())
        self._failures.move_to_end(key)
        if len(self._failures) > MAX_KEYS:
            self._failures.popitem(last=False)
        return self.count(key)

    def forget(self, key: str) -> None:
        self._failures.pop(key, None)
