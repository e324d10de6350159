"""Domains, entries, addresses, groups, credentials and account grants, on every store."""

from datetime import timedelta

import pytest

from mailproof_server.model.account import DEFAULT_QUOTA_BYTES, PrincipalKind
from mailproof_server.model.change import ChangeKind
from mailproof_server.model.errors import AlreadyExists, Invalid, NotFound
from mailproof_server.model.folder import DISTINGUISHED, FolderRole
from mailproof_server.model.ids import AccountId, PrincipalId
from mailproof_server.model.item import Flag
from mailproof_server.model.permission import AccountPermission, Anyone, Right
from tests.store.making import EVERYTHING, NOW, Driver, new


def test_the_first_domain_is_the_default_until_another_is_chosen(driver: Driver) -> None:
    driver.write(lambda tx: tx.add_domain("b.test"))
    driver.write(lambda tx: tx.add_domain("A.test"))
    assert driver.read(lambda view: view.domains()) == ("b.test", "a.test")
    driver.write(lambda tx: tx.add_domain("c.test", default=True))
    assert driver.read(lambda view: view.domains()) == ("c.test", "a.test", "b.test")
    driver.write(lambda tx: tx.remove_domain("c.test"))
    assert driver.read(lambda view: view.domains()) == ("a.test", "b.test")


def test_domains_are_unique_and_stay_while_used(driver: Driver) -> None:
    driver.person()
    with pytest.raises(AlreadyExists):
        driver.write(lambda tx: tx.add_domain("EXAMPLE.test"))
    with pytest.raises(Invalid):
        driver.write(lambda tx: tx.remove_domain("example.test"))
    with pytest.raises(NotFound):
        driver.write(lambda tx: tx.remove_domain("other.test"))


def test_an_entry_is_found_by_every_name_it_has(driver: Driver) -> None:
    alice = driver.person()
    driver.write(lambda tx: tx.add_alias(alice.id, "A.Liddell@example.test"))
    expected = driver.read(lambda view: view.entry(alice.id))
    assert expected is not None
    assert expected.aliases == ("a.liddell@example.test",)
    assert driver.read(lambda view: view.entry_by_address("alice@example.test")) == expected
    assert driver.read(lambda view: view.entry_by_address("a.liddell@example.test")) == expected
    assert driver.read(lambda view: view.entry_by_username("alice")) == expected
    assert alice.account_id is not None
    account_id = alice.account_id
    assert driver.read(lambda view: view.entry_of_account(account_id)) == expected


def test_what_does_not_exist_is_not_found(driver: Driver) -> None:
    driver.person()
    nobody = PrincipalId(999)
    assert driver.read(lambda view: view.entry(nobody)) is None
    assert driver.read(lambda view: view.entry_by_address("bob@example.test")) is None
    assert driver.read(lambda view: view.entry_by_address("ALICE@example.test")) is None
    assert driver.read(lambda view: view.entry_by_username("ALICE")) is None
    assert driver.read(lambda view: view.entry_by_username("")) is None
    assert driver.read(lambda view: view.entry_of_account(AccountId(999))) is None
    with pytest.raises(KeyError):
        driver.read(lambda view: view.account(AccountId(999)))
    for work in (
        lambda tx: tx.update_entry(nobody, display_name="x"),
        lambda tx: tx.remove_entry(nobody),
        lambda tx: tx.add_alias(nobody, "x@example.test"),
        lambda tx: tx.add_member(nobody, nobody),
        lambda tx: tx.set_password_hash(nobody, "hash", NOW),
        lambda tx: tx.add_credential(nobody, "token", "t", "hash", NOW, None),
        lambda tx: tx.remove_credential(999),
        lambda tx: tx.touch_credential(999, NOW),
        lambda tx: tx.set_quota(AccountId(999), 1),
        lambda tx: tx.set_quota_noticed(AccountId(999), NOW),
    ):
        with pytest.raises(NotFound):
            driver.write(work)


def test_a_new_user_has_the_distinguished_folders_and_a_quota(driver: Driver) -> None:
    account_id = driver.account()
    folders = driver.read(lambda view: view.folders(account_id))
    assert {(each.role, each.name, each.kind) for each in folders} == set(DISTINGUISHED)
    assert all(each.selectable and each.total == 0 for each in folders)
    root = driver.role(account_id, FolderRole.ROOT)
    assert not root.selectable
    assert {each.parent_id for each in folders} == {root.id}
    account = driver.read(lambda view: view.account(account_id))
    assert (account.quota_bytes, account.used_bytes, account.item_count) == (DEFAULT_QUOTA_BYTES, 0, 0)
    assert account.modseq == 1 + len(driver.read(lambda view: view.changes_since(account_id, account.log_floor)))


def test_groups_own_no_account(driver: Driver) -> None:
    driver.person()
    staff = driver.write(lambda tx: tx.add_entry(PrincipalKind.GROUP, "staff@example.test", now=NOW))
    assert (staff.account_id, staff.username) == (None, "")


def test_entries_list_by_kind_and_address(driver: Driver) -> None:
    driver.person("bob")
    driver.person("alice")
    driver.write(lambda tx: tx.add_entry(PrincipalKind.RESOURCE, "room@example.test", now=NOW))
    driver.write(lambda tx: tx.add_entry(PrincipalKind.GROUP, "all@example.test", now=NOW))
    names = [each.address.partition("@")[0] for each in driver.read(lambda view: view.entries())]
    assert names == ["alice", "all", "bob", "room"]
    users = driver.read(lambda view: view.entries(PrincipalKind.USER))
    assert [each.username for each in users] == ["alice", "bob"]


def test_addresses_and_usernames_are_given_once(driver: Driver) -> None:
    alice = driver.person()
    driver.write(lambda tx: tx.add_alias(alice.id, "info@example.test"))
    for address in ("ALICE@example.test", "info@example.test"):
        with pytest.raises(AlreadyExists):
            driver.write(lambda tx, a=address: tx.add_entry(PrincipalKind.USER, a, username="other", now=NOW))
    with pytest.raises(AlreadyExists):
        driver.write(lambda tx: tx.add_entry(PrincipalKind.USER, "b@example.test", username="alice", now=NOW))
    with pytest.raises(NotFound):
        driver.write(lambda tx: tx.add_entry(PrincipalKind.USER, "b@other.test", username="b", now=NOW))
    for address in ("example.test", "@example.test", "a b@example.test"):
        with pytest.raises(Invalid):
            driver.write(lambda tx, a=address: tx.add_entry(PrincipalKind.USER, a, username="b", now=NOW))
    assert len(driver.read(lambda view: view.entries())) == 1, "a refused entry must leave nothing behind"


def test_update_changes_what_is_given_and_nothing_else(driver: Driver) -> None:
    alice = driver.person()
    driver.write(lambda tx: tx.update_entry(alice.id, display_name="Alice", attributes={"JobTitle": "Æra"}))
    driver.write(lambda tx: tx.update_entry(alice.id, enabled=False, hidden=True))
    entry = driver.read(lambda view: view.entry(alice.id))
    assert entry is not None
    assert (entry.display_name, entry.attributes, entry.enabled, entry.hidden) == (
        "Alice",
        {"JobTitle": "Æra"},
        False,
        True,
    )


def test_a_new_primary_address_turns_the_old_one_into_an_alias(driver: Driver) -> None:
    alice = driver.person()
    driver.write(lambda tx: tx.update_entry(alice.id, address="New@example.test"))
    entry = driver.read(lambda view: view.entry_by_address("alice@example.test"))
    assert entry is not None
    assert (entry.address, entry.aliases) == ("new@example.test", ("alice@example.test",))
    driver.write(lambda tx: tx.update_entry(alice.id, address="alice@example.test"))
    entry = driver.read(lambda view: view.entry(alice.id))
    assert entry is not None
    assert (entry.address, entry.aliases) == ("alice@example.test", ("new@example.test",))
    driver.write(lambda tx: tx.remove_alias(alice.id, "new@example.test"))
    for address in ("new@example.test", "alice@example.test"):
        with pytest.raises(NotFound):
            driver.write(lambda tx, a=address: tx.remove_alias(alice.id, a))


def test_groups_nest_and_cycles_are_harmless(driver: Driver) -> None:
    alice = driver.person()
    groups = [
        driver.write(lambda tx, n=n: tx.add_entry(PrincipalKind.GROUP, f"g{n}@example.test", now=NOW)).id
        for n in range(3)
    ]
    driver.write(lambda tx: tx.add_member(groups[0], alice.id))
    driver.write(lambda tx: tx.add_member(groups[1], groups[0]))
    driver.write(lambda tx: tx.add_member(groups[2], groups[1]))
    driver.write(lambda tx: tx.add_member(groups[0], groups[2]))
    driver.write(lambda tx: tx.add_member(groups[0], alice.id))
    assert driver.read(lambda view: view.groups_of(alice.id)) == frozenset(groups)
    assert driver.read(lambda view: view.group_members(groups[0])) == [alice.id, groups[2]]
    driver.write(lambda tx: tx.remove_member(groups[1], groups[0]))
    assert driver.read(lambda view: view.groups_of(alice.id)) == {groups[0]}
    with pytest.raises(NotFound):
        driver.write(lambda tx: tx.remove_member(groups[1], groups[0]))
    with pytest.raises(Invalid):
        driver.write(lambda tx: tx.add_member(alice.id, groups[0]))


def test_a_password_is_replaced_and_tokens_have_names(driver: Driver) -> None:
    alice = driver.person()
    later = NOW + timedelta(days=1)
    driver.write(lambda tx: tx.set_password_hash(alice.id, "one", NOW))
    driver.write(lambda tx: tx.set_password_hash(alice.id, "two", later))
    token = driver.write(lambda tx: tx.add_credential(alice.id, "token", "phone", "three", NOW, later))
    with pytest.raises(AlreadyExists):
        driver.write(lambda tx: tx.add_credential(alice.id, "token", "phone", "four", NOW, None))
    driver.write(lambda tx: tx.touch_credential(token, later))
    password, phone = driver.read(lambda view: view.credentials(alice.id))
    assert (password.kind, password.name, password.secret_hash, password.created_at) == ("password", "", "two", later)
    assert (password.expires_at, password.last_used_at) == (None, None)
    assert (phone.id, phone.kind, phone.name, phone.secret_hash) == (token, "token", "phone", "three")
    assert (phone.principal_id, phone.created_at, phone.expires_at, phone.last_used_at) == (alice.id, NOW, later, later)
    driver.write(lambda tx: tx.remove_credential(token))
    assert driver.read(lambda view: view.credentials(alice.id)) == [password]


def test_quota_and_its_notice_are_kept(driver: Driver) -> None:
    account_id = driver.account()
    driver.write(lambda tx: tx.set_quota(account_id, 5))
    driver.write(lambda tx: tx.set_quota_noticed(account_id, NOW))
    account = driver.read(lambda view: view.account(account_id))
    assert (account.quota_bytes, account.quota_noticed_at) == (5, NOW)
    driver.write(lambda tx: tx.set_quota_noticed(account_id, None))
    assert driver.read(lambda view: view.account(account_id)).quota_noticed_at is None


def test_account_grants_are_given_taken_and_logged(driver: Driver) -> None:
    owner, bob = driver.account(), driver.person("bob")
    before = driver.read(lambda view: view.account(owner)).modseq
    driver.write(lambda tx: tx.grant_account(owner, bob.id, AccountPermission.SEND_AS))
    driver.write(lambda tx: tx.grant_account(owner, bob.id, AccountPermission.FULL_ACCESS))
    assert set(driver.read(lambda view: view.account_grants(owner))) == {
        (bob.id, AccountPermission.SEND_AS),
        (bob.id, AccountPermission.FULL_ACCESS),
    }
    assert driver.read(lambda view: view.accounts_with_grants_for([bob.id])) == [owner]
    driver.write(lambda tx: tx.revoke_account(owner, bob.id, AccountPermission.FULL_ACCESS))
    assert driver.read(lambda view: view.accounts_with_grants_for([bob.id])) == []
    with pytest.raises(NotFound):
        driver.write(lambda tx: tx.revoke_account(owner, bob.id, AccountPermission.FULL_ACCESS))
    kinds = [each.kind for each in driver.read(lambda view: view.changes_since(owner, before))]
    assert kinds == [ChangeKind.FOLDER_UPDATED] * 3


def test_removing_an_entry_takes_everything_with_it_and_frees_its_names(driver: Driver) -> None:
    owner, bob = driver.account(), driver.person("bob")
    staff = driver.write(lambda tx: tx.add_entry(PrincipalKind.GROUP, "staff@example.test", now=NOW))
    assert bob.account_id is not None
    gone = bob.account_id
    inbox, shared = driver.inbox(gone), driver.inbox(owner)
    child = driver.write(lambda tx: tx.create_folder(gone, inbox.id, "deep"))
    driver.add(inbox, new(10, Flag.SEEN), new(20))
    driver.add(child, new(30))
    driver.write(lambda tx: tx.copy_items(inbox.id, EVERYTHING, shared.id, NOW))
    driver.write(lambda tx: tx.add_member(staff.id, bob.id))
    driver.write(lambda tx: tx.set_grant(shared.id, bob.id, Right.READ_ANY))
    driver.write(lambda tx: tx.set_grant(shared.id, Anyone.DEFAULT, Right.READ_ANY))
    driver.write(lambda tx: tx.grant_account(owner, bob.id, AccountPermission.SEND_AS))
    driver.write(lambda tx: tx.set_subscribed(bob.id, owner, "INBOX", True))
    driver.write(lambda tx: tx.set_annotation(owner, shared.id, bob.id, "/private/comment", b"mine"))
    driver.write(lambda tx: tx.set_annotation(gone, None, bob.id, "/shared/comment", b"ours"))
    before = driver.read(lambda view: view.account(owner)).modseq

    driver.write(lambda tx: tx.remove_entry(bob.id))

    assert driver.read(lambda view: view.entry(bob.id)) is None
    with pytest.raises(KeyError):
        driver.read(lambda view: view.account(gone))
    with pytest.raises(KeyError):
        driver.read(lambda view: view.changes_since(gone, inbox.modseq))
    assert driver.read(lambda view: view.folders(gone)) == []
    assert driver.read(lambda view: view.folder(inbox.id)) is None
    assert driver.read(lambda view: view.uids(child.id)) == []
    assert driver.read(lambda view: view.group_members(staff.id)) == []
    assert [each.grantee for each in driver.read(lambda view: view.folder_grants(shared.id))] == [Anyone.DEFAULT]
    assert driver.read(lambda view: view.account_grants(owner)) == []
    assert driver.read(lambda view: view.annotations(owner, shared.id, bob.id)) == {}
    assert driver.read(lambda view: view.subscriptions(bob.id)) == []
    # The copies in the other account live on, and their contents with them.
    rows = driver.read(lambda view: view.rows(shared.id))
    assert [len(driver.read(lambda view, r=row: view.content_data(r.content_id))) for row in rows] == [10, 20]
    kinds = [each.kind for each in driver.read(lambda view: view.changes_since(owner, before))]
    assert kinds == [ChangeKind.FOLDER_UPDATED] * 2
    again = driver.person("bob")
    assert again.id != bob.id
    assert again.account_id != gone
