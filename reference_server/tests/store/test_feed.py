"""Wake-ups between the workers of one store: real processes, lost and doubled datagrams, sockets of the dead."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from mailproof_server.model.ids import AccountId, Modseq
from mailproof_server.store.changelog import Changelog
from mailproof_server.store.sqlite import SqliteStore
from tests.store.making import NOW, Driver, new

ALICE, BOB = AccountId(1), AccountId(2)

_WORKER = """
import asyncio, sys, time
from pathlib import Path
from mailproof_server.store.sqlite import SqliteStore

async def main():
    store = SqliteStore(Path(sys.argv[1]))
    await store.open()
    store.feed.watch(1, lambda modseq: print("woken", modseq, time.monotonic_ns(), flush=True))
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await store.close()

asyncio.run(main())
"""


@contextmanager
def worker(data: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process on the same store, that prints each wake-up of account 1."""
    child = subprocess.Popen(
        [sys.executable, "-c", _WORKER, os.fspath(data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        yield child
    finally:
        child.communicate(timeout=30)


@pytest.fixture
def driver(tmp_path: Path) -> Iterator[Driver]:
    with asyncio.Runner() as runner:
        opened = Driver(SqliteStore(tmp_path / "data"), runner)
        opened.run(opened.store.open())
        yield opened
        opened.run(opened.store.close())


def test_a_commit_here_wakes_the_waiters_there_within_milliseconds(driver: Driver, tmp_path: Path) -> None:
    owner = driver.account()
    assert owner == 1
    inbox = driver.inbox(owner)
    with worker(tmp_path / "data") as child:
        assert child.stdout is not None
        delays_ms = []
        for _ in range(20):
            placement = driver.write(lambda tx: tx.add_items(inbox.id, [new()], NOW))
            committed_ns = time.monotonic_ns()
            word, modseq, woken_ns = child.stdout.readline().split()
            assert (word, int(modseq)) == ("woken", placement.modseq)
            delays_ms.append((int(woken_ns) - committed_ns) / 1e6)
    assert sorted(delays_ms)[10] < 20, delays_ms


def test_a_killed_worker_leaves_a_socket_that_the_next_wake_up_removes(driver: Driver, tmp_path: Path) -> None:
    owner = driver.account()
    inbox = driver.inbox(owner)
    run = tmp_path / "data" / "run"
    with worker(tmp_path / "data") as child:
        child.send_signal(signal.SIGKILL)
        child.wait(timeout=30)
        assert list(run.glob(f"wake.{child.pid}.*"))
        driver.add(inbox, new())
        assert not list(run.glob(f"wake.{child.pid}.*"))
    assert len(list(run.glob(f"wake.{os.getpid()}.*"))) == 1


def test_a_worker_that_ends_removes_its_socket(driver: Driver, tmp_path: Path) -> None:
    run = tmp_path / "data" / "run"
    with worker(tmp_path / "data") as child:
        assert list(run.glob(f"wake.{child.pid}.*"))
    assert not list(run.glob(f"wake.{child.pid}.*"))


class Wakes:
    """Collects wake-ups; `until` lets the loop turn until the condition holds."""

    def __init__(self) -> None:
        self.seen: list[tuple[AccountId, Modseq]] = []
        self._event = asyncio.Event()

    def of(self, account_id: AccountId) -> Callable[[Modseq], None]:
        def wake(modseq: Modseq) -> None:
            self.seen.append((account_id, modseq))
            self._event.set()

        return wake

    def modseqs(self, account_id: AccountId) -> list[Modseq]:
        return [modseq for account, modseq in self.seen if account == account_id]

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not condition():
                self._event.clear()
                await self._event.wait()


@asynccontextmanager
async def two_workers(directory: Path) -> AsyncIterator[tuple[Changelog, Changelog]]:
    """A sender and a receiver, in one process but each with a socket of its own."""
    sender, receiver = Changelog(directory), Changelog(directory)
    sender.open()
    receiver.open()
    yield sender, receiver
    sender.close()
    receiver.close()


def test_a_full_buffer_is_made_up_for_by_the_newest_state(tmp_path: Path) -> None:
    async def scene() -> Wakes:
        wakes = Wakes()
        async with two_workers(tmp_path) as (sender, receiver):
            receiver.watch(ALICE, wakes.of(ALICE))
            receiver.watch(BOB, wakes.of(BOB))
            # More than any datagram queue holds, while the receiver's loop has no chance to read.
            for modseq in range(1, 20_001):
                sender.publish({ALICE: Modseq(modseq)} if modseq != 15_000 else {BOB: Modseq(modseq)})
            await wakes.until(lambda: (ALICE, 20_000) in wakes.seen and (BOB, 15_000) in wakes.seen)
        return wakes

    wakes = asyncio.run(scene())
    alice = wakes.modseqs(ALICE)
    assert alice == sorted(set(alice)), "never back, never twice"
    assert len(alice) < 20_000, "wake-ups coalesce"
    assert wakes.modseqs(BOB) == [15_000]


def test_many_accounts_in_one_commit_all_travel(tmp_path: Path) -> None:
    accounts = [AccountId(number) for number in range(1, 2001)]

    async def scene() -> Wakes:
        wakes = Wakes()
        async with two_workers(tmp_path) as (sender, receiver):
            for account in accounts:
                receiver.watch(account, wakes.of(account))
            sender.publish(dict.fromkeys(accounts, Modseq(1)))
            await wakes.until(lambda: len(wakes.seen) >= len(accounts))
        return wakes

    assert sorted(asyncio.run(scene()).seen) == [(account, 1) for account in accounts]


def send_nonsense(directory: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as stranger:
        for address in directory.glob("wake.*"):
            for nonsense in (b"", b"x", b"y" * 17, b"z" * 9000):
                stranger.sendto(nonsense, os.fspath(address))


def test_foreign_datagrams_are_passed_over(tmp_path: Path) -> None:
    async def scene() -> Wakes:
        wakes = Wakes()
        async with two_workers(tmp_path) as (sender, receiver):
            receiver.watch(ALICE, wakes.of(ALICE))
            send_nonsense(tmp_path)
            sender.publish({ALICE: Modseq(5)})
            await wakes.until(lambda: bool(wakes.seen))
        return wakes

    assert asyncio.run(scene()).seen == [(ALICE, 5)]


def test_a_directory_with_a_long_name_works_as_well(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100) / ("e" * 100)
    deep.mkdir(parents=True)

    async def scene() -> Wakes:
        wakes = Wakes()
        async with two_workers(deep) as (sender, receiver):
            receiver.watch(ALICE, wakes.of(ALICE))
            sender.publish({ALICE: Modseq(7)})
            await wakes.until(lambda: bool(wakes.seen))
        return wakes

    assert asyncio.run(scene()).seen == [(ALICE, 7)]
    assert not list(deep.iterdir())


def test_closing_twice_and_publishing_when_closed_are_harmless(tmp_path: Path) -> None:
    async def scene() -> Wakes:
        wakes = Wakes()
        changelog = Changelog(tmp_path)
        changelog.close()
        changelog.open()
        changelog.watch(ALICE, wakes.of(ALICE))
        changelog.close()
        changelog.close()
        changelog.publish({ALICE: Modseq(3)})
        return wakes

    assert asyncio.run(scene()).seen == [(ALICE, 3)]
