"""Contacts, personal lists, Outlook's CSV and the address book (FEATURES section 10)."""

from datetime import date
from time import perf_counter
from typing import Any

import msgspec
import pytest

from mailproof_server.model.account import Principal, PrincipalKind
from mailproof_server.model.attachment import AttachedFile, Attachment
from mailproof_server.model.contact import (
    Contact,
    DistributionList,
    EmailAddress,
    Member,
    MemberKind,
    Phone,
    Place,
    PostalAddress,
)
from mailproof_server.model.errors import Invalid, NotFound, TooLarge, TooMany
from mailproof_server.model.event import Sensitivity
from mailproof_server.model.folder import FolderRole
from mailproof_server.model.permission import PROFILE_RIGHTS, Profile
from mailproof_server.services.contact_cards import card_of, contact_of
from mailproof_server.services.contact_csv import CLASSIC
from mailproof_server.wire.vcard import read_cards, write_cards

FULL = Contact(
    title="Dr",
    given_name="Zoë",
    middle_name="M.",
    surname="Zet",
    suffix="Jr",
    nickname="Zo",
    company="Outside; Ltd",
    department="R&D",
    job_title="Head",
    profession="Chemist",
    manager="Max",
    assistant="Ada",
    spouse="Sam",
    children=("Kim", "Lee"),
    emails=(EmailAddress(address="zoe@outside.test"), EmailAddress(address="z2@outside.test")),
    phones={phone: f"+33 1 23 45 67 {number:02d}" for number, phone in enumerate(Phone)},
    addresses={
        Place.BUSINESS: PostalAddress(street="1 Way\nHall 2", city="Lyon", postal_code="69000", country="France"),
        Place.HOME: PostalAddress(street="2 Way", state="Rhône", po_box="77"),
    },
    mailing_address=Place.BUSINESS,
    im_addresses=("zoe@im.test",),
    web_page="https://outside.test",
    birthday=date(1980, 2, 29),
    anniversary=date(2010, 6, 1),
    body="Met at\nthe fair, in May",
    categories=("Red", "Blue"),
    sensitivity=Sensitivity.PRIVATE,
    office_location="3.14",
    phonetic_given_name="Zo-e",
    billing_information="B1",
    mileage="9",
)


def folder(world: Any, who: Principal) -> Any:
    return world.role(who, FolderRole.CONTACTS).id


def add(world: Any, who: Principal, contact: Contact, *files: AttachedFile) -> Any:
    return world.run(world.services.contacts.people.create(who, folder(world, who), contact, files))


def test_a_contact_is_kept_changed_copied_moved_and_deleted(world: Any) -> None:
    ann = world.user("ann")
    people = world.services.contacts.people
    made = add(world, ann, FULL)
    found = world.run(people.get(ann, made.id)).value
    assert msgspec.structs.replace(found, display_name="", file_as="", created_at=None, changed_at=None) == FULL
    assert (found.display_name, found.file_as) == ("Zoë M. Zet Jr", "Zet, Zoë M.")
    changed = world.run(people.update(ann, made.id, lambda each: msgspec.structs.replace(each, company="Inside")))
    assert (changed.value.company, changed.value.surname) == ("Inside", "Zet")
    copy = world.run(people.copy(ann, made.id, folder(world, ann)))
    assert world.run(people.get(ann, copy)).value == changed.value
    world.run(people.delete(ann, made.id))
    assert [each.id for each in world.run(people.in_folder(ann, folder(world, ann)))] == [copy]
    trash = world.role(ann, FolderRole.TRASH)
    (deleted,) = world.run(people.in_folder(ann, trash.id))
    back = world.run(people.move(ann, deleted.id, folder(world, ann)))
    assert world.run(people.get(ann, back)).value == changed.value
    world.run(people.delete(ann, back, forever=True))
    with pytest.raises(NotFound):
        world.run(people.get(ann, back))


def test_the_picture_of_a_contact_stays_over_changes(world: Any) -> None:
    ann = world.user("ann")
    people = world.services.contacts.people
    photo = AttachedFile(Attachment(name="p.jpg", media_type="image/jpeg", is_photo=True), bytes(range(256)) * 9)
    made = add(world, ann, FULL, photo)
    world.run(people.update(ann, made.id, lambda each: msgspec.structs.replace(each, company="Inside")))
    (kept,) = world.run(people.files(ann, made.id))
    assert kept.data == photo.data
    assert (kept.described.name, kept.described.is_photo, kept.described.size_bytes) == ("p.jpg", True, 2304)
    world.run(people.update(ann, made.id, lambda each: each, files=()))
    assert world.run(people.files(ann, made.id)) == []


def test_a_contact_of_nothing_is_refused(world: Any) -> None:
    ann = world.user("ann")
    with pytest.raises(Invalid, match="has a name"):
        add(world, ann, Contact(job_title="Head"))
    with pytest.raises(TooMany):
        add(world, ann, Contact(surname="x", emails=(EmailAddress(address="a@b.test"),) * 4))


def test_readers_see_private_contacts_and_others_see_none(world: Any) -> None:
    ann, bob = world.user("ann"), world.user("bob")
    add(world, ann, FULL)
    people = world.services.contacts.people
    with pytest.raises(NotFound):
        world.run(people.in_folder(bob, folder(world, ann)))
    world.run(world.services.permissions.set_grant(ann, folder(world, ann), bob.id, PROFILE_RIGHTS[Profile.REVIEWER]))
    (seen,) = world.run(people.in_folder(bob, folder(world, ann)))
    assert seen.value.sensitivity is Sensitivity.PRIVATE
    assert seen.value.surname == "Zet"


def test_a_contact_comes_back_from_its_vcard() -> None:
    found, files = contact_of(read_cards(write_cards([card_of(FULL, b"\xff\xd8photo")]))[0])
    assert msgspec.structs.replace(found, display_name="", file_as="") == FULL
    assert files[0].data == b"\xff\xd8photo"


# -- lists ------------------------------------------------------------------------------------------------------------


def test_a_list_of_colleagues_and_strangers_shows_them_as_they_are_now(world: Any) -> None:
    ann, bob = world.user("ann"), world.user("bob", display_name="Bob Bold")
    lists, people = world.services.contacts.lists, world.services.contacts.people
    zoe = add(world, ann, FULL)
    members = (
        world.run(lists.member_of(ann, "bob@example.test")),
        world.run(lists.member_of(ann, "new@outside.test", "New One")),
        Member(kind=MemberKind.CONTACT, item_id=zoe.id, address="zoe@outside.test"),
    )
    assert members[0].kind is MemberKind.DIRECTORY
    made = world.run(
        lists.create(ann, folder(world, ann), DistributionList(display_name="Fair", members=(*members, members[1])))
    )
    assert len(made.value.members) == 3
    world.run(world.services.directory.update(bob.id, display_name="Bob Brave"))
    told = world.run(lists.expand(ann, made.id))
    assert [each.name for each in told] == ["Bob Brave", "New One", "Zoë M. Zet Jr"]
    world.run(people.delete(ann, zoe.id, forever=True))
    told = world.run(lists.expand(ann, made.id))
    assert (told[2].kind, told[2].address) == (MemberKind.ONE_OFF, "zoe@outside.test")
    assert world.run(people.in_folder(ann, folder(world, ann))) == []
    assert len(world.run(lists.in_folder(ann, folder(world, ann)))) == 1


def test_lists_in_lists_are_expanded_once_and_circles_end(world: Any) -> None:
    ann = world.user("ann")
    lists = world.services.contacts.lists
    one = Member(name="x", address="x@outside.test")
    inner = world.run(lists.create(ann, folder(world, ann), DistributionList(display_name="Inner", members=(one,))))
    nested = Member(kind=MemberKind.LIST, item_id=inner.id)
    outer = world.run(
        lists.create(ann, folder(world, ann), DistributionList(display_name="Outer", members=(nested, one)))
    )
    back = Member(kind=MemberKind.LIST, item_id=outer.id)
    world.run(lists.update(ann, inner.id, lambda each: msgspec.structs.replace(each, members=(*each.members, back))))
    assert [each.name for each in world.run(lists.expand(ann, outer.id))] == ["Inner", "x"]
    assert [each.address for each in world.run(lists.expand(ann, outer.id, deep=True))] == ["x@outside.test"]


def test_a_list_needs_a_name_and_members_an_address(world: Any) -> None:
    ann = world.user("ann")
    lists = world.services.contacts.lists
    for broken in (DistributionList(display_name=" "), DistributionList(display_name="x", members=(Member(name="y"),))):
        with pytest.raises(Invalid):
            world.run(lists.create(ann, folder(world, ann), broken))
    with pytest.raises(Invalid):
        world.run(lists.member_of(ann, "no address"))


# -- CSV --------------------------------------------------------------------------------------------------------------

CSV = (
    '"First Name","Last Name","Company","Business Street","Business Street 2","Business City","Mobile Phone",'
    '"Birthday","Categories","E-mail Address","E-mail Type","E-mail Display Name","Notes","Private","Hobby"\r\n'
    '"Zoë","Zet","Outside, Ltd","1 Way","Hall 2","Lyon","+33 6","2/29/1980","Red;Blue","zoe@outside.test","SMTP",'
    '"Zoë Zet","Line one\r\nline two","True","Chess"\r\n'
    '"Yan","","","","","","","0/0/00","","/o=Org/cn=yan","EX","","","False",""\r\n'
    '"","","","","","","","","","","","","","",""\r\n'
)


def load(world: Any, data: bytes, **facts: Any) -> list[Contact]:
    ann = world.principal(
        world.run(world.services.directory.create_user(f"u{perf_counter()}@example.test".replace(".", "", 1)))
    )
    people = world.services.contacts.people
    world.run(people.import_csv(ann, folder(world, ann), data, **facts))
    return [each.value for each in world.run(people.in_folder(ann, folder(world, ann)))]


@pytest.mark.parametrize(
    ("encoding", "named"),
    [("utf-8", ""), ("utf-8-sig", ""), ("cp1252", ""), ("utf-16", ""), ("utf-8-sig", "utf-8"), ("cp1252", "cp1252")],
)
def test_outlooks_file_is_read_in_every_encoding(world: Any, encoding: str, named: str) -> None:
    zoe, yan = load(world, CSV.encode(encoding), encoding=named)
    assert (zoe.given_name, zoe.surname, zoe.company) == ("Zoë", "Zet", "Outside, Ltd")
    assert zoe.addresses == {Place.BUSINESS: PostalAddress(street="1 Way\nHall 2", city="Lyon")}
    assert zoe.phones == {Phone.MOBILE: "+33 6"}
    assert (zoe.birthday, zoe.categories) == (date(1980, 2, 29), ("Red", "Blue"))
    assert zoe.emails == (EmailAddress(address="zoe@outside.test", name="Zoë Zet"),)
    assert zoe.body == "Line one\r\nline two"
    assert (zoe.sensitivity, zoe.further) == (Sensitivity.PRIVATE, {"Hobby": "Chess"})
    assert (yan.emails, yan.birthday) == ((), None)


def test_every_classic_column_is_kept(world: Any) -> None:
    special = {"Birthday": "1/2/1980", "Anniversary": "3.4.2000", "Private": "False", "Priority": "Normal"}
    special |= {"Sensitivity": "Normal"}
    cells = [special.get(name, f"v {name}") for name in CLASSIC]
    text = ",".join(f'"{each}"' for each in CLASSIC) + "\r\n" + ",".join(f'"{each}"' for each in cells) + "\r\n"
    (contact,) = load(world, text.encode())
    kept = msgspec.json.encode(contact).decode()
    lost = [name for name in CLASSIC if name not in special and not name.endswith(" Type") and f"v {name}" not in kept]
    assert lost == []
    assert (contact.birthday, contact.anniversary) == (date(1980, 1, 2), date(2000, 4, 3))


@pytest.mark.parametrize(
    "header", ["Prénom;Nom;Société;Adresse de messagerie", "Имя;Фамилия;Организация;Адрес эл. почты"]
)
def test_french_and_russian_headers_are_known(world: Any, header: str) -> None:
    (contact,) = load(world, f"{header}\r\nZoé;Zet;X;z@outside.test\r\n".encode())
    assert (contact.given_name, contact.surname, contact.company) == ("Zoé", "Zet", "X")
    assert contact.first_address == "z@outside.test"


def test_all_columns_in_an_unknown_language_are_known_by_their_place(world: Any) -> None:
    header = ",".join(f"Spalte {number}" for number in range(len(CLASSIC)))
    cells = [""] * len(CLASSIC)
    cells[CLASSIC.index("Last Name")] = "Zet"
    (contact,) = load(world, f"{header}\r\n{','.join(cells)}\r\n".encode())
    assert contact.surname == "Zet"


@pytest.mark.parametrize(
    ("data", "facts", "words"),
    [
        (b"", {}, "empty"),
        (b"A,B\r\n1,2\r\n", {}, "Line 1: no column is named First Name"),
        ("First Name\r\nok\r\nZo\u00eb\r\n".encode("cp1252"), {"encoding": "utf-8"}, "Line 3: not utf-8"),
        ("First Name\r\nx\r\n".encode("utf-16"), {"encoding": "utf-8"}, "Line 1: not utf-8"),
        (b"First Name\r\n\x81\r\n", {}, "Line 2: not cp1252"),
        ("First Name\r\nx\r\n".encode("utf-16-le"), {}, "zero characters"),
        (b"First Name\r\nx\r\n", {"encoding": "ebcdic"}, "ebcdic: not supported"),
        (b"First Name\r\nx,y\r\n", {}, "Line 2: 2 values, but the header names 1"),
        (b'First Name\r\n"x\r\n', {}, "Line 2"),
        (b"First Name,Birthday\r\na,\r\nx,31/31/1980\r\n", {}, "Line 3, column Birthday"),
        (b"First Name,Birthday\r\nx,soon\r\n", {}, "Line 2, column Birthday"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_line_and_column(
    world: Any, data: bytes, facts: dict[str, Any], words: str
) -> None:
    ann = world.user("ann")
    with pytest.raises(Invalid, match=words):
        world.run(world.services.contacts.people.import_csv(ann, folder(world, ann), data, **facts))
    assert world.run(world.services.contacts.people.in_folder(ann, folder(world, ann))) == []


def test_a_file_has_limits(world: Any) -> None:
    world.limit(calendar=msgspec.structs.replace(world.limits.calendar, import_rows=2, import_bytes=100))
    ann = world.user("ann")
    people = world.services.contacts.people
    with pytest.raises(TooMany):
        world.run(people.import_csv(ann, folder(world, ann), b"First Name\r\na\r\nb\r\nc\r\n"))
    with pytest.raises(TooLarge):
        world.run(people.import_csv(ann, folder(world, ann), b"First Name\r\n" + b"a\r\n" * 99))


# -- address book -----------------------------------------------------------------------------------------------------


def names(found: Any) -> list[str]:
    return [each.address.partition("@")[0] for each in found]


def test_the_address_book_is_searched_by_beginnings_of_words(world: Any) -> None:
    directory, book = world.services.directory, world.services.address_book
    world.user("ann", display_name="Ann Äble", attributes={"Department": "Sales"})
    world.user("anton", display_name="Anton Bold")
    world.user("cem", display_name="Cem Calm")
    world.user("anna.hidden", display_name="Anna Hidden", hidden=True)
    gone = world.user("andy", display_name="Andy Gone")
    world.run(directory.update(gone.id, enabled=False))
    world.group("analysts")
    world.run(directory.create_resource("annexe@example.test", kind="room", display_name="Annexe"))
    search = lambda text, **facts: names(world.run(book.search(text, **facts)))  # noqa: E731
    assert search("an") == ["analysts", "ann", "annexe", "anton"]
    assert search("AN able") == ["ann"]
    assert search("able") == ["ann"]
    assert search("sales") == ["ann"]
    assert search("ann", kinds=(PrincipalKind.USER,)) == ["ann"]
    assert search("ann@ex") == ["ann"]
    assert search("example") == []
    assert search("nn") == []
    assert search('an" OR "cem') == []
    assert search("") == []
    assert search("an", limit=2) == ["analysts", "ann"]
    assert names(world.run(book.rooms())) == ["annexe"]


def test_the_address_book_follows_every_change(world: Any) -> None:
    directory, book = world.services.directory, world.services.address_book
    ann = world.user("ann", display_name="Ann Able")
    search = lambda text: names(world.run(book.search(text)))  # noqa: E731
    world.run(directory.add_alias(ann.id, "zebra@example.test"))
    assert search("zeb") == ["ann"]
    world.run(directory.remove_alias(ann.id, "zebra@example.test"))
    assert search("zeb") == []
    world.run(directory.update(ann.id, display_name="Maria Able"))
    assert (search("mar"), search("ann able")) == (["ann"], ["ann"])
    world.run(directory.update(ann.id, hidden=True))
    assert search("mar") == []
    world.run(directory.update(ann.id, hidden=False))
    world.run(directory.remove(ann.id))
    assert search("mar") == []


def test_names_resolve_exactly_by_beginning_or_ambiguously(world: Any) -> None:
    book = world.services.address_book
    ann = world.user("ann", display_name="Ann Able")
    world.user("annika", display_name="Annika Bold")
    resolve = lambda text, **facts: world.run(book.resolve(ann, text, **facts))  # noqa: E731
    assert [each.address for each in resolve("ann").matches] == ["ann@example.test"]
    assert [each.address for each in resolve("Ann Able").matches] == ["ann@example.test"]
    assert [each.address for each in resolve("SMTP:annika@example.test").matches] == ["annika@example.test"]
    both = resolve("an")
    assert ([each.name for each in both.matches], both.is_complete) == (["Ann Able", "Annika Bold"], True)
    cut = resolve("an", limit=1)
    assert (len(cut.matches), cut.is_complete) == (1, False)
    assert resolve("nobody").matches == ()
    assert resolve(" ").matches == ()
    add(world, ann, FULL)
    (zoe,) = resolve("zet").matches
    assert (zoe.name, zoe.address, zoe.entry) == ("Zoë M. Zet Jr", "zoe@outside.test", None)


def test_ten_thousand_entries_are_searched_in_ten_milliseconds(world: Any) -> None:
    from mailproof_server.store.base import Transaction

    def fill(transaction: Transaction) -> None:
        for number in range(10_000):
            transaction.add_entry(
                PrincipalKind.GROUP,
                f"user{number:05d}@example.test",
                display_name=f"{'ABCDEFGHIJ'[number % 10]}name{number} Family{number // 7}",
                now=world.clock.now(),
            )

    world.run(world.store.write(fill))
    for text, least in (("a", 100), ("family1", 100), ("cname42 fam", 1), ("user0001", 10), ("user00@", 0)):
        times = []
        for _ in range(5):
            began = perf_counter()
            found = world.run(world.services.address_book.search(text, limit=100))
            times.append(perf_counter() - began)
        assert len(found) >= least, text
        assert min(times) < 0.010, (text, times)
