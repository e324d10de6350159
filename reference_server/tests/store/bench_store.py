"""How fast the store is: `python -m tests.store.bench_store [DIRECTORY]` prints a line for each kind of work: how often
per second, milliseconds by the clock and of the processor for each.

Durable writes depend on the disk below DIRECTORY (default: a temporary one). Compare figures of one run only; on a
busy machine the processor's milliseconds are the better ones.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from mailproof_server.model.folder import Folder, FolderRole
from mailproof_server.model.item import Content, Flag, FlagAction, Flags, NewItem
from mailproof_server.model.query import All, BodyContains, HeaderContains, SortField, SortKey
from mailproof_server.store.base import Transaction, View
from mailproof_server.store.sqlite import SqliteStore
from tests.store.making import EVERYTHING, NOW, Driver, content

HEADERS = "".join(f"received:by mx{n}.example.test with esmtps id {n:040d}\n" for n in range(8))
WORDS = "the quick brown fox jumps over the lazy dog " * 220


def message(number: int, size_bytes: int) -> Content:
    """About what a real message becomes."""
    return content(
        b"x" * size_bytes,
        headers=f"{HEADERS}subject:message number {number}\nfrom:alice@example.test\nto:bob@example.test\n",
        body=WORDS[: size_bytes * 9 // 10],
        message_id=f"<{number}@example.test>",
        envelope=b"e" * 350,
        body_structure=b"s" * 200,
        structure=b"t" * 80,
        base_subject=f"MESSAGE NUMBER {number % 1000}",
    )


class Bench:
    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.owner = driver.account()
        self.root = driver.role(self.owner, FolderRole.ROOT)
        self.count = 0

    def folder(self, name: str, items: int, size_bytes: int) -> Folder:
        folder = self.driver.write(lambda tx: tx.create_folder(self.owner, self.root.id, name))
        for start in range(0, items, 500):
            batch = [NewItem(message(start + n, size_bytes)) for n in range(min(500, items - start))]
            self.driver.write(lambda tx, b=batch: tx.add_items(folder.id, b, NOW))
        return folder

    def adds(self, label: str, folder: Folder, writers: int, seconds: float, size_bytes: int) -> None:
        """So many tasks that each add one item, wait for the commit, and go on."""

        def add(_: int) -> Awaitable[Any]:
            self.count += 1
            items = [NewItem(message(self.count, size_bytes))]
            return self.driver.store.write(lambda tx: tx.add_items(folder.id, items, NOW))

        self.repeat(label, add, seconds, writers)

    def repeat(self, label: str, work: Callable[[int], Awaitable[Any]], seconds: float = 1.0, tasks: int = 1) -> None:
        done = 0

        async def one() -> None:
            nonlocal done
            while time.perf_counter() < end:
                done += 1
                await work(done)

        async def scene() -> None:
            await asyncio.gather(*(one() for _ in range(tasks)))

        start, busy = time.perf_counter(), time.process_time()
        end = start + seconds
        self.driver.run(scene())
        taken, busy = time.perf_counter() - start, time.process_time() - busy
        print(f"{label:44} {done / taken:9,.0f} /s {1000 * taken / done:9.3f} ms {1000 * busy / done:9.3f} cpu")

    def read(self, label: str, work: Callable[[View], Any]) -> None:
        self.repeat(label, lambda _: self.driver.store.read(work))

    def flags(self, label: str, folder: Folder, flag: Flag, *keywords: str, tasks: int = 1) -> None:
        def change(turn: int) -> Awaitable[Any]:
            action = FlagAction.ADD if turn % 2 else FlagAction.REMOVE
            flags = Flags(flag, frozenset(keywords))
            return self.driver.store.write(lambda tx: tx.set_flags(folder.id, EVERYTHING, action, flags))

        self.repeat(label, change, tasks=tasks)


def main() -> None:
    with (
        tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as directory,
        asyncio.Runner() as run,
    ):
        driver = Driver(SqliteStore(Path(directory)), run)
        driver.run(driver.store.open())
        measure(Bench(driver))
        driver.run(driver.store.close())


def measure(bench: Bench) -> None:
    small, thousand = bench.folder("100", 100, 10_000), bench.folder("1000", 1000, 10_000)
    ten, fifty = bench.folder("10000", 10_000, 1_000), bench.folder("50000", 50_000, 200)
    for writers in (1, 8, 128):
        bench.adds(f"add 8 KiB, durable, {writers} waiting", bench.folder(f"w{writers}", 0, 0), writers, 2, 8192)
    for _ in range(2):
        for label, folder in (("100", small), ("50,000", fifty)):
            bench.adds(f"append 1 KB at {label} items, 1 waiting", folder, 1, 1, 1000)
            bench.adds(f"append 1 KB at {label} items, 32 waiting", folder, 32, 1, 1000)

    async def no_change(_: int) -> None:
        await bench.driver.store.write(lambda tx: tx.domains())

    bench.repeat("write that changes nothing", no_change)
    bench.flags("flag 1,000 items, 1 waiting", thousand, Flag.FLAGGED)
    bench.flags("flag 1,000 items, 8 waiting", thousand, Flag.FLAGGED, tasks=8)
    bench.flags("mark 1,000 items seen, 8 waiting", thousand, Flag.SEEN, tasks=8)
    bench.flags("keyword on 1,000 items, 8 waiting", thousand, Flag(0), "Work", tasks=8)

    def same(tx: Transaction) -> object:
        return tx.set_flags(thousand.id, EVERYTHING, FlagAction.REMOVE, Flags(Flag.DRAFT))

    bench.repeat("flag 1,000 items that are so already", lambda _: bench.driver.store.write(same))
    for label, folder in (("1,000", thousand), ("50,000", fifty)):
        bench.read(f"uids of {label}", lambda view, f=folder: view.uids(f.id))
        bench.read(f"first unseen of {label}", lambda view, f=folder: view.first_unseen(f.id))
        bench.read(f"flag_rows of {label}", lambda view, f=folder: view.flag_rows(f.id))
        bench.read(f"rows of {label}", lambda view, f=folder: view.rows(f.id))
        bench.read(f"folder + counters at {label}", lambda view, f=folder: view.folder(f.id))
    bench.read("envelopes of 1,000", lambda view: view.stored(thousand.id, EVERYTHING, ["envelope"]))
    bench.read("one body of 1,000", lambda view: view.stored(thousand.id, [(500, 500)], ["data"]))
    bench.read("all bodies of 1,000 (10 MB)", lambda view: view.stored(thousand.id, EVERYTHING, ["data"]))
    subject = HeaderContains("subject", "number 77")
    sort = [SortKey(SortField.SUBJECT)]
    for label, folder in (("1,000", thousand), ("10,000", ten)):
        bench.read(f"search SUBJECT in {label}", lambda view, f=folder: view.search(f.id, subject))
        bench.read(f"sort SUBJECT of {label}", lambda view, f=folder: view.search(f.id, All(), sort))
        bench.read(f"thread rows of {label}", lambda view, f=folder: view.thread_rows(f.id, All()))
    bench.read("search BODY in 1,000 (10 MB)", lambda view: view.search(thousand.id, BodyContains("lazy cat")))
    archive = bench.driver.role(bench.owner, FolderRole.ARCHIVE)

    async def move(turn: int) -> None:
        here, there = (thousand, archive) if turn % 2 else (archive, thousand)
        await bench.driver.store.write(lambda tx: tx.move_items(here.id, EVERYTHING, there.id, NOW))

    bench.repeat("move 1,000 items", move)
    print(bench.driver.store.writer_counters)  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
