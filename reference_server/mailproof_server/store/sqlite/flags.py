"""Flag changes of whole sets of items: a handful of statements and one log record, however many items they are.

A change is a list of rewrites: "rows that look so get those bits and that keyword text". Without keywords in play that
is one rewrite; otherwise one for each distinct keyword text among the items, which are few. A rewrite matches only rows
that it makes different, and applying two rewrites to one row is the same as applying one.
"""

import json
from dataclasses import dataclass

from mailproof_server.model.change import ChangeKind
from mailproof_server.model.folder import Folder
from mailproof_server.model.ids import FolderId, FolderUid, Modseq
from mailproof_server.model.item import Flag, FlagAction, Flags
from mailproof_server.store.base import FlagOutcome, UidRanges
from mailproof_server.store.sqlite.columns import UID_MASK, compressed, places, ranges_text
from mailproof_server.store.sqlite.items import ItemWrites

_SEEN = int(Flag.SEEN)
_DELETED = int(Flag.DELETED)


@dataclass(frozen=True, slots=True)
class _Selection:
    """The rows at which a change is aimed, as a condition on `f` that ends in whatever else must hold."""

    where: str
    parameters: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Rewrite:
    system: str
    """The new bits, as an expression."""
    keywords: str | None
    """The new text; None: it stays."""
    where: str
    """Which rows become different."""
    parameters: tuple[str, ...] = ()


class FlagWrites(ItemWrites):
    def set_flags(
        self,
        folder_id: FolderId,
        ranges: UidRanges,
        action: FlagAction,
        flags: Flags,
        unchanged_since: Modseq | None = None,
    ) -> FlagOutcome:
        folder = self._existing_folder(folder_id)
        aim = self._aim(folder_id, ranges)
        stale: tuple[FolderUid, ...] = ()
        if unchanged_since is not None:
            # Every message whose mod-sequence is greater fails, also where the flags are already so (RFC 7162 3.1.3).
            stale = self._matching(_Selection(f"{aim.where} AND f.modseq > {int(unchanged_since)}", aim.parameters))
            aim = _Selection(f"{aim.where} AND f.modseq <= {int(unchanged_since)}", aim.parameters)
        counted = action is FlagAction.SET or bool(flags.system & (Flag.SEEN | Flag.DELETED))
        rewrites: list[tuple[_Rewrite, _Selection]] = []
        changed: list[FolderUid] = []
        deltas = (0, 0, 0)
        for rewrite in self._rewrites(folder, aim, action, flags):
            selection = _Selection(f"{aim.where} AND {rewrite.where}", (*aim.parameters, *rewrite.parameters))
            if matching := self._matching(selection):
                changed.extend(matching)
                rewrites.append((rewrite, selection))
                if counted:
                    deltas = _sum(deltas, self._deltas(selection, rewrite.system))
        if not rewrites:
            return FlagOutcome((), stale, None)
        if len(rewrites) > 1:
            changed.sort()
        modseq = self._log(folder.account_id, ChangeKind.FLAGGED, folder_id, ranges_text(compressed(changed)))
        for rewrite, selection in rewrites:
            text = () if rewrite.keywords is None else (rewrite.keywords,)
            self.db.execute(
                f"UPDATE item_flags AS f SET system = {rewrite.system}, modseq = ?"  # noqa: S608 -- built from ints
                f"{', keywords = ?' if text else ''} WHERE {selection.where}",
                (modseq, *text, *selection.parameters),
            )
        self.db.execute(
            "UPDATE folders SET unread = unread + ?, deleted = deleted + ?,"
            " deleted_size_bytes = deleted_size_bytes + ?, modseq = ? WHERE id = ?",
            (*deltas, modseq, folder_id),
        )
        return FlagOutcome(tuple(changed), stale, modseq)

    def _aim(self, folder_id: FolderId, ranges: UidRanges) -> _Selection:
        spans = places(folder_id, ranges)
        if len(spans) == 1:
            return _Selection("f.place BETWEEN ? AND ?", spans[0])
        sql = "SELECT place FROM item_flags WHERE place BETWEEN ? AND ?"
        keys = [key for span in spans for (key,) in self.db.execute(sql, span)]
        return _Selection("f.place IN (SELECT value FROM json_each(?))", (json.dumps(keys),))

    def _matching(self, selection: _Selection) -> tuple[FolderUid, ...]:
        """The uids, ascending; as one text, since a thousand rows would cost more than the change itself."""
        row = self._one(
            f"SELECT group_concat(uid) FROM (SELECT f.place & {UID_MASK} AS uid FROM item_flags f"  # noqa: S608
            f" WHERE {selection.where} ORDER BY f.place)",
            *selection.parameters,
        )
        return () if row[0] is None else tuple(map(FolderUid, map(int, row[0].split(","))))

    def _deltas(self, selection: _Selection, system: str) -> tuple[int, int, int]:
        """What the rewrite adds to the folder's unread, deleted and deleted_size_bytes."""
        (unread, deleted, size_bytes) = self._one(
            f"SELECT sum((({system}) & {_SEEN} = 0) - (f.system & {_SEEN} = 0)),"  # noqa: S608 -- built from ints
            f" sum((({system}) & {_DELETED} <> 0) - (f.system & {_DELETED} <> 0)),"
            f" sum(i.size_bytes * ((({system}) & {_DELETED} <> 0) - (f.system & {_DELETED} <> 0)))"
            f" FROM item_flags f CROSS JOIN items i ON i.place = f.place WHERE {selection.where}",
            *selection.parameters,
        )
        return unread, deleted, size_bytes

    def _rewrites(self, folder: Folder, aim: _Selection, action: FlagAction, flags: Flags) -> list[_Rewrite]:
        bits = int(flags.system)
        if action is FlagAction.SET:
            text = self._canonical(folder.id, folder.account_id, flags.keywords)
            return [_Rewrite(str(bits), text, f"(f.system <> {bits} OR f.keywords <> ?)", (text,))]
        adding = action is FlagAction.ADD
        system = f"f.system | {bits}" if adding else f"f.system & ~{bits}"
        differs = f"f.system & {bits} <> {bits if adding else 0}"
        if not flags.keywords:
            return [_Rewrite(system, None, differs)] if bits else []
        if adding:
            named = set(self._canonical(folder.id, folder.account_id, flags.keywords).split())
        else:
            spellings = (self._spelling(folder.account_id, keyword) for keyword in flags.keywords)
            named = {spelling for spelling in spellings if spelling is not None}
        rewrites = []
        present = self._all(
            f"SELECT DISTINCT f.keywords FROM item_flags f WHERE {aim.where} ORDER BY 1",  # noqa: S608
            *aim.parameters,
        )
        for (old,) in present:
            held = set(old.split())
            new = " ".join(sorted(held | named if adding else held - named))
            if new != old:
                rewrites.append(_Rewrite(system, new, "f.keywords = ?", (old,)))
            elif bits:
                rewrites.append(_Rewrite(system, None, f"f.keywords = ? AND {differs}", (old,)))
        return rewrites


def _sum(one: tuple[int, int, int], other: tuple[int, int, int]) -> tuple[int, int, int]:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]
