"""In whose name somebody may write: own address, send as, on behalf (FEATURES section 8, ADDR-02, ADDR-07)."""

from enum import StrEnum

from mailproof_server.model.account import Principal, PrincipalKind
from mailproof_server.model.errors import Invalid, NotFound, SendAsDenied
from mailproof_server.model.ids import AccountId, PrincipalId
from mailproof_server.model.permission import AccountPermission
from mailproof_server.services.addresses import MailAddress, parse
from mailproof_server.services.permissions import identities
from mailproof_server.store.base import Store, Transaction, View


class SendRight(StrEnum):
    """How an address may be used as the author of a message."""

    OWN = "own"
    SEND_AS = "send_as"
    """From = Sender = owner: the one who acts is not mentioned."""
    ON_BEHALF = "on_behalf"
    """From = owner, Sender = the one who acts."""


def send_right(view: View, principal: Principal, address: MailAddress) -> SendRight:
    """Only primary addresses count: writing from an alias or a sub-address is refused (ADDR-02, ADDR-07).

    Full access alone does not permit sending. Raises SendAsDenied.
    """
    wanted = str(address)
    if wanted == principal.address:
        return SendRight.OWN
    owner = view.entry_by_address(wanted)
    if owner is not None and owner.address == wanted and owner.account_id is not None:
        who = identities(view, principal)
        held = {permission for grantee, permission in view.account_grants(owner.account_id) if grantee in who}
        if AccountPermission.SEND_AS in held:
            return SendRight.SEND_AS
        if AccountPermission.SEND_ON_BEHALF in held:
            return SendRight.ON_BEHALF
    raise SendAsDenied(f"You have no permission to send as {address}")


class Delegation:
    """Asking for send rights, and the operator's grants on whole accounts."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def may_send(self, principal: Principal, from_address: str) -> SendRight:
        """Raises SendAsDenied; Invalid for what is no address."""
        wanted = parse(from_address)
        return await self._store.read(lambda view: send_right(view, principal, wanted))

    async def grants(self, owner: AccountId) -> list[tuple[PrincipalId, AccountPermission]]:
        """What the operator has granted on the account."""
        return await self._store.read(lambda view: view.account_grants(owner))

    async def grant(self, owner: AccountId, grantee: PrincipalId, permission: AccountPermission) -> None:
        """The operator's act. Raises NotFound; Invalid for full access of a group, or to one's own account."""

        def work(transaction: Transaction) -> None:
            account = transaction.entry_of_account(owner)
            entry = transaction.entry(grantee)
            if account is None or entry is None:
                raise NotFound("No such user or group")
            if account.id == grantee:
                raise Invalid("The owner needs no grant")
            if permission is AccountPermission.FULL_ACCESS and entry.kind is PrincipalKind.GROUP:
                raise Invalid("Full access is for users, not for groups")
            if (grantee, permission) not in transaction.account_grants(owner):
                transaction.grant_account(owner, grantee, permission)

        await self._store.write(work)

    async def revoke(self, owner: AccountId, grantee: PrincipalId, permission: AccountPermission) -> None:
        """The operator's act; takes effect with the next command. Raises NotFound when there is no such grant."""

        def work(transaction: Transaction) -> None:
            if (grantee, permission) not in transaction.account_grants(owner):
                raise NotFound("No such grant")
            transaction.revoke_account(owner, grantee, permission)

        await self._store.write(work)
