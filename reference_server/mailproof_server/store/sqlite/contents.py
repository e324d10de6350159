"""Contents: the immutable part of items, stored once for all copies and collected with the last one.

Within one transaction the same `Content` object is stored once however often it is added: a message to a group of a
thousand is a thousand small rows and one body.
"""

from collections.abc import Sequence
from typing import Any

from mailproof_server.model.ids import ContentId, FolderId, FolderUid
from mailproof_server.model.item import Content
from mailproof_server.store.base import UidRanges
from mailproof_server.store.sqlite.columns import UID_MASK, moment, places, zone_s
from mailproof_server.store.sqlite.session import Reads, Writes

_STORED = {
    "envelope": "c.envelope",
    "body": "c.body",
    "body_structure": "c.body_structure",
    "structure": "c.structure",
    "preview": "c.preview",
    "size_bytes": "c.size_bytes",
    "data": "d.data",
}

_INSERT = (
    "INSERT INTO contents (size_bytes, sent_at, sent_zone_s, has_attachment, message_id, in_reply_to, references_text,"
    " base_subject, subject, sort_from, sort_to, sort_cc, display_from, display_to, preview, envelope, body,"
    " body_structure, structure) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class ContentReads(Reads):
    def stored(
        self, folder_id: FolderId, ranges: UidRanges, columns: Sequence[str]
    ) -> list[tuple[FolderUid, ContentId, tuple[object, ...]]]:
        wanted = "".join(f", {_STORED[column]}" for column in columns)
        data = " JOIN content_data d ON d.content_id = i.content_id" if "data" in columns else ""
        sql = (
            f"SELECT i.place & {UID_MASK}, i.content_id{wanted} FROM items i"  # noqa: S608 -- names from _STORED
            f" CROSS JOIN contents c ON c.id = i.content_id{data} WHERE i.place BETWEEN ? AND ? ORDER BY i.place"
        )
        found: list[tuple[FolderUid, ContentId, tuple[object, ...]]] = []
        for span in places(folder_id, ranges):
            found.extend((row[0], row[1], row[2:]) for row in self.db.execute(sql, span))
        return found

    def content_data(self, content_id: ContentId, start: int = 0, length: int | None = None) -> bytes:
        if self._one("SELECT 1 FROM content_data WHERE content_id = ?", content_id) is None:
            raise KeyError(content_id)
        with self.db.blobopen("content_data", "data", content_id, readonly=True) as blob:
            size = len(blob)
            if start >= size:
                return b""
            blob.seek(start)
            return blob.read(size - start if length is None else min(length, size - start))


class ContentWrites(ContentReads, Writes):
    def _store_content(self, content: Content) -> ContentId:
        known = self._stored_contents.get(id(content))
        # The last item that shared it may have gone again within this transaction, and the row with it.
        if known is not None and self._one("SELECT 1 FROM contents WHERE id = ?", known[1]) is not None:
            return ContentId(known[1])
        sent = content.sent_at
        content_id: Any = self.db.execute(
            _INSERT,
            (
                content.size_bytes,
                None if sent is None else moment(sent),
                None if sent is None else zone_s(sent),
                content.has_attachment,
                content.message_id,
                content.in_reply_to,
                "\n".join(content.references),
                content.base_subject,
                content.subject,
                content.sort_from,
                content.sort_to,
                content.sort_cc,
                content.display_from,
                content.display_to,
                content.preview,
                content.envelope,
                content.body,
                content.body_structure,
                content.structure,
            ),
        ).lastrowid
        self.db.execute(
            "INSERT INTO content_text VALUES (?, ?, ?)", (content_id, content.headers_text, content.body_text)
        )
        self.db.execute("INSERT INTO content_data VALUES (?, ?)", (content_id, content.data))
        # The object is kept with its id: while it lives, no other object can have that id.
        self._stored_contents[id(content)] = (content, content_id)
        return ContentId(content_id)

    def _collect_contents(self, candidates: str) -> None:
        """Delete those of the contents (a JSON list of ids) that no item holds any more."""
        self.db.execute(
            "DELETE FROM contents WHERE id IN (SELECT value FROM json_each(?))"
            " AND NOT EXISTS (SELECT 1 FROM items WHERE content_id = contents.id)",
            (candidates,),
        )
