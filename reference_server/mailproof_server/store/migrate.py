"""Versioned schemas: numbered SQL files, each applied once in one transaction that also records it."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files


class NewerStoreError(RuntimeError):
    """The store was written by a newer version of the program: opening it could destroy what we do not understand."""


class BrokenMigrationError(RuntimeError):
    """The shipped migrations do not form a sequence 1, 2, 3 …: a fault of the build."""


@dataclass(frozen=True, slots=True)
class Migration:
    number: int
    name: str
    sql: str


def shipped(dialect: str) -> list[Migration]:
    """The migrations of this version, by number. Raises BrokenMigrationError when a number is missing or double."""
    found = []
    for entry in (files("mailproof_server.store") / "migrations" / dialect).iterdir():
        if entry.name.endswith(".sql"):
            number, _, name = entry.name.removesuffix(".sql").partition("_")
            found.append(Migration(int(number), name, entry.read_text("utf-8")))
    found.sort(key=lambda each: each.number)
    if [each.number for each in found] != list(range(1, len(found) + 1)):
        raise BrokenMigrationError(f"migrations of {dialect}: {[each.number for each in found]}")
    return found


def migrate(db: sqlite3.Connection, migrations: list[Migration]) -> int:
    """Bring the store to the newest schema; returns how many migrations were applied.

    Safe against a kill at any point (each migration commits together with its record) and against other processes
    that open the store at the same time (the lock is taken before looking). Raises NewerStoreError.
    """
    applied = 0
    while True:
        db.execute("BEGIN IMMEDIATE")
        try:
            db.execute("CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT")
            (done,) = db.execute("SELECT coalesce(max(number), 0) FROM migrations").fetchone()
            if done > len(migrations):
                raise NewerStoreError(
                    f"the store has schema {done}, this version knows {len(migrations)}: use the newer version"
                )
            if done == len(migrations):
                db.execute("COMMIT")
                return applied
            step = migrations[done]
            for statement in _statements(step.sql):
                db.execute(statement)
            db.execute("INSERT INTO migrations VALUES (?, ?)", (step.number, step.name))
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise
        applied += 1


def _statements(sql: str) -> Iterator[str]:
    """Single statements: `executescript` would commit in between, and a kill could then leave half a schema."""
    pending = ""
    for line in sql.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
    if any(line.strip() and not line.lstrip().startswith("--") for line in pending.splitlines()):
        raise BrokenMigrationError(f"unfinished statement: {pending.strip()[:80]}")
