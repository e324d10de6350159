"""The organisation's address book: who is in it, found by beginnings of words (FEATURES CONT-05).

Hidden and disabled entries are in nobody's address book; mail still reaches the hidden ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from mailproof_server.model.account import DirectoryEntry, Principal, PrincipalKind
from mailproof_server.model.contact import Contact
from mailproof_server.model.ids import ItemId
from mailproof_server.services.contacts import Contacts, words_of
from mailproof_server.services.directory import RESOURCE_KIND
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.store.base import Store, View


class Where(StrEnum):
    """In which order names are looked up (MS-OXWSRSLNM SearchScope)."""

    DIRECTORY = "directory"
    CONTACTS = "contacts"
    DIRECTORY_THEN_CONTACTS = "directory_then_contacts"
    CONTACTS_THEN_DIRECTORY = "contacts_then_directory"


@dataclass(frozen=True, slots=True)
class Match:
    """One whom a name may mean."""

    name: str
    address: str
    entry: DirectoryEntry | None = None
    """In the address book."""
    item_id: ItemId | None = None
    """Among one's own contacts."""
    contact: Contact | None = None


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a name means; several matches: it is ambiguous."""

    matches: tuple[Match, ...]
    is_complete: bool
    """False: there are more."""


class AddressBook:
    """Everybody signed in may look."""

    def __init__(self, store: Store, limits: ServiceLimits, contacts: Contacts) -> None:
        self._store = store
        self._limits = limits
        self._contacts = contacts

    async def search(
        self, text: str, *, limit: int = 100, kinds: Sequence[PrincipalKind] = tuple(PrincipalKind)
    ) -> list[DirectoryEntry]:
        """Entries of which every word of `text` begins some word (of the name, a name in the attributes, or the part of
        an address before the @), by name; with an @ in it, of which an address begins so."""
        return await self._store.read(lambda view: _search(view, text, limit, kinds))

    async def entries(self, *, kinds: Sequence[PrincipalKind] = tuple(PrincipalKind)) -> list[DirectoryEntry]:
        """All that is shown, by address."""

        def work(view: View) -> list[DirectoryEntry]:
            return [each for each in view.entries() if each.enabled and not each.hidden and each.kind in kinds]

        return await self._store.read(work, slow=True)

    async def rooms(self) -> list[DirectoryEntry]:
        """By address."""
        resources = await self.entries(kinds=(PrincipalKind.RESOURCE,))
        return [each for each in resources if each.attributes.get(RESOURCE_KIND) == "room"]

    async def resolve(
        self, principal: Principal, text: str, *, where: Where = Where.DIRECTORY_THEN_CONTACTS, limit: int | None = None
    ) -> Resolved:
        """Whom a name or address means: an exact address, else an exact name, else all who begin so."""
        most = self._limits.calendar.found_entries if limit is None else limit
        wanted = text.strip()
        sources = [each for each in where.value.split("_then_") if wanted]
        found: list[Match] = []
        for source in sources:
            if source == "directory":
                entries = await self._store.read(lambda view: _resolve(view, wanted, most + 1))
                found += [Match(each.display_name or each.address, each.address, entry=each) for each in entries]
            else:
                found += await self._own(principal, wanted, most + 1)
        exact = [each for each in found if _is_exact(each, wanted)]
        chosen = exact or found
        return Resolved(tuple(chosen[:most]), len(chosen) <= most)

    async def _own(self, principal: Principal, wanted: str, limit: int) -> list[Match]:
        found = await self._contacts.named(principal, words_of(wanted), limit)
        return [
            Match(each.value.full_name, each.value.first_address, item_id=each.id, contact=each.value) for each in found
        ]


def _search(view: View, text: str, limit: int, kinds: Sequence[PrincipalKind]) -> list[DirectoryEntry]:
    if "@" in text:
        prefix = text.strip().lower()
        return [each for each in view.entries_with_address(prefix, limit) if each.kind in kinds]
    return view.entries_beginning(words_of(text), limit, kinds)


def _resolve(view: View, wanted: str, limit: int) -> list[DirectoryEntry]:
    address = wanted.lower()
    address = address.removeprefix("smtp:")
    entry = view.entry_by_address(address)
    if entry is not None and entry.enabled and not entry.hidden:
        return [entry]
    return _search(view, address, limit, tuple(PrincipalKind))


def _is_exact(match: Match, wanted: str) -> bool:
    wanted = wanted.casefold().removeprefix("smtp:")
    known = {match.name.casefold(), match.address.casefold(), match.address.partition("@")[0].casefold()}
    if match.entry is not None:
        known.update(match.entry.aliases)
    if match.contact is not None:
        known.update(each.address.casefold() for each in match.contact.emails)
    return wanted in known
