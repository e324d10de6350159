"""Which way of setting up rules and replies a target has."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Capabilities, Control, World
from mailproof_suites.workmail.settings import ControlSettings, Settings


def settings_for(noun: str, world: World, control: Control, capabilities: Capabilities) -> Settings:
    """By the control program where it knows the noun; else the case is skipped."""
    if world.target.control is not None and noun in capabilities.control:
        return ControlSettings(control)
    pytest.skip(f"{noun} cannot be set up: the profile has no [control] that knows them")
