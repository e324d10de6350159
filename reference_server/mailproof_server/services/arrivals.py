"""Putting a message where new mail goes."""

from datetime import datetime

from mailproof_server.model.folder import FolderRole
from mailproof_server.model.ids import AccountId
from mailproof_server.model.item import Content, NewItem
from mailproof_server.store.base import Transaction


def put_into_inbox(transaction: Transaction, account_id: AccountId, content: Content, now: datetime) -> None:
    """One unread message in the inbox; nothing when the account is gone. Quotas are the caller's business."""
    inbox = transaction.folder_by_role(account_id, FolderRole.INBOX)
    if inbox is not None:
        transaction.add_items(inbox.id, [NewItem(content, received_at=now)], now)
