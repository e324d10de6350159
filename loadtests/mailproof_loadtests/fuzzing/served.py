"""A reference server of our own, with its log and its memory in view."""

import json
import subprocess
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mailproof_loadtests.memory import resident_bytes
from mailproof_suites.control.reference import COMMAND

READY_S = 60.0
STOP_S = 60.0
CONFIG = """
data = "store"
[listen]
imaps_port = 0
smtps_port = 0
[log]
level = "warning"
file = "server.log"
[limits]
login_hash_memory_kib = 64
login_hash_time_cost = 1
failed_logins_per_address = 1000000000
failed_logins_per_login = 1000000000
failed_login_delay_s = 0.0
[imap]
bad_commands = 500
[smtp]
errors = 500
failed_logins = 500
ambiguous_end_wait_s = 0.5
"""
"""Mistakes end a session later than usual, and wrong passwords cost no time: more of the server is reached."""


class UnreachableError(Exception):
    """The server does not start, or is not there."""


@dataclass(frozen=True, slots=True)
class Account:
    address: str
    password: str


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect, and as whom."""

    imaps: tuple[str, int] | None
    smtps: tuple[str, int] | None
    ca_file: Path | None
    accounts: tuple[Account, ...]


def read_target(path: Path) -> Target:
    """A target profile (TOML). Raises UnreachableError for what cannot be used."""
    try:
        profile: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        accounts = tuple(Account(each["address"], each["password"]) for each in profile["accounts"])
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise UnreachableError(f"{path}: {error}") from error
    ca_file = profile.get("tls", {}).get("ca_file")
    return Target(
        _endpoint(profile, "imaps"),
        _endpoint(profile, "smtps"),
        None if ca_file is None else path.parent / ca_file,
        accounts,
    )


def _endpoint(profile: dict[str, Any], name: str) -> tuple[str, int] | None:
    found = profile.get(name)
    return None if found is None else (found["host"], found["port"])


class Server:
    """A process of ours that can be looked at from outside."""

    def __init__(self, process: "subprocess.Popen[bytes]", folder: Path, target: Target) -> None:
        self._process = process
        self._folder = folder
        self.target = target

    @property
    def is_up(self) -> bool:
        return self._process.poll() is None

    def resident_bytes(self) -> int:
        """0 when the process is gone."""
        return resident_bytes(self._process.pid)

    def complaints(self) -> list[str]:
        """What the log and standard error tell of unhandled exceptions and other faults."""
        found: list[str] = []
        for name in ("server.log", "stderr"):
            path = self._folder / name
            if path.exists():
                found += faults(path.read_text(encoding="utf-8", errors="replace"))
        return found


def faults(log: str) -> list[str]:
    """Events of level error or worse, tracebacks, and whatever is no event at all; each as one line of text."""
    found: list[str] = []
    for line in filter(str.strip, log.splitlines()):
        try:
            event = json.loads(line)
        except json.JSONDecodeError:
            event = {"level": "error", "event": line}
        text = str(event.get("event", ""))
        if event.get("level") in ("error", "critical") or "exception" in event or "failed" in text:
            found.append(f"{text} {event.get('exception', '')}".strip())
    return found


@contextmanager
def served() -> Iterator[Server]:
    """Start a server with the made-up company, stop it afterwards. Raises UnreachableError."""
    with tempfile.TemporaryDirectory(prefix="mailproof-fuzz-") as name:
        folder = Path(name)
        config, ready = folder / "fuzz.toml", folder / "target.toml"
        config.write_text(CONFIG, encoding="utf-8")
        command = [*COMMAND, "--config", str(config)]
        with (folder / "stderr").open("wb") as errors:
            process = subprocess.Popen([*command, "--ready-file", str(ready)], stdout=subprocess.DEVNULL, stderr=errors)
        try:
            deadline = time.monotonic() + READY_S
            while not ready.exists():
                if process.poll() is not None or time.monotonic() > deadline:
                    raise UnreachableError(f"the server did not start: {(folder / 'stderr').read_text()[-2000:]}")
                time.sleep(0.01)
            yield Server(process, folder, read_target(ready))
        finally:
            process.terminate()
            try:
                process.wait(timeout=STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
