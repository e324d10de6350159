"""The stores under test, opened in a fresh directory."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.store.making import STORES, Driver

settings.register_profile("ci", max_examples=100, deadline=None)
settings.register_profile("default", max_examples=50, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(params=STORES)
def backend(request: pytest.FixtureRequest) -> str:
    """The name of a store."""
    return str(request.param)


@pytest.fixture
def driver(backend: str, tmp_path: Path) -> Iterator[Driver]:
    """An open, empty store."""
    with asyncio.Runner() as runner:
        opened = Driver(STORES[backend](tmp_path / "data"), runner)
        opened.run(opened.store.open())
        try:
            yield opened
        finally:
            opened.run(opened.store.close())
