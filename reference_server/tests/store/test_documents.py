"""Small JSON objects of accounts and of the organisation, on every store."""

import pytest

from mailproof_server.model.errors import Invalid, NotFound
from mailproof_server.model.ids import AccountId
from mailproof_server.store.base import Transaction
from tests.store.making import STORES, Driver


def test_documents_are_kept_by_owner_kind_and_key(driver: Driver) -> None:
    alice, bob = driver.account("alice"), driver.account("bob")
    value = {"text": "Grüße 🎈\u0000", "list": [1, 2.5, None, True], "deep": {"a": {}}}
    driver.write(lambda tx: tx.put_document(alice, "rule", "b", value))
    driver.write(lambda tx: tx.put_document(alice, "rule", "Z", {"n": 1}))
    driver.write(lambda tx: tx.put_document(alice, "oof", "b", {"n": 2}))
    driver.write(lambda tx: tx.put_document(bob, "rule", "b", {"n": 3}))
    driver.write(lambda tx: tx.put_document(None, "rule", "b", {"n": 4}))
    assert driver.read(lambda view: view.document(alice, "rule", "b")) == value
    assert driver.read(lambda view: list(view.documents(alice, "rule").items())) == [("Z", {"n": 1}), ("b", value)]
    assert driver.read(lambda view: view.documents(bob, "rule")) == {"b": {"n": 3}}
    assert driver.read(lambda view: view.documents(None, "rule")) == {"b": {"n": 4}}
    assert driver.read(lambda view: view.document(bob, "oof", "b")) is None
    assert driver.read(lambda view: view.documents(bob, "oof")) == {}


def test_a_document_is_replaced_whole_and_removed(driver: Driver) -> None:
    alice = driver.account()
    driver.write(lambda tx: tx.put_document(alice, "rule", "a", {"x": 1, "y": 2}))
    driver.write(lambda tx: tx.put_document(alice, "rule", "a", {"z": 3}))
    assert driver.read(lambda view: view.document(alice, "rule", "a")) == {"z": 3}
    for _ in range(2):
        driver.write(lambda tx: tx.put_document(alice, "rule", "a", None))
        assert driver.read(lambda view: view.documents(alice, "rule")) == {}


def test_documents_go_with_their_account(driver: Driver) -> None:
    alice = driver.person()
    account_id = alice.account_id
    driver.write(lambda tx: tx.put_document(account_id, "rule", "a", {}))
    driver.write(lambda tx: tx.put_document(None, "rule", "a", {}))
    driver.write(lambda tx: tx.remove_entry(alice.id))
    assert driver.read(lambda view: view.documents(account_id, "rule")) == {}
    assert driver.read(lambda view: view.document_stamp(account_id, "rule")) == 0
    assert driver.read(lambda view: view.documents(None, "rule")) == {"a": {}}
    with pytest.raises(NotFound):
        driver.write(lambda tx: tx.put_document(account_id, "rule", "a", {}))
    with pytest.raises(NotFound):
        driver.write(lambda tx: tx.put_document(AccountId(999), "rule", "a", None))


@pytest.mark.parametrize("value", [{"a": object()}, {"a": float("nan")}, {"a": "\ud800"}])
def test_what_is_not_json_is_refused_and_changes_nothing(driver: Driver, value: dict[str, object]) -> None:
    alice = driver.account()
    driver.write(lambda tx: tx.put_document(alice, "rule", "a", {"x": 1}))
    with pytest.raises(Invalid):
        driver.write(lambda tx: tx.put_document(alice, "rule", "a", value))
    assert driver.read(lambda view: view.document(alice, "rule", "a")) == {"x": 1}


def test_a_stamp_changes_with_every_change_of_its_kind_alone(driver: Driver) -> None:
    alice, bob = driver.account("alice"), driver.account("bob")
    assert driver.read(lambda view: view.document_stamp(alice, "rule")) == 0
    seen = set()
    for value in ({"x": 1}, {"x": 1}, None):
        driver.write(lambda tx, value=value: tx.put_document(alice, "rule", "a", value))
        stamp = driver.read(lambda view: view.document_stamp(alice, "rule"))
        assert stamp not in seen | {0}
        seen.add(stamp)
        driver.write(lambda tx: tx.put_document(bob, "rule", "a", {}))
        driver.write(lambda tx: tx.put_document(alice, "oof", "a", {}))
        assert driver.read(lambda view: view.document_stamp(alice, "rule")) == stamp


def test_a_stamp_that_was_rolled_back_never_comes_again(driver: Driver) -> None:
    """Whoever saw it must not take the next document for the one that never was."""
    alice = driver.account()
    lost: list[int] = []

    def fail(tx: Transaction) -> None:
        tx.put_document(alice, "rule", "a", {"x": 1})
        lost.append(tx.document_stamp(alice, "rule"))
        raise Invalid

    with pytest.raises(Invalid):
        driver.write(fail)
    assert driver.read(lambda view: view.document_stamp(alice, "rule")) == 0
    driver.write(lambda tx: tx.put_document(alice, "rule", "a", {"x": 2}))
    assert driver.read(lambda view: view.document_stamp(alice, "rule")) not in lost


def test_documents_are_no_changes_of_the_account(driver: Driver) -> None:
    alice = driver.account()
    before = driver.read(lambda view: view.account(alice).modseq)
    woken: list[int] = []
    undo = driver.store.feed.watch(alice, woken.append)
    driver.write(lambda tx: tx.put_document(alice, "rule", "a", {}))
    assert driver.read(lambda view: view.account(alice).modseq) == before
    assert woken == []
    undo()


def test_another_opening_of_the_store_sees_documents_at_once(driver: Driver, backend: str, tmp_path) -> None:
    alice = driver.account()
    other = Driver(STORES[backend](tmp_path / "data"), driver.runner)
    other.run(other.store.open())
    try:
        driver.write(lambda tx: tx.put_document(alice, "rule", "a", {"x": 1}))
        stamp = driver.read(lambda view: view.document_stamp(alice, "rule"))
        assert other.read(lambda view: view.document_stamp(alice, "rule")) == stamp
        assert other.read(lambda view: view.document(alice, "rule", "a")) == {"x": 1}
    finally:
        other.run(other.store.close())
