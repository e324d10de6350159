"""Keywords: case-insensitive names in the spelling first used in the account, stored with items as sorted text."""

from collections.abc import Iterable

from mailproof_server.model.errors import Invalid
from mailproof_server.model.ids import AccountId, FolderId
from mailproof_server.store.sqlite.session import Reads, Writes


class KeywordReads(Reads):
    def keywords(self, folder_id: FolderId) -> tuple[str, ...]:
        rows = self._all("SELECT keyword FROM folder_keywords WHERE folder_id = ? ORDER BY keyword", folder_id)
        return tuple(keyword for (keyword,) in rows)

    def _spelling(self, account_id: AccountId, keyword: str) -> str | None:
        """As first used in the account; None: never used."""
        row = self._one(
            "SELECT keyword FROM account_keywords WHERE account_id = ? AND folded = ?", account_id, keyword.casefold()
        )
        return None if row is None else str(row[0])


class KeywordWrites(KeywordReads, Writes):
    def _canonical(self, folder_id: FolderId, account_id: AccountId, keywords: Iterable[str]) -> str:
        """The text to store, once account and folder know the keywords. Raises Invalid for one with white space."""
        spellings = set()
        for keyword in keywords:
            if keyword.split() != [keyword]:
                raise Invalid(f"{keyword!r} cannot be a keyword")
            spelling = self._spelling(account_id, keyword)
            if spelling is None:
                spelling = keyword
                self.db.execute(
                    "INSERT INTO account_keywords VALUES (?, ?, ?)", (account_id, keyword.casefold(), keyword)
                )
            spellings.add(spelling)
        self.db.executemany(
            "INSERT OR IGNORE INTO folder_keywords VALUES (?, ?)", [(folder_id, each) for each in sorted(spellings)]
        )
        return " ".join(sorted(spellings))
