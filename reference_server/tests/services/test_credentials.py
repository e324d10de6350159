"""Sign-in: right and wrong, slow and remembered, limited; passwords and tokens."""

import asyncio
from datetime import timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailproof_server.model.account import PrincipalKind
from mailproof_server.model.errors import (
    AlreadyExists,
    Invalid,
    NotAuthenticated,
    NotFound,
    TooMany,
    TooManyAttempts,
)
from mailproof_server.services.bundle import Services
from mailproof_server.services.credentials import Credentials
from mailproof_server.services.passwords import check_policy, prepared

PASSWORD = "Correct-Horse-1"
OTHER = "Other-Horse-22"


@pytest.fixture
def alice(world):
    one = world.user("alice")
    world.run(world.credentials.set_password(one.id, PASSWORD))
    return one


def sign_in(world, login="alice@example.test", password=PASSWORD, address="192.0.2.1", protocol="imap", **facts):
    return world.run(world.credentials.authenticate(login, password, protocol=protocol, address=address, **facts))


class Count:
    """Verifications that were really made."""

    def __init__(self, world, monkeypatch):
        self.hashes = []
        self.real = world.credentials._hashing.verify
        monkeypatch.setattr(world.credentials._hashing, "verify", self.verify)

    def verify(self, secret_hash, password):
        self.hashes.append(secret_hash)
        return self.real(secret_hash, password)


@pytest.fixture
def verified(world, monkeypatch):
    return Count(world, monkeypatch)


def test_the_right_password_signs_in(world, alice):
    assert sign_in(world) == alice
    assert sign_in(world, "Alice@Example.Test") == alice
    assert world.slept == []


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("alice@example.test", OTHER),
        ("alice@example.test", ""),
        ("alice@example.test", PASSWORD + "x"),
        ("alice@example.test", PASSWORD.lower()),
        ("nobody@example.test", PASSWORD),
        ("", PASSWORD),
        ("alice", PASSWORD),
        ("al@example.test", PASSWORD),
        ("alice+x@example.test", PASSWORD),
        ("staff@example.test", PASSWORD),
        ("bare@example.test", PASSWORD),
        ("bare@example.test", ""),
        ("alice@example.test", "\ud800" * 300),
        ("\ud800", "x" * 100_000),
    ],
)
def test_everything_else_does_not(world, alice, verified, login, password):
    world.run(world.services.directory.add_alias(alice.id, "al@example.test"))
    world.group("staff", alice)
    world.user("bare")
    with pytest.raises(NotAuthenticated) as refused:
        sign_in(world, login, password)
    assert refused.value.text == "Authentication failed"
    # Whatever is wrong, it costs one verification.
    assert len(verified.hashes) == 1


def test_a_login_may_hold_a_plus_sign(world, alice):
    desk = world.user("frank+desk")
    world.run(world.credentials.set_password(desk.id, PASSWORD))
    assert sign_in(world, "frank+desk@example.test") == desk


def test_a_disabled_user_cannot_sign_in_and_is_told_nothing_else(world, alice, verified):
    sign_in(world)
    world.run(world.services.directory.update(alice.id, enabled=False))
    with pytest.raises(NotAuthenticated):
        sign_in(world)
    world.run(world.services.directory.update(alice.id, enabled=True))
    assert sign_in(world) == alice


def test_a_verified_password_is_remembered_for_a_while(world, alice, verified):
    for _ in range(3):
        sign_in(world)
    assert len(verified.hashes) == 1
    world.clock.advance(world.limits.credential_cache_s + 1)
    sign_in(world)
    assert len(verified.hashes) == 2
    # What is remembered is that password, not the login.
    with pytest.raises(NotAuthenticated):
        sign_in(world, password=OTHER)


def test_a_changed_password_is_forgotten_at_once_whoever_changed_it(world, alice):
    sign_in(world)
    # Another worker: other objects over the same store.
    world.run(world.services.credentials.set_password(alice.id, OTHER))
    with pytest.raises(NotAuthenticated):
        sign_in(world)
    assert sign_in(world, password=OTHER) == alice


def test_acting_for_others_is_no_matter_of_sign_in(world, alice):
    world.user("bob")
    assert sign_in(world, authorize="alice@example.test") == alice
    assert sign_in(world, authorize="ALICE@example.test") == alice
    with pytest.raises(NotAuthenticated):
        sign_in(world, authorize="bob@example.test")


def test_answers_to_failures_are_held_back_longer_each_time(world, alice):
    for _ in range(12):
        with pytest.raises(NotAuthenticated):
            sign_in(world, password=OTHER)
    assert world.slept == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10]
    world.slept.clear()
    sign_in(world)
    assert world.slept == []
    # The login's count starts anew, the address's does not.
    with pytest.raises(NotAuthenticated):
        sign_in(world, password=OTHER, address="192.0.2.2")
    assert world.slept == [1]


def test_too_many_failures_of_a_login_close_it_for_everybody_for_a_while(world, alice, verified):
    world.limit(failed_logins_per_login=3)
    for number in range(3):
        with pytest.raises(NotAuthenticated):
            sign_in(world, password=OTHER, address=f"192.0.2.{number}")
    with pytest.raises(TooManyAttempts):
        sign_in(world, address="192.0.2.9")
    world.clock.advance(world.limits.failed_login_window_s + 1)
    assert sign_in(world, address="192.0.2.9") == alice


def test_too_many_failures_of_an_address_close_it_for_every_login(world, alice):
    world.limit(failed_logins_per_address=3)
    for number in range(3):
        with pytest.raises(NotAuthenticated):
            sign_in(world, f"guess{number}@example.test")
    with pytest.raises(TooManyAttempts):
        sign_in(world)
    assert sign_in(world, address="192.0.2.2") == alice
    world.clock.advance(world.limits.failed_login_window_s / 2)
    with pytest.raises(TooManyAttempts):
        sign_in(world)
    world.clock.advance(world.limits.failed_login_window_s)
    assert sign_in(world) == alice


def test_refused_attempts_do_not_look_at_the_password(world, alice, monkeypatch):
    world.limit(failed_logins_per_login=1)
    verified = Count(world, monkeypatch)
    with pytest.raises(NotAuthenticated):
        sign_in(world, password=OTHER)
    with pytest.raises(TooManyAttempts):
        sign_in(world)
    assert len(verified.hashes) == 1


def test_sign_ins_at_the_same_time_all_succeed(world, alice):
    async def many():
        return await asyncio.gather(
            *(
                world.credentials.authenticate("alice@example.test", PASSWORD, protocol="x", address="192.0.2.1")
                for _ in range(10)
            )
        )

    assert world.run(many()) == [alice] * 10


@pytest.mark.parametrize(
    ("password", "missing"),
    [
        ("Ab1!xyz", ["8 characters"]),
        ("abcdefg1!", ["an upper case letter"]),
        ("ABCDEFG1!", ["a lower case letter"]),
        ("Abcdefgh!", ["a digit"]),
        ("Abcdefgh1", ["a special character"]),
        ("", ["8 characters", "an upper case letter", "a lower case letter", "a digit", "a special character"]),
    ],
)
def test_the_policy_says_all_that_is_missing(world, alice, password, missing):
    with pytest.raises(Invalid) as refused:
        world.run(world.credentials.set_password(alice.id, password))
    assert refused.value.text == f"The password needs {', '.join(missing)}"
    assert sign_in(world) == alice


@pytest.mark.parametrize("password", ["Aa1!\n5678", "Aa1!\x005678", "Aa1!" + "x" * 253, "Aa1!\ud8005678"])
def test_passwords_that_nobody_can_type_are_refused(password):
    with pytest.raises(Invalid):
        check_policy(password)


@pytest.mark.parametrize("password", ["Aa1!5678", "Ünï-Code1", "With Space 1", "Aa1!" + "x" * 252])
def test_passwords_that_fit(password):
    check_policy(password)


@given(st.text())
def test_the_comparable_form_is_stable(password):
    assert prepared(prepared(password)) == prepared(password)


def test_a_password_typed_in_another_form_is_the_same(world, alice):
    world.run(world.credentials.set_password(alice.id, "Caf\u00e9-Horse 1"))
    assert sign_in(world, password="Cafe\u0301-Horse\u00a01") == alice


def test_groups_and_unknown_ones_get_no_password(world):
    staff = world.group("staff")
    assert staff.kind is PrincipalKind.GROUP
    with pytest.raises(Invalid):
        world.run(world.credentials.set_password(staff.id, PASSWORD))
    with pytest.raises(NotFound):
        world.run(world.credentials.set_password(999, PASSWORD))
    with pytest.raises(NotFound):
        world.run(world.credentials.add_token(999, "x"))


def test_a_hash_of_another_cost_is_brought_up_to_date(world, alice):
    def hashes():
        return [each.secret_hash for each in world.run(world.store.read(lambda view: view.credentials(alice.id)))]

    before = hashes()
    sign_in(world)
    assert hashes() == before
    world.limit(login_hash_time_cost=2)
    assert sign_in(world) == alice
    (after,) = hashes()
    assert "t=2" in after
    assert sign_in(world) == alice
    assert hashes() == [after]


def test_tokens_sign_in_until_they_expire_or_are_revoked(world, alice, verified):
    credentials = world.credentials
    token = world.run(credentials.add_token(alice.id, "phone", timedelta(days=1)))
    second = world.run(credentials.add_token(alice.id, "laptop"))
    assert token != second
    assert sign_in(world, password=token) == alice
    assert verified.hashes == []
    (phone,) = [each for each in world.run(credentials.tokens(alice.id)) if each.name == "phone"]
    assert phone.last_used_at == world.clock.now()
    assert phone.expires_at == world.clock.now() + timedelta(days=1)
    assert token not in phone.secret_hash
    world.clock.advance(86_400)
    with pytest.raises(NotAuthenticated):
        sign_in(world, password=token)
    assert sign_in(world, password=second) == alice
    world.run(world.services.credentials.revoke_token(alice.id, "laptop"))
    with pytest.raises(NotAuthenticated):
        sign_in(world, password=second)
    assert sign_in(world) == alice


def test_a_token_is_its_owners_alone(world, alice):
    world.user("bob")
    token = world.run(world.credentials.add_token(alice.id, "phone"))
    with pytest.raises(NotAuthenticated):
        sign_in(world, "bob@example.test", token)


def test_impossible_tokens_are_refused(world, alice):
    credentials = world.credentials
    world.run(credentials.add_token(alice.id, "phone"))
    for call, refusal in [
        (credentials.add_token(alice.id, "phone"), AlreadyExists),
        (credentials.add_token(alice.id, ""), Invalid),
        (credentials.add_token(alice.id, "x" * 65), Invalid),
        (credentials.add_token(alice.id, "a\nb"), Invalid),
        (credentials.add_token(alice.id, "x", timedelta(hours=23)), Invalid),
        (credentials.add_token(alice.id, "x", timedelta(days=3654)), Invalid),
        (credentials.revoke_token(alice.id, "nope"), NotFound),
        (credentials.expire_token(alice.id, "nope"), NotFound),
    ]:
        with pytest.raises(refusal):
            world.run(call)


def test_a_token_is_accepted_for_a_year_unless_said_otherwise(world, alice):
    token = world.run(world.credentials.add_token(alice.id, "phone"))
    world.clock.advance(365 * 86_400 - 1)
    assert sign_in(world, password=token) == alice
    world.clock.advance(1)
    with pytest.raises(NotAuthenticated):
        sign_in(world, password=token)


def test_a_token_can_be_ended_and_stays_in_the_list(world, alice):
    credentials = world.services.credentials
    token = world.run(credentials.add_token(alice.id, "phone"))
    made_at = world.clock.now()
    world.clock.advance(60)
    assert sign_in(world, password=token) == alice
    world.clock.advance(60)
    world.run(credentials.expire_token(alice.id, "phone"))
    with pytest.raises(NotAuthenticated):
        sign_in(world, password=token)
    (phone,) = world.run(credentials.tokens(alice.id))
    assert (phone.name, phone.created_at, phone.expires_at) == ("phone", made_at, world.clock.now())
    assert phone.last_used_at == made_at + timedelta(seconds=60)
    with pytest.raises(Invalid):
        world.run(credentials.expire_token(alice.id, "phone"))


def test_tokens_are_limited(world, alice):
    world.limit(tokens_per_user=2)
    for name in ("a", "b"):
        world.run(world.credentials.add_token(alice.id, name))
    with pytest.raises(TooMany):
        world.run(world.credentials.add_token(alice.id, "c"))
    world.run(world.credentials.revoke_token(alice.id, "a"))
    world.run(world.credentials.add_token(alice.id, "c"))


@pytest.mark.parametrize("everybody", [False, True])
def test_with_a_second_factor_protocols_take_tokens_alone(world, alice, everybody):
    bob = world.user("bob")
    world.run(world.credentials.set_password(bob.id, PASSWORD))
    token = world.run(world.credentials.add_token(alice.id, "phone"))
    assert sign_in(world) == alice  # and the right password is remembered
    world.run(world.services.credentials.set_second_factor(None if everybody else alice.id, on=True))
    for protocol in ("imap", "smtp", "eas", "ews", "autodiscover", "anything"):
        with pytest.raises(NotAuthenticated):
            sign_in(world, protocol=protocol)
        assert sign_in(world, password=token, protocol=protocol) == alice
    assert sign_in(world, protocol="web") == alice
    if everybody:
        with pytest.raises(NotAuthenticated):
            sign_in(world, "bob@example.test")
    else:
        assert sign_in(world, "bob@example.test") == bob
    assert world.run(world.credentials.has_second_factor(bob.id)) is everybody
    world.run(world.services.credentials.set_second_factor(None if everybody else alice.id, on=False))
    assert sign_in(world) == alice


def test_a_right_password_behind_a_second_factor_looks_like_a_wrong_one(world, alice, verified):
    world.run(world.credentials.set_second_factor(alice.id, on=True))
    for password in (PASSWORD, "wrong"):
        with pytest.raises(NotAuthenticated, match=r"^Authentication failed$"):
            sign_in(world, password=password)
    assert world.slept == [1.0, 2.0]
    assert len(verified.hashes) == 2


def test_groups_have_no_second_factor(world):
    staff = world.group("staff")
    for call, refusal in [
        (world.credentials.set_second_factor(staff.id, on=True), Invalid),
        (world.credentials.set_second_factor(999, on=True), NotFound),
        (world.credentials.has_second_factor(staff.id), Invalid),
    ]:
        with pytest.raises(refusal):
            world.run(call)


def test_whom_a_gate_does_not_let_in_is_refused_like_anybody(world, alice, verified):
    asked = []

    def gate(view, user, protocol, address):
        asked.append((view.entry(user).address, protocol, address))
        return protocol != "imap"

    world.credentials = Credentials(
        world.store, world.clock, world.limits, world.revocations, gates=(gate,), sleep=world._sleep
    )
    with pytest.raises(NotAuthenticated, match=r"^Authentication failed$"):
        sign_in(world)
    assert world.slept == [1.0]
    assert sign_in(world, protocol="smtp") == alice
    with pytest.raises(NotAuthenticated):
        sign_in(world, "nobody@example.test")
    assert asked == [("alice@example.test", "imap", "192.0.2.1"), ("alice@example.test", "smtp", "192.0.2.1")]


def test_a_token_that_expires_in_use_ends_the_sessions(world, alice):
    told = []
    token = world.run(world.credentials.add_token(alice.id, "phone", timedelta(days=1)))
    sign_in(world, password=token)
    world.credentials.watch(alice.id, lambda: told.append(1))
    world.run(world.revocations.check())
    assert told == []
    world.clock.advance(86_400)
    world.run(world.revocations.check())
    assert told == [1]


def test_sessions_are_told_when_their_sign_in_no_longer_holds(world, alice):
    told = []
    credentials = world.services.credentials
    undo = credentials.watch(alice.id, lambda: told.append("session"))
    token = world.run(credentials.add_token(alice.id, "phone"))
    assert told == []
    world.run(credentials.set_password(alice.id, OTHER))
    world.run(credentials.revoke_token(alice.id, "phone"))
    world.run(world.services.directory.update(alice.id, display_name="Alice"))
    assert len(told) == 2
    world.run(world.services.directory.update(alice.id, enabled=False))
    assert len(told) == 3
    undo()
    undo()
    world.run(credentials.set_password(alice.id, PASSWORD))
    assert len(told) == 3
    assert token


CHANGES = {
    "second factor": lambda world, alice: world.services.credentials.set_second_factor(alice.id, on=True),
    "everybody's second factor": lambda world, alice: world.services.credentials.set_second_factor(None, on=True),
    "expired": lambda world, alice: world.services.credentials.expire_token(alice.id, "phone"),
    "renamed": lambda world, alice: world.services.directory.update(alice.id, address="anna@example.test"),
    "password": lambda world, alice: world.services.credentials.set_password(alice.id, OTHER),
    "token": lambda world, alice: world.services.credentials.revoke_token(alice.id, "phone"),
    "disabled": lambda world, alice: world.services.directory.update(alice.id, enabled=False),
    "removed": lambda world, alice: world.services.directory.remove(alice.id),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("looked_before", [False, True])
def test_what_another_process_revokes_is_found_by_looking(world, alice, change, looked_before):
    world.run(world.credentials.add_token(alice.id, "phone"))
    told = []
    sign_in(world)
    world.credentials.watch(alice.id, lambda: told.append(1))
    if looked_before:
        world.run(world.revocations.check())
    world.clock.advance(1)
    world.run(CHANGES[change](world, alice))
    assert told == []
    world.run(world.revocations.check())
    assert told == [1]


def test_what_is_no_revocation_disturbs_nobody(world, alice):
    told = []
    sign_in(world)
    looking = world.revocations
    undo = world.credentials.watch(alice.id, lambda: told.append(1))
    world.run(world.services.credentials.add_token(alice.id, "phone"))
    world.run(world.services.directory.update(alice.id, display_name="Alice"))
    world.clock.advance(1)
    world.limit(login_hash_time_cost=2)
    sign_in(world)  # through another worker, and it brings the hash up to date
    for _ in range(2):
        world.run(looking.check())
    assert told == []
    # Undone, nothing is looked at any more.
    undo()
    world.run(world.services.directory.remove(alice.id))
    world.run(looking.check())
    assert told == []


def test_looking_goes_on_by_itself_while_somebody_watches(world, alice):
    world.limit(revocation_check_s=0.01)

    async def act():
        told = asyncio.Event()
        await world.credentials.authenticate("alice@example.test", PASSWORD, protocol="x", address="192.0.2.1")
        undo = world.credentials.watch(alice.id, told.set)
        await world.services.directory.update(alice.id, enabled=False)
        await asyncio.wait_for(told.wait(), 20)
        undo()
        return [task.get_name() for task in asyncio.all_tasks() if not task.cancelling()]

    assert "revocations" not in world.run(act())


@pytest.mark.parametrize("change", CHANGES)
def test_what_another_process_revokes_is_told_at_once(world, alice, change, tmp_path):
    """The other process is another store object over the same folder; the regular look is an hour away."""
    world.run(world.credentials.add_token(alice.id, "phone"))
    world.limit(revocation_check_s=3600)

    async def act():
        other = type(world.store)(tmp_path / "store")
        await other.open()
        try:
            told = asyncio.Event()
            await world.credentials.authenticate("alice@example.test", PASSWORD, protocol="x", address="192.0.2.1")
            undo = world.credentials.watch(alice.id, told.set)
            await asyncio.sleep(0)
            world.clock.advance(1)
            there = Services.join(other, world.clock, world.limits, host_name="there", sink=world.sink)
            await CHANGES[change](SimpleNamespace(services=there), alice)
            await asyncio.wait_for(told.wait(), 20)
            undo()
        finally:
            await other.close()

    world.run(act())
