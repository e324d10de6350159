"""What the tests of running peers share."""

from __future__ import annotations

import pytest

from mailproof_suites.peers import missing


@pytest.fixture(scope="session")
def peers_can_run() -> None:
    """Skips, with the reason, where Dovecot and Postfix are not installed or cannot be started."""
    if why := missing():
        pytest.skip(why)
