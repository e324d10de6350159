"""Fixtures of the cases about meetings."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Account, Control, Post, World
from mailproof_suites.workmail.scheduling.invitation import Meeting
from mailproof_suites.workmail.scheduling.planner import Event, Planner


@pytest.fixture
def planner(control: Control, world: World, post: Post, token: str) -> Planner:
    """What the cases do and look at."""
    return Planner(control, world, post, token)


@pytest.fixture
def zoe(control: Control) -> Account:
    """A new user who writes invitations and answers with a client of her own."""
    return control.user()


@pytest.fixture
def anna(control: Control) -> Account:
    """A new user whose calendar is looked at."""
    return control.user()


@pytest.fixture
def meeting(zoe: Account, anna: Account, token: str) -> Meeting:
    """Zoe invites Anna: from 10 to 11 in Paris, on 9 March 2027."""
    return Meeting(f"{token}@elsewhere.example", zoe, (anna,))


@pytest.fixture
def made(planner: Planner, anna: Account, zoe: Account) -> Event:
    """Anna has invited Zoe, who answers with a client of her own."""
    return planner.invite(anna, zoe)


@pytest.fixture
def asker(control: Control) -> Account:
    """Who wants to know."""
    return control.user()
