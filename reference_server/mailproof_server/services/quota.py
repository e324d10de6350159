"""How much an account may hold, and the warning before it is full (FEATURES MAIL-18, RFC 9208)."""

from dataclasses import dataclass

from mailproof_server.model.account import Account, Principal
from mailproof_server.model.clock import Clock
from mailproof_server.model.errors import Invalid, NotFound, OverQuota, PermissionDenied
from mailproof_server.model.ids import AccountId
from mailproof_server.model.permission import Right
from mailproof_server.services.arrivals import put_into_inbox
from mailproof_server.services.content import make_content
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.services.notices import notice
from mailproof_server.services.permissions import rights_of
from mailproof_server.store.base import Store, Transaction, View

MAX_QUOTA_BYTES = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Usage:
    """Of one account, as of the last commit."""

    used_bytes: int
    quota_bytes: int
    item_count: int


def has_room(account: Account, size_bytes: int) -> bool:
    """Whether `size_bytes` more fit; a full account has no room even for nothing."""
    return account.used_bytes < account.quota_bytes and account.used_bytes + size_bytes <= account.quota_bytes


def require_room(view: View, owner: AccountId, size_bytes: int) -> None:
    """Raises OverQuota when so much more does not fit."""
    if not has_room(view.account(owner), size_bytes):
        raise OverQuota("The mailbox is full")


class Quota:
    """Usage, limits and the notice."""

    def __init__(self, store: Store, clock: Clock, limits: ServiceLimits) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits

    async def usage(self, principal: Principal, owner: AccountId) -> Usage:
        """Raises PermissionDenied for an account in which the principal may see no folder."""

        def work(view: View) -> Usage:
            if not _may_see(view, principal, owner):
                raise PermissionDenied("Permission denied")
            account = view.account(owner)
            return Usage(account.used_bytes, account.quota_bytes, account.item_count)

        return await self._store.read(work)

    async def set_limit(self, principal: Principal | None, owner: AccountId, quota_bytes: int) -> None:
        """None acts for the operator; users may not change a quota, not even their own: PermissionDenied.

        What an account holds beyond a lowered limit stays; nothing more comes in. Raises Invalid, NotFound.
        """
        if principal is not None:
            raise PermissionDenied("Quotas are set by the operator")
        if not 0 < quota_bytes <= MAX_QUOTA_BYTES:
            raise Invalid("A quota is a positive number of bytes")

        def work(transaction: Transaction) -> None:
            if transaction.entry_of_account(owner) is None:
                raise NotFound("No such account")
            transaction.set_quota(owner, quota_bytes)

        await self._store.write(work)
        await self.send_notice(owner)

    def rearm(self, transaction: Transaction, owner: AccountId) -> None:
        """Before something is added: an account that has fallen below the mark is warned again at the next crossing."""
        account = transaction.account(owner)
        if account.quota_noticed_at is not None and not self._is_high(account):
            transaction.set_quota_noticed(owner, None)

    def is_notice_due(self, view: View, owner: AccountId) -> bool:
        """After something was added: whether `send_notice` has something to say."""
        account = view.account(owner)
        return account.quota_noticed_at is None and self._is_high(account)

    async def send_notice(self, owner: AccountId) -> None:
        """Put the warning into the owner's inbox, once per crossing of the mark; full accounts get it as well."""

        def look(view: View) -> tuple[str, str, Account] | None:
            entry = view.entry_of_account(owner)
            if entry is None or not self.is_notice_due(view, owner):
                return None
            return entry.address, entry.display_name, view.account(owner)

        found = await self._store.read(look)
        if found is None:
            return
        address, display_name, account = found
        now = self._clock.now()
        percent = 100 * account.used_bytes // account.quota_bytes
        content = await make_content(
            notice(
                address,
                display_name,
                "Your mailbox is almost full",
                f"Your mailbox {address} holds {_in_mib(account.used_bytes)} of {_in_mib(account.quota_bytes)} "
                f"({percent} %).\nWhen it is full, new messages are refused. "
                "Remove what you no longer need, and empty the folder of deleted items.\n",
                now,
            )
        )

        def put(transaction: Transaction) -> None:
            if transaction.entry_of_account(owner) is not None and self.is_notice_due(transaction, owner):
                transaction.set_quota_noticed(owner, now)
                put_into_inbox(transaction, owner, content, now)

        await self._store.write(put)

    def _is_high(self, account: Account) -> bool:
        return account.used_bytes >= self._limits.quota_notice_ratio * account.quota_bytes


def _may_see(view: View, principal: Principal, owner: AccountId) -> bool:
    return any(Right.FOLDER_VISIBLE in rights_of(view, principal, each) for each in view.folders(owner))


def _in_mib(size_bytes: int) -> str:
    return f"{size_bytes / (1024 * 1024):.1f} MiB"
