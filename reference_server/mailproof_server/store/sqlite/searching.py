"""Searching and threading: runs the statements that `search_sql` builds."""

from collections.abc import Sequence
from functools import partial

from mailproof_server.model.ids import FolderId, FolderUid
from mailproof_server.model.query import Query, SortKey
from mailproof_server.store.base import ThreadRow
from mailproof_server.store.sqlite.columns import UID_MASK, from_moment
from mailproof_server.store.sqlite.items import ItemReads
from mailproof_server.store.sqlite.search_sql import SearchSql
from mailproof_server.store.sqlite.session import uid_list

_THREAD_COLUMNS = (
    f"f.place & {UID_MASK}, c.message_id, c.in_reply_to, c.references_text, c.subject, c.base_subject,"
    " coalesce(c.sent_at, i.received_at), coalesce(c.sent_zone_s, i.received_zone_s)"
)


class SearchReads(ItemReads):
    def search(self, folder_id: FolderId, query: Query, sort: Sequence[SortKey] = ()) -> list[FolderUid]:
        builder = self._search_sql(folder_id)
        if builder is None:
            return []
        return uid_list(self.db.execute(*builder.statement(f"f.place & {UID_MASK}", query, sort)).fetchall())

    def thread_rows(self, folder_id: FolderId, query: Query) -> list[ThreadRow]:
        builder = self._search_sql(folder_id)
        if builder is None:
            return []
        builder.tables |= {"i", "c"}
        return [
            ThreadRow(
                uid=FolderUid(uid),
                message_id=message_id,
                in_reply_to=in_reply_to,
                references=tuple(references.split("\n")) if references else (),
                subject=subject,
                base_subject=base_subject,
                sent_at=from_moment(at, offset_s),
            )
            for uid, message_id, in_reply_to, references, subject, base_subject, at, offset_s in self.db.execute(
                *builder.statement(_THREAD_COLUMNS, query)
            )
        ]

    def _search_sql(self, folder_id: FolderId) -> SearchSql | None:
        folder = self._folder("id = ?", folder_id)
        if folder is None:
            return None
        return SearchSql(
            folder_id,
            spelling=partial(self._spelling, folder.account_id),
            present=partial(self.uids, folder_id),
            apart=partial(self.search, folder_id),
        )
