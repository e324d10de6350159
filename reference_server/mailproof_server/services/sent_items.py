"""Copies of what somebody has sent: one for each message, in the sender's Sent Items (FEATURES MAIL-06).

The server keeps the copy in the transaction that sends. Many IMAP clients store one of their own by APPEND, some before
they send and some after it; theirs is the better one, since it still says who got a blind copy. So the server's copy
carries a mark: it is not made where the client's is there already, and goes when the client's comes. Which copies
belong together their Message-ID tells.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from mailproof_server.model.errors import OverQuota
from mailproof_server.model.folder import Folder, FolderRole
from mailproof_server.model.ids import AccountId, FolderUid, PrincipalId
from mailproof_server.model.item import Content, Flag, Flags, NewItem
from mailproof_server.services.quota import has_room
from mailproof_server.store.base import Transaction, View

MARK = "sent_copy"
_SEEN = Flags(Flag.SEEN)


def keep_sent(
    transaction: Transaction,
    account_id: AccountId,
    content: Content,
    now: datetime,
    *,
    creator: PrincipalId | None = None,
    must: bool = False,
) -> None:
    """Put a copy into the account's Sent Items, if it has such a folder and no copy yet.

    `creator`: a guest, whose copy it becomes. `must`: raise OverQuota where there is no room for it, instead of going
    without: a client that stores nothing itself would lose it.
    """
    sent = transaction.folder_by_role(account_id, FolderRole.SENT)
    if sent is None or transaction.with_message_id(sent.id, content.message_id):
        return
    if has_room(transaction.account(account_id), content.size_bytes):
        item = NewItem(content, _SEEN, received_at=now, properties={MARK: True})
        transaction.add_items(sent.id, [item], now, creator)
    elif must:
        raise OverQuota("There is no room for the copy in Sent Items")


def marked_copies(view: View, folder: Folder, contents: Iterable[Content]) -> Sequence[FolderUid]:
    """The server's own copies of these messages, which a client is about to store by itself."""
    if folder.role is not FolderRole.SENT:
        return ()
    wanted = {content.message_id for content in contents if content.message_id}
    uids = sorted(uid for message_id in wanted for uid in view.with_message_id(folder.id, message_id))
    rows = view.rows(folder.id, [(uid, uid) for uid in uids]) if uids else []
    return [row.uid for row in rows if view.properties(row.id).get(MARK)]
