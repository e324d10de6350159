"""Folders as rules name them: by path, by id, or as a distinguished one; kept by id, so that renaming is free."""

from collections.abc import Mapping

from mailproof_server.model.errors import FolderNotFound, Invalid
from mailproof_server.model.folder import Folder, FolderRole
from mailproof_server.model.ids import FolderId
from mailproof_server.services.rules.action import Effects, Setting, usable_folder
from mailproof_server.store.base import View

_DISTINGUISHED = {
    "inbox": FolderRole.INBOX,
    "drafts": FolderRole.DRAFTS,
    "sentitems": FolderRole.SENT,
    "deleteditems": FolderRole.TRASH,
    "junkemail": FolderRole.JUNK,
    "archive": FolderRole.ARCHIVE,
}
"""EWS's names."""


def settle(name: str, value: object, setting: Setting) -> dict[str, object]:
    """`{"FolderId": …, "Path": …}`. Raises Invalid, FolderNotFound."""
    found = _find(name, value, setting)
    folder = None if found is None else usable_folder(setting.view, found.id, setting.owner)
    if folder is None:
        raise FolderNotFound(f"{name}: no such mail folder: {_shown(value)}")
    return {"FolderId": folder.id, "Path": folder.path}


def _find(name: str, value: object, setting: Setting) -> Folder | None:
    view, account_id = setting.view, setting.owner.account_id
    given: Mapping[str, object] = value if isinstance(value, Mapping) else {"Path": value}
    path, folder_id, distinguished = (given.get(key) for key in ("Path", "FolderId", "DistinguishedFolderId"))
    if account_id is not None and isinstance(distinguished, str) and distinguished.lower() in _DISTINGUISHED:
        return view.folder_by_role(account_id, _DISTINGUISHED[distinguished.lower()])
    found = None
    if account_id is not None and isinstance(path, str) and path:
        found = view.folder_by_path(account_id, "INBOX" if path.upper() == "INBOX" else path)
    if found is None and isinstance(folder_id, int):
        found = view.folder(FolderId(folder_id))
    if found is None and not isinstance(path, str) and not isinstance(folder_id, int):
        raise Invalid(f"{name} is a folder's path")
    return found


def shown(value: object, view: View) -> object:
    """The kept value with the folder's path of today."""
    folder_id = value.get("FolderId") if isinstance(value, Mapping) else None
    folder = view.folder(FolderId(folder_id)) if isinstance(folder_id, int) else None
    return value if folder is None else {"FolderId": folder.id, "Path": folder.path}


def target(name: str, value: object, effects: Effects) -> Folder | None:
    """The folder, or None after telling that it is gone."""
    folder_id = value.get("FolderId") if isinstance(value, Mapping) else None
    folder = None
    if isinstance(folder_id, int):
        folder = usable_folder(effects.view, FolderId(folder_id), effects.arrival.owner)
    if folder is None:
        effects.fail(f"{name}: the folder {_shown(value)} is gone")
    return folder


def _shown(value: object) -> str:
    return str(value.get("Path") or value.get("FolderId")) if isinstance(value, Mapping) else str(value)
