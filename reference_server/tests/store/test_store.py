"""The store as a whole, on every backend: acknowledgement after commit, isolation, wake-ups, closing."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from mailproof_server.model.errors import Invalid, Unavailable
from mailproof_server.model.ids import FolderId, Modseq
from mailproof_server.store.base import Placement, Transaction, View
from tests.store.making import NOW, STORES, Driver, new


def test_what_was_acknowledged_is_there_after_reopening(backend: str, tmp_path: Path) -> None:
    with asyncio.Runner() as runner:
        for round_ in range(3):
            driver = Driver(STORES[backend](tmp_path / "data"), runner)
            driver.run(driver.store.open())
            if round_ == 0:
                driver.account()
            entry = driver.read(lambda view: view.entry_by_username("alice"))
            assert entry is not None
            assert entry.account_id is not None
            inbox = driver.inbox(entry.account_id)
            assert driver.read(lambda view, f=inbox: view.uids(f.id)) == list(range(1, round_ + 1))
            driver.add(inbox, new())
            driver.run(driver.store.close())


def test_units_that_wait_together_are_isolated_from_one_another(driver: Driver) -> None:
    owner = driver.account()
    inbox = driver.inbox(owner)

    def fail(tx: Transaction) -> Placement:
        tx.add_items(inbox.id, [new(), new()], NOW)
        raise Invalid("no")

    def crash(tx: Transaction) -> Placement:
        tx.add_items(inbox.id, [new()], NOW)
        raise ZeroDivisionError

    async def storm() -> list[Placement | BaseException]:
        works = [fail if n % 3 == 1 else crash if n % 7 == 0 else _add_one(inbox.id) for n in range(300)]
        return await asyncio.gather(*map(driver.store.write, works), return_exceptions=True)

    outcomes = driver.run(storm())
    for n, outcome in enumerate(outcomes):
        if n % 3 == 1:
            assert isinstance(outcome, Invalid)
        elif n % 7 == 0:
            assert isinstance(outcome, ZeroDivisionError)
        else:
            assert isinstance(outcome, Placement)
    stored = [outcome for outcome in outcomes if isinstance(outcome, Placement)]
    assert [uid for placement in stored for uid in placement.uids] == list(range(1, len(stored) + 1))
    assert driver.read(lambda view: view.uids(inbox.id)) == list(range(1, len(stored) + 1))
    assert driver.folder(inbox).total == len(stored)
    modseqs = [placement.modseq for placement in stored]
    assert modseqs == list(range(modseqs[0], modseqs[0] + len(stored))), "units run one at a time, in order"


def _add_one(folder_id: FolderId) -> Callable[[Transaction], Placement]:
    return lambda tx: tx.add_items(folder_id, [new()], NOW)


def test_a_read_sees_one_snapshot(driver: Driver) -> None:
    owner = driver.account()
    inbox = driver.inbox(owner)

    def look(view: View) -> tuple[int, int, int]:
        before = view.folder_by_path(owner, "INBOX")
        asyncio.run_coroutine_threadsafe(write_meanwhile(), loop).result(timeout=30)
        after = view.folder_by_path(owner, "INBOX")
        assert before is not None
        assert after is not None
        return before.total, after.total, len(view.uids(inbox.id))

    async def write_meanwhile() -> None:
        await driver.store.write(_add_one(inbox.id))

    async def scene() -> tuple[int, int, int]:
        return await driver.store.read(look, slow=True)

    loop = driver.runner.get_loop()
    assert driver.run(scene()) == (0, 0, 0)
    assert driver.folder(inbox).total == 1


def test_a_failing_read_leaves_the_reader_usable(driver: Driver) -> None:
    owner = driver.account()
    for slow in (False, True):
        with pytest.raises(ZeroDivisionError):
            driver.read(lambda view: 1 // 0, slow=slow)
        assert driver.read(lambda view: view.account(owner), slow=slow).id == owner


def test_a_cancelled_caller_disturbs_nobody(driver: Driver) -> None:
    owner = driver.account()
    inbox = driver.inbox(owner)

    async def scene() -> Placement:
        impatient = asyncio.create_task(driver.store.write(_add_one(inbox.id)))
        await asyncio.sleep(0)
        impatient.cancel()
        return await driver.store.write(_add_one(inbox.id))

    assert driver.run(scene()).uids == (2,), "the work of the first had been accepted"


def test_watchers_wake_after_commits_of_their_account_alone(driver: Driver) -> None:
    alice, bob = driver.account("alice"), driver.account("bob")
    mine, theirs = driver.inbox(alice), driver.inbox(bob)
    woken: list[Modseq] = []
    undo = driver.store.feed.watch(alice, woken.append)
    driver.add(theirs, new())
    assert woken == []
    driver.add(mine, new())
    assert woken == [driver.read(lambda view: view.account(alice)).modseq]

    def fail(tx: Transaction) -> None:
        tx.add_items(mine.id, [new()], NOW)
        raise Invalid("no")

    with pytest.raises(Invalid):
        driver.write(fail)
    assert len(woken) == 1, "what is rolled back wakes nobody"
    undo()
    undo()
    driver.add(mine, new())
    assert len(woken) == 1


def test_a_watcher_that_fails_keeps_nobody_asleep(driver: Driver, caplog: pytest.LogCaptureFixture) -> None:
    alice = driver.account()
    woken: list[Modseq] = []

    def broken(modseq: Modseq) -> None:
        raise ZeroDivisionError

    driver.store.feed.watch(alice, broken)
    driver.store.feed.watch(alice, woken.append)
    driver.add(driver.inbox(alice), new())
    assert len(woken) == 1
    assert "ZeroDivisionError" in caplog.text


def test_a_watcher_may_stop_watching_while_woken(driver: Driver) -> None:
    alice = driver.account()
    inbox = driver.inbox(alice)
    woken: list[str] = []

    def once(modseq: Modseq) -> None:
        woken.append("once")
        undo()

    undo = driver.store.feed.watch(alice, once)
    driver.store.feed.watch(alice, lambda modseq: woken.append("always"))
    driver.add(inbox, new())
    driver.add(inbox, new())
    assert woken == ["once", "always", "always"]


def test_closing_finishes_what_was_accepted_and_refuses_the_rest(driver: Driver) -> None:
    owner = driver.account()
    inbox = driver.inbox(owner)

    async def scene() -> list[Placement]:
        accepted = [asyncio.ensure_future(driver.store.write(_add_one(inbox.id))) for _ in range(300)]
        await asyncio.sleep(0)
        await driver.store.close()
        with pytest.raises(Unavailable):
            await driver.store.write(_add_one(inbox.id))
        with pytest.raises(Unavailable):
            await driver.store.read(lambda view: view.domains())
        return await asyncio.gather(*accepted)

    assert [placement.uids[0] for placement in driver.run(scene())] == list(range(1, 301))
    driver.run(driver.store.close())


def test_a_store_that_was_never_opened_is_unavailable(backend: str, tmp_path: Path) -> None:
    store = STORES[backend](tmp_path / "data")
    with asyncio.Runner() as runner:
        with pytest.raises(Unavailable):
            runner.run(store.write(lambda tx: tx.domains()))
        with pytest.raises(Unavailable):
            runner.run(store.read(lambda view: view.domains()))
        runner.run(store.close())
