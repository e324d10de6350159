"""Which way of setting up rules and replies a target has."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Capabilities, Control, World
from mailproof_suites.workmail.settings import ControlSettings
from mailproof_suites.workmail.sieve_settings import SieveSettings


def settings_for(
    noun: str, world: World, control: Control, capabilities: Capabilities
) -> ControlSettings | SieveSettings:
    """By the control program where it knows the noun, else by ManageSieve; without either the case is skipped."""
    if world.target.control is not None and noun in capabilities.control:
        return ControlSettings(control)
    if world.target.sieve is not None:
        return SieveSettings(world)
    pytest.skip(f"{noun} cannot be set up: the profile has no [control] that knows them, and no [sieve]")
