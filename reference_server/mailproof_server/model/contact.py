"""Contacts and personal distribution lists in neutral words (vCard, MS-OXWSCONT, MS-ASCNTC, Outlook's CSV)."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import msgspec

from mailproof_server.model.attachment import Attachment
from mailproof_server.model.event import Importance, Sensitivity
from mailproof_server.model.ids import ItemId, PrincipalId

EMAIL_SLOTS = 3
IM_SLOTS = 3


class Phone(StrEnum):
    BUSINESS = "business"
    BUSINESS_2 = "business_2"
    HOME = "home"
    HOME_2 = "home_2"
    MOBILE = "mobile"
    BUSINESS_FAX = "business_fax"
    HOME_FAX = "home_fax"
    OTHER_FAX = "other_fax"
    PAGER = "pager"
    CAR = "car"
    ASSISTANT = "assistant"
    RADIO = "radio"
    CALLBACK = "callback"
    ISDN = "isdn"
    TELEX = "telex"
    TTY = "tty"
    PRIMARY = "primary"
    OTHER = "other"
    COMPANY_MAIN = "company_main"
    MMS = "mms"


class Place(StrEnum):
    BUSINESS = "business"
    HOME = "home"
    OTHER = "other"


class EmailAddress(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    address: str = ""
    name: str = ""
    """What the client shows instead."""


class PostalAddress(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    street: str = ""
    """Lines are separated by line ends."""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""
    po_box: str = ""

    @property
    def is_empty(self) -> bool:
        return not any(getattr(self, name) for name in self.__struct_fields__)


class Contact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    display_name: str = ""
    file_as: str = ""
    file_as_mapping: str = ""
    """How `file_as` comes about, in EWS's words; empty: given as it is."""
    title: str = ""
    given_name: str = ""
    middle_name: str = ""
    surname: str = ""
    suffix: str = ""
    nickname: str = ""
    initials: str = ""
    phonetic_given_name: str = ""
    phonetic_surname: str = ""
    phonetic_company: str = ""
    company: str = ""
    department: str = ""
    job_title: str = ""
    profession: str = ""
    office_location: str = ""
    manager: str = ""
    assistant: str = ""
    spouse: str = ""
    children: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    emails: tuple[EmailAddress, ...] = ()
    """Up to three, by slot; an empty one keeps the place of those behind it."""
    phones: dict[Phone, str] = {}
    addresses: dict[Place, PostalAddress] = {}
    mailing_address: Place | None = None
    im_addresses: tuple[str, ...] = ()
    """Up to three, by slot."""
    web_page: str = ""
    birthday: date | None = None
    anniversary: date | None = None
    body: str = ""
    body_html: str = ""
    categories: tuple[str, ...] = ()
    importance: Importance = Importance.NORMAL
    sensitivity: Sensitivity = Sensitivity.NORMAL
    customer_id: str = ""
    government_id: str = ""
    account_name: str = ""
    billing_information: str = ""
    mileage: str = ""
    further: dict[str, str] = {}
    """What only Outlook's CSV has a column for, by that column's name: Hobby, Gender, User 1 …"""
    certificates: tuple[str, ...] = ()
    """X.509, DER in base64."""
    attachments: tuple[Attachment, ...] = ()
    created_at: datetime | None = None
    changed_at: datetime | None = None

    @property
    def full_name(self) -> str:
        """What to show: the display name, else the names in their order, else the company or an address."""
        if self.display_name:
            return self.display_name
        names = " ".join(filter(None, (self.given_name, self.middle_name, self.surname, self.suffix)))
        return names or self.company or next((each.address for each in self.emails if each.address), "")

    @property
    def first_address(self) -> str:
        return next((each.address for each in self.emails if each.address), "")


class MemberKind(StrEnum):
    ONE_OFF = "one_off"
    """An address and a name, known to nobody else."""
    CONTACT = "contact"
    DIRECTORY = "directory"
    """A user, resource or group of the organisation."""
    LIST = "list"
    """Another personal list."""


class Member(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    kind: MemberKind = MemberKind.ONE_OFF
    name: str = ""
    address: str = ""
    item_id: ItemId | None = None
    principal_id: PrincipalId | None = None

    @property
    def key(self) -> str:
        """Tells members of one list apart, as long as the list has them."""
        if self.item_id is not None:
            return f"item:{self.item_id}"
        return f"address:{self.address.lower()}"


class DistributionList(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    display_name: str = ""
    file_as: str = ""
    members: tuple[Member, ...] = ()
    body: str = ""
    categories: tuple[str, ...] = ()
    importance: Importance = Importance.NORMAL
    sensitivity: Sensitivity = Sensitivity.NORMAL
    attachments: tuple[Attachment, ...] = ()
    created_at: datetime | None = None
    changed_at: datetime | None = None


def contact_of(properties: Mapping[str, Any]) -> Contact:
    """What the store kept. Raises msgspec.ValidationError for anything else."""
    return msgspec.convert(properties, Contact)


def list_of(properties: Mapping[str, Any]) -> DistributionList:
    return msgspec.convert(properties, DistributionList)
