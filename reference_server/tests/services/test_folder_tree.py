"""Folders by id: the tree, distinguished folders, Deleted Items, rights."""

from typing import Any

import pytest

from mailproof_server.model.errors import AlreadyExists, FolderNotFound, Invalid, PermissionDenied
from mailproof_server.model.folder import FolderKind, FolderRole
from mailproof_server.model.permission import Right
from mailproof_server.services.folder_tree import FolderTree

MESSAGE = b"Subject: one\r\n\r\nbody\r\n"


@pytest.fixture
def tree(world: Any) -> FolderTree:
    return world.services.folder_tree


@pytest.fixture
def ann(world: Any) -> Any:
    return world.user("ann")


def root(world: Any, principal: Any) -> Any:
    return world.role(principal, FolderRole.ROOT)


def names(world: Any, tree: FolderTree, principal: Any, folder_id: Any, *, deep: bool = False) -> list[str]:
    return [each.folder.path for each in world.run(tree.below(principal, folder_id, deep=deep))]


def make(world: Any, tree: FolderTree, principal: Any, path: str) -> Any:
    parent = root(world, principal)
    for name in path.split("/"):
        known = {each.folder.name: each.folder for each in world.run(tree.below(principal, parent.id, deep=False))}
        parent = known.get(name) or world.run(tree.create(principal, parent.id, name)).folder
    return parent


def test_the_root_holds_the_distinguished_folders(world: Any, tree: FolderTree, ann: Any) -> None:
    top = world.run(tree.by_role(ann, ann.account_id, FolderRole.ROOT))
    assert top.child_count >= 11
    assert {"INBOX", "Calendar", "Deleted Items"} <= set(names(world, tree, ann, top.folder.id))


def test_a_folder_of_a_kind_is_made_where_it_is_wanted(world: Any, tree: FolderTree, ann: Any) -> None:
    work = make(world, tree, ann, "Work")
    made = world.run(tree.create(ann, work.id, "Team", FolderKind.CALENDAR)).folder
    assert (made.path, made.kind) == ("Work/Team", FolderKind.CALENDAR)
    assert names(world, tree, ann, root(world, ann).id, deep=True)[-2:] == ["Work", "Work/Team"]


@pytest.mark.parametrize(("name", "error"), [("", Invalid), ("a/b", Invalid), ("WORK", AlreadyExists)])
def test_bad_names_are_refused(world: Any, tree: FolderTree, ann: Any, name: str, error: type[Exception]) -> None:
    make(world, tree, ann, "Work")
    with pytest.raises(error):
        world.run(tree.create(ann, root(world, ann).id, name))


def test_moving_keeps_the_id_and_takes_all_along(world: Any, tree: FolderTree, ann: Any) -> None:
    inner, target = make(world, tree, ann, "A/B/C"), make(world, tree, ann, "D")
    world.append(ann, inner, MESSAGE)
    moved = make(world, tree, ann, "A/B")
    assert world.run(tree.move(ann, moved.id, target.id)).folder.path == "D/B"
    assert world.run(tree.get(ann, inner.id)).folder.path == "D/B/C"
    assert world.run(tree.get(ann, inner.id)).folder.total == 1
    assert world.run(tree.rename(ann, moved.id, "E")).folder.path == "D/E"


def test_no_folder_goes_into_itself(world: Any, tree: FolderTree, ann: Any) -> None:
    above, inner = make(world, tree, ann, "A"), make(world, tree, ann, "A/B")
    for act in (tree.move, tree.copy):
        for target in (above, inner):
            with pytest.raises(Invalid):
                world.run(act(ann, above.id, target.id))


def test_a_copy_has_its_own_folders_and_the_same_items(world: Any, tree: FolderTree, ann: Any) -> None:
    inner, target = make(world, tree, ann, "A/B"), make(world, tree, ann, "D")
    world.append(ann, inner, MESSAGE)
    copied = world.run(tree.copy(ann, make(world, tree, ann, "A").id, target.id)).folder
    assert names(world, tree, ann, target.id, deep=True) == ["D/A", "D/A/B"]
    assert world.run(tree.below(ann, copied.id, deep=False))[0].folder.total == 1
    assert world.run(tree.get(ann, inner.id)).folder.total == 1


def test_deleting_moves_to_deleted_items_under_a_free_name(world: Any, tree: FolderTree, ann: Any) -> None:
    for _ in range(2):
        world.run(tree.remove(ann, make(world, tree, ann, "A/B").id, for_good=False))
    trash = world.role(ann, FolderRole.TRASH)
    assert names(world, tree, ann, trash.id) == ["Deleted Items/B", "Deleted Items/B 2"]


def test_deleting_in_deleted_items_is_for_good(world: Any, tree: FolderTree, ann: Any) -> None:
    folder = make(world, tree, ann, "A")
    make(world, tree, ann, "A/B")
    for _ in range(2):
        world.run(tree.remove(ann, folder.id, for_good=False))
    assert names(world, tree, ann, world.role(ann, FolderRole.TRASH).id) == []
    with pytest.raises(FolderNotFound):
        world.run(tree.get(ann, folder.id))


@pytest.mark.parametrize("role", [FolderRole.ROOT, FolderRole.INBOX, FolderRole.TRASH, FolderRole.CALENDAR])
def test_distinguished_folders_stay(world: Any, tree: FolderTree, ann: Any, role: FolderRole) -> None:
    folder, target = world.role(ann, role), make(world, tree, ann, "A")
    for act in (
        tree.remove(ann, folder.id, for_good=True),
        tree.move(ann, folder.id, target.id),
        tree.rename(ann, folder.id, "X"),
    ):
        with pytest.raises(Invalid):
            world.run(act)


@pytest.mark.parametrize("for_good", [False, True])
@pytest.mark.parametrize("subfolders", [False, True])
def test_emptying(world: Any, tree: FolderTree, ann: Any, for_good: bool, subfolders: bool) -> None:
    folder, inner = make(world, tree, ann, "A"), make(world, tree, ann, "A/B")
    world.append(ann, folder, MESSAGE, MESSAGE)
    world.append(ann, inner, MESSAGE)
    world.run(tree.empty(ann, folder.id, for_good=for_good, subfolders=subfolders))
    trash = world.role(ann, FolderRole.TRASH)
    assert world.run(tree.get(ann, folder.id)).folder.total == 0
    assert trash.total == (0 if for_good else 2)
    assert names(world, tree, ann, folder.id) == ([] if subfolders else ["A/B"])
    assert names(world, tree, ann, trash.id) == (["Deleted Items/B"] if subfolders and not for_good else [])


def test_others_see_what_they_may_and_change_nothing_else(world: Any, tree: FolderTree, ann: Any) -> None:
    bob = world.user("bob")
    shared, hidden = make(world, tree, ann, "A"), make(world, tree, ann, "H")
    with pytest.raises(FolderNotFound):
        world.run(tree.get(bob, root(world, ann).id))
    rights = Right.FOLDER_VISIBLE | Right.READ_ANY
    for folder in (root(world, ann), shared):
        world.run(world.store.write(lambda transaction, f=folder: transaction.set_grant(f.id, bob.id, rights)))
    assert names(world, tree, bob, root(world, ann).id) == ["A"]
    with pytest.raises(FolderNotFound):
        world.run(tree.get(bob, hidden.id))
    for act in (
        tree.create(bob, shared.id, "X"),
        tree.rename(bob, shared.id, "X"),
        tree.remove(bob, shared.id, for_good=True),
        tree.empty(bob, shared.id, for_good=True, subfolders=False),
    ):
        with pytest.raises(PermissionDenied):
            world.run(act)
