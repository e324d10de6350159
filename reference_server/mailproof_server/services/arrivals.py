"""What arrives: a stored copy as followers see it, and the server's own notices."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from mailproof_server.model.folder import FolderRole
from mailproof_server.model.ids import AccountId
from mailproof_server.model.item import Content, NewItem
from mailproof_server.services.rules.message import Arrival
from mailproof_server.store.base import Placement, Transaction


@dataclass(frozen=True, slots=True)
class Stored:
    """What a follower is told: one account's copy of a message has just been stored."""

    arrival: Arrival
    """The message as it was read (`arrival.message`), whose account it is (`arrival.owner`), and when it came."""
    placements: tuple[Placement, ...]
    """Where the copies lie; none when the owner's rules have deleted it for good."""
    is_junk: bool
    has_posted: bool
    """Something was put into the queue for it: whoever commits wakes the queue's runner."""


Follower = Callable[[Transaction, Stored], bool]
"""Called inside the transaction that stores a delivered message, once for each account; see `Delivery.follow`.

Returns whether it has posted anything.
"""


def put_into_inbox(transaction: Transaction, account_id: AccountId, content: Content, now: datetime) -> None:
    """One unread message in the inbox; nothing when the account is gone. Quotas are the caller's business.

    For notices of the server itself: no rule runs.
    """
    inbox = transaction.folder_by_role(account_id, FolderRole.INBOX)
    if inbox is not None:
        transaction.add_items(inbox.id, [NewItem(content, received_at=now)], now)
