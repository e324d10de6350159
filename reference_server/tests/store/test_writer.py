"""Group commit on SQLite: batches, savepoints, a full or failing disk, another process that holds the lock."""

import asyncio
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from mailproof_server.model.errors import Unavailable
from mailproof_server.model.ids import AccountId, Modseq
from mailproof_server.store.sqlite.connect import connect
from mailproof_server.store.writer import MAX_BATCH, GroupWriter


class Rows:
    """The smallest transaction: rows of one table."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self.touched: dict[AccountId, Modseq] = {}

    def add(self, value: object) -> None:
        self.db.execute("INSERT INTO numbers VALUES (?)", (value,))


Work = Callable[[Rows], Any]


class Desk:
    """A writer on a table of its own, driven from plain functions."""

    def __init__(self, path: Path, runner: asyncio.Runner, pragma: str = "", busy_limit_s: float = 10.0) -> None:
        self.path = path
        self.runner = runner
        self.published: list[dict[AccountId, Modseq]] = []
        with connect(path, busy_timeout_ms=0) as db:
            db.execute("CREATE TABLE IF NOT EXISTS numbers (value UNIQUE)")
        db.close()

        def open_() -> sqlite3.Connection:
            db = connect(path, busy_timeout_ms=0)
            db.execute(pragma)
            return db

        self.writer = GroupWriter(
            open_, Rows, lambda each: self.published.append(dict(each)), busy_limit_s=busy_limit_s
        )
        runner.run(self._start())

    async def _start(self) -> None:
        self.writer.start()

    def together(self, *works: Work) -> list[Any]:
        """Submit all before the writer can look: the first holds it up until the others are queued."""
        queued = Event()

        def first(rows: Rows) -> None:
            assert queued.wait(30)

        async def scene() -> list[Any]:
            futures = [self.writer.submit(work) for work in (first, *works)]
            queued.set()
            return await asyncio.gather(*futures, return_exceptions=True)

        return self.runner.run(scene())[1:]

    def one(self, work: Work) -> Any:
        async def scene() -> Any:
            return await self.writer.submit(work)

        return self.runner.run(scene())

    def values(self) -> list[Any]:
        db = sqlite3.connect(self.path)
        try:
            return [value for (value,) in db.execute("SELECT value FROM numbers ORDER BY rowid")]
        finally:
            db.close()


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as opened:
        yield opened


@contextmanager
def desk_at(path: Path, runner: asyncio.Runner, **options: Any) -> Iterator[Desk]:
    desk = Desk(path / "numbers.sqlite3", runner, **options)
    try:
        yield desk
    finally:
        runner.run(desk.writer.stop())


@pytest.fixture
def desk(tmp_path: Path, runner: asyncio.Runner) -> Iterator[Desk]:
    with desk_at(tmp_path, runner) as opened:
        yield opened


def adding(value: object) -> Work:
    return lambda rows: rows.add(value)


def test_what_waits_is_committed_together(desk: Desk) -> None:
    desk.together(*map(adding, range(300)))
    assert desk.values() == list(range(300))
    counters = desk.writer.counters
    assert counters.biggest_batch == MAX_BATCH
    assert counters.units == 301
    assert counters.commits in {3, 4}, "the first alone or with what had been queued already, then full batches"


def test_a_failing_unit_is_undone_alone(desk: Desk) -> None:
    def half(rows: Rows) -> None:
        rows.add("half")
        rows.add(1)

    def interrupt(rows: Rows) -> None:
        rows.add("interrupted")
        raise LookupError("mine")

    outcomes = desk.together(adding(1), half, adding(2), interrupt, adding(3))
    assert [type(each) for each in outcomes] == [
        type(None),
        sqlite3.IntegrityError,
        type(None),
        LookupError,
        type(None),
    ]
    assert desk.values() == [1, 2, 3]
    for work, problem in ((half, sqlite3.IntegrityError), (interrupt, LookupError)):
        with pytest.raises(problem):
            desk.one(work)
    assert desk.values() == [1, 2, 3]
    assert desk.writer.counters.failed_units == 4


def test_whatever_a_unit_raises_reaches_its_caller_and_the_writer_lives_on(desk: Desk) -> None:
    def raising(problem: BaseException) -> Work:
        def work(rows: Rows) -> None:
            rows.add("lost")
            raise problem

        return work

    outcomes = desk.together(raising(StopIteration()), raising(GeneratorExit()), adding(1))
    assert [type(each) for each in outcomes] == [RuntimeError, GeneratorExit, type(None)]
    assert desk.values() == [1]


def test_a_connection_that_cannot_roll_back_is_replaced(tmp_path: Path, runner: asyncio.Runner) -> None:
    with desk_at(tmp_path, runner) as desk:

        def vandal(rows: Rows) -> None:
            rows.add("lost")
            rows.db.close()

        outcomes = desk.together(adding("lost too"), vandal)
        assert [type(each) for each in outcomes] == [Unavailable] * 2
        desk.one(adding("found"))
        assert desk.values() == ["found"]


def test_a_writer_stopped_at_once_still_commits_what_it_took(desk: Desk) -> None:
    async def scene() -> None:
        await desk.writer.stop()
        desk.writer.start()
        future = desk.writer.submit(adding("just in time"))
        await desk.writer.stop()
        await future

    desk.runner.run(scene())
    assert desk.values() == ["just in time"]


def test_nobody_hears_of_success_before_the_commit(desk: Desk) -> None:
    seen: list[list[Any]] = []

    async def scene() -> None:
        futures = [desk.writer.submit(adding(n)) for n in range(10)]
        for future in futures:
            future.add_done_callback(lambda _: seen.append(desk.values()))
        await asyncio.gather(*futures)

    desk.runner.run(scene())
    assert len(seen) == 10
    for values in seen:
        assert values[: len(seen)]
    assert all(n in values for n, values in enumerate(seen))


def test_changed_accounts_are_published_once_per_commit_with_their_newest_modseq(desk: Desk) -> None:
    def touch(account: int, modseq: int, *, fail: bool = False) -> Work:
        def work(rows: Rows) -> None:
            rows.touched[AccountId(account)] = Modseq(modseq)
            if fail:
                raise LookupError

        return work

    desk.together(touch(1, 5), touch(2, 9), touch(1, 6), touch(3, 1, fail=True), adding("untouched"))
    merged: dict[AccountId, Modseq] = {}
    for each in desk.published:
        merged.update(each)
    assert merged == {1: 6, 2: 9}
    assert len(desk.published) <= 2


def test_a_full_disk_refuses_the_batch_and_the_writer_lives_on(tmp_path: Path, runner: asyncio.Runner) -> None:
    with desk_at(tmp_path, runner, pragma="PRAGMA max_page_count = 100") as desk:
        desk.one(adding("before"))
        outcomes = desk.together(adding("small"), adding(b"x" * 1_000_000), adding("never reached"))
        assert [type(each) for each in outcomes] == [Unavailable] * 3
        assert desk.values() == ["before"]
        desk.one(adding("after"))
        assert desk.values() == ["before", "after"]
        with pytest.raises(Unavailable):
            desk.one(adding(b"x" * 1_000_000))
        assert desk.values() == ["before", "after"]


def test_a_failing_disk_refuses_the_batch_and_the_writer_lives_on(desk: Desk) -> None:
    desk.one(adding("before"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    # The kernel now refuses to let any file grow past two megabytes: SQLite meets an error when it writes.
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, hard))
    try:
        outcomes = desk.together(adding("small"), adding(b"x" * 5_000_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [type(each) for each in outcomes] == [Unavailable] * 2
    assert desk.values() == ["before"]
    desk.one(adding("after"))
    assert desk.values() == ["before", "after"]


def test_the_writer_waits_for_another_process_and_then_goes_on(desk: Desk) -> None:
    other = sqlite3.connect(desk.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    async def scene() -> None:
        future = desk.writer.submit(adding(1))
        while not desk.writer.counters.busy_waits:  # noqa: ASYNC110 -- a thread raises it, which sets no asyncio event
            await asyncio.sleep(0.001)
        assert not future.done()
        other.execute("COMMIT")
        await future

    desk.runner.run(scene())
    other.close()
    assert desk.values() == [1]


def test_the_writer_does_not_wait_for_ever(tmp_path: Path, runner: asyncio.Runner) -> None:
    with desk_at(tmp_path, runner, busy_limit_s=0.05) as desk:
        other = sqlite3.connect(desk.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert [type(each) for each in desk.together(adding(1), adding(2))] == [Unavailable] * 2
        other.execute("COMMIT")
        other.close()
        desk.one(adding(3))
        assert desk.values() == [3]


def test_stopping_commits_what_was_accepted(desk: Desk) -> None:
    async def scene() -> None:
        futures = [desk.writer.submit(adding(n)) for n in range(400)]
        await desk.writer.stop()
        assert all(future.done() for future in futures)
        with pytest.raises(Unavailable):
            desk.writer.submit(adding("late"))

    desk.runner.run(scene())
    assert desk.values() == list(range(400))
