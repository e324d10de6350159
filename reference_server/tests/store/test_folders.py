"""Folders, grants, subscriptions and annotations, on every store."""

import pytest

from mailproof_server.model.change import ChangeKind
from mailproof_server.model.errors import AlreadyExists, FolderNotFound, HasChildren, Invalid
from mailproof_server.model.folder import Folder, FolderKind, FolderRole
from mailproof_server.model.ids import AccountId, FolderId, FolderUid, PrincipalId
from mailproof_server.model.item import Flag
from mailproof_server.model.permission import Anyone, Grant, Right
from mailproof_server.model.query import All
from mailproof_server.store.base import Transaction
from tests.store.making import EVERYTHING, NOW, Driver, new


@pytest.fixture
def owner(driver: Driver) -> AccountId:
    return driver.account()


@pytest.fixture
def root(driver: Driver, owner: AccountId) -> Folder:
    return driver.role(owner, FolderRole.ROOT)


def create(driver: Driver, parent: Folder, name: str) -> Folder:
    return driver.write(lambda tx: tx.create_folder(parent.account_id, parent.id, name))


def kinds_since(driver: Driver, owner: AccountId, modseq: int) -> list[tuple[ChangeKind, FolderId]]:
    return [(each.kind, each.folder_id) for each in driver.read(lambda view: view.changes_since(owner, modseq))]


def test_a_created_folder_is_what_was_asked_for(driver: Driver, owner: AccountId, root: Folder) -> None:
    before = driver.read(lambda view: view.account(owner)).modseq
    parent = create(driver, root, "Wörk")
    made = driver.write(
        lambda tx: tx.create_folder(
            owner, parent.id, "2026", kind=FolderKind.TASKS, special_uses=["\\Archive", "\\Flagged"], selectable=False
        )
    )
    assert (made.name, made.path, made.parent_id, made.kind) == ("2026", "Wörk/2026", parent.id, FolderKind.TASKS)
    assert (made.role, made.special_uses, made.selectable) == (None, ("\\Archive", "\\Flagged"), False)
    assert (made.uid_next, made.recent_from, made.total, made.unread, made.size_bytes) == (1, 1, 0, 0, 0)
    assert made.uid_validity > parent.uid_validity > root.uid_validity
    assert driver.read(lambda view: view.folder(made.id)) == made
    assert driver.read(lambda view: view.folder_by_path(owner, "Wörk/2026")) == made
    assert driver.read(lambda view: view.folder_by_path(owner, "wörk/2026")) is None
    assert kinds_since(driver, owner, before) == [
        (ChangeKind.FOLDER_CREATED, parent.id),
        (ChangeKind.FOLDER_CREATED, made.id),
    ]
    assert made.modseq == driver.read(lambda view: view.account(owner)).modseq


def test_the_root_has_the_empty_path_and_is_not_listed(driver: Driver, owner: AccountId, root: Folder) -> None:
    assert driver.read(lambda view: view.folder_by_path(owner, "")) == root
    assert root not in driver.read(lambda view: view.folders(owner))
    assert root.parent_id is None


def test_folders_list_parents_first_and_siblings_by_name(driver: Driver, owner: AccountId, root: Folder) -> None:
    b = create(driver, root, "b")
    create(driver, b, "z")
    create(driver, root, "b!")
    create(driver, b, "a")
    listed = [each.path for each in driver.read(lambda view: view.folders(owner)) if each.role is None]
    assert listed == ["b", "b/a", "b/z", "b!"]


def test_a_path_and_a_role_are_given_once(driver: Driver, owner: AccountId, root: Folder) -> None:
    create(driver, root, "a")
    with pytest.raises(AlreadyExists):
        create(driver, root, "a")
    with pytest.raises(AlreadyExists):
        driver.write(lambda tx: tx.create_folder(owner, root.id, "a", selectable=False))
    with pytest.raises(AlreadyExists):
        driver.write(lambda tx: tx.create_folder(owner, root.id, "x", role=FolderRole.SENT))


def test_impossible_names_and_parents_are_refused(driver: Driver, owner: AccountId, root: Folder) -> None:
    stranger = driver.role(driver.account("bob"), FolderRole.ROOT)
    for name in ("", "a/b"):
        with pytest.raises(Invalid):
            create(driver, root, name)
    for parent_id in (FolderId(9999), stranger.id):
        with pytest.raises(FolderNotFound):
            driver.write(lambda tx, p=parent_id: tx.create_folder(owner, p, "x"))
    a = create(driver, root, "a")
    with pytest.raises(FolderNotFound):
        driver.write(lambda tx: tx.rename_folder(a.id, stranger.id, "a"))
    assert driver.folder(a) == a


def test_grants_of_the_parent_are_copied(driver: Driver, root: Folder) -> None:
    parent = create(driver, root, "a")
    driver.write(lambda tx: tx.set_grant(parent.id, Anyone.DEFAULT, Right.READ_ANY))
    driver.write(lambda tx: tx.set_grant(parent.id, PrincipalId(77), Right.everything()))
    child = create(driver, parent, "b")
    grants = driver.read(lambda view: view.folder_grants(child.id))
    assert grants == [Grant(Anyone.DEFAULT, Right.READ_ANY), Grant(PrincipalId(77), Right.everything())]
    driver.write(lambda tx: tx.set_grant(parent.id, PrincipalId(77), None))
    assert driver.read(lambda view: view.folder_grants(child.id)) == grants
    assert len(driver.read(lambda view: view.folder_grants(parent.id))) == 1


def test_grants_lead_to_the_accounts_that_give_them(driver: Driver, owner: AccountId) -> None:
    bob, carol = driver.person("bob"), driver.person("carol")
    inbox = driver.inbox(owner)

    def reachable(*grantees: PrincipalId) -> list[AccountId]:
        return driver.read(lambda view: view.accounts_with_grants_for(grantees))

    assert reachable(bob.id) == []
    driver.write(lambda tx: tx.set_grant(inbox.id, bob.id, Right.READ_ANY))
    assert reachable(bob.id) == [owner]
    assert reachable(carol.id, bob.id) == [owner]
    assert reachable(carol.id) == []
    driver.write(lambda tx: tx.set_grant(inbox.id, Anyone.ANONYMOUS, Right.READ_ANY))
    assert reachable(carol.id) == [], "anonymous is nobody who signs in"
    driver.write(lambda tx: tx.set_grant(inbox.id, Anyone.DEFAULT, Right.READ_ANY))
    assert reachable(carol.id) == reachable() == [owner]


def test_a_rename_takes_the_branch_along_and_keeps_uids(driver: Driver, owner: AccountId, root: Folder) -> None:
    a = create(driver, root, "a")
    child = create(driver, a, "deep")
    create(driver, root, "a!")
    target = create(driver, root, "t")
    uids = driver.add(child, new(), new())
    before = driver.read(lambda view: view.account(owner)).modseq
    renamed = driver.write(lambda tx: tx.rename_folder(a.id, target.id, "b"))
    assert (renamed.id, renamed.path, renamed.parent_id) == (a.id, "t/b", target.id)
    assert (renamed.uid_validity, renamed.uid_next) == (a.uid_validity, a.uid_next)
    moved = driver.folder(child)
    assert (moved.path, moved.name, moved.parent_id) == ("t/b/deep", "deep", a.id)
    assert moved.uid_validity == child.uid_validity
    assert tuple(driver.read(lambda view: view.uids(child.id))) == uids
    assert driver.read(lambda view: view.folder_by_path(owner, "a!")) is not None
    assert driver.read(lambda view: view.folder_by_path(owner, "a/deep")) is None
    assert kinds_since(driver, owner, before) == [(ChangeKind.FOLDER_UPDATED, a.id)]


def test_a_rename_cannot_lead_into_itself_or_onto_another(driver: Driver, root: Folder) -> None:
    a = create(driver, root, "a")
    child = create(driver, a, "deep")
    create(driver, root, "b")
    for parent, name in ((a, "x"), (child, "x")):
        with pytest.raises(Invalid):
            driver.write(lambda tx, p=parent, n=name: tx.rename_folder(a.id, p.id, n))
    for name in ("a", "b"):
        with pytest.raises(AlreadyExists):
            driver.write(lambda tx, n=name: tx.rename_folder(a.id, root.id, n))
    with pytest.raises(Invalid):
        driver.write(lambda tx: tx.rename_folder(root.id, root.id, "x"))
    with pytest.raises(FolderNotFound):
        driver.write(lambda tx: tx.rename_folder(FolderId(9999), root.id, "x"))
    longer = driver.write(lambda tx: tx.rename_folder(a.id, root.id, "ab"))
    assert longer.path == "ab", "a name that merely begins alike is not inside"


def test_a_name_never_shows_a_lower_uid_validity_again(driver: Driver, root: Folder) -> None:
    """RFC 3501 2.3.1.1, by whatever way a folder comes to bear the name."""
    old = create(driver, root, "old")
    old_child = create(driver, old, "c")
    seen = create(driver, root, "name")
    seen_child = create(driver, seen, "c")
    driver.write(lambda tx: tx.remove_folder(seen_child.id))
    driver.write(lambda tx: tx.remove_folder(seen.id))
    renamed = driver.write(lambda tx: tx.rename_folder(old.id, root.id, "name"))
    assert renamed.uid_validity > seen.uid_validity
    assert driver.folder(old_child).uid_validity > seen_child.uid_validity
    driver.write(lambda tx: tx.rename_folder(old.id, root.id, "away"))
    again = create(driver, root, "name")
    assert again.uid_validity > renamed.uid_validity
    back = driver.write(lambda tx: tx.rename_folder(again.id, root.id, "other"))
    assert back.uid_validity == again.uid_validity


def test_a_container_keeps_the_name_and_loses_the_items(driver: Driver, owner: AccountId, root: Folder) -> None:
    a = driver.write(lambda tx: tx.create_folder(owner, root.id, "a", special_uses=["\\Archive"]))
    create(driver, a, "deep")
    driver.add(a, new(10), new(20, Flag.DELETED))
    with pytest.raises(HasChildren):
        driver.write(lambda tx: tx.remove_folder(a.id))
    before = driver.read(lambda view: view.account(owner)).modseq
    driver.write(lambda tx: tx.make_container(a.id))
    kept = driver.folder(a)
    assert (kept.selectable, kept.total, kept.size_bytes, kept.deleted, kept.special_uses) == (False, 0, 0, 0, ())
    assert driver.read(lambda view: view.uids(a.id)) == []
    assert driver.read(lambda view: view.account(owner)).used_bytes == 0
    assert kinds_since(driver, owner, before) == [
        (ChangeKind.REMOVED, a.id),
        (ChangeKind.FOLDER_UPDATED, a.id),
    ]
    with pytest.raises(Invalid):
        driver.add(a, new())
    driver.write(lambda tx: tx.make_container(a.id))
    assert driver.folder(a) == kept, "a container is one already"


def test_a_container_created_again_is_a_new_generation(driver: Driver, root: Folder) -> None:
    a = create(driver, root, "a")
    create(driver, a, "deep")
    old_uids = driver.add(a, new(), new())
    old_rows = driver.read(lambda view: view.rows(a.id))
    driver.write(lambda tx: tx.make_container(a.id))
    again = create(driver, root, "a")
    assert (again.id, again.selectable) == (a.id, True)
    assert again.uid_validity > a.uid_validity
    assert again.recent_from == again.uid_next
    new_uids = driver.add(again, new())
    assert min(new_uids) > max(old_uids)
    new_rows = driver.read(lambda view: view.rows(a.id))
    assert not {row.id for row in new_rows} & {row.id for row in old_rows}


def test_removal_takes_the_items_and_the_counters(driver: Driver, owner: AccountId, root: Folder) -> None:
    a = create(driver, root, "a")
    driver.add(a, new(10), new(20))
    inbox = driver.inbox(owner)
    driver.write(lambda tx: tx.copy_items(a.id, [(FolderUid(1), FolderUid(1))], inbox.id, NOW))
    driver.write(lambda tx: tx.set_annotation(owner, a.id, PrincipalId(1), "/shared/comment", b"x"))
    before = driver.read(lambda view: view.account(owner)).modseq
    driver.write(lambda tx: tx.remove_folder(a.id))
    account = driver.read(lambda view: view.account(owner))
    assert (account.used_bytes, account.item_count) == (10, 1)
    assert driver.read(lambda view: view.folder(a.id)) is None
    assert driver.read(lambda view: view.rows(a.id)) == []
    assert driver.read(lambda view: view.search(a.id, All())) == []
    assert kinds_since(driver, owner, before) == [(ChangeKind.FOLDER_REMOVED, a.id)]
    for work in (
        lambda tx: tx.remove_folder(a.id),
        lambda tx: tx.make_container(a.id),
        lambda tx: tx.set_grant(a.id, Anyone.DEFAULT, None),
        lambda tx: tx.set_special_uses(a.id, []),
        lambda tx: tx.claim_recent(a.id),
        lambda tx: tx.set_annotation(owner, a.id, PrincipalId(1), "/shared/x", None),
    ):
        with pytest.raises(FolderNotFound):
            driver.write(work)
    with pytest.raises(Invalid):
        driver.write(lambda tx: tx.remove_folder(root.id))
    again = create(driver, root, "a")
    assert again.id > a.id
    assert again.uid_validity > a.uid_validity


def test_special_uses_change_and_are_logged(driver: Driver, owner: AccountId, root: Folder) -> None:
    a = create(driver, root, "a")
    before = driver.read(lambda view: view.account(owner)).modseq
    driver.write(lambda tx: tx.set_special_uses(a.id, ["\\Junk"]))
    assert driver.folder(a).special_uses == ("\\Junk",)
    driver.write(lambda tx: tx.set_special_uses(a.id, []))
    assert driver.folder(a).special_uses == ()
    assert kinds_since(driver, owner, before) == [(ChangeKind.FOLDER_UPDATED, a.id)] * 2


def test_subscriptions_are_names_and_outlive_their_folders(driver: Driver, owner: AccountId, root: Folder) -> None:
    bob = driver.person("bob")
    a = create(driver, root, "a")
    before = driver.read(lambda view: view.account(owner)).modseq
    for path in ("a", "a", "never/was", "INBOX"):
        driver.write(lambda tx, p=path: tx.set_subscribed(bob.id, owner, p, True))
    driver.write(lambda tx: tx.set_subscribed(bob.id, owner, "INBOX", False))
    driver.write(lambda tx: tx.set_subscribed(bob.id, owner, "INBOX", False))
    inbox = driver.inbox(owner)
    assert kinds_since(driver, owner, before) == [
        (ChangeKind.FOLDER_UPDATED, a.id),
        (ChangeKind.FOLDER_UPDATED, inbox.id),
        (ChangeKind.FOLDER_UPDATED, inbox.id),
    ]
    driver.write(lambda tx: tx.remove_folder(a.id))
    assert driver.read(lambda view: view.subscriptions(bob.id)) == [(owner, "a"), (owner, "never/was")]
    assert driver.read(lambda view: view.subscriptions(PrincipalId(1))) == []


def test_subscriptions_follow_a_rename_when_told(driver: Driver, owner: AccountId) -> None:
    bob, carol = driver.person("bob"), driver.person("carol")
    for who, path in ((bob, "a"), (bob, "a/b"), (bob, "a!"), (carol, "a/b"), (carol, "c/b")):
        driver.write(lambda tx, w=who, p=path: tx.set_subscribed(w.id, owner, p, True))
    driver.write(lambda tx: tx.rename_subscriptions(owner, "a", "c"))
    assert driver.read(lambda view: view.subscriptions(bob.id)) == [(owner, "a!"), (owner, "c"), (owner, "c/b")]
    assert driver.read(lambda view: view.subscriptions(carol.id)) == [(owner, "c/b")]
    driver.write(lambda tx: tx.rename_subscriptions(owner, "c", "c/d"))
    assert driver.read(lambda view: view.subscriptions(bob.id)) == [(owner, "a!"), (owner, "c/d"), (owner, "c/d/b")]


def test_annotations_are_shared_or_private(driver: Driver, owner: AccountId) -> None:
    bob, carol = driver.person("bob"), driver.person("carol")
    inbox = driver.inbox(owner)
    before = driver.read(lambda view: view.account(owner)).modseq

    def annotate(folder_id: FolderId | None, viewer: PrincipalId, entry: str, value: bytes | None) -> None:
        driver.write(lambda tx: tx.set_annotation(owner, folder_id, viewer, entry, value))

    annotate(inbox.id, bob.id, "/private/Comment", b"bob's")
    annotate(inbox.id, carol.id, "/private/comment", b"carol's")
    annotate(inbox.id, bob.id, "/Shared/comment", b"\x00\xff")
    annotate(None, bob.id, "/shared/comment", b"of the account")
    assert driver.read(lambda view: view.annotations(owner, inbox.id, bob.id)) == {
        "/private/comment": b"bob's",
        "/shared/comment": b"\x00\xff",
    }
    assert driver.read(lambda view: view.annotations(owner, None, carol.id)) == {"/shared/comment": b"of the account"}
    annotate(inbox.id, carol.id, "/shared/comment", b"")
    annotate(inbox.id, carol.id, "/private/comment", None)
    assert driver.read(lambda view: view.annotations(owner, inbox.id, carol.id)) == {"/shared/comment": b""}
    root = driver.role(owner, FolderRole.ROOT)
    kinds = kinds_since(driver, owner, before)
    assert kinds.count((ChangeKind.FOLDER_UPDATED, inbox.id)) == 5
    assert kinds.count((ChangeKind.FOLDER_UPDATED, root.id)) == 1


def test_recent_is_claimed_by_one_session_alone(driver: Driver, owner: AccountId) -> None:
    inbox = driver.inbox(owner)
    driver.add(inbox, new(), new())
    assert driver.write(lambda tx: tx.claim_recent(inbox.id)) == 1
    assert driver.write(lambda tx: tx.claim_recent(inbox.id)) == 3
    driver.add(inbox, new())
    assert driver.folder(inbox).recent_from == 3
    assert driver.write(lambda tx: tx.claim_recent(inbox.id)) == 3
    assert driver.folder(inbox).recent_from == 4


def test_a_failed_step_leaves_the_whole_unit_undone(driver: Driver, owner: AccountId, root: Folder) -> None:
    def work(tx: Transaction) -> None:
        made = tx.create_folder(owner, root.id, "half")
        tx.add_items(made.id, [new()], NOW)
        tx.create_folder(owner, root.id, "INBOX")

    before = driver.read(lambda view: view.account(owner))
    with pytest.raises(AlreadyExists):
        driver.write(work)
    assert driver.read(lambda view: view.folder_by_path(owner, "half")) is None
    assert driver.read(lambda view: view.account(owner)) == before


def test_a_removed_folder_removes_every_kind_of_row(driver: Driver, owner: AccountId, root: Folder) -> None:
    a = create(driver, root, "a")
    driver.add(a, new(10, Flag.SEEN, "Keyword"))
    driver.write(lambda tx: tx.remove_items(a.id, EVERYTHING, only_deleted=False))
    assert driver.read(lambda view: view.keywords(a.id)) == ("Keyword",)
    driver.write(lambda tx: tx.remove_folder(a.id))
    assert driver.read(lambda view: view.keywords(a.id)) == ()
