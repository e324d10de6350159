"""What the cases about rules share: their stage."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mailproof_suites.case import Capabilities, Control, MakeMessage, World
from mailproof_suites.workmail.stage import Stage
from mailproof_suites.workmail.ways import settings_for


@pytest.fixture
def stage(world: World, make_message: MakeMessage, control: Control, capabilities: Capabilities) -> Iterator[Stage]:
    """The people of the case; skips where rules cannot be set up."""
    settings = settings_for("rules", world, control, capabilities)
    yield Stage(world, make_message, control, settings)
    settings.close()
