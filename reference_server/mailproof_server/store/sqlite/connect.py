"""Opening connections: files that only their owner may read, and the pragmas that make commits durable."""

import os
import sqlite3
from pathlib import Path

from mailproof_server.store.sqlite.search_sql import register

PAGE_SIZE_BYTES = 4096
"""A flag change writes whole pages to the log: small ones win there, and bodies lie in overflow chains anyway."""
_STATEMENTS = 512
_CHECKPOINT_PAGES = 4096
_LOG_LIMIT_BYTES = 64 << 20


def prepare_directory(path: Path) -> None:
    """Create the directory and what is missing above it, closed to others (0700)."""
    missing = [each for each in (path, *path.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)


def prepare_file(path: Path) -> None:
    """Create the database file with 0600 before SQLite does; its log files take over the mode."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def connect(path: Path, *, busy_timeout_ms: int, cache_kib: int = 16 * 1024) -> sqlite3.Connection:
    """A connection in autocommit mode: transactions are begun and ended by name."""
    db = sqlite3.connect(
        path,
        timeout=busy_timeout_ms / 1000,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=_STATEMENTS,
    )
    try:
        db.execute(f"PRAGMA page_size = {PAGE_SIZE_BYTES}")
        db.execute("PRAGMA journal_mode = WAL")
        # FULL: the log is synced at every commit, so that an acknowledged message outlives a loss of power.
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA foreign_keys = ON")
        # No mmap: it reads no faster here, and a failing disk would end the process instead of raising an error.
        db.execute(f"PRAGMA cache_size = -{cache_kib}")
        db.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
        db.execute(f"PRAGMA journal_size_limit = {_LOG_LIMIT_BYTES}")
        # FAST: deleted text is overwritten where that costs no extra page write.
        db.execute("PRAGMA secure_delete = FAST")
        db.execute("PRAGMA temp_store = MEMORY")
        register(db)
    except BaseException:
        db.close()
        raise
    return db
