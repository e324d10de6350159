"""Finding again what an account has been sent before."""

from datetime import datetime

from mailproof_server.model.ids import AccountId, ContentId
from mailproof_server.store.sqlite.columns import message_key, moment
from mailproof_server.store.sqlite.session import Reads


class DuplicateReads(Reads):
    def contents_of_message(self, account_id: AccountId, message_id: str, since: datetime) -> list[ContentId]:
        key = message_key(message_id)
        if key is None:
            return []
        rows = self._all(
            "SELECT DISTINCT i.content_id FROM items i JOIN contents c ON c.id = i.content_id"
            " WHERE i.account_id = ? AND i.message_key = ? AND i.saved_at >= ? AND c.message_id = ?"
            " ORDER BY i.content_id",
            account_id,
            key,
            moment(since),
            message_id,
        )
        return [ContentId(content_id) for (content_id,) in rows]
