"""The change log and the outbound queue, on every store."""

from datetime import UTC, timedelta, timezone

import pytest

from mailproof_server.model.change import ChangeKind
from mailproof_server.model.errors import CursorExpired, NotFound
from mailproof_server.model.folder import FolderRole
from mailproof_server.model.ids import AccountId, Modseq
from mailproof_server.store.base import Transaction
from tests.store.making import EVERYTHING, NOW, Driver, new, uid_ranges


def test_every_record_raises_the_modseq_by_one(driver: Driver) -> None:
    owner = driver.account()
    inbox, trash = driver.inbox(owner), driver.role(owner, FolderRole.TRASH)
    start = driver.read(lambda view: view.account(owner)).modseq

    def work(tx: Transaction) -> None:
        tx.add_items(inbox.id, [new(), new()], NOW)
        tx.move_items(inbox.id, uid_ranges(1), trash.id, NOW)
        tx.log_folder(owner, ChangeKind.FOLDER_UPDATED, trash.id)
        tx.remove_items(trash.id, EVERYTHING, only_deleted=False)

    driver.write(work)
    changes = driver.read(lambda view: view.changes_since(owner, start))
    assert [each.modseq for each in changes] == list(range(start + 1, start + 6))
    assert driver.read(lambda view: view.account(owner)).modseq == changes[-1].modseq
    assert {each.kind for each in changes} == {
        ChangeKind.CREATED,
        ChangeKind.MOVED,
        ChangeKind.FOLDER_UPDATED,
        ChangeKind.REMOVED,
    }
    of_trash = driver.read(lambda view: view.changes_since(owner, start, trash.id))
    assert [each.kind for each in of_trash] == [ChangeKind.CREATED, ChangeKind.FOLDER_UPDATED, ChangeKind.REMOVED]
    assert driver.read(lambda view: view.changes_since(owner, changes[-1].modseq)) == []
    assert driver.read(lambda view: view.changes_since(owner, Modseq(10**9))) == []


def test_accounts_have_logs_of_their_own(driver: Driver) -> None:
    alice, bob = driver.account("alice"), driver.account("bob")
    before = driver.read(lambda view: view.account(bob)).modseq
    driver.add(driver.inbox(alice), new())
    assert driver.read(lambda view: view.account(bob)).modseq == before


def test_a_pruned_log_refuses_older_cursors(driver: Driver) -> None:
    owner = driver.account()
    inbox = driver.inbox(owner)
    for _ in range(5):
        driver.add(inbox, new())
    newest = driver.read(lambda view: view.account(owner)).modseq
    floor = Modseq(newest - 2)
    driver.write(lambda tx: tx.prune_log(owner, floor))
    assert driver.read(lambda view: view.account(owner)).log_floor == floor
    assert len(driver.read(lambda view: view.changes_since(owner, floor))) == 2
    with pytest.raises(CursorExpired):
        driver.read(lambda view: view.changes_since(owner, Modseq(floor - 1)))
    driver.write(lambda tx: tx.prune_log(owner, Modseq(1)))
    assert driver.read(lambda view: view.account(owner)).log_floor == floor, "the floor never sinks"
    driver.write(lambda tx: tx.prune_log(owner, Modseq(newest + 100)))
    assert driver.read(lambda view: view.account(owner)).log_floor == newest, "nor rises above what happened"
    assert driver.read(lambda view: view.changes_since(owner, newest)) == []
    assert len(driver.read(lambda view: view.rows(inbox.id, changed_since=floor))) == 2, "rows need no log"


def test_an_unknown_account_has_no_log(driver: Driver) -> None:
    nobody = AccountId(999)
    for work in (
        lambda tx: tx.changes_since(nobody, Modseq(1)),
        lambda tx: tx.prune_log(nobody, Modseq(1)),
        lambda tx: tx.log_folder(nobody, ChangeKind.FOLDER_UPDATED, 1),
    ):
        with pytest.raises(KeyError):
            driver.write(work)


def test_the_queue_gives_what_is_due_in_order(driver: Driver) -> None:
    recipients = (("bob@elsewhere.test", '{"notify":["NEVER"]}'), ("čeněk@elsewhere.test", "{}"))
    minute = timedelta(minutes=1)
    assert driver.read(lambda view: view.queue_next_at()) is None
    first = driver.write(lambda tx: tx.enqueue("alice@example.test", recipients, b"\x00data", '{"id":"1"}', NOW))
    second = driver.write(lambda tx: tx.enqueue("", recipients[:1], b"", "{}", NOW + minute))
    (due,) = driver.read(lambda view: view.queue_due(NOW))
    assert (due.id, due.sender, due.recipients, due.data) == (first, "alice@example.test", recipients, b"\x00data")
    assert (due.envelope_json, due.attempts, due.next_attempt_at, due.queued_at) == ('{"id":"1"}', 0, NOW, NOW)
    assert driver.read(lambda view: view.queue_next_at()) == NOW
    retry_at = (NOW + 2 * minute).astimezone(timezone(timedelta(hours=3)))
    driver.write(lambda tx: tx.requeue(first, recipients[1:], 1, retry_at))
    assert driver.read(lambda view: view.queue_next_at()) == NOW + minute
    due_later = driver.read(lambda view: view.queue_due(NOW + 2 * minute))
    assert [each.id for each in due_later] == [second, first]
    assert (due_later[1].recipients, due_later[1].attempts, due_later[1].queued_at) == (recipients[1:], 1, NOW)
    assert due_later[1].next_attempt_at.tzinfo is UTC
    assert [each.id for each in driver.read(lambda view: view.queue_due(NOW + 2 * minute, limit=1))] == [second]
    driver.write(lambda tx: tx.dequeue(second))
    driver.write(lambda tx: tx.dequeue(first))
    assert driver.read(lambda view: view.queue_due(NOW + 9 * minute)) == []
    for work in (lambda tx: tx.dequeue(first), lambda tx: tx.requeue(first, recipients, 2, NOW)):
        with pytest.raises(NotFound):
            driver.write(work)
