"""Personal access tokens over IMAP and SMTP: accepted, expired, revoked (FEATURES AUTH-05, AUTH-06)."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Account, Control, expect, needs, requirement
from mailproof_suites.workmail.tokens.doors import Door, ends, goes_on

pytestmark = needs("control:user", "control:token")


def new_token(control: Control, user: Account, name: str = "phone") -> str:
    """A new token's value."""
    value = control.call("token", "add", user.address, name)["token"]
    expect.that(isinstance(value, str) and value, "the token's value", expected="a text", actual=type(value).__name__)
    return str(value)


@requirement("TOKENS:AUTH06-1", "AUTH-06")
@pytest.mark.parametrize("second_factor", [False, True], ids=["factor_off", "factor_on"])
def test_a_token_opens_the_mailbox(control: Control, door: Door, user: Account, second_factor: bool) -> None:
    """It is taken in place of the password, with and without a second factor."""
    token = new_token(control, user)
    if second_factor:
        control.call("mfa", "set", "on", "--user", user.address)
    door.is_right(user, token)


@requirement("TOKENS:AUTH06-4", "AUTH-06", "AUTH-05")
@needs("control:mfa")
def test_with_the_second_factor_the_password_is_not_enough(control: Control, door: Door, user: Account) -> None:
    """Once it is on, the bare password is wrong."""
    door.is_right(user)
    control.call("mfa", "set", "on", "--user", user.address)
    door.is_wrong(user)


@requirement("TOKENS:AUTH06-4", "AUTH-06")
@needs("control:mfa")
def test_without_the_second_factor_the_password_is_enough_again(control: Control, door: Door, user: Account) -> None:
    """Turned on and off, it leaves no trace."""
    control.call("mfa", "set", "on", "--user", user.address)
    door.is_wrong(user)
    control.call("mfa", "set", "off", "--user", user.address)
    door.is_right(user)


@requirement("TOKENS:AUTH06-5", "AUTH-06")
@needs("control:mfa")
def test_the_second_factor_is_each_users_own(control: Control, door: Door, user: Account) -> None:
    """Somebody else's password works as before."""
    other = control.user()
    control.call("mfa", "set", "on", "--user", user.address)
    door.is_right(other)


@requirement("TOKENS:AUTH06-4", "AUTH-06")
@needs("control:mfa")
def test_turning_the_second_factor_on_ends_sessions_of_the_password(
    control: Control, door: Door, user: Account
) -> None:
    """Who is in by the password alone has no business there any more."""
    session = door.enter(user)
    control.call("mfa", "set", "on", "--user", user.address)
    ends(session)


@requirement("TOKENS:AUTH06-3", "AUTH-06")
def test_an_expired_token_is_wrong(control: Control, door: Door, user: Account) -> None:
    """Accepted before its time is over, refused after."""
    token = new_token(control, user)
    door.is_right(user, token)
    control.call("token", "expire", user.address, "phone")
    door.is_wrong(user, token)


@requirement("TOKENS:AUTH05-5", "AUTH-05", "AUTH-06")
def test_a_revoked_token_is_wrong(control: Control, door: Door, user: Account) -> None:
    """Also where the server has seen it to be right a moment ago."""
    token = new_token(control, user)
    door.is_right(user, token)
    control.call("token", "revoke", user.address, "phone")
    door.is_wrong(user, token)


@requirement("TOKENS:AUTH05-5", "AUTH-05")
def test_revoking_ends_open_sessions(control: Control, door: Door, user: Account) -> None:
    """At once: a stolen telephone is out, too."""
    session = door.enter(user, new_token(control, user))
    goes_on(session)
    control.call("token", "revoke", user.address, "phone")
    ends(session)


@requirement("TOKENS:AUTH06-3", "AUTH-06")
def test_expiry_ends_open_sessions(control: Control, door: Door, user: Account) -> None:
    """A session does not outlive the token that it began with."""
    session = door.enter(user, new_token(control, user))
    control.call("token", "expire", user.address, "phone")
    ends(session)


@requirement("TOKENS:AUTH05-5", "AUTH-05")
def test_revoking_one_token_leaves_the_others(control: Control, door: Door, user: Account) -> None:
    """Each stands for itself; so does the password."""
    tokens = {name: new_token(control, user, name) for name in ("phone", "laptop")}
    control.call("token", "revoke", user.address, "phone")
    door.is_right(user, tokens["laptop"])
    door.is_right(user)


@requirement("TOKENS:AUTH06-2", "AUTH-06")
def test_a_token_opens_nobody_elses_mailbox(control: Control, door: Door, user: Account) -> None:
    """It is its user's alone."""
    other = control.user()
    token = new_token(control, user)
    door.is_wrong(other, token)


@requirement("TOKENS:AUTH06-6", "AUTH-06")
@pytest.mark.parametrize("change", ["shorter", "other_end", "letter_case", "longer", "empty"])
def test_nearly_the_token_is_wrong(control: Control, imap_door: Door, user: Account, change: str) -> None:
    """One letter away is as wrong as any."""
    token = new_token(control, user)
    wrong = {
        "shorter": token[:-1],
        "other_end": token[:-1] + ("B" if token[-1] == "A" else "A"),
        "letter_case": token.swapcase(),
        "longer": token + "A",
        "empty": "",
    }[change]
    imap_door.is_wrong(user, wrong)


@requirement("TOKENS:AUTH05-1", "AUTH-05")
def test_every_one_of_many_tokens_is_right(control: Control, imap_door: Door, user: Account) -> None:
    """Five devices, five tokens."""
    tokens = [new_token(control, user, f"device {number}") for number in range(5)]
    expect.equal(len(set(tokens)), 5, "different values")
    for token in tokens:
        imap_door.is_right(user, token)


@requirement("TOKENS:AUTH04-1", "TOKENS:AUTH06-1", "AUTH-06")
def test_a_token_is_independent_of_the_password(control: Control, door: Door, user: Account) -> None:
    """A reset of the password takes no token away."""
    token = new_token(control, user)
    control.call("user", "password", user.address, "--password-stdin", input="Another-Secret-2")
    door.is_right(user, token)
