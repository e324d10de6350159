"""The whole of a view and of a transaction, put together from the parts that know one group of tables each."""

from mailproof_server.store.sqlite.changes import ChangeReads, ChangeWrites
from mailproof_server.store.sqlite.directory import DirectoryReads, DirectoryWrites
from mailproof_server.store.sqlite.documents import DocumentReads, DocumentWrites
from mailproof_server.store.sqlite.duplicates import DuplicateReads
from mailproof_server.store.sqlite.flags import FlagWrites
from mailproof_server.store.sqlite.folders import FolderReads
from mailproof_server.store.sqlite.queue import QueueReads, QueueWrites
from mailproof_server.store.sqlite.searching import SearchReads


class SqliteView(DirectoryReads, FolderReads, SearchReads, ChangeReads, DocumentReads, DuplicateReads, QueueReads):
    """`View` on a connection that stands in a read transaction."""


class SqliteTransaction(
    DirectoryWrites, FlagWrites, SearchReads, ChangeWrites, DocumentWrites, DuplicateReads, QueueWrites
):
    """`Transaction` on the writer's connection; one for each unit of work."""
