"""The change log's table: what happened to an account after a given modseq."""

from mailproof_server.model.change import Change, ChangeKind
from mailproof_server.model.errors import CursorExpired
from mailproof_server.model.ids import AccountId, FolderId, Modseq
from mailproof_server.store.sqlite.columns import parse_ranges
from mailproof_server.store.sqlite.session import Reads, Writes


class ChangeReads(Reads):
    def changes_since(self, account_id: AccountId, cursor: Modseq, folder_id: FolderId | None = None) -> list[Change]:
        row = self._one("SELECT log_floor FROM accounts WHERE id = ?", account_id)
        if row is None:
            raise KeyError(account_id)
        if cursor < row[0]:
            raise CursorExpired(f"the log of account {account_id} begins after {row[0]}")
        if folder_id is None:
            rows = self._all(
                "SELECT modseq, kind, folder_id, uids FROM changes WHERE account_id = ? AND modseq > ? ORDER BY modseq",
                account_id,
                cursor,
            )
        else:
            rows = self._all(
                "SELECT modseq, kind, folder_id, uids FROM changes"
                " WHERE account_id = ? AND modseq > ? AND folder_id = ? ORDER BY modseq",
                account_id,
                cursor,
                folder_id,
            )
        return [
            Change(account_id, Modseq(modseq), ChangeKind(kind), FolderId(folder), parse_ranges(uids))
            for modseq, kind, folder, uids in rows
        ]


class ChangeWrites(ChangeReads, Writes):
    def prune_log(self, account_id: AccountId, floor: Modseq) -> None:
        row = self.db.execute(
            "UPDATE accounts SET log_floor = max(log_floor, min(?, modseq)) WHERE id = ? RETURNING log_floor",
            (floor, account_id),
        ).fetchone()
        if row is None:
            raise KeyError(account_id)
        self.db.execute("DELETE FROM changes WHERE account_id = ? AND modseq <= ?", (account_id, row[0]))

    def log_folder(self, account_id: AccountId, kind: ChangeKind, folder_id: FolderId) -> Modseq:
        return self._log(account_id, kind, folder_id)
