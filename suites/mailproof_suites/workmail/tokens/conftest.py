"""Fixtures of the cases about signing in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mailproof_suites.case import Account, Control, World
from mailproof_suites.workmail.tokens.doors import WAYS, Door
from mailproof_suites.workmail.tokens.rules import Rules


@pytest.fixture(params=WAYS)
def door(request: pytest.FixtureRequest, world: World) -> Door:
    """A way in, one after the other: the case runs once for each."""
    return Door(world, request.param)


@pytest.fixture
def imap_door(world: World) -> Door:
    """The way in over IMAP alone, where one stands for all."""
    return Door(world, "imap")


@pytest.fixture
def user(control: Control) -> Account:
    """A new user of the case's own."""
    return control.user()


@pytest.fixture
def rules(control: Control, token: str) -> Iterator[Rules]:
    """Access-control rules of the case's own; the case declares `control:access`."""
    made = Rules(control, f"case-{token}")
    yield made
    made.clear()
