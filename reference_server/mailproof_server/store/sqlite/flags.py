"""Flag changes of whole sets of items: a handful of statements and one log record, however many items they are.

A change is a list of rewrites: "rows that look so get those bits and that keyword text". Without keywords in play that
is one rewrite; otherwise one for each distinct keyword text among the items, which are few. A rewrite matches only rows
that it makes different, and applying two rewrites to one row is the same as applying one.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from mailproof_server.model.change import ChangeKind
from mailproof_server.model.folder import Folder
from mailproof_server.model.ids import FolderId, FolderUid, Modseq
from mailproof_server.model.item import FlagAction, Flags
from mailproof_server.store.base import FlagOutcome, UidRanges
from mailproof_server.store.sqlite.columns import UID_MASK, compressed, place, ranges_text
from mailproof_server.store.sqlite.keywords import KeywordWrites
from mailproof_server.store.sqlite.selection import DELETED, SEEN, Selection, SelectionReads


@dataclass(frozen=True, slots=True)
class _Rewrite:
    system: str
    """The new bits, as an expression."""
    keywords: str | None
    """The new text; None: it stays."""
    where: str
    """Which rows become different."""
    parameters: tuple[str, ...] = ()
    unread_each: int | None = None
    """How much each of those rows adds to the unread ones, where that is the same for all; None: count."""
    touches_deleted: bool = True

    @property
    def is_plain(self) -> bool:
        """Known without looking at the rows but for how many they are."""
        return self.keywords is None and self.unread_each is not None and not self.touches_deleted


class FlagWrites(KeywordWrites, SelectionReads):
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
            stale = self._matching(aim.having("f.modseq > ?", unchanged_since))
            aim = aim.having("f.modseq <= ?", unchanged_since)
        wanted = self._rewrites(folder, aim, action, flags)
        if len(ranges) == 1 and len(wanted) == 1 and wanted[0].is_plain:
            return self._rewrite_plainly(folder, ranges[0], aim, wanted[0], stale)
        rewrites: list[tuple[_Rewrite, Selection]] = []
        changed: list[FolderUid] = []
        deltas = (0, 0, 0)
        for rewrite in wanted:
            selection = aim.having(rewrite.where, *rewrite.parameters)
            if matching := self._matching(selection):
                changed.extend(matching)
                rewrites.append((rewrite, selection))
                deltas = _sum(deltas, self._deltas(selection, rewrite, len(matching)))
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

    def _rewrite_plainly(
        self,
        folder: Folder,
        span: tuple[FolderUid, FolderUid],
        aim: Selection,
        rewrite: _Rewrite,
        stale: tuple[FolderUid, ...],
    ) -> FlagOutcome:
        """Write first and ask afterwards: a mail client that marks a whole folder as read waits for little else."""
        selection = aim.having(rewrite.where, *rewrite.parameters)
        (last,) = self._one("SELECT modseq FROM accounts WHERE id = ?", folder.account_id)
        count = self.db.execute(
            f"UPDATE item_flags AS f SET system = {rewrite.system}, modseq = ?"  # noqa: S608 -- built from ints
            f" WHERE {selection.where}",
            (last + 1, *selection.parameters),
        ).rowcount
        if not count:
            return FlagOutcome((), stale, None)
        known = None if self.uid_cache is None else self.uid_cache.peek(folder.id, folder.uid_next, folder.total)
        changed: tuple[FolderUid, ...] = ()
        if known is not None:
            changed = tuple(known[bisect_left(known, span[0]) : bisect_right(known, span[1])])
        if len(changed) != count:
            (low, high) = place(folder.id, span[0]), place(folder.id, min(span[1], UID_MASK))
            changed = self._matching(Selection("f.place BETWEEN ? AND ? AND f.modseq = ?", (low, high, last + 1)))
        modseq = self._log(folder.account_id, ChangeKind.FLAGGED, folder.id, ranges_text(compressed(changed)))
        self.db.execute(
            "UPDATE folders SET unread = unread + ?, modseq = ? WHERE id = ?",
            ((rewrite.unread_each or 0) * count, modseq, folder.id),
        )
        return FlagOutcome(changed, stale, modseq)

    def _deltas(self, selection: Selection, rewrite: _Rewrite, count: int) -> tuple[int, int, int]:
        """What the rewrite adds to the folder's unread, deleted and deleted_size_bytes; asks only for what can move."""
        if rewrite.unread_each is None:
            unread = f"sum((({rewrite.system}) & {SEEN} = 0) - (f.system & {SEEN} = 0))"
        else:
            unread = str(rewrite.unread_each * count)
        if rewrite.touches_deleted:
            deleted = f"((({rewrite.system}) & {DELETED} <> 0) - (f.system & {DELETED} <> 0))"
            sums = f"sum({deleted}), sum(i.size_bytes * {deleted})"
            join = " CROSS JOIN items i ON i.place = f.place"
        elif rewrite.unread_each is None:
            sums, join = "0, 0", ""
        else:
            return rewrite.unread_each * count, 0, 0
        deltas: tuple[int, int, int] = self._one(
            f"SELECT {unread}, {sums} FROM item_flags f{join} WHERE {selection.where}",  # noqa: S608 -- built from ints
            *selection.parameters,
        )
        return deltas

    def _rewrites(self, folder: Folder, aim: Selection, action: FlagAction, flags: Flags) -> list[_Rewrite]:
        bits = int(flags.system)
        if action is FlagAction.SET:
            text = self._canonical(folder.id, folder.account_id, flags.keywords)
            return [_Rewrite(str(bits), text, f"(f.system <> {bits} OR f.keywords <> ?)", (text,))]
        adding = action is FlagAction.ADD
        system = f"f.system | {bits}" if adding else f"f.system & ~{bits}"
        differs = f"f.system & {bits} <> {bits if adding else 0}"
        touches_deleted = bool(bits & DELETED)
        unread_each = None if bits & SEEN else 0
        if not flags.keywords:
            if bits == SEEN:
                unread_each = -1 if adding else 1
            return [_Rewrite(system, None, differs, (), unread_each, touches_deleted)] if bits else []
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
                rewrites.append(_Rewrite(system, new, "f.keywords = ?", (old,), unread_each, touches_deleted))
            elif bits:
                where = f"f.keywords = ? AND {differs}"
                rewrites.append(_Rewrite(system, None, where, (old,), unread_each, touches_deleted))
        return rewrites


def _sum(one: tuple[int, int, int], other: tuple[int, int, int]) -> tuple[int, int, int]:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]
