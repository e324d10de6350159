"""Messages that wait to leave the organisation."""

import json
from collections.abc import Sequence
from datetime import datetime

from mailproof_server.model.errors import NotFound
from mailproof_server.store.base import QueuedMessage
from mailproof_server.store.sqlite.columns import from_moment, moment
from mailproof_server.store.sqlite.session import Reads, Writes


class QueueReads(Reads):
    def queue_due(self, now: datetime, limit: int = 50) -> list[QueuedMessage]:
        rows = self._all(
            "SELECT id, sender, recipients, data, envelope_json, attempts, next_attempt_at, queued_at"
            " FROM outbound_queue WHERE next_attempt_at <= ? ORDER BY next_attempt_at, id LIMIT ?",
            moment(now),
            limit,
        )
        return [
            QueuedMessage(
                id=queue_id,
                sender=sender,
                recipients=tuple((address, wishes) for address, wishes in json.loads(recipients)),
                data=data,
                envelope_json=envelope_json,
                attempts=attempts,
                next_attempt_at=from_moment(next_attempt_at),
                queued_at=from_moment(queued_at),
            )
            for queue_id, sender, recipients, data, envelope_json, attempts, next_attempt_at, queued_at in rows
        ]

    def queue_next_at(self) -> datetime | None:
        (at,) = self._one("SELECT min(next_attempt_at) FROM outbound_queue")
        return None if at is None else from_moment(at)


class QueueWrites(QueueReads, Writes):
    def enqueue(
        self, sender: str, recipients: Sequence[tuple[str, str]], data: bytes, envelope_json: str, now: datetime
    ) -> int:
        at = moment(now)
        row = self.db.execute(
            "INSERT INTO outbound_queue (next_attempt_at, queued_at, attempts, sender, recipients, envelope_json, data)"
            " VALUES (?, ?, 0, ?, ?, ?, ?) RETURNING id",
            (at, at, sender, _recipients(recipients), envelope_json, data),
        ).fetchone()
        return int(row[0])

    def requeue(
        self, queue_id: int, recipients: Sequence[tuple[str, str]], attempts: int, next_attempt_at: datetime
    ) -> None:
        changed = self.db.execute(
            "UPDATE outbound_queue SET recipients = ?, attempts = ?, next_attempt_at = ? WHERE id = ?",
            (_recipients(recipients), attempts, moment(next_attempt_at), queue_id),
        ).rowcount
        if not changed:
            raise NotFound(f"nothing queued under {queue_id}")

    def dequeue(self, queue_id: int) -> None:
        if not self.db.execute("DELETE FROM outbound_queue WHERE id = ?", (queue_id,)).rowcount:
            raise NotFound(f"nothing queued under {queue_id}")


def _recipients(recipients: Sequence[tuple[str, str]]) -> str:
    return json.dumps([list(each) for each in recipients], ensure_ascii=False)
