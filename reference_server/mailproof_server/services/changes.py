"""What happened since: the change log as a principal may see it, and being woken (ARCHITECTURE, walk of a message)."""

from collections.abc import Callable
from functools import partial

from mailproof_server.model.account import Principal
from mailproof_server.model.change import Change
from mailproof_server.model.ids import AccountId, FolderId, Modseq
from mailproof_server.model.permission import Right
from mailproof_server.services.permissions import folder_for, has_full_access, rights_of
from mailproof_server.store.base import Store, Transaction, View

PRUNED_AT_ONCE = 2000
"""Log records removed in one transaction."""


class Changes:
    """One counter per account; every protocol's way of asking for news ends here."""

    def __init__(self, store: Store, kept_records: int) -> None:
        """`kept_records`: log records of an account that `prune` leaves; 0: all."""
        self._store = store
        self._kept_records = kept_records

    async def since(
        self, principal: Principal, owner: AccountId, cursor: Modseq, folder_id: FolderId | None = None
    ) -> list[Change]:
        """Log records after `cursor`, ascending, of one folder or of all that the principal may see.

        Of another's account, records of folders that are gone are left out: nobody can tell whether they were visible.
        Raises CursorExpired; FolderNotFound and PermissionDenied for a folder asked for by itself.
        """

        def work(view: View) -> list[Change]:
            if folder_id is not None:
                folder_for(view, principal, folder_id, Right.READ_ANY)
                return view.changes_since(owner, cursor, folder_id)
            changes = view.changes_since(owner, cursor)
            if has_full_access(view, principal, owner):
                return changes
            visible = {
                each.id for each in view.folders(owner) if Right.FOLDER_VISIBLE in rights_of(view, principal, each)
            }
            return [change for change in changes if change.folder_id in visible]

        return await self._store.read(work)

    def watch(self, owner: AccountId, wake: Callable[[Modseq], None]) -> Callable[[], None]:
        """Call `wake(newest modseq)` on the event loop after each commit that changed the account; returns the undo.

        A wake-up tells nothing but that there is news: what it is, `since` tells to whom it may be told.
        """
        return self._store.feed.watch(owner, wake)

    async def prune(self) -> int:
        """Cut every account's log to its newest `kept_records`; returns how many records went.

        Whoever comes with an older cursor gets CursorExpired, which every protocol answers with a full resync.
        """
        if not self._kept_records:
            return 0

        def overdue(view: View) -> list[AccountId]:
            accounts = [view.account(each.account_id) for each in view.entries() if each.account_id is not None]
            return [each.id for each in accounts if each.modseq - each.log_floor > self._kept_records]

        pruned = 0
        for account_id in await self._store.read(overdue, slow=True):
            while step := await self._store.write(partial(self._prune, account_id)):
                pruned += step
        return pruned

    def _prune(self, account_id: AccountId, transaction: Transaction) -> int:
        """One step, so short that deliveries hardly wait for it."""
        owner = transaction.entry_of_account(account_id)
        if owner is None:
            return 0  # removed meanwhile
        account = transaction.account(account_id)
        step = min(account.modseq - self._kept_records - account.log_floor, PRUNED_AT_ONCE)
        if step <= 0:
            return 0
        transaction.prune_log(account_id, Modseq(account.log_floor + step))
        return step

    async def modseq(self, owner: AccountId) -> Modseq:
        """The newest committed change."""
        return await self._store.read(lambda view: view.account(owner).modseq)
