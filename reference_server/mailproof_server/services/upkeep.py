"""Chores that nobody waits for, such as pruning the change log: each is run in turn, again and again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from mailproof_server.model.errors import Unavailable

log = logging.getLogger(__name__)

Chore = Callable[[], Awaitable[object]]
"""Does what is due now. Every worker process runs it, so it must be harmless when another has just done it."""


class Upkeep:
    """One runner per worker process.

    `interval_s`: the pause between two rounds; 0: no rounds at all, `run_once` is left to the caller.
    """

    def __init__(self, chores: Sequence[Chore], interval_s: float) -> None:
        self._chores = chores
        self._interval_s = interval_s
        self._stopping = asyncio.Event()
        self._runner: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin; the store is open."""
        if self._interval_s > 0:
            self._stopping.clear()
            self._runner = asyncio.create_task(self._run(), name="upkeep")

    async def stop(self) -> None:
        """Let the chore in hand end, and begin no other."""
        runner, self._runner = self._runner, None
        if runner is not None:
            self._stopping.set()
            await runner

    async def run_once(self) -> None:
        """Every chore, one after the other; what one of them meets is logged and keeps no other from its turn."""
        for chore in self._chores:
            if self._stopping.is_set():
                return
            try:
                await chore()
            except Unavailable:
                log.info("upkeep_store_unavailable")
            except Exception:  # a bug in one chore: the next round is run all the same
                log.exception("upkeep_failed")

    async def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                await asyncio.wait_for(self._stopping.wait(), self._interval_s)
            except TimeoutError:
                pass  # a round is due
            await self.run_once()
