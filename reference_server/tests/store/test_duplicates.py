"""Finding an account's items again by their Message-ID, on every store."""

from datetime import timedelta

from mailproof_server.model.folder import FolderRole
from tests.store.making import EVERYTHING, NOW, Driver, new


def test_contents_are_found_by_account_message_id_and_time(driver: Driver) -> None:
    alice, bob = driver.account("alice"), driver.account("bob")
    inbox, trash = driver.inbox(alice), driver.role(alice, FolderRole.TRASH)
    driver.add(inbox, new(message_id="<one@x>"), new(message_id="<two@x>"), new())
    driver.add(driver.inbox(bob), new(message_id="<one@x>"))
    (first, second, _) = (row.content_id for row in driver.read(lambda view: view.rows(inbox.id)))
    found = driver.read(lambda view: view.contents_of_message(alice, "<one@x>", NOW))
    assert found == [first]
    assert driver.read(lambda view: view.contents_of_message(alice, "<two@x>", NOW - timedelta(days=1))) == [second]
    assert driver.read(lambda view: view.contents_of_message(alice, "<one@x>", NOW + timedelta(seconds=1))) == []
    assert driver.read(lambda view: view.contents_of_message(alice, "<ONE@x>", NOW)) == []
    assert driver.read(lambda view: view.contents_of_message(alice, "", NOW)) == []
    driver.write(lambda tx: tx.move_items(inbox.id, EVERYTHING, trash.id, NOW))
    assert driver.read(lambda view: view.contents_of_message(alice, "<one@x>", NOW)) == [first]
