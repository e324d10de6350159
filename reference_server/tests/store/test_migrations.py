"""Opening a store: versions of the schema, permissions, several processes at once."""

import asyncio
import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from mailproof_server.store.migrate import BrokenMigrationError, Migration, NewerStoreError, migrate, shipped
from mailproof_server.store.sqlite import SqliteStore
from mailproof_server.store.sqlite.connect import connect


@pytest.fixture
def db(tmp_path: Path) -> sqlite3.Connection:
    return connect(tmp_path / "x.sqlite3", busy_timeout_ms=1000)


def tables(db: sqlite3.Connection) -> set[str]:
    return {name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}


FIRST = Migration(1, "one", "CREATE TABLE a (x);\n-- a comment; with a semicolon\nINSERT INTO a VALUES (';');\n")
SECOND = Migration(2, "two", "CREATE TABLE b (x);\nUPDATE a SET x = 'changed';\n")
BROKEN = Migration(2, "broken", "CREATE TABLE b (x);\nINSERT INTO nowhere VALUES (1);\n")


def test_each_migration_is_applied_once_and_recorded(db: sqlite3.Connection) -> None:
    assert migrate(db, [FIRST]) == 1
    assert migrate(db, [FIRST]) == 0
    assert db.execute("SELECT x FROM a").fetchall() == [(";",)]
    assert migrate(db, [FIRST, SECOND]) == 1
    assert db.execute("SELECT x FROM a").fetchall() == [("changed",)]
    assert db.execute("SELECT number, name FROM migrations").fetchall() == [(1, "one"), (2, "two")]


def test_a_failing_migration_leaves_the_store_at_the_last_good_one(db: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.OperationalError):
        migrate(db, [FIRST, BROKEN])
    assert tables(db) == {"a", "migrations"}
    assert db.execute("SELECT max(number) FROM migrations").fetchone() == (1,)
    assert migrate(db, [FIRST, SECOND]) == 1


def test_an_unfinished_statement_is_an_error(db: sqlite3.Connection) -> None:
    with pytest.raises(BrokenMigrationError):
        migrate(db, [Migration(1, "cut off", "CREATE TABLE a (x);\nCREATE TABLE b (x)")])
    assert tables(db) == set()


def test_a_newer_store_is_refused_and_left_alone(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "data")

    async def open_and_close() -> None:
        await store.open()
        await store.close()

    asyncio.run(open_and_close())
    path = tmp_path / "data" / "store.sqlite3"
    db = sqlite3.connect(path)
    newer = len(shipped("sqlite")) + 1
    db.execute("INSERT INTO migrations VALUES (?, 'from the future')", (newer,))
    db.commit()
    db.close()
    before = path.read_bytes()
    with pytest.raises(NewerStoreError, match=f"schema {newer}"):
        asyncio.run(store.open())
    assert path.read_bytes() == before


def test_the_shipped_migrations_are_complete() -> None:
    assert [each.number for each in shipped("sqlite")] == list(range(1, len(shipped("sqlite")) + 1))


def modes_below(top: Path) -> dict[str, int]:
    """Permissions of everything but sockets."""
    found = (path for path in top.rglob("*") if not path.is_socket())
    return {str(path.relative_to(top)): stat.S_IMODE(path.stat().st_mode) for path in found}


def test_only_the_owner_may_read_what_is_made(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "deep" / "data")

    async def look() -> dict[str, int]:
        await store.open()
        await store.write(lambda tx: tx.add_domain("example.test"))
        modes = modes_below(tmp_path)
        await store.close()
        return modes

    umask = os.umask(0)
    try:
        modes = asyncio.run(look())
    finally:
        os.umask(umask)
    assert modes == {
        "deep": 0o700,
        "deep/data": 0o700,
        "deep/data/run": 0o700,
        "deep/data/run/opening": 0o600,
        "deep/data/store.sqlite3": 0o600,
        "deep/data/store.sqlite3-shm": 0o600,
        "deep/data/store.sqlite3-wal": 0o600,
    }


def test_commits_are_durable(tmp_path: Path) -> None:
    db = connect(tmp_path / "x.sqlite3", busy_timeout_ms=0)
    assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert db.execute("PRAGMA synchronous").fetchone() == (2,), "FULL: the log is synced at every commit"
    assert db.execute("PRAGMA foreign_keys").fetchone() == (1,)


_OPENER = """
import asyncio, sys
from pathlib import Path
from mailproof_server.store.sqlite import SqliteStore

async def main():
    store = SqliteStore(Path(sys.argv[1]))
    await store.open()
    await store.write(lambda tx: tx.add_domain(f"d{sys.argv[2]}.test"))
    await store.close()

asyncio.run(main())
"""


def test_processes_that_open_a_fresh_store_together_agree(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _OPENER, os.fspath(tmp_path / "data")]
    children = [subprocess.Popen([*command, str(n)], stderr=subprocess.PIPE) for n in range(4)]
    for child in children:
        _, errors = child.communicate(timeout=60)
        assert child.returncode == 0, errors.decode()
    db = sqlite3.connect(tmp_path / "data" / "store.sqlite3")
    assert db.execute("SELECT count(*) FROM domains").fetchone() == (4,)
    assert db.execute("SELECT count(*) FROM domains WHERE is_default").fetchone() == (1,)
    db.close()
