"""Invariants 1 to 3 of the store under arbitrary sequences of writes, on every store.

The machine keeps what a careful client would: of each folder it has ever seen the uid_validity, the uids given out
under it, and what was in it. After every step the store must agree, and must have moved only forwards.
"""

import asyncio
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from mailproof_server.model.change import Change, ChangeKind
from mailproof_server.model.errors import AlreadyExists, HasChildren, Invalid
from mailproof_server.model.folder import Folder, FolderRole
from mailproof_server.model.ids import FolderId, ItemId, Modseq
from mailproof_server.model.item import Flag, FlagAction, Flags, NewItem
from mailproof_server.store.base import Transaction
from tests.store.making import NOW, STORES, Driver, content, new
from tests.store.recount import check_account

Ranges = list[tuple[int, int]]

_flags = st.builds(Flags, st.integers(0, 31).map(Flag), st.frozensets(st.sampled_from(["k", "L"]), max_size=2))
_items = st.lists(st.builds(lambda size, flags: new(size, flags.system, *flags.keywords), st.integers(0, 50), _flags))
_ranges = st.frozensets(st.integers(1, 12), max_size=6).map(
    lambda uids: [(uid, uid) for uid in sorted(uids)]
) | st.just([(1, 2**32 - 1)])
_names = st.sampled_from(["a", "b", "c"])


class StoreMachine(RuleBasedStateMachine):
    backend = "sqlite"
    folders: Bundle[FolderId] = Bundle("folders")

    @initialize(target=folders)
    def open(self) -> FolderId:
        self.directory = tempfile.TemporaryDirectory()
        self.runner = asyncio.Runner()
        self.driver = Driver(STORES[self.backend](Path(self.directory.name)), self.runner)
        self.driver.run(self.driver.store.open())
        self.owner = self.driver.account()
        self.root = self.driver.role(self.owner, FolderRole.ROOT).id
        self.given: dict[tuple[FolderId, int], int] = {}
        """Highest uid seen under (folder, uid_validity)."""
        self.validity_of_path: dict[str, int] = {}
        self.item_ids: set[ItemId] = set()
        self.newest = self.driver.read(lambda view: view.account(self.owner)).modseq
        return self.driver.inbox(self.owner).id

    def teardown(self) -> None:
        if hasattr(self, "driver"):
            self.driver.run(self.driver.store.close())
            self.runner.close()
            self.directory.cleanup()

    def now(self, folder_id: FolderId) -> Folder | None:
        return self.driver.read(lambda view: view.folder(folder_id))

    def usable(self, folder_id: FolderId) -> bool:
        folder = self.now(folder_id)
        return folder is not None and folder.selectable

    # -- items -------------------------------------------------------------------------------------------------------
    @rule(folder_id=folders, items=_items)
    def append(self, folder_id: FolderId, items: list[NewItem]) -> None:
        if not self.usable(folder_id):
            with pytest.raises(Invalid):
                self.driver.write(lambda tx: tx.add_items(folder_id, items, NOW))
            return
        placement = self.driver.write(lambda tx: tx.add_items(folder_id, items, NOW))
        assert not self.item_ids & set(placement.item_ids), "item ids are never given twice"
        self.item_ids.update(placement.item_ids)
        highest = self.given.get((folder_id, placement.uid_validity), 0)
        assert all(uid > highest for uid in placement.uids), "uids are never reused"

    @rule(source=folders, sink=folders, ranges=_ranges, move=st.booleans())
    def transfer(self, source: FolderId, sink: FolderId, ranges: Ranges, move: bool) -> None:
        if not self.usable(source) or not self.usable(sink):
            return
        before = self.driver.read(lambda view: view.rows(source, ranges))

        def work(tx: Transaction) -> tuple[tuple[int, ...], tuple[int, ...]]:
            done = (tx.move_items if move else tx.copy_items)(source, ranges, sink, NOW)
            return done.source_uids, done.placement.uids

        source_uids, target_uids = self.driver.write(work)
        assert list(source_uids) == [row.uid for row in before]
        arrived = self.driver.read(lambda view: view.rows(sink, [(uid, uid) for uid in target_uids]))
        for old, row in zip(before, arrived, strict=True):
            assert (row.content_id, row.system, row.keywords, row.thread_id) == (
                old.content_id,
                old.system,
                old.keywords,
                old.thread_id,
            )
        left = set(self.driver.read(lambda view: view.uids(source))) & set(source_uids)
        assert left == (set() if move else set(source_uids))

    @rule(folder_id=folders, ranges=_ranges, action=st.sampled_from(FlagAction), flags=_flags)
    def store_flags(self, folder_id: FolderId, ranges: Ranges, action: FlagAction, flags: Flags) -> None:
        if self.usable(folder_id):
            outcome = self.driver.write(lambda tx: tx.set_flags(folder_id, ranges, action, flags))
            assert (outcome.modseq is None) == (not outcome.changed)

    @rule(folder_id=folders, ranges=_ranges, only_deleted=st.booleans())
    def expunge(self, folder_id: FolderId, ranges: Ranges, only_deleted: bool) -> None:
        if self.usable(folder_id):
            gone = self.driver.write(lambda tx: tx.remove_items(folder_id, ranges, only_deleted=only_deleted))
            assert not set(gone) & set(self.driver.read(lambda view: view.uids(folder_id)))

    @rule(folder_id=folders, size=st.integers(0, 50))
    def update(self, folder_id: FolderId, size: int) -> None:
        rows = self.driver.read(lambda view: view.rows(folder_id))
        if rows:
            self.driver.write(
                lambda tx: tx.update_item(rows[0].id, content=content(b"y" * size), properties={"n": size})
            )

    # -- folders -----------------------------------------------------------------------------------------------------
    @rule(target=folders, parent=folders, name=_names, top=st.booleans(), selectable=st.booleans())
    def create(self, parent: FolderId, name: str, top: bool, selectable: bool) -> FolderId:
        parent_id = self.root if top or self.now(parent) is None else parent
        before = self._at(parent_id, name)
        if before is not None and (before.selectable or not selectable):
            with pytest.raises(AlreadyExists):
                self.driver.write(lambda tx: tx.create_folder(self.owner, parent_id, name, selectable=selectable))
            return before.id
        made = self.driver.write(lambda tx: tx.create_folder(self.owner, parent_id, name, selectable=selectable))
        assert made.selectable == selectable
        return made.id

    @rule(folder_id=folders, parent=folders, name=_names, top=st.booleans())
    def rename(self, folder_id: FolderId, parent: FolderId, name: str, top: bool) -> None:
        folder = self.now(folder_id)
        parent_id = self.root if top or self.now(parent) is None else parent
        if folder is None or folder.role is not None:
            return
        target = self.now(parent_id)
        assert target is not None
        inside = f"{target.path}/".startswith(f"{folder.path}/")
        if inside or self._at(parent_id, name) is not None:
            with pytest.raises((Invalid, AlreadyExists)):
                self.driver.write(lambda tx: tx.rename_folder(folder_id, parent_id, name))
            return
        uids = self.driver.read(lambda view: view.uids(folder_id))
        renamed = self.driver.write(lambda tx: tx.rename_folder(folder_id, parent_id, name))
        assert renamed.uid_validity >= folder.uid_validity
        assert self.driver.read(lambda view: view.uids(folder_id)) == uids

    @rule(folder_id=consumes(folders))
    def remove(self, folder_id: FolderId) -> None:
        folder = self.now(folder_id)
        if folder is None or folder.role is not None:
            return
        try:
            self.driver.write(lambda tx: tx.remove_folder(folder_id))
        except HasChildren:
            self.driver.write(lambda tx: tx.make_container(folder_id))

    def _at(self, parent_id: FolderId, name: str) -> Folder | None:
        parent = self.now(parent_id)
        assert parent is not None
        path = name if parent_id == self.root else f"{parent.path}/{name}"
        return self.driver.read(lambda view: view.folder_by_path(self.owner, path))

    # -- log ---------------------------------------------------------------------------------------------------------
    @rule(back=st.integers(0, 5))
    def prune(self, back: int) -> None:
        self.driver.write(lambda tx: tx.prune_log(self.owner, Modseq(max(1, self.newest - back))))

    @precondition(lambda self: hasattr(self, "driver"))
    @invariant()
    def the_store_agrees_with_itself_and_with_what_was_seen(self) -> None:
        account, folders = self.driver.read(lambda view: check_account(view, self.owner))
        assert account.modseq >= self.newest
        if account.log_floor <= self.newest:
            self._check_changes(self.driver.read(lambda view: view.changes_since(self.owner, self.newest)), folders)
        self.newest = account.modseq
        for folder in folders:
            assert folder.uid_validity >= self.validity_of_path.get(folder.path, 0), f"{folder.path} fell back"
            self.validity_of_path[folder.path] = folder.uid_validity
            key = (folder.id, folder.uid_validity)
            assert folder.uid_next > self.given.get(key, 0)
            self.given[key] = folder.uid_next - 1

    def _check_changes(self, changes: list[Change], folders: list[Folder]) -> None:
        """What the log says of the last step is how the folders are now."""
        known = {folder.id: folder for folder in folders}
        for change in changes:
            folder = known.get(change.folder_id)
            if change.kind is ChangeKind.FOLDER_REMOVED:
                assert folder is None
            elif change.kind in {ChangeKind.REMOVED, ChangeKind.MOVED} and folder is not None:
                uids = self.driver.read(lambda view, c=change: view.uids(c.folder_id))
                assert not any(low <= uid <= high for uid in uids for low, high in change.uids)
            elif change.kind is ChangeKind.CREATED and folder is not None and folder.selectable:
                rows = self.driver.read(lambda view, c=change: view.flag_rows(c.folder_id, c.uids))
                assert {row[3] for row in rows} == {change.modseq}


@pytest.mark.parametrize("backend", STORES)
def test_the_invariants_hold_whatever_is_done(backend: str) -> None:
    machine = type("Machine", (StoreMachine,), {"backend": backend})
    # Each example makes a store of its own and syncs it at every step: half as many as elsewhere.
    run_state_machine_as_test(
        machine, settings=settings(max_examples=settings().max_examples // 2, stateful_step_count=25)
    )
