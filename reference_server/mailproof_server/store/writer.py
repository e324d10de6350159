"""Group commit: one thread that turns many small pieces of work into few durable transactions.

Theory
------
* One writer per process, with a connection of its own. It takes what is queued, at most 128 units, and commits them
  together. There is no timer: a batch is what arrived during the last COMMIT, so a lone unit never waits.
* BEGIN IMMEDIATE; each unit in a SAVEPOINT; COMMIT; then every future of the batch, in one call into the event loop.
  Nobody hears of success before COMMIT has returned, and with synchronous=FULL that means: before it is on the disk.
* A unit that raises is rolled back to its savepoint and its caller gets the exception; the others commit. A unit alone
  in its batch needs no savepoint: the transaction is its own.
* When the disk is full or fails, the whole batch is rolled back and every caller gets Unavailable; the writer lives on.
* Other processes write to the same store. While one of them holds the lock, BEGIN is tried again with short, growing
  pauses, up to a limit: then Unavailable.
"""

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Generic, Protocol, TypeVar

from mailproof_server.model.errors import Unavailable
from mailproof_server.model.ids import AccountId, Modseq

log = logging.getLogger(__name__)

MAX_BATCH = 128
BUSY_LIMIT_S = 10.0
_FIRST_PAUSE_S = 0.0002
_LONGEST_PAUSE_S = 0.005

# What makes the whole transaction worthless, not only the unit that met it: the disk, or who else uses it, says no.
_FATAL = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
}


class Work(Protocol):
    """What the writer needs to know of a transaction: which accounts it has changed."""

    touched: dict[AccountId, Modseq]


TransactionT = TypeVar("TransactionT", bound=Work)


@dataclass(slots=True)
class WriterCounters:
    """Since the start; read them at any time."""

    commits: int = 0
    units: int = 0
    """Committed units of work."""
    biggest_batch: int = 0
    failed_units: int = 0
    """Units that raised, or were lost with their batch."""
    busy_waits: int = 0
    """Times that another process held the lock."""


@dataclass(slots=True)
class _Unit(Generic[TransactionT]):
    work: Callable[[TransactionT], Any]
    future: "asyncio.Future[Any]"
    value: Any = None
    problem: BaseException | None = None


class GroupWriter(Generic[TransactionT]):
    """The writing thread of one store."""

    def __init__(
        self,
        connect: Callable[[], sqlite3.Connection],
        begin: Callable[[sqlite3.Connection], TransactionT],
        committed: Callable[[Mapping[AccountId, Modseq]], None],
        *,
        busy_limit_s: float = BUSY_LIMIT_S,
    ) -> None:
        """`begin` makes the transaction object of one unit; `committed` is called on the event loop after a COMMIT that
        changed accounts, with the newest modseq of each. `connect` must give a connection that reports a lock at once.
        """
        self.counters = WriterCounters()
        self._connect = connect
        self._begin = begin
        self._committed = committed
        self._busy_limit_s = busy_limit_s
        self._queue: SimpleQueue[_Unit[TransactionT] | None] = SimpleQueue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None

    def start(self) -> None:
        """Start the thread; call it on the event loop that will submit."""
        self._loop = asyncio.get_running_loop()
        self._thread = Thread(target=self._run, args=(self._connect(),), name="store-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[TransactionT], Any]) -> "asyncio.Future[Any]":
        """Queue a unit; its future is done after COMMIT. Raises Unavailable when the writer is not running."""
        if self._loop is None:
            raise Unavailable("the store is closed")
        unit = _Unit(work, self._loop.create_future())
        self._queue.put(unit)
        return unit.future

    async def stop(self) -> None:
        """Take nothing more, commit what was accepted, end the thread."""
        thread, self._thread, self._loop = self._thread, None, None
        if thread is not None:
            self._queue.put(None)
            await asyncio.to_thread(thread.join)

    # -- the thread --------------------------------------------------------------------------------------------------
    def _run(self, db: sqlite3.Connection) -> None:
        loop = self._loop
        try:
            while (first := self._queue.get()) is not None and loop is not None:
                batch = [first]
                last = False
                while len(batch) < MAX_BATCH and not last:
                    try:
                        unit = self._queue.get_nowait()
                    except Empty:
                        break
                    last = unit is None
                    if unit is not None:
                        batch.append(unit)
                touched = self._commit(db, batch)
                loop.call_soon_threadsafe(self._resolve, batch, touched)
                if last:
                    break
        finally:
            db.close()

    def _commit(self, db: sqlite3.Connection, batch: list[_Unit[TransactionT]]) -> dict[AccountId, Modseq]:
        touched: dict[AccountId, Modseq] = {}
        try:
            self._lock(db)
            for unit in batch:
                self._perform(db, unit, touched, alone=len(batch) == 1)
            if db.in_transaction:
                db.execute("COMMIT")
        except (sqlite3.Error, Unavailable) as problem:
            log.error("a batch of %d was rolled back: %s", len(batch), problem)
            if db.in_transaction:
                db.execute("ROLLBACK")
            for unit in batch:
                unit.problem = unit.problem or Unavailable("the store cannot write now")
            self.counters.failed_units += len(batch)
            return {}
        failed = sum(unit.problem is not None for unit in batch)
        self.counters.commits += 1
        self.counters.units += len(batch) - failed
        self.counters.failed_units += failed
        self.counters.biggest_batch = max(self.counters.biggest_batch, len(batch))
        return touched

    def _perform(
        self, db: sqlite3.Connection, unit: _Unit[TransactionT], touched: dict[AccountId, Modseq], *, alone: bool
    ) -> None:
        """Run one unit; raises only what dooms the batch."""
        transaction = self._begin(db)
        try:
            if not alone:
                db.execute("SAVEPOINT unit")
            unit.value = unit.work(transaction)
            if not alone:
                db.execute("RELEASE unit")
        except Exception as problem:
            if not db.in_transaction or _code(problem) in _FATAL:
                raise Unavailable(f"the disk: {problem}") from problem
            unit.problem = problem
            db.execute("ROLLBACK" if alone else "ROLLBACK TO unit")
            if not alone:
                db.execute("RELEASE unit")
        else:
            touched.update(transaction.touched)

    def _lock(self, db: sqlite3.Connection) -> None:
        waited_s, pause_s = 0.0, _FIRST_PAUSE_S
        while True:
            try:
                db.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as problem:
                if _code(problem) != sqlite3.SQLITE_BUSY or waited_s >= self._busy_limit_s:
                    raise
                self.counters.busy_waits += 1
                time.sleep(pause_s)
                waited_s += pause_s
                pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
            else:
                return

    # -- the event loop ----------------------------------------------------------------------------------------------
    def _resolve(self, batch: list[_Unit[TransactionT]], touched: Mapping[AccountId, Modseq]) -> None:
        for unit in batch:
            # A caller that was cancelled meanwhile has let go of its future; its work is committed all the same.
            if unit.future.done():
                continue
            if unit.problem is not None:
                unit.future.set_exception(unit.problem)
            else:
                unit.future.set_result(unit.value)
        if touched:
            self._committed(touched)


def _code(problem: BaseException) -> int | None:
    """The primary SQLite result code."""
    code = getattr(problem, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF
