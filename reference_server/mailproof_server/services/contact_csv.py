"""Contacts from a file as Outlook exports it: comma-separated, one header row, about ninety columns (FEATURES CONT-02).

Outlook writes the header in its own language and the file in the code page of its Windows; the new one in UTF-8 with a
mark. So the columns are known by their names in English, French and Russian, or, in a language that is not known here,
by their places when all of them are there. What cannot be read is refused with its line and column, and nothing of the
file is kept then.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import msgspec

from mailproof_server.model.contact import Contact, EmailAddress, Phone, Place, PostalAddress
from mailproof_server.model.errors import Invalid, TooLarge, TooMany
from mailproof_server.model.event import Importance, Sensitivity
from mailproof_server.services.calendar.limits import CalendarLimits

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "cp1251")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SEPARATORS = ",;\t"
_EMPTY_DATES = frozenset({"", "0/0/00", "0/0/0000", "00/00/00"})
_DATE = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})")
MAX_CELL_CHARACTERS = 131_072

CLASSIC = tuple(
    """Title|First Name|Middle Name|Last Name|Suffix|Company|Department|Job Title|Business Street|Business Street 2|
Business Street 3|Business City|Business State|Business Postal Code|Business Country/Region|Home Street|Home Street 2|
Home Street 3|Home City|Home State|Home Postal Code|Home Country/Region|Other Street|Other Street 2|Other Street 3|
Other City|Other State|Other Postal Code|Other Country/Region|Assistant's Phone|Business Fax|Business Phone|
Business Phone 2|Callback|Car Phone|Company Main Phone|Home Fax|Home Phone|Home Phone 2|ISDN|Mobile Phone|Other Fax|
Other Phone|Pager|Primary Phone|Radio Phone|TTY/TDD Phone|Telex|Account|Anniversary|Assistant's Name|
Billing Information|Birthday|Business Address PO Box|Categories|Children|Directory Server|E-mail Address|E-mail Type|
E-mail Display Name|E-mail 2 Address|E-mail 2 Type|E-mail 2 Display Name|E-mail 3 Address|E-mail 3 Type|
E-mail 3 Display Name|Gender|Government ID Number|Hobby|Home Address PO Box|Initials|Internet Free Busy|Keywords|
Language|Location|Manager's Name|Mileage|Notes|Office Location|Organizational ID Number|Other Address PO Box|Priority|
Private|Profession|Referred By|Sensitivity|Spouse|User 1|User 2|User 3|User 4|Web Page""".replace("\n", "").split("|")
)
"""The columns of the classic export, in their order."""

_OTHER_NAMES = {
    # Shorter names that other builds and the web write.
    "business country": "Business Country/Region",
    "home country": "Home Country/Region",
    "other country": "Other Country/Region",
    "email address": "E-mail Address",
    "e-mail": "E-mail Address",
    "email 2 address": "E-mail 2 Address",
    "email 3 address": "E-mail 3 Address",
    "nickname": "Nickname",
    "given yomi": "Given Yomi",
    "surname yomi": "Surname Yomi",
    "company yomi": "Company Yomi",
    # French.
    "prénom": "First Name",
    "deuxième prénom": "Middle Name",
    "nom": "Last Name",
    "suffixe": "Suffix",
    "société": "Company",
    "service": "Department",
    "rue (bureau)": "Business Street",
    "ville (bureau)": "Business City",
    "dép/région (bureau)": "Business State",
    "code postal (bureau)": "Business Postal Code",
    "pays/région (bureau)": "Business Country/Region",
    "rue (domicile)": "Home Street",
    "ville (domicile)": "Home City",
    "dép/région (domicile)": "Home State",
    "code postal (domicile)": "Home Postal Code",
    "pays/région (domicile)": "Home Country/Region",
    "télécopie (bureau)": "Business Fax",
    "téléphone (bureau)": "Business Phone",
    "téléphone 2 (bureau)": "Business Phone 2",
    "télécopie (domicile)": "Home Fax",
    "téléphone (domicile)": "Home Phone",
    "téléphone 2 (domicile)": "Home Phone 2",
    "tél. mobile": "Mobile Phone",
    "téléphone principal": "Primary Phone",
    "adresse de messagerie": "E-mail Address",
    "type de messagerie": "E-mail Type",
    "nom complet de l'adresse de messagerie": "E-mail Display Name",
    "adresse de messagerie 2": "E-mail 2 Address",
    "adresse de messagerie 3": "E-mail 3 Address",
    "anniversaire": "Birthday",
    "catégories": "Categories",
    "enfants": "Children",
    "page web": "Web Page",
    "profession": "Profession",
    # Russian.
    "обращение": "Title",
    "имя": "First Name",
    "отчество": "Middle Name",
    "фамилия": "Last Name",
    "суффикс": "Suffix",
    "организация": "Company",
    "отдел": "Department",
    "должность": "Job Title",
    "рабочий телефон": "Business Phone",
    "телефон раб. 2": "Business Phone 2",
    "домашний телефон": "Home Phone",
    "телефон дом. 2": "Home Phone 2",
    "телефон переносной": "Mobile Phone",
    "рабочий факс": "Business Fax",
    "адрес эл. почты": "E-mail Address",
    "адрес 2 эл. почты": "E-mail 2 Address",
    "адрес 3 эл. почты": "E-mail 3 Address",
    "категории": "Categories",
    "день рождения": "Birthday",
    "заметки": "Notes",
    "веб-страница": "Web Page",
}
_NAMES = {name.casefold(): name for name in CLASSIC} | _OTHER_NAMES
_NEEDED = ("First Name", "Last Name", "Company", "E-mail Address")

_TEXTS = {
    "Title": "title",
    "First Name": "given_name",
    "Middle Name": "middle_name",
    "Last Name": "surname",
    "Suffix": "suffix",
    "Nickname": "nickname",
    "Given Yomi": "phonetic_given_name",
    "Surname Yomi": "phonetic_surname",
    "Company Yomi": "phonetic_company",
    "Company": "company",
    "Department": "department",
    "Job Title": "job_title",
    "Account": "account_name",
    "Assistant's Name": "assistant",
    "Billing Information": "billing_information",
    "Government ID Number": "government_id",
    "Initials": "initials",
    "Manager's Name": "manager",
    "Mileage": "mileage",
    "Notes": "body",
    "Office Location": "office_location",
    "Profession": "profession",
    "Spouse": "spouse",
    "Web Page": "web_page",
}
_PHONES = {
    "Assistant's Phone": Phone.ASSISTANT,
    "Business Fax": Phone.BUSINESS_FAX,
    "Business Phone": Phone.BUSINESS,
    "Business Phone 2": Phone.BUSINESS_2,
    "Callback": Phone.CALLBACK,
    "Car Phone": Phone.CAR,
    "Company Main Phone": Phone.COMPANY_MAIN,
    "Home Fax": Phone.HOME_FAX,
    "Home Phone": Phone.HOME,
    "Home Phone 2": Phone.HOME_2,
    "ISDN": Phone.ISDN,
    "Mobile Phone": Phone.MOBILE,
    "Other Fax": Phone.OTHER_FAX,
    "Other Phone": Phone.OTHER,
    "Pager": Phone.PAGER,
    "Primary Phone": Phone.PRIMARY,
    "Radio Phone": Phone.RADIO,
    "TTY/TDD Phone": Phone.TTY,
    "Telex": Phone.TELEX,
}
_FURTHER = (
    *("Directory Server", "Gender", "Hobby", "Internet Free Busy", "Keywords", "Language", "Location"),
    *("Organizational ID Number", "Referred By", "User 1", "User 2", "User 3", "User 4"),
)
_PLACES = {"Business": Place.BUSINESS, "Home": Place.HOME, "Other": Place.OTHER}
_SENSITIVITY = {each.value: each for each in Sensitivity}
_IMPORTANCE = {each.value: each for each in Importance}


@dataclass(frozen=True, slots=True)
class Read:
    """What a file holds."""

    contacts: tuple[Contact, ...]
    skipped: tuple[str, ...]


def read_contacts(data: bytes, limits: CalendarLimits, *, encoding: str = "") -> Read:
    """`encoding`: one of ENCODINGS; empty looks at the file: a mark, else UTF-8 where it fits, else cp1252.

    Raises Invalid, naming line and column; TooLarge, TooMany rows.
    """
    if len(data) > limits.import_bytes:
        raise TooLarge(f"A file of contacts has at most {limits.import_bytes} bytes")
    text = _decoded(data, encoding.strip().lower())
    rows = _rows(text)
    header = next(rows, None)
    if header is None:
        raise Invalid("The file is empty")
    columns = _columns(header[1])
    contacts: list[Contact] = []
    skipped: list[str] = []
    for line, cells in rows:
        if len(cells) > len(columns) and any(cells[len(columns) :]):
            raise Invalid(f"Line {line}: {len(cells)} values, but the header names {len(columns)} columns")
        row = {name: cell.strip() for name, cell in zip(columns, cells, strict=False) if name and cell.strip()}
        if not row:
            continue
        contact = _contact(row, line)
        if contact.full_name or contact.phones or contact.body:
            contacts.append(contact)
        else:
            skipped.append(f"Line {line}: no name, company, address, telephone number or note")
        if len(contacts) > limits.import_rows:
            raise TooMany(f"A file of contacts has at most {limits.import_rows} rows")
    return Read(tuple(contacts), tuple(skipped))


def _decoded(data: bytes, encoding: str) -> str:
    if encoding and encoding not in ENCODINGS:
        raise Invalid(f"Encoding {encoding[:40]}: not supported; {', '.join(ENCODINGS)} are")
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), "")
    if marked == "utf-16" and encoding not in ("", "utf-16"):
        raise Invalid(f"Line 1: not {encoding}: the file says it is UTF-16")
    if not encoding:
        encoding = marked or ("utf-8" if _is_utf8(data) else "cp1252")
    elif encoding == "utf-8" and marked == "utf-8-sig":
        encoding = marked
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Invalid(f"Line {line}: not {encoding}: {error.reason} at byte {error.start}") from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise Invalid(f"Line {line}: zero characters: not {encoding}; a file in UTF-16 has to be named so")
    return text


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """(line on which the row ends, cells)."""
    first = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(len(each) > MAX_CELL_CHARACTERS for each in cells):
                raise Invalid(f"Line {line}: a value has more than {MAX_CELL_CHARACTERS} characters")
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise Invalid(f"Line {line}: {error}") from error


def _columns(header: Sequence[str]) -> list[str]:
    """Our name of each column; empty for one that is not known."""
    found = [_NAMES.get(_header_name(each), "") for each in header]
    if sum(map(bool, found)) < len(header) // 2 and len(header) == len(CLASSIC):
        found = list(CLASSIC)  # a language that is not known here: all columns are there, in their order
    if not any(name in found for name in _NEEDED):
        raise Invalid(f"Line 1: no column is named {', '.join(_NEEDED[:-1])} or {_NEEDED[-1]}")
    seen: set[str] = set()
    for at, name in enumerate(found):
        if name in seen and name:
            found[at] = ""  # the first of a name counts, as in Outlook's own import
        seen.add(name)
    return found


def _header_name(text: str) -> str:
    return " ".join(text.replace("\u2019", "'").split()).casefold()


def _contact(row: Mapping[str, str], line: int) -> Contact:
    def value(name: str) -> str:
        return row.get(name, "")

    addresses: dict[Place, PostalAddress] = {}
    for prefix, place in _PLACES.items():
        street = "\n".join(filter(None, (value(f"{prefix} Street{number}") for number in ("", " 2", " 3"))))
        address = PostalAddress(
            street=street,
            city=value(f"{prefix} City"),
            state=value(f"{prefix} State"),
            postal_code=value(f"{prefix} Postal Code"),
            country=value(f"{prefix} Country/Region"),
            po_box=value(f"{prefix} Address PO Box"),
        )
        if not address.is_empty:
            addresses[place] = address
    children = tuple(filter(None, (each.strip() for each in re.split("[;,]", value("Children")))))
    categories = tuple(filter(None, (each.strip() for each in value("Categories").split(";"))))
    contact = Contact(
        emails=_emails(row),
        phones={phone: row[name] for name, phone in _PHONES.items() if name in row},
        addresses=addresses,
        birthday=_date(value("Birthday"), line, "Birthday"),
        anniversary=_date(value("Anniversary"), line, "Anniversary"),
        children=children,
        categories=categories,
        sensitivity=_sensitivity(row),
        importance=_IMPORTANCE.get(value("Priority").lower(), Importance.NORMAL),
        further={name: row[name] for name in _FURTHER if name in row},
    )
    texts = {attribute: row[name] for name, attribute in _TEXTS.items() if name in row}
    return msgspec.structs.replace(contact, **texts)


def _emails(row: Mapping[str, str]) -> tuple[EmailAddress, ...]:
    """By slot. Rows of type EX carry an Exchange name that is no address anywhere else."""
    found: list[EmailAddress] = []
    for number in ("", " 2", " 3"):
        address = row.get(f"E-mail{number} Address", "")
        if row.get(f"E-mail{number} Type", "SMTP").upper() == "EX" and "@" not in address:
            address = ""
        found.append(EmailAddress(address=address, name=row.get(f"E-mail{number} Display Name", "") if address else ""))
    while found and not found[-1].address:
        found.pop()
    return tuple(found)


def _sensitivity(row: Mapping[str, str]) -> Sensitivity:
    named = _SENSITIVITY.get(row.get("Sensitivity", "").lower(), Sensitivity.NORMAL)
    is_private = row.get("Private", "").lower() in ("true", "vrai", "истина", "1")
    return Sensitivity.PRIVATE if is_private and named is Sensitivity.NORMAL else named


def _date(text: str, line: int, column: str) -> date | None:
    """Of the writer's locale: year first, or day first where only that fits or dots separate, else month first."""
    if text in _EMPTY_DATES:
        return None
    match = _DATE.fullmatch(text.split(" ", maxsplit=1)[0])
    if match is None:
        raise Invalid(f"Line {line}, column {column}: {text[:40]!r} is no date")
    first, second, third = int(match[1]), int(match[2]), int(match[3])
    if len(match[1]) == 4:
        year, month, day = first, second, third
    else:
        year = third + (2000 if third < 30 else 1900) if len(match[3]) <= 2 else third
        is_day_first = first > 12 or "." in text
        day, month = (first, second) if is_day_first else (second, first)
    try:
        return date(year, month, day)
    except ValueError as error:
        raise Invalid(f"Line {line}, column {column}: {text[:40]!r} is no date") from error
