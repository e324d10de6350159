"""The invariants of the store, checked by counting the rows again (`store.base`, theory)."""

from mailproof_server.model.account import Account
from mailproof_server.model.folder import Folder
from mailproof_server.model.ids import AccountId
from mailproof_server.model.item import Flag
from mailproof_server.store.base import View
from tests.store.making import EVERYTHING


def check_account(view: View, account_id: AccountId) -> tuple[Account, list[Folder]]:
    """Raise AssertionError where a counter, a modseq or an order is not what the rows say."""
    account = view.account(account_id)
    folders = view.folders(account_id)
    items = size_bytes = 0
    for folder in folders:
        rows = view.rows(folder.id)
        flags = view.flag_rows(folder.id)
        uids = view.uids(folder.id)
        assert uids == sorted(set(uids)), folder.path
        assert [row.uid for row in rows] == [row[0] for row in flags] == uids, folder.path
        assert [(row.system, row.keywords, row.modseq) for row in rows] == [row[1:] for row in flags], folder.path
        assert all(0 < uid < folder.uid_next for uid in uids), folder.path
        assert all(1 < row.modseq <= folder.modseq <= account.modseq for row in rows), folder.path
        deleted = [row.size_bytes for row in rows if row.system & Flag.DELETED]
        counted = (
            len(rows),
            sum(not row.system & Flag.SEEN for row in rows),
            len(deleted),
            sum(row.size_bytes for row in rows),
            sum(deleted),
        )
        stored = (folder.total, folder.unread, folder.deleted, folder.size_bytes, folder.deleted_size_bytes)
        assert counted == stored, folder.path
        assert view.first_unseen(folder.id) == next((row.uid for row in rows if not row.system & Flag.SEEN), None)
        contents = view.stored(folder.id, EVERYTHING, ["size_bytes"])
        assert [(uid, size) for uid, _, (size,) in contents] == [(row.uid, row.size_bytes) for row in rows], folder.path
        items += len(rows)
        size_bytes += counted[3]
    assert (account.item_count, account.used_bytes) == (items, size_bytes)
    validities = [folder.uid_validity for folder in folders]
    assert len(set(validities)) == len(validities)
    changes = view.changes_since(account_id, account.log_floor)
    assert [change.modseq for change in changes] == list(range(account.log_floor + 1, account.modseq + 1))
    return account, folders
