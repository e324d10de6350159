"""A plan is carried out whole or made anew: the directory may change between the two."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailproof_server.model.envelope import EnvelopeRecipient, SmtpEnvelope
from mailproof_server.model.errors import Unavailable

MESSAGE = b"From: alice@example.test\r\nDate: x\r\nMessage-ID: <m@x>\r\nSubject: hi\r\n\r\nHello\r\n"


def interfere(world, monkeypatch, *interferences):
    """Run each of them before the next write, as another worker might."""
    real, left = world.store.write, list(interferences)

    async def write(work):
        if left:
            await real(left.pop(0))
        return await real(work)

    monkeypatch.setattr(world.store, "write", write)
    return left


@pytest.fixture
def alice(world):
    return world.user("alice")


def test_an_outdated_plan_is_made_anew(world, alice, monkeypatch):
    bob, carol = world.user("bob"), world.user("carol")
    staff = world.group("staff", bob)
    left = interfere(
        world,
        monkeypatch,
        lambda transaction: transaction.add_member(staff.id, carol.id),
        lambda transaction: transaction.set_quota(bob.account_id, 10),
    )
    world.submit(alice, MESSAGE, "staff@example.test", "out@elsewhere.test")
    assert left == []
    monkeypatch.undo()
    assert [len(world.inbox(each)) for each in (bob, carol)] == [0, 1]
    # One queue entry and one report: what the first plans would have written was not.
    assert world.run(world.services.outbound.drain()) == 1
    (told,) = world.inbox(alice)
    assert b"Final-Recipient: rfc822; bob@example.test" in told


def test_a_directory_that_never_rests_is_unavailable_and_nothing_is_kept(world, alice, monkeypatch):
    bob = world.user("bob")
    others = [world.user(f"user{number}") for number in range(20)]
    staff = world.group("staff", bob)
    interfere(
        world,
        monkeypatch,
        *(lambda transaction, each=each: transaction.add_member(staff.id, each.id) for each in others),
    )
    with pytest.raises(Unavailable):
        world.submit(alice, MESSAGE, "staff@example.test", "out@elsewhere.test")
    monkeypatch.undo()
    assert world.inbox(bob) == world.inbox(others[0]) == []
    assert world.run(world.services.outbound.drain()) == 0


def test_a_permission_that_goes_in_the_last_moment_counts(world, alice, monkeypatch):
    dan, bob = world.user("dan"), world.user("bob")
    permission = "send_as"
    world.run(world.store.write(lambda transaction: transaction.grant_account(alice.account_id, dan.id, permission)))
    interfere(world, monkeypatch, lambda transaction: transaction.revoke_account(alice.account_id, dan.id, permission))
    with pytest.raises(Exception, match="no permission"):
        world.submit(dan, MESSAGE, "bob@example.test")
    monkeypatch.undo()
    assert world.inbox(bob) == []


USERS = ["alice", "bob", "carol", "dan"]
ADDRESSES = st.sampled_from(
    [*USERS, "al", "bob+tag", "g1", "g2", "BOB", "nobody", "full", "x@elsewhere.test", "y@elsewhere.test"]
)


@given(recipients=st.lists(ADDRESSES, min_size=1, max_size=6))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_every_recipient_is_delivered_queued_or_reported(world, recipients):
    directory = world.services.directory
    if not world.run(directory.entries()):
        people = [world.user(name) for name in USERS]
        world.run(directory.add_alias(people[0].id, "al@example.test"))
        full = world.user("full", quota_bytes=10)
        world.group("g1", people[1], people[2])
        world.group("g2", world.run(directory.entry_by_address("g1@example.test")), full)
    entries = {each.address: world.principal(each) for each in world.run(directory.entries()) if each.account_id}
    before = {address: len(world.inbox(one)) for address, one in entries.items()}
    reached = {
        "al": {"alice"}, "bob+tag": {"bob"}, "BOB": {"bob"}, "g1": {"bob", "carol"}, "g2": {"bob", "carol"},
        "nobody": set(), "full": set(),
    } | {name: {name} for name in USERS}  # fmt: skip
    local = set().union(*(reached.get(each, set()) for each in recipients))
    outside = {each for each in recipients if "@" in each}
    failing = [each for each in recipients if each in ("nobody", "full", "g2")]
    addressed = tuple(EnvelopeRecipient(each if "@" in each else f"{each}@example.test") for each in recipients)
    envelope = SmtpEnvelope("dan@example.test", addressed)
    if not local and not outside:
        with pytest.raises(Exception, match=r"No such recipient|full"):
            world.run(world.services.delivery.dispatch(envelope, MESSAGE))
        failing = []
    else:
        world.run(world.services.delivery.dispatch(envelope, MESSAGE))
    arrived = {address.partition("@")[0]: world.inbox(one)[before[address] :] for address, one in entries.items()}
    for name, copies in arrived.items():
        wanted = [b"Subject: hi"] * (name in local) + [b"Subject: Undelivered"] * (name == "dan" and bool(failing))
        assert len(copies) == len(wanted)
        assert all(subject in copy for subject, copy in zip(wanted, copies, strict=True))
    if failing:
        assert arrived["dan"][-1].count(b"Action: failed") == len(failing)
    world.sink.sent.clear()
    world.run(world.services.outbound.drain())
    assert {each.address for sent in world.sink.sent for each in sent.envelope.recipients} == outside
