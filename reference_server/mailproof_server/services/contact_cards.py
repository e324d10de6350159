"""Contacts as vCards say them, and back (RFC 6350, RFC 2426; the table of MS-OXVCARD)."""

import base64
from collections.abc import Iterable
from datetime import date

import msgspec

from mailproof_server.model.attachment import AttachedFile, Attachment
from mailproof_server.model.contact import (
    EMAIL_SLOTS,
    IM_SLOTS,
    Contact,
    EmailAddress,
    Phone,
    Place,
    PostalAddress,
)
from mailproof_server.model.event import Sensitivity
from mailproof_server.wire.vcard import Card, Property

_TEXTS = (
    ("NICKNAME", "nickname"),
    ("X-FILE-AS", "file_as"),
    ("TITLE", "job_title"),
    ("ROLE", "profession"),
    ("URL", "web_page"),
    ("NOTE", "body"),
    ("X-MANAGER", "manager"),
    ("X-ASSISTANT", "assistant"),
    ("X-SPOUSE", "spouse"),
    ("X-INITIALS", "initials"),
    ("X-PHONETIC-FIRST-NAME", "phonetic_given_name"),
    ("X-PHONETIC-LAST-NAME", "phonetic_surname"),
    ("X-PHONETIC-ORG", "phonetic_company"),
    ("X-OFFICE-LOCATION", "office_location"),
    ("X-CUSTOMER-ID", "customer_id"),
    ("X-GOVERNMENT-ID", "government_id"),
    ("X-ACCOUNT", "account_name"),
    ("X-BILLING-INFORMATION", "billing_information"),
    ("X-MILEAGE", "mileage"),
)
_PHONES: tuple[tuple[Phone, tuple[str, ...]], ...] = (
    (Phone.BUSINESS_FAX, ("WORK", "FAX")),
    (Phone.HOME_FAX, ("HOME", "FAX")),
    (Phone.OTHER_FAX, ("FAX",)),
    (Phone.ASSISTANT, ("X-ASSISTANT",)),
    (Phone.COMPANY_MAIN, ("X-COMPANY",)),
    (Phone.CALLBACK, ("X-CALLBACK",)),
    (Phone.RADIO, ("X-RADIO",)),
    (Phone.TTY, ("X-TTY",)),
    (Phone.MMS, ("X-MMS",)),
    (Phone.TELEX, ("X-TELEX",)),
    (Phone.ISDN, ("ISDN",)),
    (Phone.PAGER, ("PAGER",)),
    (Phone.CAR, ("CAR",)),
    (Phone.MOBILE, ("CELL",)),
    (Phone.BUSINESS, ("WORK", "VOICE")),
    (Phone.HOME, ("HOME", "VOICE")),
    (Phone.PRIMARY, ("PREF",)),
    (Phone.OTHER, ("VOICE",)),
)
_SECOND = {Phone.BUSINESS: Phone.BUSINESS_2, Phone.HOME: Phone.HOME_2}
_PLACES = ((Place.BUSINESS, "WORK"), (Place.HOME, "HOME"), (Place.OTHER, "X-OTHER"))
_CLASS = {
    Sensitivity.NORMAL: "PUBLIC",
    Sensitivity.PERSONAL: "X-PERSONAL",
    Sensitivity.PRIVATE: "PRIVATE",
    Sensitivity.CONFIDENTIAL: "CONFIDENTIAL",
}
_CLASS_BACK = {text: sensitivity for sensitivity, text in _CLASS.items()}
PHOTO_NAME = "ContactPicture.jpg"


def card_of(contact: Contact, photo: bytes | None = None) -> Card:
    """All that a vCard can say of it."""
    made = [
        Property("N", (contact.surname, contact.given_name, contact.middle_name, contact.title, contact.suffix)),
        Property("FN", (contact.full_name,)),
    ]
    if contact.company or contact.department:
        made.append(
            Property("ORG", (contact.company, contact.department) if contact.department else (contact.company,))
        )
    made += [Property(name, (text,)) for name, attribute in _TEXTS if (text := getattr(contact, attribute))]
    made += [
        Property("EMAIL", (each.address,), _types("INTERNET", *(("PREF",) if at == 0 else ())))
        for at, each in enumerate(contact.emails)
        if each.address
    ]
    made += _phones(contact)
    for place, kind in _PLACES:
        address = contact.addresses.get(place)
        if address is not None and not address.is_empty:
            types = (kind, "PREF") if contact.mailing_address is place else (kind,)
            parts = (
                address.po_box,
                "",
                address.street,
                address.city,
                address.state,
                address.postal_code,
                address.country,
            )
            made.append(Property("ADR", parts, _types(*types)))
    made += [Property("IMPP", (each,)) for each in contact.im_addresses if each]
    if contact.birthday is not None:
        made.append(Property("BDAY", (contact.birthday.isoformat(),)))
    if contact.anniversary is not None:
        made.append(Property("X-ANNIVERSARY", (contact.anniversary.isoformat(),)))
    made += [Property("X-CHILD", (each,)) for each in contact.children]
    if contact.categories:
        made.append(Property("CATEGORIES", (",".join(contact.categories),)))
    if contact.sensitivity is not Sensitivity.NORMAL:
        made.append(Property("CLASS", (_CLASS[contact.sensitivity],)))
    made += [Property("KEY", (each,), (("ENCODING", "b"),)) for each in contact.certificates]
    if photo:
        made.append(Property("PHOTO", (base64.b64encode(photo).decode(),), (("ENCODING", "b"), ("TYPE", "JPEG"))))
    return Card(tuple(made))


def contact_of(card: Card) -> tuple[Contact, tuple[AttachedFile, ...]]:
    """What a card says, with its picture; what has no field here is left out."""
    names = _padded(card.all("N")[0].values if card.all("N") else (), 5)
    organisation = _padded(card.all("ORG")[0].values if card.all("ORG") else (), 2)
    texts = {attribute: card.first(name) for name, attribute in _TEXTS}
    emails = [EmailAddress(address=each.value.strip()) for each in card.all("EMAIL") if each.value.strip()]
    instant = [_without_scheme(each.value) for each in (*card.all("IMPP"), *card.all("X-JABBER")) if each.value]
    categories = (each.strip() for found in card.all("CATEGORIES") for each in found.value.split(","))
    addresses, mailing = _addresses(card)
    contact = Contact(
        surname=names[0],
        given_name=names[1],
        middle_name=names[2],
        title=names[3],
        suffix=names[4],
        display_name=card.first("FN"),
        company=organisation[0],
        department=organisation[1],
        emails=tuple(emails[:EMAIL_SLOTS]),
        phones=_phones_of(card),
        addresses=addresses,
        mailing_address=mailing,
        im_addresses=tuple(instant[:IM_SLOTS]),
        birthday=_day(card.first("BDAY")),
        anniversary=_day(card.first("ANNIVERSARY") or card.first("X-ANNIVERSARY")),
        children=tuple(each.value for each in card.all("X-CHILD")),
        categories=tuple(filter(None, categories)),
        sensitivity=_CLASS_BACK.get(card.first("CLASS").upper(), Sensitivity.NORMAL),
        certificates=tuple(
            base64.b64encode(octets).decode() for each in card.all("KEY") if (octets := each.octets()) is not None
        ),
    )
    contact = msgspec.structs.replace(contact, **texts)
    photo = next((octets for each in card.all("PHOTO") if (octets := each.octets())), None)
    if photo is None:
        return contact, ()
    described = Attachment(name=PHOTO_NAME, media_type="image/jpeg", is_photo=True)
    return contact, (AttachedFile(described, photo),)


def _types(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple(("TYPE", each) for each in names)


def _phones(contact: Contact) -> Iterable[Property]:
    for phone, types in _PHONES:
        for each in (phone, _SECOND.get(phone)):
            number = contact.phones.get(each, "") if each is not None else ""
            if number:
                yield Property("TEL", (number,), _types(*types))


def _phones_of(card: Card) -> dict[Phone, str]:
    found: dict[Phone, str] = {}
    for each in card.all("TEL"):
        number = _without_scheme(each.value).strip()
        if not number:
            continue
        types = {kind.upper() for kind in each.types} or {"VOICE"}
        slot = next((phone for phone, wanted in _PHONES if types.issuperset(wanted)), None)
        if slot is None:
            slot = next((phone for phone, wanted in _PHONES if wanted[0] in types), Phone.OTHER)
        if slot in found:
            slot = _SECOND.get(slot, Phone.OTHER)
        found.setdefault(slot, number)
    return found


def _addresses(card: Card) -> tuple[dict[Place, PostalAddress], Place | None]:
    found: dict[Place, PostalAddress] = {}
    mailing: Place | None = None
    for each in card.all("ADR"):
        box, further, street, city, state, code, country = _padded(each.values, 7)
        place = next((place for place, kind in _PLACES if kind.lower() in each.types), Place.OTHER)
        if place not in found:
            street = "\n".join(filter(None, (street, further)))
            found[place] = PostalAddress(
                po_box=box, street=street, city=city, state=state, postal_code=code, country=country
            )
            if "pref" in each.types:
                mailing = place
    return found, mailing


def _padded(values: tuple[str, ...], count: int) -> tuple[str, ...]:
    return (*values, *[""] * count)[:count]


def _without_scheme(text: str) -> str:
    scheme, colon, rest = text.partition(":")
    return rest if colon and scheme.isalpha() and scheme.islower() else text


def _day(text: str) -> date | None:
    """A date in either form; one without a year, or with more than a date, is as far as it goes."""
    digits = text.strip()[:10].replace("-", "")[:8]
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])) if len(digits) == 8 else None
    except ValueError:
        return None
