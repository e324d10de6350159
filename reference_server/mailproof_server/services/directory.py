"""Users, groups, resources, domains and aliases (FEATURES sections 5 and 12; value limits as WorkMail's API).

Methods that change the directory are the operator's: they take no principal, and only the operator's commands call
them.
"""

from collections.abc import Mapping

from mailproof_server.model.account import ATTRIBUTES, DirectoryEntry, PrincipalKind
from mailproof_server.model.clock import Clock
from mailproof_server.model.errors import Invalid, NotFound, TooMany
from mailproof_server.model.folder import DISTINGUISHED, FolderKind, FolderRole
from mailproof_server.model.ids import AccountId, PrincipalId
from mailproof_server.services.addresses import checked_address, checked_domain, checked_username, parse
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.services.quota import MAX_QUOTA_BYTES
from mailproof_server.services.resolution import Resolution, resolve
from mailproof_server.services.revocations import Revocations
from mailproof_server.store.base import Store, Transaction, View

MAX_NAME = 256
MAX_RESOURCE_NAME = 20
"""WorkMail's ResourceName."""
MAX_ATTRIBUTE = 256
RESOURCE_KIND = "ResourceType"
"""Attribute of a resource: `room` or `equipment`."""


class Directory:
    """Looking up is for everybody; changing is the operator's."""

    def __init__(self, store: Store, clock: Clock, limits: ServiceLimits, revocations: Revocations) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits
        self._revocations = revocations

    # -- looking up --------------------------------------------------------------------------------------------------
    async def resolve(self, address: str) -> Resolution:
        """Where mail to the address goes. Raises NotFound for an unknown local one, Invalid, TooMany (a huge group)."""
        return await self._store.read(lambda view: resolve(view, address, self._limits))

    async def is_local(self, domain: str) -> bool:
        """Whether the organisation accepts mail for the domain."""
        return domain.lower().rstrip(".") in await self.domains()

    async def domains(self) -> tuple[str, ...]:
        """Accepted domains, the default one first."""
        return await self._store.read(lambda view: view.domains())

    async def entries(self, kind: PrincipalKind | None = None) -> list[DirectoryEntry]:
        """All, by address, hidden ones as well."""
        return await self._store.read(lambda view: view.entries(kind))

    async def entry(self, principal_id: PrincipalId) -> DirectoryEntry:
        """Raises NotFound."""
        return await self._store.read(lambda view: _entry(view, principal_id))

    async def entry_by_address(self, address: str) -> DirectoryEntry:
        """By primary address or alias, exactly. Raises NotFound, Invalid."""
        wanted = str(parse(address))
        found = await self._store.read(lambda view: view.entry_by_address(wanted))
        if found is None:
            raise NotFound(f"No such address: {address}")
        return found

    async def owner_of(self, account_id: AccountId) -> DirectoryEntry:
        """Whose account it is. Raises NotFound."""
        entry = await self._store.read(lambda view: view.entry_of_account(account_id))
        if entry is None:
            raise NotFound("No such account")
        return entry

    async def members(self, group_id: PrincipalId) -> list[PrincipalId]:
        """Direct members. Raises NotFound, Invalid for what is no group."""

        def work(view: View) -> list[PrincipalId]:
            _group(view, group_id)
            return view.group_members(group_id)

        return await self._store.read(work)

    async def member_entries(self, group_id: PrincipalId) -> list[DirectoryEntry]:
        """Direct members, by address. Raises NotFound, Invalid for what is no group."""

        def work(view: View) -> list[DirectoryEntry]:
            _group(view, group_id)
            found = (view.entry(each) for each in view.group_members(group_id))
            return sorted((each for each in found if each is not None), key=lambda each: each.address)

        return await self._store.read(work)

    async def groups_of(self, principal_id: PrincipalId) -> list[DirectoryEntry]:
        """The groups that the entry belongs to, directly or through others, by address. Raises NotFound."""

        def work(view: View) -> list[DirectoryEntry]:
            _entry(view, principal_id)
            found = (view.entry(each) for each in view.groups_of(principal_id))
            return sorted((each for each in found if each is not None), key=lambda each: each.address)

        return await self._store.read(work)

    # -- domains -----------------------------------------------------------------------------------------------------
    async def create_domain(self, name: str, *, default: bool = False) -> None:
        """Raises AlreadyExists, Invalid."""
        checked = checked_domain(name)

        def work(transaction: Transaction) -> None:
            if len(transaction.domains()) >= self._limits.domains:
                raise TooMany(f"At most {self._limits.domains} domains")
            transaction.add_domain(checked, default=default)

        await self._store.write(work)

    async def set_default_domain(self, name: str) -> None:
        """Notices and bounces come from it, and names without a domain belong to it. Raises NotFound."""
        await self._store.write(lambda transaction: transaction.set_default_domain(name.strip().lower().rstrip(".")))

    async def remove_domain(self, name: str) -> None:
        """Raises NotFound; Invalid while an address uses it."""
        await self._store.write(lambda transaction: transaction.remove_domain(name.lower().rstrip(".")))

    # -- users, groups, resources ------------------------------------------------------------------------------------
    async def create_user(
        self,
        address: str,
        *,
        display_name: str = "",
        username: str = "",
        hidden: bool = False,
        attributes: Mapping[str, str] | None = None,
        quota_bytes: int | None = None,
    ) -> DirectoryEntry:
        """With an account and its distinguished folders, subscribed to the mail ones, and without a password.

        An empty user name is the part before the @. Raises AlreadyExists for a used address or user name, NotFound for
        a domain that is not accepted, Invalid.
        """
        return await self._create(PrincipalKind.USER, address, display_name, username, hidden, attributes, quota_bytes)

    async def create_resource(
        self,
        address: str,
        *,
        kind: str,
        display_name: str = "",
        username: str = "",
        hidden: bool = False,
        attributes: Mapping[str, str] | None = None,
        quota_bytes: int | None = None,
    ) -> DirectoryEntry:
        """A `room` or a piece of `equipment`, with an account. Raises as `create_user`."""
        if kind not in ("room", "equipment"):
            raise Invalid("A resource is a room or equipment")
        if len(display_name) > MAX_RESOURCE_NAME:
            raise Invalid(f"The name of a resource has at most {MAX_RESOURCE_NAME} characters: {display_name}")
        return await self._create(
            PrincipalKind.RESOURCE, address, display_name, username, hidden, attributes, quota_bytes, resource=kind
        )

    async def create_group(self, address: str, *, display_name: str = "", hidden: bool = False) -> DirectoryEntry:
        """Without an account and without members. Raises AlreadyExists, NotFound (domain), Invalid."""
        checked = checked_address(address)
        _check_name(display_name)
        return await self._store.write(
            lambda transaction: transaction.add_entry(
                PrincipalKind.GROUP, checked, display_name=display_name, hidden=hidden, now=self._clock.now()
            )
        )

    async def update(
        self,
        principal_id: PrincipalId,
        *,
        display_name: str | None = None,
        enabled: bool | None = None,
        hidden: bool | None = None,
        address: str | None = None,
        attributes: Mapping[str, str] | None = None,
    ) -> None:
        """None leaves a value. Disabling ends the sessions; a new primary address makes the old one an alias.

        Of the attributes those named are changed; one that is now empty is no longer there.

        Raises NotFound, AlreadyExists, Invalid, TooMany (aliases).
        """
        checked = None if address is None else checked_address(address)
        _check_name(display_name or "")
        changed = _checked_attributes(attributes)

        def work(transaction: Transaction) -> None:
            entry = _entry(transaction, principal_id)
            merged = {name: value for name, value in {**entry.attributes, **changed}.items() if value}
            if checked is not None and checked not in (entry.address, *entry.aliases):
                self._check_alias_count(entry)
            transaction.update_entry(
                principal_id,
                display_name=display_name,
                enabled=enabled,
                hidden=hidden,
                address=checked,
                attributes=None if merged == entry.attributes else merged,
            )

        await self._store.write(work)
        if enabled is False or checked is not None:
            self._revocations.announce(principal_id)

    async def remove(self, principal_id: PrincipalId) -> None:
        """With account, folders and items. Raises NotFound."""

        def work(transaction: Transaction) -> None:
            _entry(transaction, principal_id)
            transaction.remove_entry(principal_id)

        await self._store.write(work)
        self._revocations.announce(principal_id)

    # -- aliases, members --------------------------------------------------------------------------------------------
    async def add_alias(self, principal_id: PrincipalId, address: str) -> None:
        """Raises NotFound (entry or domain), AlreadyExists, Invalid, TooMany."""
        checked = checked_address(address)

        def work(transaction: Transaction) -> None:
            self._check_alias_count(_entry(transaction, principal_id))
            transaction.add_alias(principal_id, checked)

        await self._store.write(work)

    async def remove_alias(self, principal_id: PrincipalId, address: str) -> None:
        """Raises NotFound for an address that is no alias of the entry."""
        alias = address.strip().lower()

        def work(transaction: Transaction) -> None:
            if alias not in _entry(transaction, principal_id).aliases:
                raise NotFound(f"No such alias: {address}")
            transaction.remove_alias(principal_id, alias)

        await self._store.write(work)

    async def add_member(self, group_id: PrincipalId, member_id: PrincipalId) -> None:
        """Groups may hold groups, never in a circle. Raises NotFound, Invalid (no group; a circle, named in full)."""

        def work(transaction: Transaction) -> None:
            group = _group(transaction, group_id)
            member = _entry(transaction, member_id)
            if group_id == member_id:
                raise Invalid(f"A group cannot be a member of itself: {group.address}")
            if member_id in transaction.groups_of(group_id):
                way = " > ".join(each.address for each in _way_down(transaction, member, group))
                raise Invalid(f"{member.address} in {group.address} would close a circle: {way} > {member.address}")
            if member_id not in transaction.group_members(group_id):
                transaction.add_member(group_id, member_id)

        await self._store.write(work)

    async def remove_member(self, group_id: PrincipalId, member_id: PrincipalId) -> None:
        """Raises NotFound for one who is no member."""

        def work(transaction: Transaction) -> None:
            _group(transaction, group_id)
            if member_id not in transaction.group_members(group_id):
                raise NotFound("Not a member")
            transaction.remove_member(group_id, member_id)

        await self._store.write(work)

    # -- parts -------------------------------------------------------------------------------------------------------
    async def _create(
        self,
        kind: PrincipalKind,
        address: str,
        display_name: str,
        username: str,
        hidden: bool,
        attributes: Mapping[str, str] | None,
        quota_bytes: int | None,
        resource: str = "",
    ) -> DirectoryEntry:
        kept = _checked_attributes(attributes) | ({RESOURCE_KIND: resource} if resource else {})
        checked = checked_address(address)
        sign_in_name = checked_username(username or checked.partition("@")[0])
        _check_name(display_name)
        quota = self._limits.quota_bytes if quota_bytes is None else quota_bytes
        if not 0 < quota <= MAX_QUOTA_BYTES:
            raise Invalid("A quota is a positive number of bytes")

        def work(transaction: Transaction) -> DirectoryEntry:
            entry = transaction.add_entry(
                kind,
                checked,
                display_name=display_name,
                username=sign_in_name,
                hidden=hidden,
                attributes={name: value for name, value in kept.items() if value},
                quota_bytes=quota,
                now=self._clock.now(),
            )
            if entry.account_id is not None:
                # Clients that show subscribed folders only would show a new account as empty.
                for role, name, folder_kind in DISTINGUISHED:
                    if folder_kind is FolderKind.MAIL and role is not FolderRole.OUTBOX:
                        transaction.set_subscribed(entry.id, entry.account_id, name, subscribed=True)
            return entry

        return await self._store.write(work)

    def _check_alias_count(self, entry: DirectoryEntry) -> None:
        if len(entry.aliases) >= self._limits.aliases_per_user:
            raise TooMany(f"At most {self._limits.aliases_per_user} aliases")


def _entry(view: View, principal_id: PrincipalId) -> DirectoryEntry:
    entry = view.entry(principal_id)
    if entry is None:
        raise NotFound("No such user, group or resource")
    return entry


def _group(view: View, group_id: PrincipalId) -> DirectoryEntry:
    group = _entry(view, group_id)
    if group.kind is not PrincipalKind.GROUP:
        raise Invalid(f"{group.address} is no group")
    return group


def _way_down(view: View, top: DirectoryEntry, bottom: DirectoryEntry) -> list[DirectoryEntry]:
    """From a group down to one that it holds, both included; there is such a way."""
    above: dict[PrincipalId, PrincipalId] = {}
    level = [top.id]
    while bottom.id not in above:
        below = {member: each for each in level for member in view.group_members(each) if member not in above}
        above.update(below)
        level = list(below)
    way = [bottom.id]
    while way[-1] != top.id:
        way.append(above[way[-1]])
    return [_entry(view, each) for each in reversed(way)]


def _checked_attributes(attributes: Mapping[str, str] | None) -> dict[str, str]:
    for name, value in (attributes or {}).items():
        if name not in ATTRIBUTES:
            raise Invalid(f"No such attribute: {name}; there are {', '.join(ATTRIBUTES)}")
        if len(value) > MAX_ATTRIBUTE or any(ord(each) < 0x20 or ord(each) == 0x7F for each in value):
            raise Invalid(f"{name} has at most {MAX_ATTRIBUTE} characters, none of them a control character")
    return dict(attributes or {})


def _check_name(display_name: str) -> None:
    if len(display_name) > MAX_NAME or any(ord(each) < 0x20 or ord(each) == 0x7F for each in display_name):
        raise Invalid(f"A display name has at most {MAX_NAME} characters, none of them a control character")
