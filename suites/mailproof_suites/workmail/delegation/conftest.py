"""The fixture `office`: an owner, one who sends in the owner's name, and a reader."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Control, Post, World
from mailproof_suites.workmail.delegation.office import Office


@pytest.fixture
def office(control: Control, world: World, post: Post) -> Office:
    """Three new users; nobody has a right yet. The case declares `control:user`, `control:grant`."""
    return Office(control, world, post, control.user(), control.user(), control.user())
