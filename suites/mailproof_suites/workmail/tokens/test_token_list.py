"""Making and listing tokens: names, lifetimes, what is shown and what never is (FEATURES AUTH-05)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from mailproof_suites.case import Account, Control, expect, needs, requirement
from mailproof_suites.workmail.tokens.doors import Door

pytestmark = needs("control:user", "control:token")


def _only(control: Control, user: Account) -> dict[str, str | None]:
    rows = control.call("token", "list", user.address)
    expect.equal(len(rows), 1, "tokens listed")
    row: dict[str, str | None] = rows[0]
    return row


@requirement("TOKENS:AUTH05-3", "AUTH-05")
def test_the_value_is_never_shown_again(control: Control, user: Account) -> None:
    """Neither the list nor what is told of the user holds it."""
    token = control.call("token", "add", user.address, "phone")["token"]
    told = json.dumps([control.call("token", "list", user.address), control.call("user", "show", user.address)])
    expect.that(token not in told, "the list of tokens", expected="no value of a token", actual="the value")


@requirement("TOKENS:AUTH05-4", "AUTH-05")
def test_the_list_tells_name_and_times(control: Control, user: Account) -> None:
    """Name, made, expires; a token that nobody has used has no last use."""
    control.call("token", "add", user.address, "my phone", "--days", "10")
    row = _only(control, user)
    expect.equal(row["name"], "my phone", "name")
    expect.equal(_lifetime(row), timedelta(days=10), "from made to expires")
    expect.equal(row["last_used"], None, "last use")


@requirement("TOKENS:AUTH05-4", "AUTH-05")
def test_the_last_use_is_noted(control: Control, door: Door, user: Account) -> None:
    """Whichever protocol it was used for."""
    token = control.call("token", "add", user.address, "phone")["token"]
    door.is_right(user, token)
    row = _only(control, user)
    used = datetime.fromisoformat(str(expect.given(row["last_used"], "last use")))
    expect.that(used >= _moment(row, "created"), "last use", expected="not before it was made", actual=used)


@requirement("TOKENS:AUTH05-4", "AUTH-05")
def test_a_refused_use_is_no_use(control: Control, imap_door: Door, user: Account) -> None:
    """A wrong secret changes no token's last use."""
    token = control.call("token", "add", user.address, "phone")["token"]
    imap_door.is_wrong(user, token[:-1])
    expect.equal(_only(control, user)["last_used"], None, "last use")


@requirement("TOKENS:AUTH05-4", "AUTH-05")
def test_an_expired_token_is_still_listed(control: Control, user: Account) -> None:
    """With the end of its time in the past."""
    control.call("token", "add", user.address, "phone")
    control.call("token", "expire", user.address, "phone")
    row = _only(control, user)
    expect.that(
        _moment(row, "expires") <= datetime.now().astimezone() + timedelta(seconds=5),
        "expires",
        expected="not in the future",
        actual=row["expires"],
    )


@requirement("TOKENS:AUTH05-5", "AUTH-05")
def test_a_revoked_token_is_no_longer_listed(control: Control, user: Account) -> None:
    """And its name is free again."""
    control.call("token", "add", user.address, "phone")
    control.call("token", "revoke", user.address, "phone")
    expect.equal(control.call("token", "list", user.address), [], "tokens listed")
    control.call("token", "add", user.address, "phone")


@requirement("TOKENS:AUTH05-2", "AUTH-05")
@pytest.mark.parametrize(
    ("given", "days"), [(None, 365), ("1", 1), ("3653", 3653)], ids=["unless_told", "least", "most"]
)
def test_a_token_lives_as_long_as_told(control: Control, user: Account, given: str | None, days: int) -> None:
    """365 days unless told, 1 day at least, ten years at most."""
    control.call("token", "add", user.address, "phone", *([] if given is None else ["--days", given]))
    expect.equal(_lifetime(_only(control, user)), timedelta(days=days), "from made to expires")


@requirement("TOKENS:AUTH05-2", "AUTH-05")
@pytest.mark.parametrize("days", ["0", "-1", "3654", "1.5", "soon"])
def test_another_lifetime_is_refused(control: Control, user: Account, days: str) -> None:
    """Nothing is made then."""
    control.refusal("token", "add", user.address, "phone", "--days", days)
    expect.equal(control.call("token", "list", user.address), [], "tokens listed")


@requirement("TOKENS:AUTH05-1", "AUTH-05")
@pytest.mark.parametrize("name", ["a", "x" * 64, "Jo's phone (new) – №1"], ids=["shortest", "longest", "any_letters"])
def test_a_name_of_up_to_64_characters(control: Control, user: Account, name: str) -> None:
    """It is listed as it was given."""
    control.call("token", "add", user.address, name)
    expect.equal(_only(control, user)["name"], name, "name")


@requirement("TOKENS:AUTH05-1", "AUTH-05")
@pytest.mark.parametrize("name", ["", "x" * 65, "two\nlines"], ids=["empty", "too_long", "line_end"])
def test_another_name_is_refused(control: Control, user: Account, name: str) -> None:
    """Nothing is made then."""
    control.refusal("token", "add", user.address, name)
    expect.equal(control.call("token", "list", user.address), [], "tokens listed")


@requirement("TOKENS:AUTH05-1", "AUTH-05")
def test_a_name_is_given_once(control: Control, imap_door: Door, user: Account) -> None:
    """A second token of that name is refused, and the first one stays what it was."""
    token = control.call("token", "add", user.address, "phone")["token"]
    control.refusal("token", "add", user.address, "phone")
    imap_door.is_right(user, token)


@requirement("TOKENS:AUTH05-1", "AUTH-05")
def test_names_are_each_users_own(control: Control, user: Account) -> None:
    """Two users have a token called the same."""
    other = control.user()
    for each in (user, other):
        control.call("token", "add", each.address, "phone")
    control.call("token", "revoke", other.address, "phone")
    expect.equal(_only(control, user)["name"], "phone", "the other one's token")


def _moment(row: dict[str, str | None], name: str) -> datetime:
    return datetime.fromisoformat(str(expect.given(row[name], name)))


def _lifetime(row: dict[str, str | None]) -> timedelta:
    return _moment(row, "expires") - _moment(row, "created")
