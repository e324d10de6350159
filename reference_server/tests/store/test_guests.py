"""Items of guests, grants on groups, children of folders, and the stamp under which rights may be remembered."""

import pytest

from mailproof_server.model.account import PrincipalKind
from mailproof_server.model.errors import Invalid, NotFound
from mailproof_server.model.folder import FolderRole
from mailproof_server.model.ids import FolderId, FolderUid, PrincipalId
from mailproof_server.model.permission import AccountPermission, Anyone, Right
from mailproof_server.store.base import Transaction
from tests.store.making import EVERYTHING, NOW, Driver, new

GUEST, OTHER = PrincipalId(901), PrincipalId(902)


def uids(*numbers: int) -> list[FolderUid]:
    return [FolderUid(number) for number in numbers]


def test_items_of_guests_are_told_apart(driver: Driver) -> None:
    inbox = driver.inbox(driver.account())
    driver.write(lambda tx: tx.add_items(inbox.id, [new(), new()], NOW))
    driver.write(lambda tx: tx.add_items(inbox.id, [new(), new()], NOW, GUEST))
    driver.write(lambda tx: tx.add_items(inbox.id, [new()], NOW, OTHER))
    assert driver.read(lambda view: view.created_by(inbox.id, EVERYTHING, GUEST)) == uids(3, 4)
    some = ((FolderUid(1), FolderUid(3)), (FolderUid(5), FolderUid(9)))
    assert driver.read(lambda view: view.created_by(inbox.id, some, GUEST)) == uids(3)
    assert driver.read(lambda view: view.created_by(inbox.id, some, OTHER)) == uids(5)
    rows = driver.read(lambda view: view.rows(inbox.id))
    assert driver.read(lambda view: [view.creator(row.id) for row in rows]) == [None, None, GUEST, GUEST, OTHER]


def test_a_move_keeps_the_creator_and_a_copy_is_the_copiers(driver: Driver) -> None:
    alice, bob = driver.account("alice"), driver.account("bob")
    inbox, there = driver.inbox(alice), driver.inbox(bob)
    other = driver.role(alice, FolderRole.ARCHIVE)
    driver.write(lambda tx: tx.add_items(inbox.id, [new()], NOW))
    driver.write(lambda tx: tx.add_items(inbox.id, [new()] * 3, NOW, GUEST))
    driver.write(lambda tx: tx.copy_items(inbox.id, EVERYTHING, other.id, NOW, OTHER))
    assert driver.read(lambda view: view.created_by(other.id, EVERYTHING, OTHER)) == uids(1, 2, 3, 4)
    driver.write(lambda tx: tx.copy_items(inbox.id, EVERYTHING, other.id, NOW))
    assert driver.read(lambda view: view.created_by(other.id, EVERYTHING, GUEST)) == []
    some = ((FolderUid(1), FolderUid(2)), (FolderUid(4), FolderUid(4)))
    driver.write(lambda tx: tx.move_items(inbox.id, some, other.id, NOW, OTHER))
    assert driver.read(lambda view: view.created_by(other.id, EVERYTHING, GUEST)) == uids(10, 11)
    driver.write(lambda tx: tx.move_items(inbox.id, EVERYTHING, there.id, NOW, OTHER))
    assert driver.read(lambda view: view.created_by(there.id, EVERYTHING, OTHER)) == uids(1)
    assert driver.read(lambda view: view.created_by(inbox.id, EVERYTHING, GUEST)) == []
    driver.write(lambda tx: tx.remove_items(other.id, EVERYTHING, only_deleted=False))
    assert driver.read(lambda view: view.created_by(other.id, EVERYTHING, GUEST)) == []


def test_items_are_found_by_message_id(driver: Driver) -> None:
    alice = driver.account()
    inbox, sent = driver.inbox(alice), driver.role(alice, FolderRole.SENT)
    for folder in (inbox, sent):
        for name in ("<a@x>", "<b@x>", "<a@x>", ""):
            made = new(message_id=name)
            driver.write(lambda tx, folder=folder, made=made: tx.add_items(folder.id, [made], NOW))  # type: ignore[misc]
    assert driver.read(lambda view: view.with_message_id(inbox.id, "<a@x>")) == uids(1, 3)
    assert driver.read(lambda view: view.with_message_id(sent.id, "<b@x>")) == uids(2)
    for name in ("<c@x>", ""):
        assert driver.read(lambda view, name=name: view.with_message_id(inbox.id, name)) == []  # type: ignore[misc]
    assert driver.read(lambda view: view.with_message_id(FolderId(99), "<a@x>")) == []


def test_grants_on_groups(driver: Driver) -> None:
    alice = driver.person()
    staff = driver.write(lambda tx: tx.add_entry(PrincipalKind.GROUP, "staff@example.test", now=NOW))
    send_as = AccountPermission.SEND_AS
    for _ in range(2):
        driver.write(lambda tx: tx.grant_group(staff.id, alice.id, send_as))
        assert driver.read(lambda view: view.group_grants(staff.id)) == [(alice.id, send_as)]
    with pytest.raises(Invalid):
        driver.write(lambda tx: tx.grant_group(alice.id, staff.id, send_as))
    with pytest.raises(NotFound):
        driver.write(lambda tx: tx.grant_group(staff.id, PrincipalId(99), send_as))
    driver.write(lambda tx: tx.revoke_group(staff.id, alice.id, send_as))
    assert driver.read(lambda view: view.group_grants(staff.id)) == []
    with pytest.raises(NotFound):
        driver.write(lambda tx: tx.revoke_group(staff.id, alice.id, send_as))


def test_children_are_the_folders_directly_below(driver: Driver) -> None:
    alice = driver.account()
    root = driver.role(alice, FolderRole.ROOT)
    top = driver.write(lambda tx: tx.create_folder(alice, root.id, "Top"))
    assert not driver.read(lambda view: view.has_children(top.id))
    low = driver.write(lambda tx: tx.create_folder(alice, top.id, "b"))
    driver.write(lambda tx: tx.create_folder(alice, top.id, "a"))
    driver.write(lambda tx: tx.create_folder(alice, low.id, "deeper"))
    assert driver.read(lambda view: view.has_children(top.id))
    assert [each.path for each in driver.read(lambda view: view.children(top.id))] == ["Top/a", "Top/b"]


def test_visibility_of_the_root_is_not_handed_down(driver: Driver) -> None:
    alice = driver.account()
    root = driver.role(alice, FolderRole.ROOT)

    def make(tx: Transaction) -> list[list[Right]]:
        tx.set_grant(root.id, GUEST, Right.FOLDER_VISIBLE)
        tx.set_grant(root.id, OTHER, Right.FOLDER_VISIBLE | Right.READ_ANY)
        top = tx.create_folder(alice, root.id, "Top")
        tx.set_grant(top.id, Anyone.DEFAULT, Right.FOLDER_VISIBLE)
        low = tx.create_folder(alice, top.id, "low")
        return [[each.rights for each in tx.folder_grants(folder.id)] for folder in (top, low)]

    assert driver.write(make) == [
        [Right.FOLDER_VISIBLE, Right.FOLDER_VISIBLE | Right.READ_ANY],
        [Right.FOLDER_VISIBLE, Right.FOLDER_VISIBLE | Right.READ_ANY],
    ]


def test_the_stamp_changes_with_what_rights_are_made_of(driver: Driver) -> None:
    alice, bob = driver.person("alice"), driver.person("bob")
    assert alice.account_id is not None
    account_id = alice.account_id
    inbox, root = driver.inbox(account_id), driver.role(account_id, FolderRole.ROOT)
    staff = driver.write(lambda tx: tx.add_entry(PrincipalKind.GROUP, "staff@example.test", now=NOW))
    top = driver.write(lambda tx: tx.create_folder(account_id, root.id, "Top"))
    seen = {driver.read(lambda view: view.grants_stamp())}
    for work in (
        lambda tx: tx.set_grant(inbox.id, bob.id, Right.READ_ANY),
        lambda tx: tx.set_grant(inbox.id, bob.id, Right.CREATE),
        lambda tx: tx.set_grant(inbox.id, bob.id, None),
        lambda tx: tx.add_member(staff.id, bob.id),
        lambda tx: tx.remove_member(staff.id, bob.id),
        lambda tx: tx.grant_account(account_id, bob.id, AccountPermission.FULL_ACCESS),
        lambda tx: tx.revoke_account(account_id, bob.id, AccountPermission.FULL_ACCESS),
        lambda tx: tx.rename_folder(top.id, inbox.id, "Top"),
    ):
        driver.write(work)
        stamp = driver.read(lambda view: view.grants_stamp())
        assert stamp not in seen
        seen.add(stamp)
    driver.write(lambda tx: tx.add_items(inbox.id, [new()], NOW))
    assert driver.read(lambda view: view.grants_stamp()) in seen
