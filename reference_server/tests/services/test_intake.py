"""Junk, duplicates, followers, and what the server posts: delivered once, whatever happens in between."""

import pytest

from mailproof_server.model.envelope import EnvelopeRecipient, SmtpEnvelope
from mailproof_server.model.item import NewItem
from mailproof_server.services.content import content_of
from mailproof_server.services.posting import Letter, post
from tests.services.conftest import START
from tests.services.ruling import deliver, held, mail, places, put, sent_outside
from tests.services.test_delivery import interfere


@pytest.fixture
def bob(world):
    world.user("alice")
    return world.user("bob")


@pytest.fixture
def carol(world):
    return world.user("carol")


# -- junk ------------------------------------------------------------------------------------------------------------


def test_junk_goes_past_the_rules_into_its_folder(world, bob):
    put(world, bob, {"Delete": True})
    deliver(world, mail(b"X-Spam-Flag: YES"))
    deliver(world, mail(b"X-Spam-Flag: yes, quite"))
    assert places(world, bob) == {"Junk E-mail": 2}
    deliver(world, mail(b"X-Spam-Flag: NO"))
    assert places(world, bob) == {"Junk E-mail": 2, "Deleted Items": 1}


def test_the_field_of_junk_is_configurable(world, bob):
    world.limit(spam_field="X-Verdict: spam")
    deliver(world, mail(b"X-Verdict: SPAM; score=9"))
    deliver(world, mail(b"X-Spam-Flag: YES"))
    assert places(world, bob) == {"Junk E-mail": 1, "INBOX": 1}
    world.limit(spam_field="")
    deliver(world, mail(b"X-Verdict: SPAM"))
    assert places(world, bob) == {"Junk E-mail": 1, "INBOX": 2}


# -- duplicates ------------------------------------------------------------------------------------------------------


def test_the_same_message_again_is_stored_again_unless_that_is_configured(world, bob):
    deliver(world, mail())
    deliver(world, mail())
    assert places(world, bob) == {"INBOX": 2}


def test_duplicates_are_suppressed_within_the_window(world, bob, carol):
    world.limit(duplicate_window_s=60)
    put(world, bob, {"ForwardToRecipients": ["carol@example.test"]})
    deliver(world, mail())
    deliver(world, b"Received: from list\r\n by x; date\r\n" + mail(), sender="list@elsewhere.test")
    assert places(world, bob) == places(world, carol) == {"INBOX": 1}
    for other in (mail(body=b"Other\r\n"), mail().replace(b"<one@", b"<two@"), mail().replace(b"Message-ID", b"X-ID")):
        before = places(world, bob)["INBOX"]
        deliver(world, other)
        assert places(world, bob) == {"INBOX": before + 1}
    world.clock.advance(61)
    deliver(world, mail())
    assert places(world, bob) == {"INBOX": 5}


def test_ones_own_copy_of_what_was_sent_is_no_duplicate(world, bob):
    world.limit(duplicate_window_s=60)
    world.append(bob, world.folder(bob, "Sent Items"), mail())
    deliver(world, mail())
    assert places(world, bob) == {"Sent Items": 1, "INBOX": 1}


# -- followers -------------------------------------------------------------------------------------------------------


def test_followers_are_told_of_each_copy_inside_the_transaction(world, bob, carol):
    told = []

    def follow(transaction, stored):
        if stored.arrival.message.subject == "accepted":
            return False
        inbox = transaction.folder(stored.placements[0].folder_id)
        told.append((stored.arrival.owner.address, stored.arrival.message.subject, inbox.total, stored.is_junk))
        post(transaction, Letter("", ("alice@example.test",), mail(subject=b"accepted")), START)
        return True

    world.services.delivery.follow(follow)
    deliver(world, mail(), "bob@example.test", "carol@example.test", settle=False)
    assert told == [("bob@example.test", "news", 1, False), ("carol@example.test", "news", 1, False)]
    assert world.run(world.services.outbound.drain()) == 2
    alice = world.principal(world.run(world.services.directory.entry_by_address("alice@example.test")))
    assert places(world, alice) == {"INBOX": 2}


def test_a_follower_that_fails_stops_no_delivery_and_leaves_nothing(world, bob):
    def fail(transaction, stored):
        item = NewItem(content_of(mail(subject=b"half done")))
        transaction.add_items(stored.placements[0].folder_id, [item], START)
        raise ZeroDivisionError

    world.services.delivery.follow(fail)
    deliver(world, mail())
    (got,) = held(world, bob)
    assert b"half done" not in got


# -- posting ---------------------------------------------------------------------------------------------------------


def letters(world, *recipients, sender="bob@example.test"):
    letter = Letter(sender, recipients, mail(subject=b"posted"))
    world.run(world.store.write(lambda transaction: post(transaction, letter, world.clock.now())))


def test_a_posted_letter_reaches_inside_and_outside(world, bob, carol):
    world.group("staff", bob, carol)
    letters(world, "staff@example.test", "out@elsewhere.test")
    world.run(world.services.outbound.drain())
    assert len(held(world, bob)) == len(held(world, carol)) == 1
    world.run(world.services.outbound.drain())
    assert [recipients for _, recipients, _ in sent_outside(world)] == [["out@elsewhere.test"]]


def test_who_cannot_be_reached_is_told_to_the_letters_sender(world, bob):
    letters(world, "nobody@example.test")
    world.run(world.services.outbound.drain())
    (told,) = held(world, bob)
    assert b"Final-Recipient: rfc822; nobody@example.test" in told
    letters(world, "nobody@example.test", sender="")
    assert world.run(world.services.outbound.drain()) == 1
    assert world.run(world.services.outbound.drain()) == 0
    assert len(held(world, bob)) == 1


def test_a_letter_that_another_worker_has_delivered_is_not_delivered_again(world, bob, carol):
    letters(world, "carol@example.test")
    (queued,) = world.run(world.store.read(lambda view: view.queue_due(world.clock.now())))
    world.run(world.services.delivery.deliver_posted(queued))
    world.run(world.services.delivery.deliver_posted(queued))
    assert len(held(world, carol)) == 1


def test_a_letter_that_could_not_be_delivered_is_tried_again(world, bob, carol, monkeypatch):
    letters(world, "carol@example.test")

    def fail(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("mailproof_server.services.intake.Intake.look", fail)
    with pytest.raises(ZeroDivisionError):
        world.run(world.services.outbound.drain())
    monkeypatch.undo()
    assert world.run(world.services.outbound.drain()) == 0
    world.clock.advance(world.limits.outbound_attempt_delays_s[0])
    assert world.run(world.services.outbound.drain()) == 1
    assert len(held(world, carol)) == 1


def test_what_is_acknowledged_is_in_the_queue_when_the_process_dies(world, bob, carol):
    """Forwards are written by the transaction that stores what they come from."""
    put(world, bob, {"RedirectToRecipients": ["carol@example.test"], "PermanentDelete": True})
    deliver(world, mail(), settle=False)
    world.configure(world.limits)  # the process that comes after it
    assert places(world, bob) == places(world, carol) == {}
    world.run(world.services.outbound.drain())
    assert places(world, carol) == {"INBOX": 1}


# -- outdated decisions ----------------------------------------------------------------------------------------------


def rule_document(world, owner, name, actions):
    value = {"name": name, "enabled": True, "priority": 1, "conditions": {}, "exceptions": {}, "actions": actions}
    return lambda transaction: transaction.put_document(owner.account_id, "rule", name, value)


def test_a_rule_that_comes_in_the_last_moment_counts(world, bob, monkeypatch):
    left = interfere(world, monkeypatch, rule_document(world, bob, "new", {"Delete": True}))
    deliver(world, mail())
    assert left == []
    assert places(world, bob) == {"Deleted Items": 1}


def test_a_folder_that_goes_in_the_last_moment_is_gone(world, bob, monkeypatch):
    world.run(world.services.folders.create(bob, bob.account_id, "Work"))
    put(world, bob, {"MoveToFolder": "Work"})
    work = world.folder(bob, "Work")
    interfere(world, monkeypatch, lambda transaction: transaction.remove_folder(work.id))
    deliver(world, mail())
    assert places(world, bob) == {"INBOX": 1}


def test_a_report_from_the_queue_finds_a_rule_of_the_last_moment(world, bob, monkeypatch):
    world.sink.replies["out@elsewhere.test"] = "550 5.1.1 No"
    world.run(
        world.services.delivery.dispatch(
            SmtpEnvelope("bob@example.test", (EnvelopeRecipient("out@elsewhere.test"),)), mail()
        )
    )
    real, calls = world.store.write, []

    async def write(work):
        calls.append(work)
        if len(calls) == 2:  # the first claims the entry, the second concludes
            await real(rule_document(world, bob, "new", {"Delete": True}))
        return await real(work)

    monkeypatch.setattr(world.store, "write", write)
    world.run(world.services.outbound.drain())
    assert places(world, bob) == {"Deleted Items": 1}
    assert len(world.sink.sent) == 1
