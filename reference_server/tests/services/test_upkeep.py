"""Chores: the change log is cut to its newest records, and a failing chore keeps no other from its turn."""

import asyncio
from typing import Any

import pytest

from mailproof_server.model.account import Principal
from mailproof_server.model.errors import CursorExpired, Unavailable
from mailproof_server.model.ids import Modseq
from mailproof_server.services import changes
from mailproof_server.services.upkeep import Upkeep

MESSAGE = b"Subject: one\r\n\r\nbody\r\n"


def fill(world: Any, count: int) -> Principal:
    ann = world.user("ann")
    inbox = world.folder(ann)
    for _ in range(count):
        world.append(ann, inbox, MESSAGE)
    return ann


def test_the_log_is_cut_to_its_newest_records(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "PRUNED_AT_ONCE", 3)
    world.limit(change_log_records=10)
    ann = fill(world, 25)
    newest = world.run(world.services.changes.modseq(ann.account_id))

    pruned = world.run(world.services.changes.prune())

    kept = world.run(world.services.changes.since(ann, ann.account_id, Modseq(newest - 10)))
    assert len(kept) == 10
    assert pruned > 0
    with pytest.raises(CursorExpired):
        world.run(world.services.changes.since(ann, ann.account_id, Modseq(newest - 11)))
    assert world.run(world.services.changes.prune()) == 0, "nothing is left to prune"


def test_a_short_log_and_a_limit_of_none_are_left_alone(world: Any) -> None:
    ann = fill(world, 5)
    assert world.run(world.services.changes.prune()) == 0, "far below the default"
    world.limit(change_log_records=0)
    assert world.run(world.services.changes.prune()) == 0
    assert world.run(world.services.changes.since(ann, ann.account_id, Modseq(1)))


def test_a_failing_chore_keeps_no_other_from_its_turn(caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []

    async def broken() -> None:
        done.append("broken")
        raise ValueError("a bug")

    async def sound() -> None:
        done.append("sound")

    asyncio.run(Upkeep((broken, sound), 0).run_once())
    assert done == ["broken", "sound"]
    assert "upkeep_failed" in caplog.text


def test_rounds_go_on_after_a_failure_until_it_is_stopped() -> None:
    async def act() -> int:
        rounds = 0
        enough = asyncio.Event()

        async def chore() -> None:
            nonlocal rounds
            rounds += 1
            if rounds == 3:
                enough.set()
            if rounds == 1:
                raise Unavailable("the store is closed")

        upkeep = Upkeep((chore,), 0.001)
        await upkeep.start()
        await asyncio.wait_for(enough.wait(), 10)
        await upkeep.stop()
        at_the_end = rounds
        await asyncio.sleep(0)
        assert rounds == at_the_end
        return rounds

    assert asyncio.run(act()) >= 3
