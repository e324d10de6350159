"""Parallel cases never share an account that one of them has for itself, and never wait for each other in a circle."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Check

SOURCE = """
import contextlib
import os
import time
from pathlib import Path

LOG = Path(os.environ["LEASE_LOG"])


@contextlib.contextmanager
def using(kind: str, account: Account):
    with LOG.open("a") as log:
        log.write(f"{kind} in {account.address} {os.getpid()}\\n")
        log.flush()
        yield
        log.write(f"{kind} out {account.address} {os.getpid()}\\n")
        log.flush()


@requirement("NET-02")
@pytest.mark.parametrize("n", range(4))
def test_own(world: World, n: int) -> None:
    with using("exclusive", world.lease()):
        time.sleep(0.05)


@requirement("NET-02")
@needs("exclusive:alice", "exclusive:bob")
@pytest.mark.parametrize("n", range(2))
def test_both(world: World, n: int) -> None:
    alice, bob = world.lease("alice", exclusive=True), world.lease("bob", exclusive=True)
    with using("exclusive", alice), using("exclusive", bob):
        time.sleep(0.05)


@requirement("NET-02")
@needs("role:bob")
@pytest.mark.parametrize("n", range(3))
def test_bob_as_somebody_else(world: World, n: int) -> None:
    assert world.lease() != world.lease("bob")
    with using("exclusive", world.lease()), using("shared", world.lease("bob")):
        time.sleep(0.05)
"""


def test_leases_exclude_each_other_and_end(
    plain_pytest: Check, profile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "leases"
    monkeypatch.setenv("LEASE_LOG", str(log))
    extra = '[[accounts]]\naddress = "spare@example.test"\npassword = "Correct-Horse-1"\n'
    profile.write_text(profile.read_text() + extra)
    outcome = plain_pytest(SOURCE, "--target", profile, "-n", "3")
    assert outcome.status == 0, outcome.out
    assert outcome.results["summary"]["pass"] == 9
    held: dict[str, list[tuple[str, str]]] = {}
    for line in log.read_text().splitlines():
        kind, direction, address, process = line.split()
        now = held.setdefault(address, [])
        if direction == "out":
            now.remove((kind, process))
            continue
        now.append((kind, process))
        assert len(now) == 1 or {each for each, _ in now} == {"shared"}, f"{address} is used by {now}"
    assert not any(held.values())
