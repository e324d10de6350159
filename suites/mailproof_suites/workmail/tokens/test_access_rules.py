"""Access-control rules as IMAP and SMTP obey them (WorkMail administrator guide, "access control rules").

Every rule of a case names the case's own users, so that it means nothing to others.
"""

from __future__ import annotations

import pytest

from mailproof_suites.case import Account, Control, Deliver, WaitFor, World, expect, needs, requirement
from mailproof_suites.workmail.tokens.doors import Door, ends, goes_on
from mailproof_suites.workmail.tokens.rules import Rules

pytestmark = needs("control:access", "control:user")
# What a rule names beside the user, and whether it keeps that user from IMAP and from SMTP.
_TABLE = {
    "nothing_else": ((), True, True),
    "imap": (("--action", "IMAP"), True, False),
    "smtp": (("--action", "SMTP"), False, True),
    "imap_and_smtp": (("--action", "IMAP", "--action", "SMTP"), True, True),
    "ews": (("--action", "EWS"), False, False),
    "all_but_imap": (("--not-action", "IMAP"), False, True),
    "all_but_smtp": (("--not-action", "SMTP"), True, False),
    "imap_and_not_imap": (("--action", "IMAP", "--not-action", "IMAP"), False, False),
    "every_address": (("--ip-range", "0.0.0.0/0"), True, True),
    "one_of_two_ranges": (("--ip-range", "192.0.2.0/24", "--ip-range", "0.0.0.0/0"), True, True),
    "another_range": (("--ip-range", "192.0.2.0/24"), False, False),
    "all_but_another_range": (("--not-ip-range", "192.0.2.0/24"), True, True),
    "all_but_every_address": (("--not-ip-range", "0.0.0.0/0"), False, False),
    "imap_from_another_range": (("--action", "IMAP", "--ip-range", "192.0.2.0/24"), False, False),
    "imap_from_everywhere": (("--action", "IMAP", "--ip-range", "0.0.0.0/0"), True, False),
}


@requirement("TOKENS:ACCESS-1", "TOKENS:ACCESS-2")
@pytest.mark.parametrize("row", _TABLE.values(), ids=_TABLE)
def test_a_rule_that_denies(world: World, rules: Rules, user: Account, row: tuple[tuple[str, ...], bool, bool]) -> None:
    """Kept out where all that it names is so, and nowhere else."""
    options, *barred = row
    rules.put("DENY", "--user", user.address, *options)
    for way, is_barred in zip(("imap", "smtp"), barred, strict=True):
        expect.equal(Door(world, way).admits(user), not is_barred, f"the user gets in over {way}")


@requirement("TOKENS:ACCESS-2")
def test_a_rule_is_for_those_whom_it_names(control: Control, door: Door, rules: Rules, user: Account) -> None:
    """Two are named, one of them left out again; a third one is not named at all."""
    exempt, third = control.user(), control.user()
    rules.put("DENY", "--user", user.address, "--user", exempt.address, "--not-user", exempt.address)
    door.is_wrong(user)
    door.is_right(exempt)
    door.is_right(third)


@requirement("TOKENS:ACCESS-1", "AUTH-06")
@needs("control:token")
def test_a_token_is_no_way_round(control: Control, door: Door, rules: Rules, user: Account) -> None:
    """Rules are about who comes in, not about by what."""
    token = control.call("token", "add", user.address, "phone")["token"]
    rules.put("DENY", "--user", user.address)
    door.is_wrong(user, token)


@requirement("TOKENS:ACCESS-3")
@pytest.mark.parametrize("deny_first", [True, False], ids=["deny_first", "allow_first"])
def test_deny_outweighs_allow(door: Door, rules: Rules, user: Account, deny_first: bool) -> None:
    """Whichever was put first, and whichever comes first by name."""
    for effect in ("DENY", "ALLOW") if deny_first else ("ALLOW", "DENY"):
        rules.put(effect, "--user", user.address)
    door.is_wrong(user)


@requirement("TOKENS:ACCESS-4")
def test_a_removed_rule_no_longer_acts(door: Door, rules: Rules, user: Account) -> None:
    """The user is back in."""
    name = rules.put("DENY", "--user", user.address)
    door.is_wrong(user)
    rules.remove(name)
    door.is_right(user)


@requirement("TOKENS:ACCESS-4")
def test_a_rule_of_the_same_name_replaces(world: World, rules: Rules, user: Account) -> None:
    """What it said before is forgotten."""
    name = rules.put("DENY", "--user", user.address, "--action", "IMAP")
    rules.put("DENY", "--user", user.address, "--action", "SMTP", name=name)
    Door(world, "imap").is_right(user)
    Door(world, "smtp").is_wrong(user)


@requirement("TOKENS:ACCESS-5")
def test_open_sessions_end(door: Door, rules: Rules, user: Account) -> None:
    """Who is in and would no longer come in has to go."""
    session = door.enter(user)
    rules.put("DENY", "--user", user.address)
    ends(session)


@requirement("TOKENS:ACCESS-2", "TOKENS:ACCESS-5")
def test_sessions_of_another_protocol_go_on(world: World, rules: Rules, user: Account) -> None:
    """A rule about SMTP ends no session of IMAP."""
    kept, ended = Door(world, "imap").enter(user), Door(world, "smtp").enter(user)
    rules.put("DENY", "--user", user.address, "--action", "SMTP")
    ends(ended)
    goes_on(kept)


@requirement("TOKENS:ACCESS-8")
def test_mail_goes_on_to_arrive(rules: Rules, user: Account, deliver: Deliver, wait_for: WaitFor) -> None:
    """Rules are about coming in, not about deliveries."""
    name = rules.put("DENY", "--user", user.address)
    mark = deliver(to=user)
    rules.remove(name)
    wait_for(mark, account=user)
