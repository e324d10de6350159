"""Named values on folders and accounts, for everybody or for oneself (RFC 5464)."""

from collections.abc import Mapping

from mailproof_server.model.account import Principal
from mailproof_server.model.errors import Invalid, PermissionDenied, TooLarge, TooMany
from mailproof_server.model.ids import AccountId, FolderId
from mailproof_server.model.permission import Right
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.services.permissions import folder_for, has_full_access
from mailproof_server.store.base import Store, Transaction, View

PRIVATE = "/private/"
SHARED = "/shared/"


class Annotations:
    """`folder_id` None: the account's own values."""

    def __init__(self, store: Store, limits: ServiceLimits) -> None:
        self._store = store
        self._limits = limits

    async def get(self, principal: Principal, owner: AccountId, folder_id: FolderId | None) -> dict[str, bytes]:
        """Entry name in lower case -> value: the shared ones and the principal's own private ones.

        Raises FolderNotFound; PermissionDenied without READ_ANY on the folder, or on another's account.
        """

        def work(view: View) -> dict[str, bytes]:
            _check_access(view, principal, owner, folder_id, Right.READ_ANY)
            return view.annotations(owner, folder_id, principal.id)

        return await self._store.read(work)

    async def set(
        self, principal: Principal, owner: AccountId, folder_id: FolderId | None, entries: Mapping[str, bytes | None]
    ) -> None:
        """Set all or none; None removes an entry.

        Raises what `get` raises, and PermissionDenied for shared entries without WRITE_FLAGS; Invalid (a name),
        TooLarge (a value), TooMany (entries on one folder).
        """
        values = {_checked_name(name): value for name, value in entries.items()}
        if any(value is not None and len(value) > self._limits.annotation_bytes for value in values.values()):
            raise TooLarge(f"A value has at most {self._limits.annotation_bytes} bytes")

        def work(transaction: Transaction) -> None:
            needed = Right.READ_ANY
            if any(name.startswith(SHARED) for name in values):
                needed |= Right.WRITE_FLAGS
            _check_access(transaction, principal, owner, folder_id, needed)
            present = set(transaction.annotations(owner, folder_id, principal.id))
            for name, value in values.items():
                (present.discard if value is None else present.add)(name)
            if len(present) > self._limits.annotations_per_folder and any(
                value is not None for value in values.values()
            ):
                raise TooMany(f"At most {self._limits.annotations_per_folder} entries")
            for name, value in values.items():
                transaction.set_annotation(owner, folder_id, principal.id, name, value)

        await self._store.write(work)


def _check_access(
    view: View, principal: Principal, owner: AccountId, folder_id: FolderId | None, needed: Right
) -> None:
    if folder_id is not None:
        folder_for(view, principal, folder_id, needed)
    elif not has_full_access(view, principal, owner):
        raise PermissionDenied("Permission denied")


def _checked_name(name: str) -> str:
    """RFC 5464 section 3.2.1: "/private" or "/shared", then components; no `*`, `%`, doubled or trailing slash."""
    lowered = name.lower()
    if not lowered.startswith((PRIVATE, SHARED)) or lowered.endswith("/") or "//" in lowered:
        raise Invalid(f"Not the name of an entry: {name}")
    if not lowered.isascii() or any(each in "*%" or not " " <= each <= "~" for each in lowered):
        raise Invalid(f"Not the name of an entry: {name}")
    return lowered
