"""Kill -9 in the middle of a storm: what was acknowledged is there, once; nothing runs back; nothing needs repair.

Each round starts two processes that write to one store, kills both at a moment that a seeded die chooses (sometimes
while they are still opening it), opens the store and checks it against everything that was acknowledged so far. Ten
rounds share a store; then a new one is begun, so that kills meet the making of a store as well.
`MAILPROOF_KILL_ROUNDS` sets how many rounds there are.
"""

import asyncio
import os
import random
import sqlite3
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mailproof_server.model.folder import FolderRole
from mailproof_server.store.base import View
from mailproof_server.store.sqlite import SqliteStore
from tests.store.making import EVERYTHING
from tests.store.recount import check_account

ROUNDS = int(os.environ.get("MAILPROOF_KILL_ROUNDS", "50" if os.environ.get("HYPOTHESIS_PROFILE") == "ci" else "8"))
ROUNDS_PER_STORE = 10
SEED = 20260304
STORM = Path(__file__).with_name("storm.py")
SOURCES = STORM.parents[2]


@dataclass
class Promises:
    """Everything that any process has ever acknowledged."""

    created: bool = False
    added: dict[str, tuple[int, int, int, int]] = field(default_factory=dict)
    """Name -> folder, uid_validity, uid, modseq."""
    moved: set[str] = field(default_factory=set)
    newest_modseq: int = 0
    newest_uid: int = 0

    def hear(self, output: bytes) -> None:
        """Take in what one process said in one round."""
        lines = output.decode().split("\n")
        assert lines.pop() == "", "a line is written at once"
        for line in lines:
            word, *rest = line.split()
            if word == "added":
                *numbers, name = rest
                folder_id, uid_validity, uid, modseq = map(int, numbers)
                assert modseq > self.newest_modseq, "modseq rises over every kill"
                assert uid > self.newest_uid, "uids rise over every kill"
                assert name not in self.added
                self.added[name] = (folder_id, uid_validity, uid, modseq)
            elif word == "moved":
                self.moved.add(rest[0])
            else:
                assert word == "created"
                self.created = True

    def end_round(self) -> None:
        self.newest_modseq = max((modseq for _, _, _, modseq in self.added.values()), default=0)
        self.newest_uid = max((uid for _, _, uid, _ in self.added.values()), default=0)

    def check(self, view: View) -> None:
        """The store keeps them all."""
        entry = view.entry_by_username("alice")
        if entry is None:
            assert not self.created
            return
        assert entry.account_id is not None
        check_account(view, entry.account_id)
        inbox = view.folder_by_role(entry.account_id, FolderRole.INBOX)
        archive = view.folder_by_role(entry.account_id, FolderRole.ARCHIVE)
        assert inbox is not None
        assert archive is not None
        in_inbox = {name: uid for uid, _, (name,) in view.stored(inbox.id, EVERYTHING, ["preview"])}
        in_archive = [name for _, _, (name,) in view.stored(archive.id, EVERYTHING, ["preview"])]
        found = Counter([*in_inbox, *in_archive])
        assert len(in_inbox) == inbox.total
        assert set(found.values()) <= {1}, "nothing is there twice"
        assert not self.added.keys() - found.keys(), "an acknowledged item was lost"
        assert not self.moved - set(in_archive), "an acknowledged move was undone"
        for name, (folder_id, uid_validity, uid, _) in self.added.items():
            assert (folder_id, uid_validity) == (inbox.id, inbox.uid_validity)
            assert in_inbox.get(name, uid) == uid
            assert uid < inbox.uid_next


def storm_until(data: Path, tokens: list[str], dice: random.Random) -> list[bytes]:
    """Let two processes write and kill them; returns what they said."""
    environment = os.environ | {"PYTHONPATH": os.fspath(SOURCES)}
    children = [
        subprocess.Popen([sys.executable, STORM, data, token], stdout=subprocess.PIPE, bufsize=0, env=environment)
        for token in tokens
    ]
    heard = [b"", b""]
    if dice.random() < 0.8:
        for n, child in enumerate(children):
            assert child.stdout is not None
            heard[n] = child.stdout.readline()
            assert heard[n] == b"created\n"
    # The die chooses the moment.
    with pytest.raises(subprocess.TimeoutExpired):
        children[0].wait(dice.uniform(0, 0.15))
    for child in children:
        child.kill()
    return [said + child.communicate(timeout=30)[0] for said, child in zip(heard, children, strict=True)]


def check_file(path: Path) -> None:
    """SQLite's own opinion of the file as the kill has left it."""
    db = sqlite3.connect(path)
    try:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        for count in (
            "FROM contents WHERE id NOT IN (SELECT content_id FROM content_text)",
            "FROM contents WHERE id NOT IN (SELECT content_id FROM content_data)",
            "FROM contents WHERE id NOT IN (SELECT content_id FROM items)",
        ):
            assert db.execute(f"SELECT count(*) {count}").fetchone() == (0,), count
    finally:
        db.close()


async def reopen_and_check(data: Path, promises: Promises) -> None:
    store = SqliteStore(data)
    await store.open()
    await store.read(promises.check, slow=True)
    await store.close()


def test_kill_minus_nine_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    dice = random.Random(SEED)
    kept = []
    for round_ in range(ROUNDS):
        if round_ % ROUNDS_PER_STORE == 0:
            data = tmp_path / f"data{round_}"
            promises = Promises()
            kept.append(promises)
        for output in storm_until(data, [f"{round_}-{child}" for child in "ab"], dice):
            promises.hear(output)
        promises.end_round()
        asyncio.run(reopen_and_check(data, promises))
        check_file(data / "store.sqlite3")
    assert sum(len(each.added) for each in kept) > 10 * ROUNDS, "the storms were storms"
    assert any(each.moved for each in kept)
