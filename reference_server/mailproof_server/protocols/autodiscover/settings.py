"""Who is asked about, and what a client needs to know of them: the same facts for every dialect."""

import uuid
from dataclasses import dataclass

from mailproof_server.model.account import DirectoryEntry, Principal, PrincipalKind
from mailproof_server.model.errors import NotFound
from mailproof_server.protocols.autodiscover.config import Endpoints, Regions
from mailproof_server.protocols.autodiscover.errors import NOT_CONFIGURED, NOT_WORKING, AutodiscoverError
from mailproof_server.services.bundle import Services
from mailproof_server.services.permissions import has_full_access
from mailproof_server.store.base import View

LEGACY_DN = "/o=mailproof/ou=Exchange Administrative Group/cn=Recipients/cn="
_NAMESPACE = uuid.UUID("6f1e3f0a-6f0f-4d5b-9f5e-0c2b8b3c6a11")


@dataclass(frozen=True, slots=True)
class Shared:
    """An account that the operator has opened to whoever asks: Outlook opens it by itself."""

    address: str
    display_name: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one account."""

    address: str
    """The primary one, whatever alias was asked for."""
    display_name: str
    endpoints: Endpoints
    shared: tuple[Shared, ...] = ()

    @property
    def legacy_dn(self) -> str:
        return LEGACY_DN + self.address

    @property
    def deployment_id(self) -> str:
        """One per organisation, and the same at every start: clients keep it."""
        return str(uuid.uuid5(_NAMESPACE, self.address.rpartition("@")[2]))


class Lookup:
    """Answers about accounts, for those who have signed in."""

    def __init__(self, services: Services, regions: Regions) -> None:
        self._services = services
        self._regions = regions

    async def facts(self, principal: Principal, asked: str) -> Facts:
        """Of the account with this address, alias or LegacyDN.

        Of people in the address book everybody may ask, as clients do to open a shared folder; somebody hidden from it
        is known to nobody but those who have the account. Raises NotFound, Invalid, AutodiscoverError.
        """
        wanted = asked.strip()
        if wanted.lower().startswith(LEGACY_DN.lower()):
            wanted = wanted[len(LEGACY_DN) :]
        entry = await self._services.directory.entry_by_address(wanted)
        if not await self._services.store.read(lambda view: _is_visible(view, principal, entry)):
            raise NotFound(f"No such address: {asked}")
        if entry.kind is PrincipalKind.GROUP:
            raise AutodiscoverError(NOT_CONFIGURED, "InvalidUser", f"{entry.address} is a group and has no account")
        if not entry.enabled:
            raise AutodiscoverError(NOT_WORKING, "InvalidUser", f"{entry.address} is disabled")
        shared: tuple[Shared, ...] = ()
        if entry.id == principal.id:
            shared = await self._services.store.read(lambda view: _shared(view, principal))
        return Facts(entry.address, entry.display_name or entry.address, self._regions.of(entry.address), shared)

    async def of_domain(self, domain: str) -> Endpoints:
        """Raises NotFound for a domain whose mail goes elsewhere."""
        if not await self._services.directory.is_local(domain):
            raise NotFound(f"No such domain: {domain}")
        return self._regions.of(f"@{domain.lower().rstrip('.')}")

    async def default_domain(self) -> str:
        """Empty while there is none."""
        return next(iter(await self._services.directory.domains()), "")


def _is_visible(view: View, principal: Principal, entry: DirectoryEntry) -> bool:
    if not entry.hidden or entry.id == principal.id:
        return True
    return entry.account_id is not None and has_full_access(view, principal, entry.account_id)


def _shared(view: View, principal: Principal) -> tuple[Shared, ...]:
    found = []
    for account_id in view.accounts_with_grants_for([principal.id]):
        entry = view.entry_of_account(account_id)
        if entry is not None and entry.enabled and has_full_access(view, principal, account_id):
            found.append(Shared(entry.address, entry.display_name or entry.address))
    return tuple(found)
