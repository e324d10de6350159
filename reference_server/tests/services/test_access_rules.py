"""Access-control rules: how they are weighed, at sign-in and on open connections (WorkMail, access control rules)."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproof_server.model.errors import Invalid, NotAuthenticated, NotFound, TooMany
from mailproof_server.services.access_rules import (
    DEFAULT_NAME,
    MOST_RULES,
    AccessRule,
    Action,
    Effect,
    Visit,
    as_facts,
    check,
    decide,
    warnings,
)

ALLOW_ALL = AccessRule(effect=Effect.ALLOW)
HERE = "192.0.2.7"


def allow(**criteria):
    return AccessRule(effect=Effect.ALLOW, **criteria)


def deny(**criteria):
    return AccessRule(effect=Effect.DENY, **criteria)


def visit(action=Action.IMAP, address=HERE, user=1, role=None):
    return Visit(action, address, user, role)


@pytest.mark.parametrize(
    ("rule", "matches"),
    [
        (allow(), True),
        (allow(actions=(Action.IMAP, Action.SMTP)), True),
        (allow(actions=(Action.SMTP,)), False),
        (allow(not_actions=(Action.SMTP,)), True),
        (allow(not_actions=(Action.IMAP,)), False),
        (allow(ip_ranges=("192.0.2.0/24",)), True),
        (allow(ip_ranges=("198.51.100.0/24", "192.0.2.7/32")), True),
        (allow(ip_ranges=("192.0.2.8/32",)), False),
        (allow(not_ip_ranges=("192.0.2.0/24",)), False),
        (allow(not_ip_ranges=("198.51.100.0/24",)), True),
        (allow(ip_ranges=("192.0.2.0/24",), not_ip_ranges=("192.0.2.7/32",)), False),
        (allow(users=(1, 2)), True),
        (allow(users=(2,)), False),
        (allow(not_users=(1,)), False),
        (allow(not_users=(2,)), True),
        (allow(actions=(Action.IMAP,), users=(1,), ip_ranges=("192.0.2.0/24",)), True),
        (allow(actions=(Action.IMAP,), users=(2,), ip_ranges=("192.0.2.0/24",)), False),
        (allow(impersonation_roles=("r1",), actions=(Action.EWS,)), False),
    ],
)
def test_a_rule_matches_where_all_of_its_criteria_do(rule, matches):
    decision = decide({"one": rule}, visit())
    assert decision.matched == (("one",) if matches else ())
    assert decision.effect is (Effect.ALLOW if matches else Effect.DENY)


@pytest.mark.parametrize(
    ("address", "lies_in"),
    [("192.0.2.255", True), ("192.0.3.0", False), ("::ffff:192.0.2.9", True), ("2001:db8::1", False), ("", False)],
)
def test_which_addresses_lie_in_a_range(address, lies_in):
    assert bool(decide({"in": allow(ip_ranges=("192.0.2.0/24",))}, visit(address=address)).matched) is lies_in
    assert bool(decide({"out": allow(not_ip_ranges=("192.0.2.0/24",))}, visit(address=address)).matched) is not lies_in


def test_roles_of_impersonation_belong_to_ews():
    known = {"r": allow(impersonation_roles=("r1",)), "n": deny(not_impersonation_roles=("r1",))}
    assert decide(known, visit(Action.EWS, role="r1")).matched == ("r",)
    assert decide(known, visit(Action.EWS)).matched == ("n",)
    with pytest.raises(Invalid):
        decide(known, visit(Action.IMAP, role="r1"))


RULES = st.builds(
    AccessRule,
    effect=st.sampled_from(Effect),
    actions=st.lists(st.sampled_from(Action), max_size=2, unique=True).map(tuple),
    not_actions=st.lists(st.sampled_from(Action), max_size=2, unique=True).map(tuple),
    users=st.lists(st.integers(1, 3), max_size=2, unique=True).map(tuple),
    ip_ranges=st.lists(st.sampled_from(["192.0.2.0/24", "198.51.100.0/24"]), max_size=1).map(tuple),
)


@given(st.lists(RULES, max_size=5), st.sampled_from(Action), st.integers(1, 4), st.sampled_from([HERE, "203.0.113.1"]))
@settings(max_examples=200)
def test_deny_outweighs_allow_and_no_match_is_denied(given_rules, action, user, address):
    known = {f"r{number}": rule for number, rule in enumerate(given_rules)}
    come = Visit(action, address, user)
    alone = [decide({name: rule}, come) for name, rule in known.items()]
    matching = [rule for rule, each in zip(given_rules, alone, strict=True) if each.matched]
    expected = bool(matching) and all(rule.effect is Effect.ALLOW for rule in matching)
    decision = decide(known, come)
    assert (decision.effect is Effect.ALLOW) is expected
    assert decision.matched == tuple(name for each in alone for name in each.matched)


# -- kept ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def alice(world):
    alice = world.user("alice")
    world.run(world.credentials.set_password(alice.id, "Correct-Horse-1"))
    return alice


def may_enter(world, user, protocol="imap", address=HERE):
    return world.run(world.store.read(lambda view: check(view, user.id, protocol, address)))


def test_untouched_rules_allow_everything_and_none_at_all_nothing(world, alice):
    access = world.services.access_rules
    assert list(world.run(access.all())) == [DEFAULT_NAME]
    assert may_enter(world, alice)
    world.run(access.remove(DEFAULT_NAME))
    assert world.run(access.all()) == {}
    assert not may_enter(world, alice)
    assert world.run(access.decision(visit())).effect is Effect.DENY
    world.run(access.put("mail", allow(actions=(Action.IMAP,))))
    assert list(world.run(access.all())) == ["mail"]
    assert may_enter(world, alice)
    assert not may_enter(world, alice, "smtp")


def test_a_first_rule_stands_beside_the_one_that_was_there(world, alice):
    access = world.services.access_rules
    world.run(access.put("no-imap", deny(actions=(Action.IMAP,))))
    assert list(world.run(access.all())) == [DEFAULT_NAME, "no-imap"]
    assert not may_enter(world, alice)
    assert may_enter(world, alice, "smtp")
    world.run(access.remove("no-imap"))
    assert may_enter(world, alice)
    with pytest.raises(NotFound):
        world.run(access.remove("no-imap"))


def test_a_rule_is_replaced_and_keeps_the_time_it_was_made(world, alice):
    access = world.services.access_rules
    world.run(access.put("a", deny(users=(alice.id,))))
    made = world.run(access.all())["a"]
    world.clock.advance(60)
    world.run(access.put("a", allow(description="all of us")))
    now = world.run(access.all())["a"]
    assert (now.effect, now.users, now.created_at) == (Effect.ALLOW, (), made.created_at)
    assert now.modified_at == world.clock.now() != made.modified_at
    facts = as_facts("a", now)
    assert (facts["name"], facts["effect"], "users" in facts) == ("a", "ALLOW", False)


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("", ALLOW_ALL),
        ("a b", ALLOW_ALL),
        ("x" * 65, ALLOW_ALL),
        ("a", allow(ip_ranges=("2001:db8::/32",))),
        ("a", allow(ip_ranges=("192.0.2.1/24",))),
        ("a", allow(not_ip_ranges=("somewhere",))),
        ("a", allow(users=(999,))),
        ("a", allow(impersonation_roles=("r",))),
        ("a", allow(impersonation_roles=("r",), actions=(Action.IMAP,))),
    ],
)
def test_what_is_no_rule_is_refused_and_changes_nothing(world, alice, name, rule):
    with pytest.raises(Invalid):
        world.run(world.services.access_rules.put(name, rule))
    assert list(world.run(world.services.access_rules.all())) == [DEFAULT_NAME]


def test_rules_name_users_and_not_groups(world, alice):
    staff = world.group("staff", alice)
    with pytest.raises(Invalid):
        world.run(world.services.access_rules.put("a", allow(users=(staff.id,))))


def test_there_are_so_many_rules_and_no_more(world, alice):
    access = world.services.access_rules
    for number in range(MOST_RULES - 1):
        world.run(access.put(f"r{number}", ALLOW_ALL))
    with pytest.raises(TooMany):
        world.run(access.put("one-more", ALLOW_ALL))
    world.run(access.put("r0", ALLOW_ALL))


def test_what_an_operator_had_better_know():
    outlook = {"o": allow(actions=(Action.OUTLOOK,))}
    assert len(warnings(outlook)) == 1
    assert warnings({"o": allow(actions=(Action.OUTLOOK, Action.AUTODISCOVER, Action.EWS))}) == []
    assert warnings({"all": ALLOW_ALL}) == []
    assert len(warnings({})) == 1


# -- sign-in and open connections ------------------------------------------------------------------------------------


def sign_in(world, protocol="imap", address=HERE):
    credentials = world.services.credentials
    return credentials.authenticate("alice@example.test", "Correct-Horse-1", protocol=protocol, address=address)


def test_a_closed_way_in_looks_like_a_wrong_password(world, alice):
    world.limit(failed_login_delay_s=0.0)
    assert world.run(sign_in(world)) == alice
    world.run(world.services.access_rules.put("no-imap", deny(actions=(Action.IMAP,), ip_ranges=("192.0.2.0/24",))))
    with pytest.raises(NotAuthenticated, match="Authentication failed"):
        world.run(sign_in(world))
    assert world.run(sign_in(world, "smtp")) == alice
    assert world.run(sign_in(world, address="203.0.113.5")) == alice


def test_open_connections_that_a_rule_no_longer_lets_in_are_ended(world, alice):
    bob = world.user("bob")
    connections, ended = world.services.connections, []
    for principal, protocol, address in [
        (alice, "imap", HERE),
        (alice, "smtp", HERE),
        (alice, "imap", "203.0.113.5"),
        (bob, "imap", HERE),
        (None, "imap", HERE),
    ]:
        name = (principal and principal.address, protocol, address)
        connections.enter(principal, protocol, address, close=lambda name=name: ended.append(name))
    rule = deny(actions=(Action.IMAP,), ip_ranges=("192.0.2.0/24",), users=(alice.id,))
    world.run(world.services.access_rules.put("a", rule))
    assert ended == [("alice@example.test", "imap", HERE)]


def test_rules_that_another_process_has_changed_are_enforced_at_the_next_look(world, alice):
    ended = []
    world.services.connections.enter(alice, "imap", HERE, close=lambda: ended.append(1))

    def elsewhere(transaction):
        transaction.put_document(None, "access_rules", "x", msgspec.to_builtins(deny()))

    world.run(world.store.write(elsewhere))
    assert ended == []
    world.run(world.services.credentials._revocations.check())
    assert ended == [1]
