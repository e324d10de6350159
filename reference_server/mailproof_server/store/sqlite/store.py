"""The store on SQLite: one database file, one writer, readers on snapshots of their own.

Quick reads run on the event loop's thread with one cached connection: they take microseconds, and a hop to a thread
costs more. Slow reads run in a few threads. Either way a read is one transaction, so it sees one snapshot.
"""

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TypeVar

from mailproof_server.model.errors import Unavailable
from mailproof_server.store.base import Transaction, View
from mailproof_server.store.changelog import Changelog
from mailproof_server.store.migrate import migrate, shipped
from mailproof_server.store.sqlite.connect import connect, prepare_directory, prepare_file
from mailproof_server.store.sqlite.uid_cache import UidCache
from mailproof_server.store.sqlite.view import SqliteTransaction, SqliteView
from mailproof_server.store.writer import BatchObserver, GroupWriter, WriterCounters, is_outage

T = TypeVar("T")

DATABASE = "store.sqlite3"
_READ_TIMEOUT_MS = 10_000
_SLOW_READERS = 2
_READER_CACHE_KIB = 64 * 1024
_WRITER_CACHE_KIB = 32 * 1024


class SqliteStore:
    """A `Store` in a directory of its own. Many processes may open the same one."""

    def __init__(self, data_directory: Path, *, observe: BatchObserver = lambda committed, failed: None) -> None:
        """`observe`: told of each batch of the group commit, in the writer's thread."""
        self._directory = data_directory
        self._path = data_directory / DATABASE
        self._uid_cache = UidCache()
        self._changelog = Changelog(data_directory / "run")
        self._writer: GroupWriter[SqliteTransaction] = GroupWriter(
            lambda: connect(self._path, busy_timeout_ms=0, cache_kib=_WRITER_CACHE_KIB),
            lambda db: SqliteTransaction(db, self._uid_cache),
            self._changelog.publish,
            observe=observe,
        )
        self._reader: sqlite3.Connection | None = None
        self._slow: ThreadPoolExecutor | None = None
        self._slow_readers: SimpleQueue[sqlite3.Connection] = SimpleQueue()

    @property
    def feed(self) -> Changelog:
        return self._changelog

    @property
    def writer_counters(self) -> WriterCounters:
        """How the group commit goes, for metrics."""
        return self._writer.counters

    async def open(self) -> None:
        """Create or migrate the database, then start. Raises NewerStoreError, or OSError for an unusable directory."""
        await asyncio.to_thread(self._prepare)
        self._reader = connect(self._path, busy_timeout_ms=_READ_TIMEOUT_MS, cache_kib=_READER_CACHE_KIB)
        self._slow = ThreadPoolExecutor(_SLOW_READERS, "store-reader")
        self._changelog.open()
        self._writer.start()

    async def close(self) -> None:
        """Finish what was accepted, then stop. Closing twice is harmless."""
        await self._writer.stop()
        self._changelog.close()
        slow, self._slow = self._slow, None
        if slow is not None:
            await asyncio.to_thread(slow.shutdown)
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.close()
        while not self._slow_readers.empty():
            self._slow_readers.get().close()

    async def read(self, work: Callable[[View], T], *, slow: bool = False) -> T:
        if self._reader is None or self._slow is None:
            raise Unavailable("the store is closed")
        if slow:
            return await asyncio.get_running_loop().run_in_executor(self._slow, self._read_slowly, work)
        return self._read(self._reader, work)

    async def write(self, work: Callable[[Transaction], T]) -> T:
        value: T = await self._writer.submit(work)
        return value

    # -- parts -------------------------------------------------------------------------------------------------------
    def _prepare(self) -> None:
        prepare_directory(self._directory)
        prepare_directory(self._directory / "run")
        with _only_one(self._directory / "run" / "opening"):
            prepare_file(self._path)
            db = connect(self._path, busy_timeout_ms=_READ_TIMEOUT_MS)
            try:
                migrate(db, shipped("sqlite"))
            finally:
                db.close()

    def _read(self, db: sqlite3.Connection, work: Callable[[View], T]) -> T:
        try:
            db.execute("BEGIN")
            try:
                return work(SqliteView(db, self._uid_cache))
            finally:
                db.execute("ROLLBACK")
        except sqlite3.Error as problem:
            if is_outage(problem):
                raise Unavailable("the store cannot be read now") from problem
            raise

    def _read_slowly(self, work: Callable[[View], T]) -> T:
        try:
            db = self._slow_readers.get_nowait()
        except Empty:
            db = connect(self._path, busy_timeout_ms=_READ_TIMEOUT_MS)
        try:
            return self._read(db, work)
        finally:
            self._slow_readers.put(db)


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    """One process at a time; the lock goes with the process, so a killed one leaves nothing to clear away."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
