"""Who signs in by which name: disabled users, plus signs, new addresses, guessing (FEATURES AUTH-07)."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Account, Control, Deliver, WaitFor, expect, needs, requirement
from mailproof_suites.workmail.tokens.doors import Door, ends

pytestmark = needs("control:user")
_MANY = 40
"""Wrong passwords after which a server that counts has had enough."""


@requirement("TOKENS:USERS-1", "OPER-01")
def test_a_disabled_user_is_not_let_in(control: Control, door: Door, user: Account) -> None:
    """Nor with a sign-in that was right a moment ago; once enabled, again."""
    door.is_right(user)
    control.call("user", "disable", user.address)
    door.is_wrong(user)
    control.call("user", "enable", user.address)
    door.is_right(user)


@requirement("TOKENS:USERS-1", "OPER-01")
@needs("control:token")
def test_a_disabled_users_token_is_not_accepted(control: Control, door: Door, user: Account) -> None:
    """Tokens are no way round."""
    token = control.call("token", "add", user.address, "phone")["token"]
    control.call("user", "disable", user.address)
    door.is_wrong(user, token)
    control.call("user", "enable", user.address)
    door.is_right(user, token)


@requirement("TOKENS:USERS-2", "OPER-01")
@pytest.mark.parametrize("act", [("disable",), ("remove", "--yes")], ids=["disable", "remove"])
def test_open_sessions_end_with_the_user(control: Control, door: Door, act: tuple[str, ...]) -> None:
    """Disabled or removed: no session goes on."""
    gone = control.user()
    session = door.enter(gone)
    control.call("user", act[0], gone.address, *act[1:])
    ends(session)


@requirement("TOKENS:USERS-1", "OPER-01")
def test_mail_survives_being_disabled(control: Control, user: Account, deliver: Deliver, wait_for: WaitFor) -> None:
    """What was in the mailbox is there when the user is back."""
    mark = deliver(to=user)
    control.call("user", "disable", user.address)
    control.call("user", "enable", user.address)
    wait_for(mark, account=user)


@requirement("TOKENS:AUTH07-1", "AUTH-07")
@pytest.mark.parametrize("local", ["{}+desk", "{}+a+b", "{}+"], ids=["one", "two", "last"])
def test_a_plus_sign_in_the_login_name(control: Control, door: Door, user: Account, local: str) -> None:
    """It signs in to the mailbox of that very name."""
    name, _, domain = user.address.partition("@")
    named = Account(f"{local.format(name)}@{domain}", "Plus-Secret-1")
    control.call("user", "add", named.address, "--username", f"{name}.desk", "--password-stdin", input=named.password)
    control.undo("user", "remove", named.address, "--yes")
    door.is_right(named)
    door.is_wrong(user, named.password)


@requirement("TOKENS:AUTH07-2", "AUTH-07")
def test_a_tag_is_no_way_to_a_name_with_a_plus_sign(control: Control, door: Door, user: Account) -> None:
    """The password of user@ does not open user+desk@, which is somebody else."""
    name, _, domain = user.address.partition("@")
    named = Account(f"{name}+desk@{domain}", "Plus-Secret-1")
    control.call("user", "add", named.address, "--username", f"{name}.desk", "--password-stdin", input=named.password)
    control.undo("user", "remove", named.address, "--yes")
    door.is_wrong(named, user.password)


@requirement("TOKENS:USERS-3", "ADDR-01", "NET-02", "NET-03")
def test_the_new_address_is_the_login_name(control: Control, door: Door) -> None:
    """After a change of the primary address."""
    before = control.user()
    after = before.address.replace("@", "-new@")
    control.call("user", "rename", before.address, after)
    control.undo("user", "rename", after, before.address)
    door.is_right(before, login=after)


@requirement("TOKENS:GUESSING-2")
def test_wrong_passwords_close_no_other_login(control: Control, door: Door, user: Account) -> None:
    """Guessing at one user keeps nobody else out."""
    other = control.user()
    for number in range(5):
        door.is_wrong(user, f"Wrong-Guess-{number}")
    door.is_right(other)
    door.is_right(user)


@requirement("TOKENS:GUESSING-1")
def test_after_many_wrong_passwords_the_login_is_closed(imap_door: Door, user: Account) -> None:
    """Guessing does not go on for ever: in the end the right password is refused as well, for a while."""
    for number in range(_MANY):
        imap_door.is_wrong(user, f"Wrong-Guess-{number}")
    expect.equal(imap_door.admits(user), False, f"the right password after {_MANY} wrong ones")
