"""What SELECT needs of recently opened folders, so that it does not read 50,000 rows each time.

A folder's set of uids is named by (uid_next, total) alone: an arrival raises uid_next, a departure lowers total, and
neither ever runs back (uids are never reused). So an entry is valid exactly while the snapshot at hand shows the same
pair, and needs no invalidation. Only committed snapshots may fill the cache: a transaction that is rolled back has
shown pairs that another will use again for another set.

The first unseen uid is named by the folder's modseq, which every change of an item raises.
"""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from mailproof_server.model.ids import FolderId, FolderUid, Modseq

_FOLDERS = 64


class UidCache:
    """At most 64 folders, the least recently used leave first. Safe to share between threads."""

    def __init__(self) -> None:
        self._entries: OrderedDict[FolderId, tuple[int, int, list[FolderUid]]] = OrderedDict()
        self._unseen: OrderedDict[FolderId, tuple[Modseq, FolderUid | None]] = OrderedDict()
        self._lock = Lock()

    def get(
        self, folder_id: FolderId, uid_next: int, total: int, load: Callable[[int], list[FolderUid]]
    ) -> list[FolderUid]:
        """The folder's uids; the list is the cache's own and must not be changed.

        `load(start)` reads the uids from `start` on. Arrivals since the last look are read alone.
        """
        with self._lock:
            entry = self._entries.get(folder_id)
            if entry is not None:
                self._entries.move_to_end(folder_id)
        if entry is not None:
            known_next, known_total, uids = entry
            if (known_next, known_total) == (uid_next, total):
                return uids
            if uid_next > known_next and total > known_total:
                arrived = load(known_next)
                if len(uids) + len(arrived) == total:
                    uids = uids + arrived
                    self._keep(folder_id, uid_next, total, uids)
                    return uids
        uids = load(1)
        self._keep(folder_id, uid_next, total, uids)
        return uids

    def peek(self, folder_id: FolderId, uid_next: int, total: int) -> list[FolderUid] | None:
        """The uids if they are known; for transactions, which must not fill the cache."""
        with self._lock:
            entry = self._entries.get(folder_id)
        return entry[2] if entry is not None and entry[:2] == (uid_next, total) else None

    def first_unseen(
        self, folder_id: FolderId, modseq: Modseq, load: Callable[[], FolderUid | None]
    ) -> FolderUid | None:
        with self._lock:
            entry = self._unseen.get(folder_id)
        if entry is None or entry[0] != modseq:
            entry = (modseq, load())
            with self._lock:
                self._unseen[folder_id] = entry
                if len(self._unseen) > _FOLDERS:
                    self._unseen.popitem(last=False)
        return entry[1]

    def _keep(self, folder_id: FolderId, uid_next: int, total: int, uids: list[FolderUid]) -> None:
        with self._lock:
            self._entries[folder_id] = (uid_next, total, uids)
            self._entries.move_to_end(folder_id)
            if len(self._entries) > _FOLDERS:
                self._entries.popitem(last=False)
