"""Delegates that a user names: rights on folders, copies of meeting requests, sending on behalf (FEATURES DELE-01).

A delegate's levels are nothing of their own: they are the grants on the owner's folders, set by their profiles and read
back from there, so that both ways of sharing show the same. Kept as documents are the settings that no grant holds.
Whoever is a delegate may send on the owner's behalf.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mailproof_server.model.account import DirectoryEntry, Principal, PrincipalKind
from mailproof_server.model.errors import AlreadyExists, Invalid, NotFound, PermissionDenied, TooMany
from mailproof_server.model.folder import FolderRole
from mailproof_server.model.ids import AccountId, PrincipalId
from mailproof_server.model.permission import NO_RIGHTS, PROFILE_RIGHTS, Profile, profile_of
from mailproof_server.services.permissions import has_full_access, put_grant
from mailproof_server.store.base import Store, Transaction, View

KIND = "delegates"
OPTIONS = "delegate_options"
FOLDERS = (FolderRole.CALENDAR, FolderRole.TASKS, FolderRole.INBOX, FolderRole.CONTACTS, FolderRole.NOTES)
LEVELS = frozenset({Profile.NONE, Profile.REVIEWER, Profile.AUTHOR, Profile.EDITOR})
MOST_DELEGATES = 100


class MeetingRequests(StrEnum):
    """Who gets the meeting requests for the owner, by EWS's names."""

    DELEGATES_ONLY = "DelegatesOnly"
    DELEGATES_AND_OWNER = "DelegatesAndMe"
    DELEGATES_AND_INFORMATION = "DelegatesAndSendInformationToMe"
    """The owner gets them, too, but to know about them only: the answer is the delegate's."""
    OWNER_ONLY = "NoForward"


@dataclass(frozen=True, slots=True)
class Delegate:
    """One delegate as the owner has set it up."""

    entry: DirectoryEntry
    levels: Mapping[FolderRole, Profile]
    """For each of FOLDERS; Custom where the rights are none of LEVELS."""
    receives_copies: bool
    """Of meeting messages for the owner."""
    views_private: bool
    """Kept for clients that show it. Who may read a folder sees everything in it (FEATURES FOLD-09)."""


@dataclass(frozen=True, slots=True)
class DelegateChange:
    """What to set; None, or a folder left out, stays as it is (new delegates: nothing)."""

    levels: Mapping[FolderRole, Profile] = field(default_factory=dict)
    receives_copies: bool | None = None
    views_private: bool | None = None


@dataclass(frozen=True, slots=True)
class MeetingRoute:
    """Where a meeting message for an account goes."""

    to_owner: bool
    is_information: bool
    """The owner's copy is but for information."""
    delegates: tuple[DirectoryEntry, ...] = ()


def is_delegate(view: View, owner: AccountId, who: frozenset[PrincipalId]) -> bool:
    """Whether one of `who` is a delegate of the account's owner."""
    if not view.document_stamp(owner, KIND):
        return False
    return any(PrincipalId(int(key)) in who for key in view.documents(owner, KIND))


def meeting_route(view: View, owner: AccountId) -> MeetingRoute:
    """To whom meeting requests and updates for the owner go. Without a delegate who gets copies: to the owner."""
    wants = _meeting_requests(view, owner)
    receivers = tuple(
        each.entry for each in _delegates(view, owner) if each.receives_copies and each.entry.account_id is not None
    )
    if not receivers or wants is MeetingRequests.OWNER_ONLY:
        return MeetingRoute(to_owner=True, is_information=False)
    return MeetingRoute(
        to_owner=wants is not MeetingRequests.DELEGATES_ONLY,
        is_information=wants is MeetingRequests.DELEGATES_AND_INFORMATION,
        delegates=receivers,
    )


class Delegates:
    """Owners, and users with full access, set delegates up; None as principal acts for the operator."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def of(self, principal: Principal | None, owner: AccountId) -> list[Delegate]:
        """By address. Raises PermissionDenied."""

        def work(view: View) -> list[Delegate]:
            _check_actor(view, principal, owner)
            return _delegates(view, owner)

        return await self._store.read(work)

    async def add(
        self, principal: Principal | None, owner: AccountId, delegate: PrincipalId, change: DelegateChange
    ) -> None:
        """Raises PermissionDenied, NotFound, AlreadyExists, TooMany; Invalid for the owner, a resource, or a level that
        delegates cannot have."""

        def work(transaction: Transaction) -> None:
            _check_actor(transaction, principal, owner)
            entry = transaction.entry(delegate)
            if entry is None:
                raise NotFound("No such user or group")
            if entry.account_id == owner:
                raise Invalid("The owner cannot be a delegate")
            if entry.kind is PrincipalKind.RESOURCE:
                raise Invalid("A resource cannot be a delegate")
            known = transaction.documents(owner, KIND)
            if str(delegate) in known:
                raise AlreadyExists(f"{entry.address} is a delegate already")
            if len(known) >= MOST_DELEGATES:
                raise TooMany(f"At most {MOST_DELEGATES} delegates")
            _apply(transaction, owner, delegate, change, {})

        await self._store.write(work)

    async def update(
        self, principal: Principal | None, owner: AccountId, delegate: PrincipalId, change: DelegateChange
    ) -> None:
        """Raises PermissionDenied, Invalid (level); NotFound for one who is no delegate."""

        def work(transaction: Transaction) -> None:
            _check_actor(transaction, principal, owner)
            _apply(transaction, owner, delegate, change, _settings(transaction, owner, delegate))

        await self._store.write(work)

    async def remove(self, principal: Principal | None, owner: AccountId, delegate: PrincipalId) -> None:
        """With the rights on the folders that delegates have. Raises PermissionDenied, NotFound."""

        def work(transaction: Transaction) -> None:
            _check_actor(transaction, principal, owner)
            _settings(transaction, owner, delegate)
            transaction.put_document(owner, KIND, str(delegate), None)
            for role in FOLDERS:
                folder = transaction.folder_by_role(owner, role)
                if folder is not None:
                    transaction.set_grant(folder.id, delegate, None)

        await self._store.write(work)

    async def meeting_requests(self, principal: Principal | None, owner: AccountId) -> MeetingRequests:
        """Raises PermissionDenied."""

        def work(view: View) -> MeetingRequests:
            _check_actor(view, principal, owner)
            return _meeting_requests(view, owner)

        return await self._store.read(work)

    async def set_meeting_requests(
        self, principal: Principal | None, owner: AccountId, wanted: MeetingRequests
    ) -> None:
        """Raises PermissionDenied."""

        def work(transaction: Transaction) -> None:
            _check_actor(transaction, principal, owner)
            transaction.put_document(owner, OPTIONS, "", {"meeting_requests": wanted.value})

        await self._store.write(work)


def _check_actor(view: View, principal: Principal | None, owner: AccountId) -> None:
    if principal is not None and not has_full_access(view, principal, owner):
        raise PermissionDenied("Delegates are named by the owner")


def _settings(view: View, owner: AccountId, delegate: PrincipalId) -> dict[str, bool]:
    found = view.document(owner, KIND, str(delegate))
    if found is None:
        raise NotFound("No such delegate")
    return found


def _apply(
    transaction: Transaction,
    owner: AccountId,
    delegate: PrincipalId,
    change: DelegateChange,
    known: Mapping[str, bool],
) -> None:
    for role, level in change.levels.items():
        folder = transaction.folder_by_role(owner, role) if role in FOLDERS else None
        if folder is None:
            raise Invalid(f"Delegates have no level on {role}")
        if level not in LEVELS:
            raise Invalid(f"Delegates cannot be given the level {level}")
        put_grant(transaction, folder, delegate, PROFILE_RIGHTS[level])
    settings = {
        "receives_copies": known.get("receives_copies", False)
        if change.receives_copies is None
        else change.receives_copies,
        "views_private": known.get("views_private", False) if change.views_private is None else change.views_private,
    }
    transaction.put_document(owner, KIND, str(delegate), settings)


def _delegates(view: View, owner: AccountId) -> list[Delegate]:
    folders = {role: view.folder_by_role(owner, role) for role in FOLDERS}
    held = {
        role: {} if folder is None else {grant.grantee: grant.rights for grant in view.folder_grants(folder.id)}
        for role, folder in folders.items()
    }
    found: list[Delegate] = []
    for key, settings in view.documents(owner, KIND).items():
        entry = view.entry(PrincipalId(int(key)))
        if entry is not None:
            levels = {
                role: profile_of(held[role].get(entry.id, NO_RIGHTS), folder.kind)
                for role, folder in folders.items()
                if folder is not None
            }
            copies, private = settings["receives_copies"], settings["views_private"]
            found.append(Delegate(entry, levels, copies, private))
    return sorted(found, key=lambda each: each.entry.address)


def _meeting_requests(view: View, owner: AccountId) -> MeetingRequests:
    found = view.document(owner, OPTIONS, "")
    return MeetingRequests.DELEGATES_AND_OWNER if found is None else MeetingRequests(found["meeting_requests"])
