"""Who may do what with a folder: the union of all grants that name the principal (MS-OXCPERM 2.2.7, RFC 4314).

Theory
------
* Rights are asked inside the same work function that reads or writes, so that a revoked right takes effect at once.
  What was worked out is remembered under the store's stamp of all grants, which is read afresh each time.
* Owner and full access hold everything. Everybody else holds the union of the grants that name the principal itself,
  a group it belongs to (nested ones as well), or everybody signed in.
* Inbox, calendar and contacts are shared as they are. Another folder, and what lies below it, is only visible to those
  to whom the root of the account is visible as well (FEATURES FOLD-08). What else is granted on it holds all the same.
  IMAP has no name for the root, and RFC 4314 promises that `l` makes a folder visible to LIST: a grant that comes from
  there makes the root visible, too (`reveal`).
* Guests may hold rights that reach as far as what they have created themselves; the store remembers whose an item is.
* A folder on which a needed right is missing is *denied* when it is visible and *not found* when it is not: RFC 4314,
  section 6: a server must not tell that a folder exists to whom it may not be listed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from mailproof_server.model.account import Principal
from mailproof_server.model.errors import FolderNotFound, Invalid, NotFound, PermissionDenied
from mailproof_server.model.folder import SEPARATOR, Folder, FolderKind, FolderRole
from mailproof_server.model.ids import AccountId, FolderId, FolderUid, ItemId, PrincipalId
from mailproof_server.model.permission import (
    CALENDAR_PROFILES,
    EVERYTHING,
    NO_RIGHTS,
    PROFILE_RIGHTS,
    AccountPermission,
    Anyone,
    Grant,
    Profile,
    Right,
    implied,
    on_own,
    profile_of,
)
from mailproof_server.store.base import Store, Transaction, UidRanges, View

CANNOT_OPEN = "You have insufficient privileges to open this folder"
SHARED_AS_THEY_ARE = frozenset({FolderRole.INBOX, FolderRole.CALENDAR, FolderRole.CONTACTS})
GRANTS_PER_FOLDER = 1000
_MOST_REMEMBERED = 20_000
_OPENS = Right.READ_ANY | Right.FOLDER_VISIBLE


class _Memory:
    """What was worked out under one stamp. Stamps are never given twice, not even by two stores."""

    def __init__(self) -> None:
        self._kept: tuple[int, dict[tuple[int, int], Any]] = (0, {})

    def get(self, view: View, key: tuple[int, int], work_out: Callable[[], Any]) -> Any:
        stamp = view.grants_stamp()
        known, found = self._kept
        if known != stamp or len(found) >= _MOST_REMEMBERED:
            found = {}
            self._kept = (stamp, found)
        value = found.get(key)
        if value is None:
            value = found[key] = work_out()
        return value


_memory = _Memory()
_IDENTITIES = 0


def identities(view: View, principal: Principal) -> frozenset[PrincipalId]:
    """The principal and every group it belongs to."""
    found: frozenset[PrincipalId] = _memory.get(
        view, (principal.id, _IDENTITIES), lambda: view.groups_of(principal.id) | {principal.id}
    )
    return found


def has_full_access(view: View, principal: Principal, owner: AccountId) -> bool:
    """Whether every folder of the account is the principal's to use: owners, and users so appointed by the operator.

    Full access is for users, never for groups (WorkMail administrator guide, mailbox permissions).
    """
    return owner == principal.account_id or (principal.id, AccountPermission.FULL_ACCESS) in view.account_grants(owner)


def default_rights(folder: Folder) -> Right:
    """What everybody holds where nothing was said: of the calendar, when its owner is busy."""
    return Right.FREE_BUSY_SIMPLE if folder.role is FolderRole.CALENDAR else NO_RIGHTS


def granted(view: View, who: frozenset[PrincipalId], folder: Folder) -> Right:
    """The union of a folder's grants that name one of `who`, or everybody."""
    rights = NO_RIGHTS
    default: Right | None = None
    for grant in view.folder_grants(folder.id):
        if grant.grantee == Anyone.DEFAULT:
            default = (default or NO_RIGHTS) | grant.rights
        elif grant.grantee in who:
            rights |= grant.rights
    return implied(rights | (default_rights(folder) if default is None else default))


def rights_of(view: View, principal: Principal, folder: Folder) -> Right:
    """What the principal holds on the folder, now."""
    if folder.account_id == principal.account_id:
        return EVERYTHING
    rights: Right = _memory.get(view, (principal.id, folder.id), lambda: _work_out(view, principal, folder))
    return rights


def _work_out(view: View, principal: Principal, folder: Folder) -> Right:
    if has_full_access(view, principal, folder.account_id):
        return EVERYTHING
    who = identities(view, principal)
    rights = granted(view, who, folder)
    if Right.FOLDER_VISIBLE in rights and not _is_reachable(view, who, folder):
        rights &= ~Right.FOLDER_VISIBLE
    return rights


def _is_reachable(view: View, who: frozenset[PrincipalId], folder: Folder) -> bool:
    """Whether the way down to a folder that is itself visible is visible as well."""
    if folder.role in SHARED_AS_THEY_ARE or folder.role is FolderRole.ROOT:
        return True
    top = _top_of(view, folder)
    if top is not None and top.role in SHARED_AS_THEY_ARE and Right.FOLDER_VISIBLE in granted(view, who, top):
        return True
    root = view.folder_by_role(folder.account_id, FolderRole.ROOT)
    return root is not None and Right.FOLDER_VISIBLE in granted(view, who, root)


def _top_of(view: View, folder: Folder) -> Folder | None:
    if SEPARATOR not in folder.path:
        return folder
    return view.folder_by_path(folder.account_id, folder.path.partition(SEPARATOR)[0])


def require(folder: Folder, rights: Right, needed: Right) -> None:
    """Raises PermissionDenied when a needed right is missing and the folder is visible, else FolderNotFound."""
    missing = needed & ~rights
    if not missing:
        return
    if Right.FOLDER_VISIBLE in rights:
        raise PermissionDenied(
            CANNOT_OPEN if missing & _OPENS else f"You have insufficient privileges on {folder.path}"
        )
    raise FolderNotFound(f"No such folder: {folder.path}")


def folder_for(
    view: View, principal: Principal, folder_id: FolderId, needed: Right = Right.FOLDER_VISIBLE
) -> tuple[Folder, Right]:
    """The folder and the rights on it. Raises FolderNotFound, PermissionDenied (see `require`)."""
    folder = view.folder(folder_id)
    if folder is None or folder.role is FolderRole.ROOT:
        raise FolderNotFound("No such folder")
    rights = rights_of(view, principal, folder)
    require(folder, rights, needed)
    return folder, rights


# -- items of guests ---------------------------------------------------------------------------------------------------


def guest(principal: Principal, folder: Folder) -> PrincipalId | None:
    """Whose items become what the principal puts there; None: the owner's, of which no note is taken."""
    return None if folder.account_id == principal.account_id else principal.id


def by_rights(
    view: View, principal: Principal, folder: Folder, rights: Right, ranges: UidRanges
) -> list[tuple[UidRanges, Right]]:
    """The items in `ranges` with the rights on them: where these reach further on own items, the own ones first."""
    own_rights = on_own(rights)
    own = view.created_by(folder.id, ranges, principal.id) if own_rights != rights else []
    if not own:
        return [(ranges, rights)]
    known = set(own)
    others = [row[0] for row in view.flag_rows(folder.id, ranges) if row[0] not in known]
    return [(_singles(own), own_rights), (_singles(others), rights)]


def own_among(view: View, principal: Principal, folder: Folder, ranges: UidRanges) -> UidRanges:
    """The items in `ranges` that the principal has created as a guest."""
    return _singles(view.created_by(folder.id, ranges, principal.id))


def require_on_items(
    view: View, principal: Principal, folder: Folder, rights: Right, ranges: UidRanges, needed: Right
) -> None:
    """Raises what `require` raises when a right is missing on one of the items in `ranges`."""
    if needed & ~rights:
        for some, held in by_rights(view, principal, folder, rights, ranges):
            if some and (needed & ~held):
                require(folder, rights, needed)


def rights_on_item(view: View, principal: Principal, folder: Folder, item_id: ItemId) -> Right:
    """What the principal holds on one item of the folder."""
    rights = rights_of(view, principal, folder)
    own_rights = on_own(rights)
    return own_rights if own_rights != rights and view.creator(item_id) == principal.id else rights


def _singles(uids: Sequence[FolderUid]) -> UidRanges:
    return [(uid, uid) for uid in uids]


# -- granting ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PermissionEntry:
    """One line of a folder's permissions as people see them."""

    grantee: PrincipalId | Anyone
    address: str
    """Empty for those that are no principals."""
    display_name: str
    rights: Right
    profile: Profile


class Permissions:
    """Asking for rights, and granting them on folders. Where None stands for the principal, the operator acts."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def rights(self, principal: Principal, folder_id: FolderId) -> Right:
        """Raises FolderNotFound for a folder on which the principal holds nothing at all."""

        def work(view: View) -> Right:
            folder = view.folder(folder_id)
            rights = NO_RIGHTS if folder is None else rights_of(view, principal, folder)
            if not rights:
                raise FolderNotFound("No such folder")
            return rights

        return await self._store.read(work)

    async def grants(self, principal: Principal | None, folder_id: FolderId) -> list[Grant]:
        """The owner's standing rights first, then what is granted. Raises PermissionDenied without ADMINISTER."""
        return await self._store.read(lambda view: _grants(view, principal, folder_id))

    async def named_grants(self, principal: Principal | None, folder_id: FolderId) -> list[tuple[str, Right]]:
        """The same with the grantees' addresses; everybody is `anyone`, nobody in particular `anonymous`."""

        def work(view: View) -> list[tuple[str, Right]]:
            named: list[tuple[str, Right]] = []
            for grant in _grants(view, principal, folder_id):
                name = _name(view, grant.grantee)
                if name is not None:
                    named.append((name, implied(grant.rights)))
            return named

        return await self._store.read(work)

    async def entries(self, principal: Principal | None, folder_id: FolderId) -> list[PermissionEntry]:
        """What is granted, with its profiles; Default and Anonymous first, and always there.

        Raises FolderNotFound, PermissionDenied without ADMINISTER.
        """

        def work(view: View) -> list[PermissionEntry]:
            folder = _administered(view, principal, folder_id)
            held = {grant.grantee: grant.rights for grant in view.folder_grants(folder_id)}
            default = held.pop(Anyone.DEFAULT, default_rights(folder))
            anonymous = held.pop(Anyone.ANONYMOUS, NO_RIGHTS)
            found = [
                PermissionEntry(each, "", each.value.title(), rights, profile_of(rights, folder.kind))
                for each, rights in ((Anyone.DEFAULT, default), (Anyone.ANONYMOUS, anonymous))
            ]
            for grantee, rights in held.items():
                entry = None if isinstance(grantee, Anyone) else view.entry(grantee)
                if entry is not None:
                    profile = profile_of(rights, folder.kind)
                    found.append(PermissionEntry(entry.id, entry.address, entry.display_name, rights, profile))
            return found

        return await self._store.read(work)

    async def set_grant(
        self,
        principal: Principal | None,
        folder_id: FolderId,
        grantee: PrincipalId | Anyone,
        rights: Right | None,
        *,
        reveal: bool = False,
    ) -> None:
        """Replace what the grantee holds; None or no right at all removes the entry.

        `reveal`: where the folder becomes visible, the root does so too, as far as that is needed. Raises
        PermissionDenied without ADMINISTER; Invalid for the owner, whose rights are not a grant; NotFound for a
        principal that is gone.
        """

        def work(transaction: Transaction) -> None:
            folder = _administered(transaction, principal, folder_id)
            put_grant(transaction, folder, grantee, rights)
            if reveal and rights is not None and Right.FOLDER_VISIBLE in rights:
                _reveal(transaction, folder, grantee)

        await self._store.write(work)

    async def set_profile(
        self, principal: Principal | None, folder_id: FolderId, grantee: PrincipalId | Anyone, profile: Profile
    ) -> None:
        """The same by a profile's name. Raises Invalid also for one that the kind of folder does not have."""

        def work(transaction: Transaction) -> None:
            folder = _administered(transaction, principal, folder_id)
            put_grant(transaction, folder, grantee, rights_of_profile(profile, folder.kind))

        await self._store.write(work)

    async def replace(self, principal: Principal | None, folder_id: FolderId, grants: Sequence[Grant]) -> None:
        """Make these all that is granted. Raises what `set_grant` raises; Invalid for a grantee named twice."""
        wanted = {grant.grantee: grant.rights for grant in grants}
        if len(wanted) != len(grants):
            raise Invalid("Somebody is named twice")

        def work(transaction: Transaction) -> None:
            folder = _administered(transaction, principal, folder_id)
            held = {grant.grantee: grant.rights for grant in transaction.folder_grants(folder_id)}
            for grantee in held.keys() - wanted.keys():
                put_grant(transaction, folder, grantee, None)
            for grantee, rights in wanted.items():
                if held.get(grantee) != rights:
                    put_grant(transaction, folder, grantee, rights)

        await self._store.write(work)

    async def grantee(self, identifier: str) -> PrincipalId | Anyone:
        """Who is meant by an address, an alias, a group's address, or `anyone`.

        Raises NotFound; Invalid for an empty name and for rights taken away by name (`-someone`), which are not kept.
        """
        if not identifier or identifier.startswith("-"):
            raise Invalid("Grants are given to addresses, groups or anyone; negative rights are not supported")
        name = identifier.lower()
        if name == "anyone":
            return Anyone.DEFAULT
        if name == "anonymous":
            return Anyone.ANONYMOUS
        entry = await self._store.read(lambda view: view.entry_by_address(name))
        if entry is None:
            raise NotFound(f"No such user or group: {identifier}")
        return entry.id


def rights_of_profile(profile: Profile, kind: FolderKind) -> Right:
    """Raises Invalid for Custom, and for a calendar's profile on another folder."""
    if profile is Profile.CUSTOM:
        raise Invalid("Custom says that the rights are given one by one")
    if profile in CALENDAR_PROFILES and kind is not FolderKind.CALENDAR:
        raise Invalid(f"{profile} is for calendars")
    return PROFILE_RIGHTS[profile]


def put_grant(transaction: Transaction, folder: Folder, grantee: PrincipalId | Anyone, rights: Right | None) -> None:
    """Without asking who acts. Raises Invalid, NotFound (see `Permissions.set_grant`)."""
    if not isinstance(grantee, Anyone):
        entry = transaction.entry(grantee)
        if entry is None:
            raise NotFound("No such user or group")
        if entry.account_id == folder.account_id:
            raise Invalid("The owner always holds every right")
    # Of the calendar "nothing" is a thing to remember, since everybody holds something where nothing was said.
    if not rights and not (rights is not None and grantee is Anyone.DEFAULT and default_rights(folder)):
        transaction.set_grant(folder.id, grantee, None)
        return
    held = transaction.folder_grants(folder.id)
    if len(held) >= GRANTS_PER_FOLDER and all(grant.grantee != grantee for grant in held):
        raise Invalid(f"A folder is shared with at most {GRANTS_PER_FOLDER} users and groups")
    transaction.set_grant(folder.id, grantee, rights)


def _administered(view: View, principal: Principal | None, folder_id: FolderId) -> Folder:
    """A folder, be it the root, whose grants may be seen and changed. Raises FolderNotFound, PermissionDenied."""
    folder = view.folder(folder_id)
    if folder is None:
        raise FolderNotFound("No such folder")
    if principal is not None:
        require(folder, rights_of(view, principal, folder), Right.ADMINISTER)
    return folder


def _reveal(transaction: Transaction, folder: Folder, grantee: PrincipalId | Anyone) -> None:
    top = _top_of(transaction, folder)
    root = transaction.folder_by_role(folder.account_id, FolderRole.ROOT)
    if root is None or folder.id == root.id or (top is not None and top.role in SHARED_AS_THEY_ARE):
        return
    held = next((each.rights for each in transaction.folder_grants(root.id) if each.grantee == grantee), NO_RIGHTS)
    if Right.FOLDER_VISIBLE not in held:
        transaction.set_grant(root.id, grantee, held | Right.FOLDER_VISIBLE)


def _grants(view: View, principal: Principal | None, folder_id: FolderId) -> list[Grant]:
    folder = _administered(view, principal, folder_id)
    owner = view.entry_of_account(folder.account_id)
    standing = [] if owner is None else [Grant(owner.id, EVERYTHING)]
    return standing + [grant for grant in view.folder_grants(folder_id) if grant.rights]


def _name(view: View, grantee: PrincipalId | Anyone) -> str | None:
    if isinstance(grantee, Anyone):
        return "anyone" if grantee is Anyone.DEFAULT else "anonymous"
    entry = view.entry(grantee)
    return None if entry is None else entry.address
