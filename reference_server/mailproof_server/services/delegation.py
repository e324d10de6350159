"""In whose name somebody may write: own address, alias, send as, on behalf (FEATURES section 8, ADDR-02, ADDR-07).

    address                              over           is
    own primary address                  anything       own
    own alias                            the web        alias
                                         all else       refused
    sub-address, also of an own address  anything       refused
    primary address of a user, resource
    or group, with send as               anything       send as
    the same, with send on behalf        anything       on behalf
    that of somebody who has named one
    as delegate                          anything       on behalf
    anything else                        anything       refused

Grants to a group hold for its members, through nested groups as well. Full access alone does not permit sending.
"""

from enum import StrEnum

from mailproof_server.model.account import DirectoryEntry, Principal, PrincipalKind
from mailproof_server.model.errors import Invalid, NotFound, SendAsDenied
from mailproof_server.model.ids import AccountId, PrincipalId
from mailproof_server.model.permission import AccountPermission
from mailproof_server.services.addresses import MailAddress, parse
from mailproof_server.services.delegates import is_delegate
from mailproof_server.services.permissions import identities
from mailproof_server.store.base import Store, Transaction, View


class Via(StrEnum):
    """The kind of client that something is done with."""

    SMTP = "smtp"
    WEB = "web"
    EAS = "eas"
    EWS = "ews"


class SendRight(StrEnum):
    """How an address may be used as the author of a message."""

    OWN = "own"
    ALIAS = "alias"
    """One's own as well; recipients inside see the primary address (ADDR-03)."""
    SEND_AS = "send_as"
    """From = Sender = owner: the one who acts is not mentioned."""
    ON_BEHALF = "on_behalf"
    """From = owner, Sender = the one who acts."""


def send_right(view: View, principal: Principal, address: MailAddress, via: Via = Via.SMTP) -> SendRight:
    """See the table at the top. Raises SendAsDenied."""
    wanted = str(address)
    if wanted == principal.address:
        return SendRight.OWN
    owner = view.entry_by_address(wanted)
    if owner is not None and owner.id == principal.id:
        if via is Via.WEB:
            return SendRight.ALIAS
        raise SendAsDenied(f"{address} is an alias: only the web client sends from it")
    if owner is not None and owner.address == wanted:
        held = _held(view, principal, owner)
        if AccountPermission.SEND_AS in held:
            return SendRight.SEND_AS
        if AccountPermission.SEND_ON_BEHALF in held:
            return SendRight.ON_BEHALF
    raise SendAsDenied(f"You have no permission to send as {address}")


def _held(view: View, principal: Principal, owner: DirectoryEntry) -> set[AccountPermission]:
    who = identities(view, principal)
    held = {permission for grantee, permission in _grants(view, owner) if grantee in who}
    if owner.account_id is not None and is_delegate(view, owner.account_id, who):
        held.add(AccountPermission.SEND_ON_BEHALF)
    return held


def _grants(view: View, owner: DirectoryEntry) -> list[tuple[PrincipalId, AccountPermission]]:
    return view.group_grants(owner.id) if owner.account_id is None else view.account_grants(owner.account_id)


class Delegation:
    """Asking for send rights, and the operator's grants on whole accounts and on groups."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def may_send(self, principal: Principal, from_address: str, via: Via = Via.SMTP) -> SendRight:
        """Raises SendAsDenied; Invalid for what is no address."""
        wanted = parse(from_address)
        return await self._store.read(lambda view: send_right(view, principal, wanted, via))

    async def sendable(self, principal: Principal, via: Via = Via.SMTP) -> list[tuple[str, SendRight]]:
        """Every address that the principal may write from, its own first: what a client offers as From."""

        def work(view: View) -> list[tuple[str, SendRight]]:
            own = view.entry(principal.id)
            found = [(principal.address, SendRight.OWN)]
            if own is not None and via is Via.WEB:
                found += [(alias, SendRight.ALIAS) for alias in own.aliases]
            for entry in view.entries():
                if entry.id != principal.id:
                    held = _held(view, principal, entry)
                    if AccountPermission.SEND_AS in held:
                        found.append((entry.address, SendRight.SEND_AS))
                    elif AccountPermission.SEND_ON_BEHALF in held:
                        found.append((entry.address, SendRight.ON_BEHALF))
            return found

        return await self._store.read(work, slow=True)

    async def grants(self, owner: AccountId) -> list[tuple[PrincipalId, AccountPermission]]:
        """What the operator has granted on the account."""
        return await self._store.read(lambda view: view.account_grants(owner))

    async def grants_on(self, owner: PrincipalId) -> list[tuple[DirectoryEntry, AccountPermission]]:
        """What the operator has granted on a user, resource or group. Raises NotFound."""

        def work(view: View) -> list[tuple[DirectoryEntry, AccountPermission]]:
            found = [(view.entry(grantee), permission) for grantee, permission in _grants(view, _entry(view, owner))]
            return [(entry, permission) for entry, permission in found if entry is not None]

        return await self._store.read(work)

    async def grant(self, owner: AccountId, grantee: PrincipalId, permission: AccountPermission) -> None:
        """The operator's act. Raises NotFound; Invalid for full access of a group, or to one's own account."""

        def work(transaction: Transaction) -> None:
            account = transaction.entry_of_account(owner)
            if account is None:
                raise NotFound("No such user or group")
            _grant(transaction, account, grantee, permission)

        await self._store.write(work)

    async def grant_on(self, owner: PrincipalId, grantee: PrincipalId, permission: AccountPermission) -> None:
        """The same on a user, resource or group. Raises Invalid also for full access to a group, which has no
        account."""
        await self._store.write(
            lambda transaction: _grant(transaction, _entry(transaction, owner), grantee, permission)
        )

    async def revoke(self, owner: AccountId, grantee: PrincipalId, permission: AccountPermission) -> None:
        """The operator's act; takes effect with the next command. Raises NotFound when there is no such grant."""

        def work(transaction: Transaction) -> None:
            if (grantee, permission) not in transaction.account_grants(owner):
                raise NotFound("No such grant")
            transaction.revoke_account(owner, grantee, permission)

        await self._store.write(work)

    async def revoke_on(self, owner: PrincipalId, grantee: PrincipalId, permission: AccountPermission) -> None:
        """The same on a user, resource or group."""

        def work(transaction: Transaction) -> None:
            entry = _entry(transaction, owner)
            if (grantee, permission) not in _grants(transaction, entry):
                raise NotFound("No such grant")
            if entry.account_id is None:
                transaction.revoke_group(owner, grantee, permission)
            else:
                transaction.revoke_account(entry.account_id, grantee, permission)

        await self._store.write(work)


def _entry(view: View, principal_id: PrincipalId) -> DirectoryEntry:
    entry = view.entry(principal_id)
    if entry is None:
        raise NotFound("No such user or group")
    return entry


def _grant(
    transaction: Transaction, owner: DirectoryEntry, grantee: PrincipalId, permission: AccountPermission
) -> None:
    entry = _entry(transaction, grantee)
    if owner.id == grantee:
        raise Invalid("The owner needs no grant")
    if permission is AccountPermission.FULL_ACCESS and PrincipalKind.GROUP in (entry.kind, owner.kind):
        raise Invalid("Full access is for users, not for groups")
    if (grantee, permission) in _grants(transaction, owner):
        return
    if owner.account_id is None:
        transaction.grant_group(owner.id, grantee, permission)
    else:
        transaction.grant_account(owner.account_id, grantee, permission)
