"""Folders: names, parents, containers, the inbox, other people's folders."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproof_server.model.errors import (
    AlreadyExists,
    FolderNotFound,
    HasChildren,
    Invalid,
    NotFound,
    PermissionDenied,
    Refusal,
    TooMany,
)
from mailproof_server.model.folder import FolderKind, FolderRole
from mailproof_server.model.permission import AccountPermission, Right
from mailproof_server.services.folder_names import checked_parts
from mailproof_server.services.limits import ServiceLimits

BORN = [FolderRole.INBOX, FolderRole.DRAFTS, FolderRole.SENT, FolderRole.TRASH, FolderRole.JUNK, FolderRole.ARCHIVE]


@pytest.fixture
def alice(world):
    return world.user("alice")


@pytest.fixture
def bob(world):
    return world.user("bob")


def create(world, who, path, owner=None, **facts):
    return world.run(world.services.folders.create(who, (owner or who).account_id, path, **facts))


def rename(world, who, path, new_path):
    world.run(world.services.folders.rename(who, who.account_id, path, who.account_id, new_path))


def remove(world, who, path, owner=None):
    world.run(world.services.folders.remove(who, (owner or who).account_id, path))


def paths(world, who, owner=None):
    return [
        each.folder.path
        for each in world.run(world.services.folders.list(who, (owner or who).account_id))
        if each.folder.kind is FolderKind.MAIL
    ]


def subscribed(world, who):
    """What was subscribed to beyond the folders that every account is born with."""
    born = {(who.account_id, world.role(who, role).path) for role in BORN}
    return [each for each in world.run(world.services.folders.subscriptions(who)) if each not in born]


def share(world, owner, folder, grantee, rights):
    world.run(world.services.permissions.set_grant(owner, folder.id, grantee.id, rights, reveal=True))


def test_a_new_folder_brings_the_missing_parents(world, alice):
    made = create(world, alice, "Work/2026/März")
    assert made.folder.path == "Work/2026/März"
    assert {"Work", "Work/2026", "Work/2026/März"} <= set(paths(world, alice))
    assert world.run(world.services.folders.open(alice, alice.account_id, "Work")).has_children
    assert not made.has_children


def test_parents_are_listed_before_children_and_the_root_is_not_listed(world, alice):
    create(world, alice, "B/A")
    create(world, alice, "A")
    listed = paths(world, alice)
    assert listed.index("B") < listed.index("B/A")
    assert "" not in listed


def test_a_folder_exists_once(world, alice):
    create(world, alice, "Work")
    with pytest.raises(AlreadyExists):
        create(world, alice, "Work")
    # Names are compared as given: no normalisation, no folding of case.
    create(world, alice, "work")
    create(world, alice, "Caf\u00e9")
    create(world, alice, "Cafe\u0301")


@pytest.mark.parametrize("path", ["inbox", "Inbox", "iNBOX"])
def test_the_inbox_has_no_second_spelling(world, alice, path):
    with pytest.raises(AlreadyExists):
        create(world, alice, path)
    with pytest.raises(Invalid):
        create(world, alice, f"{path}/Sub")


def test_a_name_that_merely_looks_like_the_inbox_is_another_name(world, alice):
    # U+0131 upper-cases to I; the inbox's name is ASCII.
    assert create(world, alice, "\u0131nbox").folder.role is None
    assert create(world, alice, "Work/inbox").folder.role is None
    assert create(world, alice, "INBOX/inbox").folder.path == "INBOX/inbox"


@pytest.mark.parametrize(
    "path",
    ["", "/", "a//b", "/a", "a/", "a\x00b", "a\nb", "a\x7fb", "a\x85b", "a\u2028b", "a\u2029b", "a\ud800b",
     "x" * 256, "\u00e9" * 128, "/".join("d" * 31), "/".join(["x" * 250] * 5)],
)  # fmt: skip
def test_impossible_names_are_refused(world, alice, path):
    before = paths(world, alice)
    with pytest.raises(Invalid):
        create(world, alice, path)
    assert paths(world, alice) == before


@given(st.text(max_size=40))
@settings(max_examples=200)
def test_every_name_is_either_refused_or_kept_as_given(path):
    try:
        parts = checked_parts(path, ServiceLimits())
    except Refusal:
        return
    assert "/".join(parts) == path
    path.encode()
    assert not any(ord(each) < 32 for each in path)


def test_the_number_of_folders_is_limited(world, alice):
    count = len(world.run(world.services.folders.list(alice, alice.account_id)))
    world.limit(folders_per_account=count + 2)
    create(world, alice, "A/B")
    with pytest.raises(TooMany):
        create(world, alice, "C")
    with pytest.raises(TooMany):
        create(world, alice, "A/C/D")
    assert "A/C" not in paths(world, alice)


def test_a_removed_folder_takes_its_messages_along(world, alice):
    folder = create(world, alice, "Work").folder
    world.append(alice, folder, b"Subject: x\r\n\r\n")
    remove(world, alice, "Work")
    assert "Work" not in paths(world, alice)
    assert world.run(world.services.quota.usage(alice, alice.account_id)).used_bytes == 0
    with pytest.raises(FolderNotFound):
        remove(world, alice, "Work")


def test_a_folder_made_again_has_a_higher_uid_validity(world, alice):
    first = create(world, alice, "Work").folder
    remove(world, alice, "Work")
    assert create(world, alice, "Work").folder.uid_validity > first.uid_validity


def test_a_folder_with_subfolders_stays_as_a_container(world, alice):
    folder = create(world, alice, "Work").folder
    create(world, alice, "Work/Sub")
    world.append(alice, folder, b"Subject: x\r\n\r\n")
    remove(world, alice, "Work")
    left = world.folder(alice, "Work")
    assert (left.selectable, left.total) == (False, 0)
    with pytest.raises(HasChildren):
        remove(world, alice, "Work")
    with pytest.raises(Invalid):
        world.append(alice, left, b"Subject: x\r\n\r\n")
    again = create(world, alice, "Work").folder
    assert again.selectable
    assert again.uid_validity > folder.uid_validity
    remove(world, alice, "Work/Sub")
    remove(world, alice, "Work")
    assert "Work" not in paths(world, alice)


def test_the_inbox_and_the_other_kinds_cannot_be_removed(world, alice):
    for path in ["INBOX", world.role(alice, FolderRole.CALENDAR).path, world.role(alice, FolderRole.OUTBOX).path]:
        with pytest.raises(Invalid):
            remove(world, alice, path)
    with pytest.raises(FolderNotFound):
        remove(world, alice, "")


def test_a_distinguished_mail_folder_can_be_removed(world, alice):
    path = world.role(alice, FolderRole.JUNK).path
    remove(world, alice, path)
    assert path not in paths(world, alice)


def test_renaming_moves_the_branch_and_keeps_uids(world, alice):
    folder = create(world, alice, "Work").folder
    create(world, alice, "Work/Sub")
    uids = world.append(alice, folder, b"Subject: x\r\n\r\n")
    world.run(world.services.folders.subscribe(alice, alice.account_id, "Work/Sub", True))
    rename(world, alice, "Work", "Old/Jobs")
    moved = world.folder(alice, "Old/Jobs")
    assert (moved.id, moved.uid_validity) == (folder.id, folder.uid_validity)
    assert tuple(world.run(world.services.messages.uids(alice, moved.id))) == uids
    assert {"Old", "Old/Jobs", "Old/Jobs/Sub"} <= set(paths(world, alice))
    assert "Work" not in paths(world, alice)
    assert subscribed(world, alice) == [(alice.account_id, "Old/Jobs/Sub")]


def test_renaming_the_inbox_empties_it_and_leaves_its_children(world, alice):
    create(world, alice, "INBOX/Sub")
    inbox = world.folder(alice)
    world.append(alice, inbox, b"Subject: one\r\n\r\n", b"Subject: two\r\n\r\n")
    rename(world, alice, "INBOX", "Saved/Inbox 2026")
    assert world.folder(alice).total == 0
    assert world.folder(alice).uid_next == 3
    assert world.folder(alice, "Saved/Inbox 2026").total == 2
    assert "INBOX/Sub" in paths(world, alice)
    assert "Saved/Inbox 2026/Sub" not in paths(world, alice)


def test_impossible_renames_change_nothing(world, alice, bob):
    create(world, alice, "A/B")
    create(world, alice, "C")
    before = paths(world, alice)
    for path, new_path, refusal in [
        ("A", "C", AlreadyExists),
        ("A", "A", AlreadyExists),
        ("A", "A/B/D", Invalid),
        ("A", "INBOX", AlreadyExists),
        ("Nope", "D", FolderNotFound),
        ("A", "x\ny", Invalid),
        ("A", "/".join("e" * 30), Invalid),
        (world.role(alice, FolderRole.CALENDAR).path, "Cal", Invalid),
    ]:
        with pytest.raises(refusal):
            rename(world, alice, path, new_path)
    with pytest.raises(Invalid):
        world.run(world.services.folders.rename(alice, alice.account_id, "C", bob.account_id, "C"))
    assert paths(world, alice) == before


def test_a_new_account_is_subscribed_to_its_mail_folders(world, alice):
    mail = {world.role(alice, role).path for role in BORN}
    assert {path for _, path in world.run(world.services.folders.subscriptions(alice))} == mail
    assert {
        each.folder.path for each in world.run(world.services.folders.list(alice, alice.account_id)) if each.subscribed
    } == mail


def test_subscriptions_are_the_principals_own_and_outlive_the_folder(world, alice, bob):
    create(world, alice, "Work")
    folders = world.services.folders
    world.run(folders.subscribe(alice, alice.account_id, "Work", True))
    remove(world, alice, "Work")
    assert subscribed(world, alice) == [(alice.account_id, "Work")]
    assert subscribed(world, bob) == []
    with pytest.raises(FolderNotFound):
        world.run(folders.subscribe(alice, alice.account_id, "Nope", True))
    with pytest.raises(FolderNotFound):
        world.run(folders.subscribe(bob, alice.account_id, "INBOX", True))
    world.run(folders.subscribe(alice, alice.account_id, "Work", False))
    world.run(folders.subscribe(alice, alice.account_id, "Work", False))
    assert subscribed(world, alice) == []


def test_another_persons_folder_looks_absent_until_it_is_shared(world, alice, bob):
    inbox = world.folder(alice)
    folders = world.services.folders
    with pytest.raises(FolderNotFound) as refused:
        world.run(folders.open(bob, alice.account_id, "INBOX"))
    with pytest.raises(FolderNotFound) as absent:
        world.run(folders.open(bob, alice.account_id, "Nope"))
    assert refused.value.can_create is absent.value.can_create is False
    assert world.run(folders.list(bob, alice.account_id)) == []
    assert world.run(folders.shared_accounts(bob)) == []
    share(world, alice, inbox, bob, Right.FOLDER_VISIBLE)
    assert paths(world, bob, alice) == ["INBOX"]
    assert [each.address for each in world.run(folders.shared_accounts(bob))] == ["alice@example.test"]
    with pytest.raises(PermissionDenied):
        world.run(folders.open(bob, alice.account_id, "INBOX", Right.READ_ANY))
    share(world, alice, inbox, bob, None)
    with pytest.raises(FolderNotFound):
        world.run(folders.by_id(bob, inbox.id))


def test_what_could_be_created_is_told(world, alice, bob):
    folders = world.services.folders
    for path, can_create in [("New", True), ("New/Sub", True), ("x\ny", False), ("inbox", False), ("", False)]:
        with pytest.raises(FolderNotFound) as refused:
            world.run(folders.open(alice, alice.account_id, path))
        assert refused.value.can_create is can_create
    work = create(world, alice, "Work").folder
    share(world, alice, work, bob, Right.FOLDER_VISIBLE | Right.CREATE_SUBFOLDER)
    with pytest.raises(FolderNotFound) as refused:
        world.run(folders.open(bob, alice.account_id, "Work/New"))
    assert refused.value.can_create
    with pytest.raises(FolderNotFound) as refused:
        world.run(folders.open(bob, alice.account_id, "Other"))
    assert not refused.value.can_create


def test_creating_in_anothers_account_needs_the_right_on_the_nearest_folder(world, alice, bob):
    work = create(world, alice, "Work").folder
    share(world, alice, work, bob, Right.FOLDER_VISIBLE)
    with pytest.raises(PermissionDenied):
        create(world, bob, "Work/Bob", alice)
    share(world, alice, work, bob, Right.FOLDER_VISIBLE | Right.CREATE_SUBFOLDER)
    made = create(world, bob, "Work/Bob/Deep", alice)
    assert made.folder.account_id == alice.account_id
    with pytest.raises(PermissionDenied):
        create(world, bob, "Elsewhere", alice)
    # What may not be seen must not be told to exist.
    create(world, alice, "Work/Secret")
    secret = world.folder(alice, "Work/Secret")
    share(world, alice, secret, bob, None)
    with pytest.raises(PermissionDenied):
        create(world, bob, "Work/Secret", alice)


def test_removing_and_renaming_need_the_delete_right(world, alice, bob):
    work = create(world, alice, "Work").folder
    share(world, alice, work, bob, Right.FOLDER_VISIBLE | Right.CREATE_SUBFOLDER)
    folders = world.services.folders
    with pytest.raises(PermissionDenied):
        remove(world, bob, "Work", alice)
    with pytest.raises(PermissionDenied):
        world.run(folders.rename(bob, alice.account_id, "Work", alice.account_id, "Work2"))
    share(world, alice, work, bob, Right.FOLDER_VISIBLE | Right.DELETE_FOLDER)
    with pytest.raises(PermissionDenied):
        # The new place is the root, where nothing was granted.
        world.run(folders.rename(bob, alice.account_id, "Work", alice.account_id, "Work2"))
    remove(world, bob, "Work", alice)
    assert "Work" not in paths(world, alice)


def test_full_access_is_every_folder(world, alice, bob):
    world.run(world.services.delegation.grant(alice.account_id, bob.id, AccountPermission.FULL_ACCESS))
    assert paths(world, bob, alice) == paths(world, alice)
    create(world, bob, "Made by Bob", alice)
    assert [each.address for each in world.run(world.services.folders.shared_accounts(bob))] == ["alice@example.test"]
    world.run(world.services.delegation.revoke(alice.account_id, bob.id, AccountPermission.FULL_ACCESS))
    assert paths(world, bob, alice) == []


def test_owners_are_found_by_address_and_alias(world, alice):
    world.run(world.services.directory.add_alias(alice.id, "al@example.test"))
    world.group("staff", alice)
    for address in ("alice@example.test", "ALICE@Example.Test", "al@example.test"):
        assert world.run(world.services.folders.owner(address)).account_id == alice.account_id
    for address in ("nobody@example.test", "staff@example.test", ""):
        with pytest.raises(NotFound):
            world.run(world.services.folders.owner(address))


def test_children_that_may_not_be_seen_are_not_counted(world, alice, bob):
    work = create(world, alice, "Work").folder
    share(world, alice, work, bob, Right.FOLDER_VISIBLE)
    hidden = create(world, alice, "Work/Hidden").folder
    share(world, alice, hidden, bob, None)
    opened = world.run(world.services.folders.open(bob, alice.account_id, "Work"))
    listed = world.run(world.services.folders.list(bob, alice.account_id))
    assert not opened.has_children
    assert [each.has_children for each in listed] == [False]


def test_recent_items_are_claimed_once(world, alice):
    inbox = world.folder(alice)
    folders = world.services.folders
    assert world.run(folders.claim_recent(alice, inbox.id)) == 1
    world.append(alice, inbox, b"Subject: x\r\n\r\n")
    assert world.run(folders.claim_recent(alice, inbox.id)) == 1
    assert world.run(folders.claim_recent(alice, inbox.id)) == 2
    world.append(alice, inbox, b"Subject: y\r\n\r\n")
    looked = world.run(folders.enter(alice, alice.account_id, "INBOX", claim_recent=False))
    assert (looked.uids, looked.recent_from) == ([1, 2], 2)
    claimed = world.run(folders.enter(alice, alice.account_id, "INBOX", claim_recent=True))
    assert claimed.recent_from == 2
    assert world.run(folders.enter(alice, alice.account_id, "INBOX", claim_recent=True)).recent_from == 3
