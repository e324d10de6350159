"""Access-control rules as the operator writes and tests them (WorkMail: PutAccessControlRule and its kin)."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Account, Control, expect, needs, requirement
from mailproof_suites.workmail.tokens.rules import Rules

pytestmark = needs("control:access", "control:user")
ACTIONS = ("ActiveSync", "AutoDiscover", "EWS", "IMAP", "SMTP", "WindowsOutlook", "WebMail")
_BAD_NAMES = {"empty": "", "too_long": "x" * 65, "space": "no imap", "dot": "no.imap", "umlaut": "käse"}
_BAD_RANGES = {
    "no_range": "home",
    "host_bits": "192.0.2.1/24",
    "too_many_bits": "192.0.2.0/33",
    "version_6": "2001:db8::/32",
    "octet_256": "192.0.256.0/24",
}


def _effect(control: Control, action: str, address: str, user: Account) -> tuple[str, list[str]]:
    told = control.call("access", "test", action, address, user.address)
    return told["effect"], told["matched"]


@requirement("TOKENS:ACCESS-6")
@pytest.mark.parametrize("action", ACTIONS)
def test_the_test_knows_every_way_in(control: Control, rules: Rules, user: Account, action: str) -> None:
    """A rule about one way in is told for that one, and for no other."""
    name = rules.put("DENY", "--user", user.address, "--action", action)
    told = {each: _effect(control, each, "192.0.2.7", user) for each in ACTIONS}
    expect.equal([each for each in ACTIONS if told[each][0] == "DENY"], [action], "ways in that are denied")
    expect.equal([each for each in ACTIONS if name in told[each][1]], [action], "ways in where the rule matches")


@requirement("TOKENS:ACCESS-6", "TOKENS:ACCESS-1")
@pytest.mark.parametrize(
    ("address", "effect"),
    [
        ("192.0.2.0", "DENY"),
        ("192.0.2.255", "DENY"),
        ("192.0.3.0", "ALLOW"),
        ("192.0.1.255", "ALLOW"),
        ("198.51.100.9", "DENY"),
        ("198.51.100.10", "ALLOW"),
    ],
)
def test_the_ends_of_ranges(control: Control, rules: Rules, user: Account, address: str, effect: str) -> None:
    """The first and the last address of a range belong to it, their neighbours do not."""
    rules.put("DENY", "--user", user.address, "--ip-range", "192.0.2.0/24", "--ip-range", "198.51.100.9/32")
    expect.equal(_effect(control, "IMAP", address, user)[0], effect, "effect")


@requirement("TOKENS:ACCESS-6")
def test_the_test_names_every_rule_that_matches(control: Control, rules: Rules, user: Account) -> None:
    """Those that allow, too; not those that say nothing about it."""
    allow = rules.put("ALLOW", "--user", user.address)
    deny = rules.put("DENY", "--user", user.address, "--action", "IMAP")
    other = rules.put("DENY", "--user", user.address, "--action", "SMTP")
    effect, matched = _effect(control, "IMAP", "192.0.2.7", user)
    expect.equal(effect, "DENY", "effect")
    expect.equal({each for each in matched if each in (allow, deny, other)}, {allow, deny}, "rules of the case")


@requirement("TOKENS:ACCESS-7")
@pytest.mark.parametrize("name", _BAD_NAMES.values(), ids=_BAD_NAMES)
def test_a_name_that_is_none_is_refused(control: Control, user: Account, name: str) -> None:
    """1 to 64 letters, digits, dashes and underscores."""
    control.refusal("access", "put", name, "DENY", "--user", user.address)


@requirement("TOKENS:ACCESS-7")
@pytest.mark.parametrize("given", _BAD_RANGES.values(), ids=_BAD_RANGES)
def test_a_range_that_is_none_is_refused(control: Control, rules: Rules, user: Account, given: str) -> None:
    """And no rule is there afterwards."""
    name = f"{rules.prefix}-range"
    control.refusal("access", "put", name, "DENY", "--user", user.address, "--ip-range", given)
    expect.equal(rules.told(name), {}, "the refused rule")


@requirement("TOKENS:ACCESS-7")
@needs("control:group")
@pytest.mark.parametrize("whom", ["group", "nobody"])
def test_a_rule_names_users(control: Control, rules: Rules, user: Account, whom: str) -> None:
    """Neither groups nor addresses that nobody has."""
    address = user.address.replace("@", f"-{whom}@")
    if whom == "group":
        control.call("group", "add", address)
        control.undo("group", "remove", address, "--yes")
    control.refusal("access", "put", f"{rules.prefix}-x", "DENY", "--user", address)


@requirement("TOKENS:ACCESS-7")
def test_the_list_tells_what_was_put(rules: Rules, user: Account) -> None:
    """Name, effect and every criterion."""
    name = rules.put("DENY", "--user", user.address, "--action", "IMAP", "--ip-range", "192.0.2.0/24")
    told = rules.told(name)
    expect.equal(told["effect"], "DENY", "effect")
    expect.equal(told["actions"], ["IMAP"], "actions")
    expect.equal(told["ip_ranges"], ["192.0.2.0/24"], "ranges")
    expect.equal(told["users"], [user.address], "users")


@requirement("TOKENS:ACCESS-9")
@pytest.mark.parametrize("others", [(), ("AutoDiscover",), ("AutoDiscover", "EWS")], ids=["none", "one", "both"])
def test_outlook_needs_two_more(rules: Rules, user: Account, others: tuple[str, ...]) -> None:
    """Whoever allows Outlook for Windows alone is warned."""
    options = [part for each in ("WindowsOutlook", *others) for part in ("--action", each)]
    warnings = rules.told(rules.put("ALLOW", "--user", user.address, *options))["warnings"]
    expect.equal(bool(warnings), len(others) < 2, "whether the operator is warned")
