"""Counting connections per user and address, and closing them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproof_server.model.account import Principal
from mailproof_server.model.errors import TooMany
from mailproof_server.services.connections import Connections
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.services.revocations import Revocations

ALICE, BOB = Principal(1, "alice@x.test", 10), Principal(2, "bob@x.test", 20)


def make(**limits):
    revocations = Revocations(None, None, 0)
    return Connections(ServiceLimits(**limits), revocations), revocations


def test_an_address_has_a_limit_before_anybody_signs_in():
    connections, _ = make(connections_per_address=2)
    first = connections.enter(None, "imap", "192.0.2.1")
    connections.enter(None, "smtp", "192.0.2.1")
    with pytest.raises(TooMany):
        connections.enter(None, "imap", "192.0.2.1")
    connections.enter(None, "imap", "192.0.2.2")
    first.leave()
    first.leave()
    connections.enter(None, "imap", "192.0.2.1")
    with pytest.raises(TooMany):
        connections.enter(None, "imap", "192.0.2.1")
    assert (connections.count(), connections.count("smtp")) == (3, 1)


def test_a_user_has_a_limit_over_all_addresses():
    connections, _ = make(connections_per_user=2)
    first, second, third = (connections.enter(None, "imap", f"192.0.2.{number}") for number in range(3))
    first.sign_in(ALICE)
    second.sign_in(ALICE)
    with pytest.raises(TooMany):
        third.sign_in(ALICE)
    third.sign_in(BOB)
    with pytest.raises(TooMany):
        connections.enter(ALICE, "imap", "192.0.2.9")
    assert connections.count() == 3
    first.leave()
    connections.enter(ALICE, "imap", "192.0.2.9")


def test_signing_in_again_moves_the_place():
    connections, _ = make(connections_per_user=1)
    one = connections.enter(ALICE, "imap", "192.0.2.1")
    one.sign_in(BOB)
    connections.enter(ALICE, "imap", "192.0.2.1")
    with pytest.raises(TooMany):
        connections.enter(BOB, "imap", "192.0.2.1")


def test_connections_of_a_user_are_closed_when_the_sign_in_no_longer_holds():
    connections, revocations = make()
    closed = []
    mine = connections.enter(ALICE, "imap", "192.0.2.1", close=lambda: closed.append("mine"))
    connections.enter(BOB, "imap", "192.0.2.1", close=lambda: closed.append("other"))
    connections.enter(None, "imap", "192.0.2.1", close=lambda: closed.append("nobody"))
    revocations.announce(ALICE.id)
    assert closed == ["mine"]
    connections.close_all(ALICE.id)
    assert closed == ["mine", "mine"]
    mine.leave()
    revocations.announce(ALICE.id)
    connections.close_all(ALICE.id)
    assert closed == ["mine", "mine"]


def test_closing_may_leave_at_once():
    connections, revocations = make()
    made = []
    made.extend(
        connections.enter(ALICE, "imap", "192.0.2.1", close=lambda number=number: made[number].leave())
        for number in range(3)
    )
    revocations.announce(ALICE.id)
    assert connections.count() == 0


def test_a_connection_leaves_at_the_end_of_its_block():
    connections, _ = make()
    with connections.enter(ALICE, "imap", "192.0.2.1"):
        assert connections.count() == 1
    assert connections.count() == 0


STEPS = st.lists(
    st.tuples(st.sampled_from(["enter", "sign_in", "leave"]), st.integers(0, 5), st.sampled_from([ALICE, BOB])),
    max_size=40,
)


@given(STEPS)
@settings(max_examples=200)
def test_no_sequence_of_steps_leaves_a_count_behind(steps):
    connections, _ = make(connections_per_user=2, connections_per_address=4)
    held = []
    for step, number, principal in steps:
        try:
            if step == "enter":
                held.append(connections.enter(None if number % 2 else principal, "imap", "192.0.2.1"))
            elif held and step == "sign_in":
                held[number % len(held)].sign_in(principal)
            elif held:
                held.pop(number % len(held)).leave()
        except TooMany:
            pass  # the limits are tested above; here only that refusals count nothing
        assert connections.count() == len(held) <= 4
        for each in (ALICE, BOB):
            mine = sum(1 for one in held if one.principal_id == each.id)
            assert connections._by_user[each.id] == mine <= 2
    for one in held:
        one.leave()
    assert (connections.count(), dict(connections._by_address)) == (0, {})
