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
_LONGEST_PAUSE_S = 0.001

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


BatchObserver = Callable[[int, int], None]
"""Told of each batch: units committed, units failed."""
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
        observe: BatchObserver = lambda committed, failed: None,
    ) -> None:
        """`begin` makes the transaction object of one unit; `committed` is called on the event loop after a COMMIT that
        changed accounts, with the newest modseq of each. `connect` must give a connection that reports a lock at once.
        `observe` is called in the writer's thread after each batch.
        """
        self._observe = observe
        self.counters = WriterCounters()
        self._connect = connect
        self._begin = begin
        self._committed = committed
        self._busy_limit_s = busy_limit_s
        self._queue: SimpleQueue[_Unit[TransactionT] | None] = SimpleQueue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._db: sqlite3.Connection | None = None

    def start(self) -> None:
        """Connect and start the thread; call it on the event loop that will submit. Raises sqlite3.Error."""
        self._db = self._connect()
        self._loop = asyncio.get_running_loop()
        self._thread = Thread(target=self._run, args=(self._loop,), name="store-writer", daemon=True)
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
    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        last = False
        while not last:
            batch, last = self._next_batch()
            if batch:
                touched = self._commit(batch)
                try:
                    loop.call_soon_threadsafe(self._resolve, batch, touched)
                except RuntimeError:
                    # The loop was closed without closing the store: nobody is left to tell.
                    log.error("the event loop is gone; the store writes no more")
                    last = True
        self._disconnect()

    def _next_batch(self) -> tuple[list[_Unit[TransactionT]], bool]:
        """Wait for a unit and take what stands behind it; and whether the end of the queue was met."""
        unit = self._queue.get()
        batch: list[_Unit[TransactionT]] = []
        while unit is not None:
            batch.append(unit)
            if len(batch) == MAX_BATCH:
                return batch, False
            try:
                unit = self._queue.get_nowait()
            except Empty:
                return batch, False
        return batch, True

    def _commit(self, batch: list[_Unit[TransactionT]]) -> dict[AccountId, Modseq]:
        touched: dict[AccountId, Modseq] = {}
        try:
            db = self._locked()
            for unit in batch:
                self._perform(db, unit, touched, alone=len(batch) == 1)
            if db.in_transaction:
                db.execute("COMMIT")
        except (sqlite3.Error, Unavailable) as problem:
            log.error("a batch of %d was rolled back: %s", len(batch), problem)
            self._roll_back()
            for unit in batch:
                unit.problem = unit.problem or Unavailable("the store cannot write now")
            self.counters.failed_units += len(batch)
            self._observe(0, len(batch))
            return {}
        failed = sum(unit.problem is not None for unit in batch)
        self.counters.commits += 1
        self.counters.units += len(batch) - failed
        self.counters.failed_units += failed
        self.counters.biggest_batch = max(self.counters.biggest_batch, len(batch))
        self._observe(len(batch) - failed, failed)
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
        except BaseException as problem:
            if not db.in_transaction or is_outage(problem):
                raise Unavailable(f"the disk: {problem}") from problem
            unit.problem = problem
            db.execute("ROLLBACK" if alone else "ROLLBACK TO unit")
            if not alone:
                db.execute("RELEASE unit")
        else:
            touched.update(transaction.touched)

    def _locked(self) -> sqlite3.Connection:
        """The connection, in a transaction that may write."""
        if self._db is None:
            self._db = self._connect()
        waited_s, pause_s = 0.0, _FIRST_PAUSE_S
        while True:
            try:
                self._db.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as problem:
                if result_code(problem) != sqlite3.SQLITE_BUSY or waited_s >= self._busy_limit_s:
                    raise
                self.counters.busy_waits += 1
                time.sleep(pause_s)
                waited_s += pause_s
                pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
            else:
                return self._db

    def _roll_back(self) -> None:
        try:
            if self._db is not None and self._db.in_transaction:
                self._db.execute("ROLLBACK")
        except sqlite3.Error as problem:
            # Closing rolls back as well; the next batch begins on a new connection.
            log.error("the store's connection is given up: %s", problem)
            self._disconnect()

    def _disconnect(self) -> None:
        db, self._db = self._db, None
        if db is not None:
            db.close()

    # -- the event loop ----------------------------------------------------------------------------------------------
    def _resolve(self, batch: list[_Unit[TransactionT]], touched: Mapping[AccountId, Modseq]) -> None:
        for unit in batch:
            # A caller that was cancelled meanwhile has let go of its future; its work is committed all the same.
            if unit.future.done():
                continue
            if unit.problem is None:
                unit.future.set_result(unit.value)
            elif isinstance(unit.problem, StopIteration):
                # A future cannot carry it, since it would end the generator that awaits.
                unit.future.set_exception(RuntimeError("the work raised StopIteration"))
            else:
                unit.future.set_exception(unit.problem)
        if touched:
            self._committed(touched)


def is_outage(problem: BaseException) -> bool:
    """Whether the disk or whoever shares it is at fault, not what was asked for."""
    return result_code(problem) in _FATAL


def result_code(problem: BaseException) -> int | None:
    """The primary SQLite result code."""
    code = getattr(problem, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF
