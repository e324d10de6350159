"""Flag changes, on every store; the property test compares every change with a model in plain Python."""

from dataclasses import dataclass
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailproof_server.model.change import ChangeKind
from mailproof_server.model.errors import FolderNotFound, Invalid
from mailproof_server.model.folder import Folder, FolderRole
from mailproof_server.model.ids import AccountId, FolderId, Modseq
from mailproof_server.model.item import NO_FLAGS, Flag, FlagAction, Flags
from mailproof_server.store.base import FlagOutcome
from tests.store.making import EVERYTHING, NOW, Driver, new, uid_ranges


@pytest.fixture
def owner(driver: Driver) -> AccountId:
    return driver.account()


@pytest.fixture
def inbox(driver: Driver, owner: AccountId) -> Folder:
    return driver.inbox(owner)


def change(
    driver: Driver,
    folder: Folder,
    ranges: list[tuple[int, int]],
    action: FlagAction,
    system: Flag = NO_FLAGS,
    *keywords: str,
    unchanged_since: Modseq | None = None,
) -> FlagOutcome:
    flags = Flags(system, frozenset(keywords))
    return driver.write(lambda tx: tx.set_flags(folder.id, ranges, action, flags, unchanged_since))


def flags_of(driver: Driver, folder: Folder) -> list[tuple[int, int, str]]:
    return [row[:3] for row in driver.read(lambda view: view.flag_rows(folder.id))]


def test_a_change_of_many_items_is_one_record(driver: Driver, owner: AccountId, inbox: Folder) -> None:
    placed = driver.write(lambda tx: tx.add_items(inbox.id, [new() for _ in range(50)], NOW)).modseq
    outcome = change(driver, inbox, [(1, 40)], FlagAction.ADD, Flag.SEEN | Flag.FLAGGED)
    assert outcome == FlagOutcome(tuple(range(1, 41)), (), Modseq(placed + 1))
    (record,) = driver.read(lambda view: view.changes_since(owner, placed))
    assert (record.kind, record.folder_id, record.uids) == (ChangeKind.FLAGGED, inbox.id, ((1, 40),))
    rows = driver.read(lambda view: view.flag_rows(inbox.id))
    assert rows[39] == (40, Flag.SEEN | Flag.FLAGGED, "", record.modseq)
    assert rows[40] == (41, 0, "", placed)
    folder = driver.folder(inbox)
    assert (folder.unread, folder.modseq) == (10, record.modseq)


def test_only_what_becomes_different_is_changed(driver: Driver, owner: AccountId, inbox: Folder) -> None:
    driver.add(inbox, new(1, Flag.SEEN), new(1), new(1, Flag.SEEN | Flag.DELETED))
    before = driver.read(lambda view: view.account(owner))
    same = change(driver, inbox, uid_ranges(1, 3), FlagAction.ADD, Flag.SEEN)
    assert same == FlagOutcome((), (), None)
    assert change(driver, inbox, EVERYTHING, FlagAction.REMOVE, Flag.DRAFT, "unknown") == same
    assert change(driver, inbox, EVERYTHING, FlagAction.ADD) == same
    assert change(driver, inbox, [], FlagAction.SET, Flag.SEEN) == same
    assert change(driver, inbox, [(7, 9)], FlagAction.SET, Flag.SEEN) == same
    assert driver.read(lambda view: view.account(owner)) == before
    outcome = change(driver, inbox, EVERYTHING, FlagAction.SET, Flag.SEEN)
    assert outcome.changed == (2, 3)
    assert flags_of(driver, inbox) == [(uid, Flag.SEEN, "") for uid in (1, 2, 3)]


def test_deleted_is_counted_with_its_octets(driver: Driver, inbox: Folder) -> None:
    driver.add(inbox, new(10), new(200), new(3000, Flag.DELETED))
    change(driver, inbox, [(1, 2)], FlagAction.ADD, Flag.DELETED)
    folder = driver.folder(inbox)
    assert (folder.deleted, folder.deleted_size_bytes) == (3, 3210)
    change(driver, inbox, [(2, 3)], FlagAction.REMOVE, Flag.DELETED)
    folder = driver.folder(inbox)
    assert (folder.deleted, folder.deleted_size_bytes) == (1, 10)
    change(driver, inbox, EVERYTHING, FlagAction.SET, Flag.SEEN)
    folder = driver.folder(inbox)
    assert (folder.deleted, folder.deleted_size_bytes, folder.unread) == (0, 0, 0)


def test_unchanged_since_fails_the_items_that_moved_on(driver: Driver, inbox: Folder) -> None:
    placed = driver.write(lambda tx: tx.add_items(inbox.id, [new() for _ in range(4)], NOW)).modseq
    change(driver, inbox, [(2, 2)], FlagAction.ADD, Flag.SEEN)
    outcome = change(driver, inbox, EVERYTHING, FlagAction.ADD, Flag.SEEN, unchanged_since=placed)
    assert (outcome.changed, outcome.stale) == ((1, 3, 4), (2,))
    outcome = change(driver, inbox, uid_ranges(1, 2), FlagAction.ADD, Flag.SEEN, unchanged_since=placed)
    assert outcome == FlagOutcome((), (1, 2), None), "also where the flag is already so"
    outcome = change(driver, inbox, EVERYTHING, FlagAction.REMOVE, Flag.SEEN, unchanged_since=Modseq(0))
    assert outcome.stale == (1, 2, 3, 4)


def test_keywords_keep_the_spelling_first_used_in_the_account(driver: Driver, owner: AccountId, inbox: Folder) -> None:
    driver.add(inbox, new(), new())
    change(driver, inbox, [(1, 1)], FlagAction.ADD, Flag(0), "$Forwarded", "Work")
    assert change(driver, inbox, [(1, 1)], FlagAction.ADD, Flag(0), "WORK").changed == ()
    change(driver, inbox, [(2, 2)], FlagAction.SET, Flag(0), "work", "wOrK", "alpha")
    assert flags_of(driver, inbox) == [(1, 0, "$Forwarded Work"), (2, 0, "Work alpha")]
    assert driver.read(lambda view: view.keywords(inbox.id)) == ("$Forwarded", "Work", "alpha")
    change(driver, inbox, EVERYTHING, FlagAction.REMOVE, Flag(0), "wORK")
    assert flags_of(driver, inbox) == [(1, 0, "$Forwarded"), (2, 0, "alpha")]
    archive = driver.role(owner, FolderRole.ARCHIVE)
    driver.add(archive, new(1, Flag(0), "WORK"))
    assert flags_of(driver, archive) == [(1, 0, "Work")]
    assert driver.read(lambda view: view.keywords(archive.id)) == ("Work",)


def test_the_first_unseen_item_is_known_at_once(driver: Driver, inbox: Folder) -> None:
    def first() -> int | None:
        known = driver.read(lambda view: view.first_unseen(inbox.id))
        assert driver.write(lambda tx: tx.first_unseen(inbox.id)) == known
        assert driver.read(lambda view: view.first_unseen(inbox.id), slow=True) == known
        return known

    assert first() is None
    driver.add(inbox, new(1, Flag.SEEN), new(1), new(1, Flag.FLAGGED))
    assert first() == 2
    change(driver, inbox, [(2, 2)], FlagAction.ADD, Flag.SEEN)
    assert first() == 3
    change(driver, inbox, [(1, 1)], FlagAction.REMOVE, Flag.SEEN)
    assert first() == 1
    driver.write(lambda tx: tx.remove_items(inbox.id, [(1, 1)], only_deleted=False))
    assert first() == 3
    change(driver, inbox, EVERYTHING, FlagAction.ADD, Flag.SEEN)
    assert first() is None
    assert driver.read(lambda view: view.first_unseen(FolderId(9999))) is None


def test_a_keyword_is_one_word(driver: Driver, inbox: Folder) -> None:
    driver.add(inbox, new())
    for keyword in ("", " ", "two words", "line\n"):
        with pytest.raises(Invalid):
            change(driver, inbox, EVERYTHING, FlagAction.ADD, Flag(0), keyword)


def test_an_absent_folder_is_said_to_be_so(driver: Driver, inbox: Folder) -> None:
    with pytest.raises(FolderNotFound):
        driver.write(lambda tx: tx.set_flags(FolderId(9999), EVERYTHING, FlagAction.ADD, Flags(Flag.SEEN)))


@dataclass(frozen=True)
class Step:
    action: FlagAction
    flags: Flags
    uids: frozenset[int]
    since: int | None


_names = count()
_FLAGS = st.builds(
    Flags,
    st.integers(0, 31).map(Flag),
    st.frozensets(st.sampled_from(["a", "B", "c1", "$D"]), max_size=3),
)
_STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from(FlagAction),
        _FLAGS,
        st.frozensets(st.integers(1, 8), max_size=8),
        st.none() | st.integers(0, 6),
    ),
    min_size=1,
    max_size=6,
)


def _ranges(uids: frozenset[int]) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    for uid in sorted(uids):
        if ranges and ranges[-1][1] == uid - 1:
            ranges[-1] = (ranges[-1][0], uid)
        else:
            ranges.append((uid, uid))
    return ranges


@pytest.fixture
def bench(driver: Driver, owner: AccountId) -> tuple[Driver, Folder]:
    return driver, driver.role(owner, FolderRole.ROOT)


# One store serves all examples: each works in a folder of its own.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.lists(_FLAGS, min_size=6, max_size=6), steps=_STEPS)
def test_flag_changes_agree_with_a_model(bench: tuple[Driver, Folder], start: list[Flags], steps: list[Step]) -> None:
    driver, root = bench
    folder = driver.write(lambda tx: tx.create_folder(root.account_id, root.id, f"example {next(_names)}"))
    items = [new(10 * (n + 1), flags.system, *flags.keywords) for n, flags in enumerate(start)]
    placed = driver.write(lambda tx: tx.add_items(folder.id, items, NOW)).modseq
    model = {n + 1: (flags.system, flags.keywords, int(placed)) for n, flags in enumerate(start)}
    for step in steps:
        since = None if step.since is None else Modseq(placed + step.since)
        outcome = driver.write(
            lambda tx, s=step, m=since: tx.set_flags(folder.id, _ranges(s.uids), s.action, s.flags, m)
        )
        stale, changed = [], []
        for uid in sorted(step.uids & model.keys()):
            system, keywords, modseq = model[uid]
            if since is not None and modseq > since:
                stale.append(uid)
                continue
            if step.action is FlagAction.SET:
                after = step.flags.system, step.flags.keywords
            elif step.action is FlagAction.ADD:
                after = system | step.flags.system, keywords | step.flags.keywords
            else:
                after = system & ~step.flags.system, keywords - step.flags.keywords
            if after != (system, keywords):
                assert outcome.modseq is not None
                changed.append(uid)
                model[uid] = (*after, outcome.modseq)
        assert outcome == FlagOutcome(tuple(changed), tuple(stale), outcome.modseq if changed else None)
    expected = [(uid, int(s), " ".join(sorted(k)), m) for uid, (s, k, m) in model.items()]
    assert driver.read(lambda view: view.flag_rows(folder.id)) == expected
    now = driver.folder(folder)
    deleted = [uid for uid, (system, _, _) in model.items() if system & Flag.DELETED]
    assert now.unread == sum(not system & Flag.SEEN for system, _, _ in model.values())
    assert (now.deleted, now.deleted_size_bytes) == (len(deleted), 10 * sum(deleted))
    assert now.modseq == max(modseq for _, _, modseq in model.values())
