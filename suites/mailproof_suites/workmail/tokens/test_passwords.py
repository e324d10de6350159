"""The password policy, row by row, and the operator's reset (FEATURES AUTH-02, AUTH-04)."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Account, Control, expect, needs, requirement
from mailproof_suites.workmail.tokens.doors import Door, ends, goes_on

pytestmark = needs("control:user")
_WEAK = {
    "seven_characters": "Aa1!aaa",
    "no_upper_case": "secret-word-1",
    "no_lower_case": "SECRET-WORD-1",
    "no_digit": "Secret-Word-x",
    "no_special_character": "SecretWord123",
    "nothing": "",
}
_STRONG = {
    "eight_characters": "Aa1!aaaa",
    "inner_spaces": "A secret word 1 !",
    "latin_1": "Geheimnis-ÄÖÜß-1",
    "quotes_and_backslash": 'Aa1!"\\{5}%* aaa',
    "long": "Aa1!" + "x" * 250,
    "looks_like_a_token": "mpt_Aa1!Aa1!Aa1!",
}


def _reset(control: Control, user: Account, password: str) -> None:
    control.call("user", "password", user.address, "--password-stdin", input=password)


@requirement("TOKENS:AUTH02-1", "TOKENS:AUTH02-3", "AUTH-02")
@pytest.mark.parametrize("password", _WEAK.values(), ids=_WEAK)
def test_a_weak_password_is_refused(control: Control, imap_door: Door, user: Account, password: str) -> None:
    """Each rule of the policy counts; the password before stays."""
    control.refusal("user", "password", user.address, "--password-stdin", input=password)
    imap_door.is_wrong(user, password)
    imap_door.is_right(user)


@requirement("TOKENS:AUTH02-3", "AUTH-02")
def test_no_user_is_made_with_a_weak_password(control: Control, user: Account) -> None:
    """The refusal comes before anything is made: the address is free afterwards."""
    address = user.address.replace("@", "-second@")
    control.refusal("user", "add", address, "--password-stdin", input="weak")
    control.refusal("user", "show", address)


@requirement("TOKENS:AUTH02-2", "AUTH-02")
@pytest.mark.parametrize("password", _STRONG.values(), ids=_STRONG)
def test_a_strong_password_opens_the_mailbox(control: Control, door: Door, user: Account, password: str) -> None:
    """Whatever it is made of: it goes over SASL PLAIN in UTF-8."""
    _reset(control, user, password)
    door.is_right(user, password)


@requirement("TOKENS:AUTH02-2", "AUTH-02")
@pytest.mark.parametrize("change", ["letter_case", "shorter", "longer", "space_before"])
def test_nearly_the_password_is_wrong(imap_door: Door, user: Account, change: str) -> None:
    """Every letter counts, and its case."""
    right = user.password
    wrong = {"letter_case": right.swapcase(), "shorter": right[:-1], "longer": right + "1", "space_before": " " + right}
    imap_door.is_wrong(user, wrong[change])


@requirement("TOKENS:AUTH04-1", "AUTH-04")
def test_after_a_reset_only_the_new_password_is_right(control: Control, door: Door, user: Account) -> None:
    """Also where the server has seen the old one to be right a moment ago."""
    door.is_right(user)
    _reset(control, user, "Another-Secret-2")
    door.is_wrong(user)
    door.is_right(user, "Another-Secret-2")


@requirement("TOKENS:AUTH04-1", "AUTH-04")
def test_a_made_up_password_is_right(control: Control, door: Door, user: Account) -> None:
    """A reset without a password of the operator's answers with one, which is good."""
    password = control.call("user", "password", user.address)["password"]
    door.is_right(user, password)


@requirement("TOKENS:AUTH04-2", "AUTH-04")
def test_a_reset_ends_open_sessions(control: Control, door: Door, user: Account) -> None:
    """Whoever knew the old password is out."""
    session = door.enter(user)
    goes_on(session)
    _reset(control, user, "Another-Secret-2")
    ends(session)


@requirement("TOKENS:AUTH04-1", "AUTH-04")
def test_a_reset_is_for_one_user(control: Control, imap_door: Door, user: Account) -> None:
    """Nobody else's password changes, and nobody else's session ends."""
    other = control.user()
    session = imap_door.enter(other)
    _reset(control, user, "Another-Secret-2")
    imap_door.is_right(other)
    goes_on(session)
    expect.equal(imap_door.admits(other, "Another-Secret-2"), False, "the new password at another user")
