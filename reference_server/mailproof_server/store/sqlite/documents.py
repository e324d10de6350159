"""Documents: small JSON objects of an account or of the organisation, and their stamps."""

import json
import secrets
from collections.abc import Mapping
from typing import Any

from mailproof_server.model.errors import Invalid, NotFound
from mailproof_server.model.ids import AccountId
from mailproof_server.store.sqlite.session import Reads, Writes

_ORGANISATION = 0


class DocumentReads(Reads):
    def document(self, account_id: AccountId | None, kind: str, key: str) -> dict[str, Any] | None:
        row = self._one(
            "SELECT value FROM documents WHERE account_id = ? AND kind = ? AND key = ?", _owner(account_id), kind, key
        )
        return None if row is None else json.loads(row[0])

    def documents(self, account_id: AccountId | None, kind: str) -> dict[str, dict[str, Any]]:
        rows = self._all(
            "SELECT key, value FROM documents WHERE account_id = ? AND kind = ? ORDER BY key", _owner(account_id), kind
        )
        return {key: json.loads(value) for key, value in rows}

    def document_stamp(self, account_id: AccountId | None, kind: str) -> int:
        row = self._one("SELECT stamp FROM document_stamps WHERE account_id = ? AND kind = ?", _owner(account_id), kind)
        return 0 if row is None else int(row[0])


class DocumentWrites(DocumentReads, Writes):
    def put_document(self, account_id: AccountId | None, kind: str, key: str, value: Mapping[str, Any] | None) -> None:
        owner = _owner(account_id)
        if account_id is not None and not self._one("SELECT 1 FROM accounts WHERE id = ?", account_id):
            raise NotFound(f"account {account_id} does not exist")
        if value is None:
            self.db.execute("DELETE FROM documents WHERE account_id = ? AND kind = ? AND key = ?", (owner, kind, key))
        else:
            self.db.execute("INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?)", (owner, kind, key, _text(value)))
        # At random, since a counter that was rolled back would show the same number for something else.
        stamp = 1 + secrets.randbits(62)
        self.db.execute("INSERT OR REPLACE INTO document_stamps VALUES (?, ?, ?)", (owner, kind, stamp))


def _owner(account_id: AccountId | None) -> int:
    return _ORGANISATION if account_id is None else account_id


def _text(value: Mapping[str, Any]) -> str:
    try:
        text = json.dumps(dict(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        text.encode()
    except (TypeError, ValueError) as problem:
        raise Invalid(f"not a JSON value: {problem}") from problem
    return text
