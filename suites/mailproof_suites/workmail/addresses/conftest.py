"""Fixtures of the cases about addresses."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Account, Control, Post, World
from mailproof_suites.workmail.addresses.mailroom import Mailroom


@pytest.fixture
def mailroom(control: Control, world: World, post: Post) -> Mailroom:
    """A new user who sends."""
    return Mailroom(control, world, post, control.user())


@pytest.fixture
def small(control: Control, user: Account) -> Account:
    """A user with a quota of 100,000 octets."""
    control.call("quota", "set", user.address, "--bytes", "100000")
    return user


@pytest.fixture
def user(control: Control) -> Account:
    """A new user."""
    return control.user()
