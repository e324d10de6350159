"""The fixture `loan`: an owner with a folder and one message in it, and a guest who has no right yet."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Control, Post, World
from mailproof_suites.workmail.sharing.loan import FOLDER, Loan


@pytest.fixture
def loan(control: Control, world: World, post: Post) -> Loan:
    """Two new users. The case declares `control:user`, `control:permissions`."""
    made = Loan(control, world, post, control.user(), control.user())
    made.owning.create(FOLDER)
    post.append(made.owning, FOLDER)
    return made
