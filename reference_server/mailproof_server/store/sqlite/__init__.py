"""The store on SQLite (`Store` of `store.base`), in files along its tables."""

from mailproof_server.store.sqlite.store import SqliteStore

__all__ = ["SqliteStore"]
