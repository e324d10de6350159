"""Deleting what has lain in a folder for too long (WorkMail administrator guide, mailbox retention policies).

Theory
------
* One policy holds for the whole organisation; users cannot change it. It names distinguished folders, and touches what
  lies directly in these alone: not their subfolders, and nothing anywhere else.
* Days are counted from when an item was created in its folder, moved there, or last changed; flags do not count. The
  store keeps that moment with each item, so that nothing is decided by what a message says of itself.
* Delete moves to Deleted Items, where an item begins its days anew and from where it can be taken back. What is deleted
  from Deleted Items is gone (FEATURES FOLD-04). Permanently delete leaves nothing behind from any folder.
* A chore: it does what is due, in small steps, and finds nothing left where another worker was faster.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from mailproof_server.model.account import DirectoryEntry
from mailproof_server.model.clock import Clock
from mailproof_server.model.errors import Invalid
from mailproof_server.model.folder import Folder, FolderRole
from mailproof_server.model.ids import AccountId, FolderId, FolderUid
from mailproof_server.model.query import DateField, InstantRange
from mailproof_server.services import event_log
from mailproof_server.services.event_log import Event
from mailproof_server.store.base import Store, Transaction, UidRanges, View

KIND = "retention"
KEY = ""
MAX_DAYS = 730
AT_ONCE = 200
"""Items removed or moved in one transaction: deliveries hardly wait for it."""


class RetentionFolder(StrEnum):
    """The folders that a policy can name, as WorkMail calls them."""

    INBOX = "INBOX"
    DELETED_ITEMS = "DELETED_ITEMS"
    SENT_ITEMS = "SENT_ITEMS"
    DRAFTS = "DRAFTS"
    JUNK_EMAIL = "JUNK_EMAIL"


ROLES: Mapping[RetentionFolder, FolderRole] = {
    RetentionFolder.INBOX: FolderRole.INBOX,
    RetentionFolder.DELETED_ITEMS: FolderRole.TRASH,
    RetentionFolder.SENT_ITEMS: FolderRole.SENT,
    RetentionFolder.DRAFTS: FolderRole.DRAFTS,
    RetentionFolder.JUNK_EMAIL: FolderRole.JUNK,
}


class RetentionAction(StrEnum):
    NONE = "NONE"
    DELETE = "DELETE"
    PERMANENTLY_DELETE = "PERMANENTLY_DELETE"


class FolderPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """For one folder."""

    action: RetentionAction
    days: int = MAX_DAYS
    """1 to 730."""


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Of the organisation. Folders that are not named are left alone."""

    folders: dict[RetentionFolder, FolderPolicy] = {}
    description: str = ""
    is_on: bool = True


NO_POLICY = Policy(is_on=False)


def policy_of(view: View) -> Policy:
    """What holds now."""
    found = view.document(None, KIND, KEY)
    return NO_POLICY if found is None else msgspec.convert(found, Policy)


class Retention:
    """The operator's policy, and carrying it out."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def policy(self) -> Policy:
        """What holds now; switched off while nobody has set one."""
        return await self._store.read(policy_of)

    async def set_policy(self, policy: Policy | None) -> None:
        """Replace it as a whole; None removes it. Raises Invalid for a number of days."""
        for folder, each in () if policy is None else policy.folders.items():
            if not 1 <= each.days <= MAX_DAYS:
                raise Invalid(f"{folder}: a retention period has 1 to {MAX_DAYS} days")
        value = None if policy is None else msgspec.to_builtins(policy)
        await self._store.write(lambda transaction: transaction.put_document(None, KIND, KEY, value))

    async def run(self) -> int:
        """Do what is due in all accounts; returns how many items were moved or removed."""
        policy, owners = await self._store.read(lambda view: (policy_of(view), _owners(view)))
        if not policy.is_on:
            return 0
        done = 0
        for name, each in policy.folders.items():
            if each.action is not RetentionAction.NONE:
                for owner in owners:
                    done += await self._clear(owner, ROLES[name], each)
        return done

    async def _clear(self, owner: DirectoryEntry, role: FolderRole, policy: FolderPolicy) -> int:
        now = self._clock.now()
        due_at = now - timedelta(days=policy.days)
        account_id = owner.account_id
        if account_id is None:
            return 0
        due = await self._store.read(lambda view: _due(view, account_id, role, due_at), slow=True)
        done = 0
        for start in range(0, len(due), AT_ONCE):
            step = due[start : start + AT_ONCE]

            def work(transaction: Transaction, step: list[FolderUid] = step) -> int:
                # The policy may have been lifted, and the account may be gone.
                if policy not in policy_of(transaction).folders.values():
                    return 0
                folder = transaction.folder_by_role(account_id, role)
                return 0 if folder is None else _take(transaction, folder, step, policy.action, now)

            done += await self._store.write(work)
        if done:
            event_log.record(
                Event.MAILBOX_ACCESS,
                action="delete" if policy.action is RetentionAction.PERMANENTLY_DELETE else "move_to",
                object="Message",
                count=done,
                mailbox=owner.address,
                folder=role.value,
                reason="retention",
            )
        return done


def _owners(view: View) -> list[DirectoryEntry]:
    return [each for each in view.entries() if each.account_id is not None]


def _due(view: View, account_id: AccountId, role: FolderRole, due_at: datetime) -> list[FolderUid]:
    folder = view.folder_by_role(account_id, role)
    if folder is None or not folder.total:
        return []
    return view.search(folder.id, InstantRange(DateField.SAVED, until=due_at))


def _take(
    transaction: Transaction, folder: Folder, uids: Iterable[FolderUid], action: RetentionAction, now: datetime
) -> int:
    ranges: UidRanges = [(uid, uid) for uid in uids]
    trash = transaction.folder_by_role(folder.account_id, FolderRole.TRASH)
    if action is RetentionAction.DELETE and trash is not None and trash.id != folder.id:
        return len(transaction.move_items(folder.id, ranges, FolderId(trash.id), now).source_uids)
    return len(transaction.remove_items(folder.id, ranges, only_deleted=False))
