"""Who is reached by an address: aliases, tags, groups in groups; and what the operator may make."""

import itertools
import secrets

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailproof_server.model.account import DirectoryEntry, PrincipalKind
from mailproof_server.model.errors import AlreadyExists, Invalid, NotFound, TooMany
from mailproof_server.services.addresses import checked_address, parse
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.services.resolution import resolve


class People:
    """The part of a View that addresses are resolved with; users have odd ids, groups even ones."""

    def __init__(self, members, addresses, disabled=()):
        self.members = members
        self.addresses = addresses
        self.disabled = disabled

    def domains(self):
        return ("example.test", "second.test")

    def entry(self, principal_id):
        is_user = principal_id % 2
        return DirectoryEntry(
            principal_id,
            PrincipalKind.USER if is_user else PrincipalKind.GROUP,
            f"p{principal_id}@example.test",
            "",
            "",
            principal_id not in self.disabled,
            False,
            principal_id if is_user else None,
        )

    def entry_by_address(self, address):
        return self.entry(self.addresses[address]) if address in self.addresses else None

    def entries(self, kind=None):
        return [each for each in map(self.entry, range(1, 12)) if kind in (None, each.kind)]

    def group_members(self, group_id):
        return self.members.get(group_id, [])


GROUPS = st.dictionaries(st.sampled_from([2, 4, 6, 8]), st.lists(st.integers(1, 9), max_size=5), max_size=4)


@given(GROUPS, st.sets(st.integers(1, 9), max_size=3))
@settings(max_examples=200)
def test_a_group_reaches_each_enabled_member_once_through_any_circle(members, disabled):
    view = People(members, {"all@example.test": 2}, disabled - {2})
    # The slow way: add direct members until nothing is new.
    reached = {2}
    while True:
        more = {
            each for group in reached if not group % 2 for each in members.get(group, []) if each not in view.disabled
        } | reached
        if more == reached:
            break
        reached = more
    expected = sorted(each for each in reached if each % 2)
    if not expected:
        with pytest.raises(NotFound):
            resolve(view, "all@example.test", ServiceLimits())
        return
    found = [each.account_id for each in resolve(view, "all@example.test", ServiceLimits()).accounts]
    assert found == expected


NAMES = st.text("ab+", min_size=1, max_size=5)


@given(NAMES, st.sets(NAMES, max_size=4))
@settings(max_examples=200)
def test_a_real_address_wins_over_a_sub_address(local, existing):
    numbers = dict(zip(sorted(existing), itertools.count(1, 2), strict=False))
    view = People({}, {f"{name}@example.test": number for name, number in numbers.items()})
    user, plus, _ = local.partition("+")
    expected = numbers.get(local, numbers.get(user) if plus and user else None)
    address = f"{local}@example.test"
    if expected is None:
        with pytest.raises(NotFound):
            resolve(view, address, ServiceLimits())
    else:
        assert [each.id for each in resolve(view, address, ServiceLimits()).accounts] == [expected]


def test_groups_nest_and_grow_up_to_limits():
    chain = {group: [group + 2] for group in range(2, 60, 2)} | {60: [1]}
    view = People(chain, {"all@example.test": 2, "near@example.test": 40})
    assert len(resolve(view, "near@example.test", ServiceLimits()).accounts) == 1
    with pytest.raises(TooMany):
        resolve(view, "all@example.test", ServiceLimits())
    wide = People({2: list(range(1, 100, 2))}, {"all@example.test": 2})
    with pytest.raises(TooMany):
        resolve(wide, "all@example.test", ServiceLimits(group_recipients=49))
    assert len(resolve(wide, "all@example.test", ServiceLimits(group_recipients=50)).accounts) == 50


@pytest.mark.parametrize(
    ("address", "local", "domain"),
    [
        ("a@x.test", "a", "x.test"),
        ("A@X.Test.", "a", "x.test"),
        ('"a+b"@x.test', "a+b", "x.test"),
        ('"a\\"b"@x.test', 'a"b', "x.test"),
        ('"a@b"@x.test', "a@b", "x.test"),
        ("postmaster", "postmaster", ""),
        ("Ünal@x.test", "ünal", "x.test"),
        ("a@[127.0.0.1]", "a", "[127.0.0.1]"),
    ],
)
def test_addresses_are_compared_in_one_form(address, local, domain):
    parsed = parse(address)
    assert (parsed.local, parsed.domain) == (local, domain)


@pytest.mark.parametrize("address", ["", "@", "@x.test", "a@", '""@x.test', "\ud800@x.test"])
def test_what_is_no_address_is_refused(address):
    with pytest.raises(Invalid):
        parse(address)


@pytest.mark.parametrize(
    "address",
    ["a@x.test", "A.B@x.test", "a+b@x.test", "a%b@x.test", "a_b-c@x-y.z.test", "x" * 64 + "@x.test"],
)
def test_addresses_that_may_be_given_out(address):
    assert checked_address(address) == address.lower()


@pytest.mark.parametrize(
    "address",
    ["a", "a@x", "@x.test", "a b@x.test", "a@x..test", "a@-x.test", "ä@x.test", "a@x.test\n", "a\n@x.test",
     ".a@x.test", "a.@x.test", "a..b@x.test", "x" * 65 + "@x.test", "a@" + "x" * 250 + ".test",
     '"a"@x.test', "a@[127.0.0.1]", "a@x.t1"],
)  # fmt: skip
def test_addresses_that_may_not_be_given_out(address):
    if address.endswith("\n"):
        assert checked_address(address) == "a@x.test"  # white space around is a slip of the hand
        return
    with pytest.raises(Invalid):
        checked_address(address)


def resolved(world, address):
    return [each.address for each in world.run(world.services.directory.resolve(address)).accounts]


def test_users_are_reached_by_address_alias_and_tag(world):
    alice = world.user("alice")
    world.user("frank")
    world.user("frank+desk")
    directory = world.services.directory
    world.run(directory.add_alias(alice.id, "Al@second.test"))
    for address in (
        "alice@example.test",
        "ALICE@EXAMPLE.TEST",
        "al@second.test",
        "alice+a+b@example.test",
        "al+x@second.test",
    ):
        assert resolved(world, address) == ["alice@example.test"]
    assert resolved(world, "frank+desk@example.test") == ["frank+desk@example.test"]
    assert resolved(world, '"frank+desk"@example.test') == ["frank+desk@example.test"]
    assert resolved(world, "frank+other@example.test") == ["frank@example.test"]
    for address in ("nobody@example.test", "nobody+x@example.test", "+x@example.test", "alice@second.test"):
        with pytest.raises(NotFound):
            resolved(world, address)


def test_outside_addresses_are_external(world):
    found = world.run(world.services.directory.resolve("Bob@Elsewhere.Test"))
    assert (found.is_external, found.accounts, found.address) == (True, (), "bob@elsewhere.test")
    assert not world.run(world.services.directory.is_local("elsewhere.test"))
    assert world.run(world.services.directory.is_local("Second.Test."))


def test_disabled_entries_are_not_reached(world):
    alice, bob = world.user("alice"), world.user("bob")
    world.group("staff", alice, bob)
    world.run(world.services.directory.update(alice.id, enabled=False))
    with pytest.raises(NotFound):
        resolved(world, "alice@example.test")
    assert resolved(world, "staff@example.test") == ["bob@example.test"]
    world.run(world.services.directory.update(bob.id, enabled=False))
    with pytest.raises(NotFound):
        resolved(world, "staff@example.test")


def test_the_postmaster_is_always_somebody(world):
    first = world.user("zoe")
    world.user("alice")
    for address in ("postmaster", "Postmaster@example.test", "POSTMASTER@second.test"):
        assert resolved(world, address) == [first.address]
    world.user("postmaster")
    assert resolved(world, "Postmaster") == ["postmaster@example.test"]


def test_addresses_are_used_once(world):
    alice = world.user("alice")
    directory = world.services.directory
    world.run(directory.add_alias(alice.id, "al@example.test"))
    for address in ("alice@example.test", "AL@example.test"):
        with pytest.raises(AlreadyExists):
            world.user(address)
        with pytest.raises(AlreadyExists):
            world.run(directory.create_group(address))
    with pytest.raises(NotFound):
        world.user("alice@elsewhere.test")
    with pytest.raises(AlreadyExists):
        world.run(directory.create_user("other@example.test", username="alice_at_example.test"))
    with pytest.raises(AlreadyExists):
        world.run(directory.create_domain("Example.Test"))


def test_a_new_primary_address_makes_the_old_one_an_alias(world):
    alice = world.user("alice")
    directory = world.services.directory
    world.run(directory.update(alice.id, address="Anna@example.test"))
    entry = world.run(directory.entry(alice.id))
    assert (entry.address, entry.aliases) == ("anna@example.test", ("alice@example.test",))
    world.run(directory.update(alice.id, address="alice@example.test"))
    entry = world.run(directory.entry(alice.id))
    assert (entry.address, entry.aliases) == ("alice@example.test", ("anna@example.test",))


def test_aliases_are_limited(world):
    alice = world.user("alice")
    world.limit(aliases_per_user=2)
    directory = world.services.directory
    for number in range(2):
        world.run(directory.add_alias(alice.id, f"a{number}@example.test"))
    with pytest.raises(TooMany):
        world.run(directory.add_alias(alice.id, "a2@example.test"))
    with pytest.raises(TooMany):
        world.run(directory.update(alice.id, address="anna@example.test"))
    world.run(directory.update(alice.id, address="a1@example.test"))
    with pytest.raises(NotFound):
        world.run(directory.remove_alias(alice.id, "a1@example.test"))
    world.run(directory.remove_alias(alice.id, "a0@example.test"))


def test_members_are_added_and_removed(world):
    alice = world.user("alice")
    directory = world.services.directory
    staff = world.group("staff", alice)
    world.run(directory.add_member(staff.id, alice.id))
    assert world.run(directory.members(staff.id)) == [alice.id]
    for call, refusal in [
        (directory.add_member(staff.id, staff.id), Invalid),
        (directory.add_member(alice.id, staff.id), Invalid),
        (directory.add_member(staff.id, 999), NotFound),
        (directory.add_member(999, alice.id), NotFound),
        (directory.members(alice.id), Invalid),
        (directory.remove_member(staff.id, 999), NotFound),
    ]:
        with pytest.raises(refusal):
            world.run(call)
    world.run(directory.remove_member(staff.id, alice.id))
    assert world.run(directory.members(staff.id)) == []


def test_impossible_entries_are_refused(world):
    directory = world.services.directory
    for call in [
        directory.create_user("a@example.test", username="a b"),
        directory.create_user("a@example.test", display_name="a\r\nBcc: x"),
        directory.create_user("a@example.test", quota_bytes=-1),
        directory.create_user("a@example.test", quota_bytes=0),
        directory.create_resource("a@example.test", kind="car"),
        directory.create_domain("-x.test"),
        directory.create_domain("localhost"),
    ]:
        with pytest.raises(Invalid):
            world.run(call)
    assert world.run(directory.entries()) == []


def test_a_removed_user_is_gone_with_everything(world):
    alice = world.user("alice")
    world.append(alice, world.folder(alice), b"Subject: x\r\n\r\n")
    directory = world.services.directory
    told = []
    world.services.credentials.watch(alice.id, lambda: told.append(1))
    world.run(directory.remove(alice.id))
    assert told == [1]
    for call in (directory.entry(alice.id), directory.remove(alice.id), directory.resolve("alice@example.test")):
        with pytest.raises(NotFound):
            world.run(call)
    world.user("alice")


def test_a_circle_of_groups_is_refused_and_named(world):
    directory = world.services.directory
    alice = world.user("alice")
    inner = world.group("inner", alice)
    middle = world.group("middle", inner)
    outer = world.group("outer", middle)
    with pytest.raises(Invalid, match=r"outer@example.test > middle@example.test > inner@example.test > outer@"):
        world.run(directory.add_member(inner.id, outer.id))
    with pytest.raises(Invalid, match=r"itself: inner@example.test"):
        world.run(directory.add_member(inner.id, inner.id))
    assert world.run(directory.members(inner.id)) == [alice.id]
    # Two ways to the same group are no circle.
    world.run(directory.add_member(outer.id, inner.id))
    assert resolved(world, "outer@example.test") == ["alice@example.test"]
    assert [each.address for each in world.run(directory.groups_of(alice.id))] == [
        "inner@example.test",
        "middle@example.test",
        "outer@example.test",
    ]
    assert [each.address for each in world.run(directory.member_entries(outer.id))] == [
        "inner@example.test",
        "middle@example.test",
    ]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=12))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_is_added_no_group_ever_holds_itself(world, pairs):
    directory = world.services.directory
    groups = [world.group(f"g{number}x{secrets.token_hex(4)}") for number in range(5)]
    for upper, lower in pairs:
        try:
            world.run(directory.add_member(groups[upper].id, groups[lower].id))
        except Invalid:
            assert upper == lower or groups[upper].id in {each.id for each in reached(world, groups[lower].id)}, (
                "only a circle is refused"
            )
    for group in groups:
        assert group.id not in {each.id for each in reached(world, group.id)}
    for group in groups:
        world.run(directory.remove(group.id))


def reached(world, group_id):
    """Everything below a group, found the slow way."""
    found, waiting = {}, [group_id]
    while waiting:
        for each in world.run(world.services.directory.member_entries(waiting.pop())):
            if each.id not in found:
                found[each.id] = each
                waiting.append(each.id)
    return list(found.values())


def test_attributes_are_changed_by_name_and_emptied_by_nothing(world):
    directory = world.services.directory
    entry = world.run(directory.create_user("a@example.test", attributes={"JobTitle": "Boss", "Office": "4.01"}))
    world.run(directory.update(entry.id, attributes={"Office": "", "Telephone": "+1 555"}))
    assert world.run(directory.entry(entry.id)).attributes == {"JobTitle": "Boss", "Telephone": "+1 555"}
    for attributes in ({"Shoe": "44"}, {"JobTitle": "a\nb"}, {"JobTitle": "x" * 257}, {"ResourceType": "room"}):
        with pytest.raises(Invalid):
            world.run(directory.update(entry.id, attributes=attributes))
    room = world.run(directory.create_resource("r@example.test", kind="room", attributes={"City": "Bern"}))
    world.run(directory.update(room.id, attributes={"City": ""}))
    assert world.run(directory.entry(room.id)).attributes == {"ResourceType": "room"}


def test_one_domain_is_the_default_and_there_are_not_too_many(world):
    directory = world.services.directory
    world.run(directory.set_default_domain("Second.test."))
    assert world.run(directory.domains())[0] == "second.test"
    with pytest.raises(NotFound):
        world.run(directory.set_default_domain("third.test"))
    assert world.run(directory.domains())[0] == "second.test"
    world.limit(domains=2)
    with pytest.raises(TooMany):
        world.run(world.services.directory.create_domain("third.test"))


def test_a_resource_has_a_short_name(world):
    directory = world.services.directory
    world.run(directory.create_resource("r@example.test", kind="room", display_name="x" * 20))
    with pytest.raises(Invalid, match="20"):
        world.run(directory.create_resource("s@example.test", kind="room", display_name="x" * 21))
