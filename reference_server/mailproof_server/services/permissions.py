"""Who may do what with a folder: the union of all grants that name the principal (MS-OXCPERM 2.2.7, RFC 4314).

Theory
------
* Rights are asked inside the same work function that reads or writes, so that a revoked right takes effect at once.
* Owner and full access hold everything. Everybody else holds the union of the grants that name the principal itself,
  a group it belongs to (nested ones as well), or everybody signed in.
* MAPI's coarse bits imply the finer ones that IMAP tells apart. Stored is what was granted; what is implied is added
  when rights are asked, and `without` takes the coarse bit away together with the fine one.
* A folder on which a needed right is missing is *denied* when it is visible and *not found* when it is not: RFC 4314,
  section 6: a server must not tell that a folder exists to whom it may not be listed.
"""

from mailproof_server.model.account import Principal
from mailproof_server.model.errors import FolderNotFound, Invalid, NotFound, PermissionDenied
from mailproof_server.model.folder import Folder, FolderRole
from mailproof_server.model.ids import AccountId, FolderId, PrincipalId
from mailproof_server.model.permission import AccountPermission, Anyone, Grant, Right
from mailproof_server.store.base import Store, Transaction, View

NO_RIGHTS = Right(0)
EVERYTHING = Right.everything()

_IMPLIED = (
    (Right.EDIT_ANY, Right.KEEP_SEEN | Right.WRITE_FLAGS),
    (Right.DELETE_ANY, Right.MARK_DELETED | Right.EXPUNGE),
    (Right.FOLDER_OWNER, Right.ADMINISTER | Right.DELETE_FOLDER),
)


def implied(rights: Right) -> Right:
    """The same rights with the finer ones that they contain."""
    for coarse, fine in _IMPLIED:
        if coarse in rights:
            rights |= fine
    return rights


def without(rights: Right, removed: Right) -> Right:
    """`rights` less `removed`, in a form that does not imply the removed ones again."""
    rights = implied(rights) & ~removed
    for coarse, fine in _IMPLIED:
        if fine & removed:
            rights &= ~coarse
    return rights


def identities(view: View, principal: Principal) -> frozenset[PrincipalId]:
    """The principal and every group it belongs to."""
    return view.groups_of(principal.id) | {principal.id}


def has_full_access(view: View, principal: Principal, owner: AccountId) -> bool:
    """Whether every folder of the account is the principal's to use: owners, and users so appointed by the operator.

    Full access is for users, never for groups (WorkMail administrator guide, mailbox permissions).
    """
    return owner == principal.account_id or (principal.id, AccountPermission.FULL_ACCESS) in view.account_grants(owner)


def granted(view: View, who: frozenset[PrincipalId], folder_id: FolderId) -> Right:
    """The union of a folder's grants that name one of `who`, or everybody."""
    rights = NO_RIGHTS
    for grant in view.folder_grants(folder_id):
        if grant.grantee == Anyone.DEFAULT or grant.grantee in who:
            rights |= grant.rights
    return implied(rights)


def rights_of(view: View, principal: Principal, folder: Folder) -> Right:
    """What the principal holds on the folder, now."""
    if folder.account_id == principal.account_id:
        return EVERYTHING
    if has_full_access(view, principal, folder.account_id):
        return EVERYTHING
    return granted(view, identities(view, principal), folder.id)


def require(folder: Folder, rights: Right, needed: Right) -> None:
    """Raises PermissionDenied when a needed right is missing and the folder is visible, else FolderNotFound."""
    if needed & ~rights:
        if Right.FOLDER_VISIBLE in rights:
            raise PermissionDenied(f"You have insufficient privileges on {folder.path}")
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


class Permissions:
    """Asking for rights, and granting them on folders."""

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

    async def grants(self, principal: Principal, folder_id: FolderId) -> list[Grant]:
        """The owner's standing rights first, then what is granted. Raises PermissionDenied without ADMINISTER."""
        return await self._store.read(lambda view: _grants(view, principal, folder_id))

    async def named_grants(self, principal: Principal, folder_id: FolderId) -> list[tuple[str, Right]]:
        """The same with the grantees' addresses; everybody is `anyone`, nobody in particular `anonymous`."""

        def work(view: View) -> list[tuple[str, Right]]:
            named: list[tuple[str, Right]] = []
            for grant in _grants(view, principal, folder_id):
                name = _name(view, grant.grantee)
                if name is not None:
                    named.append((name, implied(grant.rights)))
            return named

        return await self._store.read(work)

    async def set_grant(
        self, principal: Principal, folder_id: FolderId, grantee: PrincipalId | Anyone, rights: Right | None
    ) -> None:
        """Replace what the grantee holds; None or no right at all removes the entry.

        Raises PermissionDenied without ADMINISTER; Invalid for the owner, whose rights are not a grant; NotFound for a
        principal that is gone.
        """

        def work(transaction: Transaction) -> None:
            folder, _ = folder_for(transaction, principal, folder_id, Right.ADMINISTER)
            if not isinstance(grantee, Anyone):
                entry = transaction.entry(grantee)
                if entry is None:
                    raise NotFound("No such user or group")
                if entry.account_id == folder.account_id:
                    raise Invalid("The owner always holds every right")
            transaction.set_grant(folder_id, grantee, rights or None)

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


def _grants(view: View, principal: Principal, folder_id: FolderId) -> list[Grant]:
    folder, _ = folder_for(view, principal, folder_id, Right.ADMINISTER)
    owner = view.entry_of_account(folder.account_id)
    standing = [] if owner is None else [Grant(owner.id, EVERYTHING)]
    return standing + view.folder_grants(folder_id)


def _name(view: View, grantee: PrincipalId | Anyone) -> str | None:
    if isinstance(grantee, Anyone):
        return "anyone" if grantee is Anyone.DEFAULT else "anonymous"
    entry = view.entry(grantee)
    return None if entry is None else entry.address
