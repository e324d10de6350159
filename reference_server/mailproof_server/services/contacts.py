"""Contacts and personal distribution lists of people (FEATURES CONT-01, CONT-03, CONT-04)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from mailproof_server.model.account import Principal
from mailproof_server.model.attachment import AttachedFile, Attachment
from mailproof_server.model.clock import Clock
from mailproof_server.model.contact import (
    EMAIL_SLOTS,
    IM_SLOTS,
    Contact,
    DistributionList,
    Member,
    MemberKind,
    contact_of,
    list_of,
)
from mailproof_server.model.errors import FolderNotFound, Invalid, NotFound, TooMany
from mailproof_server.model.folder import FolderKind, FolderRole
from mailproof_server.model.ids import AccountId, FolderId, ItemId
from mailproof_server.model.item import ItemKind
from mailproof_server.model.permission import Right
from mailproof_server.services.addresses import parse
from mailproof_server.services.contact_cards import card_of
from mailproof_server.services.contact_csv import read_contacts
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.services.permissions import folder_for
from mailproof_server.services.quota import Quota
from mailproof_server.services.rendering import Rendering, described, render
from mailproof_server.services.typed_items import Stored, TypedItems
from mailproof_server.store.base import Store, Transaction, View
from mailproof_server.wire.vcard import write_cards

MAX_TEXT = 32_768
"""Characters of any one field but the notes."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import has made."""

    ids: tuple[ItemId, ...]
    skipped: tuple[str, ...]
    """Rows that hold nothing to keep, each with its reason."""


class People(TypedItems[Contact]):
    """Contacts, in folders of contacts."""

    kind = ItemKind.CONTACT
    tag = "contact"
    folder_kind = FolderKind.CONTACTS
    noun = "contact"

    async def import_csv(
        self, principal: Principal, folder_id: FolderId, data: bytes, *, encoding: str = ""
    ) -> Imported:
        """A file as Outlook writes it (CONT-02); nothing of it is kept when any of it cannot be read.

        `encoding`: empty looks at the file itself. Raises Invalid, naming line and column, TooLarge, TooMany rows, and
        what `create` raises.
        """
        read = read_contacts(data, self._limits.calendar, encoding=encoding)
        items = [await self.new_item(each) for each in read.contacts]

        def work(transaction: Transaction) -> list[ItemId]:
            folder, _ = folder_for(transaction, principal, folder_id, Right.CREATE)
            return [self.put(transaction, principal, folder, item).id for item in items]

        ids = await self._store.write(work)
        return Imported(tuple(ids), read.skipped)

    # -- what a kind of items is -------------------------------------------------------------------------------------
    def decode(self, properties: Mapping[str, object]) -> Contact:
        return contact_of(properties)

    def encode(self, value: Contact) -> dict[str, object]:
        made: dict[str, object] = msgspec.to_builtins(value)
        return made

    def attachments_of(self, value: Contact) -> tuple[Attachment, ...]:
        return value.attachments

    def with_files(self, value: Contact, files: Sequence[AttachedFile]) -> Contact:
        return msgspec.structs.replace(value, attachments=described(files))

    def checked(self, value: Contact, before: Contact | None) -> Contact:
        now = self._clock.now().replace(microsecond=0)
        if len(value.emails) > EMAIL_SLOTS or len(value.im_addresses) > IM_SLOTS:
            raise TooMany(f"A contact has at most {EMAIL_SLOTS} addresses of a kind")
        _check_texts(value)
        name = value.full_name
        if not name and not any(value.phones.values()) and not value.body:
            raise Invalid("A contact has a name, a company, an address, a telephone number or a note")
        return msgspec.structs.replace(
            value,
            display_name=value.display_name or name,
            file_as=value.file_as or filed_as(value),
            created_at=value.created_at or now,
            changed_at=now,
        )

    def render(self, value: Contact, files: Sequence[AttachedFile]) -> bytes:
        return render(
            Rendering(
                subject=value.full_name,
                date=value.changed_at or self._clock.now(),
                text=value.body,
                alternative=("vcard", write_cards([card_of(value)]), {"charset": "utf-8"}),
            ),
            files,
        )


class Lists(TypedItems[DistributionList]):
    """Personal distribution lists, in folders of contacts."""

    kind = ItemKind.CONTACT
    tag = "distribution_list"
    folder_kind = FolderKind.CONTACTS
    noun = "distribution list"

    def __init__(self, store: Store, clock: Clock, limits: ServiceLimits, quota: Quota, people: People) -> None:
        super().__init__(store, clock, limits, quota)
        self._people = people

    async def expand(self, principal: Principal, item_id: ItemId, *, deep: bool = False) -> list[Member]:
        """The members with the names and addresses that they have now; one of a contact that is gone is a one-off.

        `deep`: lists in the list are replaced by their members, each address once, circles ended. Raises NotFound,
        PermissionDenied, TooMany.
        """
        return await self._store.read(lambda view: self._expanded(view, principal, item_id, deep=deep))

    async def member_of(self, principal: Principal, address: str, name: str = "") -> Member:
        """A member by its address: from the address book when it is there, else a new one. Raises Invalid."""
        wanted = parse(address)
        if not wanted.domain:
            raise Invalid(f"Not an address: {address}")

        def work(view: View) -> Member:
            entry = view.entry_by_address(str(wanted))
            if entry is None or entry.hidden:
                return Member(name=name or address.strip(), address=address.strip())
            return Member(
                kind=MemberKind.DIRECTORY,
                name=entry.display_name or name,
                address=entry.address,
                principal_id=entry.id,
            )

        return await self._store.read(work)

    def _expanded(self, view: View, principal: Principal, item_id: ItemId, *, deep: bool) -> list[Member]:
        found: dict[str, Member] = {}
        seen: set[ItemId] = {item_id}
        waiting = [item_id]
        while waiting:
            for each in self.read(view, principal, waiting.pop(0), Right.READ_ANY).value.members:
                if deep and each.kind is MemberKind.LIST and each.item_id is not None:
                    if each.item_id not in seen and view.item(each.item_id) is not None:
                        seen.add(each.item_id)
                        waiting.append(each.item_id)
                    continue
                now = self._as_it_is_now(view, principal, each)
                found.setdefault(now.address.lower() if deep else each.key, now)
                if len(found) > self._limits.calendar.list_members:
                    raise TooMany(f"More than {self._limits.calendar.list_members} members")
        return list(found.values())

    def _as_it_is_now(self, view: View, principal: Principal, member: Member) -> Member:
        if member.kind is MemberKind.DIRECTORY and member.principal_id is not None:
            entry = view.entry(member.principal_id)
            if entry is not None:
                return msgspec.structs.replace(member, name=entry.display_name or member.name, address=entry.address)
        elif member.item_id is not None:
            try:
                if member.kind is MemberKind.LIST:
                    others = self.read(view, principal, member.item_id, Right.READ_ANY).value
                    return msgspec.structs.replace(member, name=others.display_name)
                contact = self._people.read(view, principal, member.item_id, Right.READ_ANY).value
                return msgspec.structs.replace(
                    member, name=contact.full_name, address=contact.first_address or member.address
                )
            except NotFound:
                pass  # gone: what the list remembers of it stays
        else:
            return member
        return msgspec.structs.replace(member, kind=MemberKind.ONE_OFF, item_id=None, principal_id=None)

    # -- what a kind of items is -------------------------------------------------------------------------------------
    def decode(self, properties: Mapping[str, object]) -> DistributionList:
        return list_of(properties)

    def encode(self, value: DistributionList) -> dict[str, object]:
        made: dict[str, object] = msgspec.to_builtins(value)
        return made

    def attachments_of(self, value: DistributionList) -> tuple[Attachment, ...]:
        return value.attachments

    def with_files(self, value: DistributionList, files: Sequence[AttachedFile]) -> DistributionList:
        return msgspec.structs.replace(value, attachments=described(files))

    def checked(self, value: DistributionList, before: DistributionList | None) -> DistributionList:
        now = self._clock.now().replace(microsecond=0)
        if not value.display_name.strip():
            raise Invalid("A distribution list has a name")
        if len(value.members) > self._limits.calendar.list_members:
            raise TooMany(f"A list has at most {self._limits.calendar.list_members} members")
        members: dict[str, Member] = {}
        for each in value.members:
            if not each.address and each.item_id is None:
                raise Invalid("A member of a list has an address")
            members.setdefault(each.key, each)
        return msgspec.structs.replace(
            value,
            members=tuple(members.values()),
            file_as=value.file_as or value.display_name,
            created_at=value.created_at or now,
            changed_at=now,
        )

    def render(self, value: DistributionList, files: Sequence[AttachedFile]) -> bytes:
        lines = "\n".join(f"{each.name} <{each.address}>" for each in value.members)
        date = value.changed_at or self._clock.now()
        return render(Rendering(subject=value.display_name, date=date, text=f"{value.body}\n\n{lines}"), files)


class Contacts:
    """What protocols ask of contacts."""

    def __init__(self, store: Store, clock: Clock, limits: ServiceLimits, quota: Quota) -> None:
        self._store = store
        self.people = People(store, clock, limits, quota)
        self.lists = Lists(store, clock, limits, quota, self.people)

    async def folder_of(self, owner: AccountId) -> FolderId:
        """The account's own contacts. Raises FolderNotFound."""

        def work(view: View) -> FolderId:
            folder = view.folder_by_role(owner, FolderRole.CONTACTS)
            if folder is None:
                raise FolderNotFound("No contacts")
            return folder.id

        return await self._store.read(work)

    async def named(self, principal: Principal, words: Sequence[str], limit: int) -> list[Stored[Contact]]:
        """The principal's own contacts with a word beginning with each of `words`, by name."""

        def work(view: View) -> list[Stored[Contact]]:
            folder = view.folder_by_role(principal.account_id, FolderRole.CONTACTS)
            found: list[Stored[Contact]] = []
            for row in view.rows(folder.id) if folder is not None and words else ():
                each = self.people.stored(view, folder, row) if folder is not None else None
                if each is not None and begins(_searched(each.value), words):
                    found.append(each)
            found.sort(key=lambda each: each.value.full_name.casefold())
            return found[:limit]

        return await self._store.read(work, slow=True)


def begins(texts: Sequence[str], words: Sequence[str]) -> bool:
    """Whether some word of the texts begins with each of `words` (case-folded)."""
    present = [each for text in texts for each in words_of(text)]
    return all(any(each.startswith(word) for each in present) for word in words)


def words_of(text: str) -> list[str]:
    """Case-folded, without punctuation."""
    return [each for each in re.split(r"[^\w]+", text.casefold()) if each]


def filed_as(contact: Contact) -> str:
    """ "Last, First Middle", the default of Exchange; without a surname what there is."""
    first = " ".join(filter(None, (contact.given_name, contact.middle_name)))
    if contact.surname:
        return f"{contact.surname}, {first}" if first else contact.surname
    return first or contact.full_name


def _searched(contact: Contact) -> list[str]:
    addresses = [each.address for each in contact.emails]
    names = [contact.given_name, contact.middle_name, contact.surname, contact.display_name, contact.nickname]
    return [*names, contact.company, *addresses]


def _check_texts(value: Contact) -> None:
    for name in value.__struct_fields__:
        text = getattr(value, name)
        if isinstance(text, str) and name not in ("body", "body_html") and len(text) > MAX_TEXT:
            raise Invalid(f"The field {name} has more than {MAX_TEXT} characters")
