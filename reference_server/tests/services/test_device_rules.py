"""Device access rules and overrides (WorkMail, mobile device access rules): the table of W13."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailproof_server.model.errors import Invalid, NotFound
from mailproof_server.services.access_rules import DEFAULT_NAME, Effect
from mailproof_server.services.device_rules import DeviceFacts, DeviceRule, as_facts, decide

IPHONE = DeviceFacts("iPhone", "iPhone10C1", "iOS 12.3.1 16F203", "iOS/14.2 (18B92) exchangesyncd/1.0")
ANDROID = DeviceFacts("Android", "HTCOneX", "Android 8.1.0", "")
SILENT = DeviceFacts()


def allow(**conditions):
    return DeviceRule(effect=Effect.ALLOW, **conditions)


def deny(**conditions):
    return DeviceRule(effect=Effect.DENY, **conditions)


@pytest.mark.parametrize(
    ("rule", "iphone", "android", "silent"),
    [
        (allow(), True, True, True),
        (allow(types=("iPhone",)), True, False, False),
        (allow(types=("IPHONE", "android")), True, True, False),
        (allow(types=("Phone",)), False, False, False),
        (allow(models=("iphone10",)), True, False, False),
        (allow(systems=("iOS 12", "Android 8")), True, True, False),
        (allow(user_agents=("iOS/14",)), True, False, False),
        (allow(user_agents=("$NONE",)), False, True, True),
        (allow(user_agents=("$NONE", "iOS")), True, True, True),
        (allow(not_types=("iPhone",)), False, True, False),
        (allow(not_user_agents=("Outlook",)), True, False, False),
        (allow(not_user_agents=("$NONE",)), True, False, False),
        (allow(types=("iPhone",), systems=("Android",)), False, False, False),
        (allow(types=("iPhone",), not_models=("iPhone9",)), True, False, False),
    ],
)
def test_conditions(rule, iphone, android, silent):
    for device, matches in ((IPHONE, iphone), (ANDROID, android), (SILENT, silent)):
        assert bool(decide({"r": rule}, device).matched) is matches


@given(st.lists(st.sampled_from([allow(), deny(), allow(types=("iPhone",)), deny(types=("Android",))]), max_size=4))
def test_deny_outweighs_allow_and_no_match_is_denied(given_rules):
    known = {f"r{number}": rule for number, rule in enumerate(given_rules)}
    for device in (IPHONE, ANDROID, SILENT):
        matching = [rule for rule in given_rules if decide({"r": rule}, device).matched]
        expected = bool(matching) and all(rule.effect is Effect.ALLOW for rule in matching)
        assert (decide(known, device).effect is Effect.ALLOW) is expected


def effect(world, device, owner=None, device_id=""):
    return world.run(world.services.device_rules.decision(device, owner, device_id)).effect


def test_untouched_rules_allow_every_device_and_none_at_all_no_device(world):
    devices = world.services.device_rules
    assert effect(world, SILENT) is Effect.ALLOW
    world.run(devices.remove(DEFAULT_NAME))
    assert effect(world, IPHONE) is Effect.DENY
    world.run(devices.put("phones", allow(types=("iPhone",))))
    assert (effect(world, IPHONE), effect(world, ANDROID)) == (Effect.ALLOW, Effect.DENY)
    with pytest.raises(NotFound):
        world.run(devices.remove(DEFAULT_NAME))


def test_a_first_rule_stands_beside_the_one_that_was_there(world):
    devices = world.services.device_rules
    world.run(devices.put("no-android", deny(types=("Android",))))
    assert list(world.run(devices.all())) == [DEFAULT_NAME, "no-android"]
    assert (effect(world, IPHONE), effect(world, ANDROID)) == (Effect.ALLOW, Effect.DENY)
    assert as_facts("no-android", world.run(devices.all())["no-android"])["types"] == ("Android",)


@pytest.mark.parametrize(
    ("name", "rule"), [("a b", allow()), ("a", allow(types=("",))), ("a", deny(not_models=("x" * 257,)))]
)
def test_what_is_no_rule_is_refused(world, name, rule):
    with pytest.raises(Invalid):
        world.run(world.services.device_rules.put(name, rule))


def test_an_override_says_the_last_word_for_one_device_of_one_user(world):
    alice, bob, devices = world.user("alice"), world.user("bob"), world.services.device_rules
    name = "6APMEKPHCP2ND42VIJ4BR8ECDO"
    world.run(devices.put("no-android", deny(types=("Android",))))
    world.run(devices.put_override(alice.account_id, name.lower(), Effect.ALLOW, "hers"))
    assert effect(world, ANDROID, alice.account_id, name) is Effect.ALLOW
    assert effect(world, ANDROID, alice.account_id, "OTHER") is Effect.DENY
    assert effect(world, ANDROID, bob.account_id, name) is Effect.DENY
    world.run(devices.put_override(alice.account_id, name, Effect.DENY))
    assert effect(world, IPHONE, alice.account_id, name) is Effect.DENY
    assert list(world.run(devices.overrides(alice.account_id))) == [name]
    world.run(devices.remove_override(alice.account_id, name))
    assert effect(world, IPHONE, alice.account_id, name) is Effect.ALLOW
    with pytest.raises(NotFound):
        world.run(devices.remove_override(alice.account_id, name))
    for wrong in ("", "a-b", "x" * 33):
        with pytest.raises(Invalid):
            world.run(devices.put_override(alice.account_id, wrong, Effect.ALLOW))
