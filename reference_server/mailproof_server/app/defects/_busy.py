"""How defects of the load kind know that there is load: work under way at the same time, or every so many calls."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager


class Busy:
    """Counts the work under way on each thing."""

    def __init__(self) -> None:
        self._under_way: Counter[Hashable] = Counter()

    @contextmanager
    def on(self, thing: Hashable) -> Iterator[bool]:
        """For the time of the work; whether other work on the same thing was under way when it began."""
        self._under_way[thing] += 1
        try:
            yield self._under_way[thing] > 1
        finally:
            self._under_way[thing] -= 1


def every(number: int) -> Callable[[], bool]:
    """A question that is answered with yes every so many times."""
    asked = 0

    def is_due() -> bool:
        nonlocal asked
        asked += 1
        return asked % number == 0

    return is_due
