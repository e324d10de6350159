"""Whole server processes, as users start them."""

import os
import signal
import ssl
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from imaplib import IMAP4_SSL
from pathlib import Path
from typing import Any

import pytest

ORGANISATION = """
domains = ["example.test"]
[[users]]
role = "alice"
address = "alice@example.test"
[[users]]
role = "bob"
address = "bob@example.test"
[[groups]]
address = "all@example.test"
members = ["alice@example.test", "bob@example.test"]
"""
READY_S = 30.0


@dataclass(slots=True)
class Served:
    """A running `python -m mailproof_server`."""

    process: subprocess.Popen[bytes]
    profile: dict[str, Any]
    output: Path
    clients: list[IMAP4_SSL] = field(default_factory=list)

    def account(self, role: str) -> dict[str, str]:
        return next(each for each in self.profile["accounts"] if each.get("role") == role)

    def context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.profile["tls"]["ca_file"])

    def imap(self, role: str = "alice", password: str = "") -> IMAP4_SSL:
        client = IMAP4_SSL("localhost", self.profile["imaps"]["port"], ssl_context=self.context(), timeout=20)
        self.clients.append(client)
        account = self.account(role)
        client.login(account["address"], password or account["password"])
        return client

    def stop(self, number: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(timeout=20)


Serve = Callable[..., Served]
Done = subprocess.CompletedProcess[str]
Run = Callable[..., Done]


@pytest.fixture
def run() -> Run:
    """Run a module of the server to its end."""

    def to_the_end(*arguments: str, module: str = "mailproof_server", given: str = "") -> Done:
        return subprocess.run(
            [sys.executable, "-m", module, *arguments],
            input=given,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env=environment(),
        )

    return to_the_end


def environment() -> dict[str, str]:
    """A checkout's source folders are on sys.path only, which a child does not inherit."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}


@pytest.fixture
def organisation(tmp_path: Path) -> Path:
    path = tmp_path / "organisation.toml"
    path.write_text(ORGANISATION, encoding="utf-8")
    return path


@pytest.fixture
def serve(tmp_path: Path, organisation: Path) -> Iterator[Serve]:
    """Start servers; all are stopped at the end, whatever happens."""
    started: list[Served] = []

    def start(*arguments: str, lifeline: int | None = None) -> Served:
        number = len(started)
        ready, output = tmp_path / f"ready{number}.toml", tmp_path / f"output{number}.log"
        command = [sys.executable, "-m", "mailproof_server", "--organisation", str(organisation)]
        with output.open("wb") as file:
            process = subprocess.Popen(
                [*command, "--ready-file", str(ready), *arguments],
                stdout=file,
                stderr=file,
                env=environment(),
                pass_fds=() if lifeline is None else (lifeline,),
            )
        deadline = time.monotonic() + READY_S
        while not ready.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                raise AssertionError(f"not ready (exit {process.poll()}): {output.read_text('utf-8')}")
            time.sleep(0.01)
        served = Served(process, tomllib.loads(ready.read_text(encoding="utf-8")), output)
        started.append(served)
        return served

    yield start
    for served in started:
        for client in served.clients:
            with suppress(OSError):  # the connection is gone where the test has killed or stopped the server
                client.shutdown()
        if served.process.poll() is None:
            served.process.kill()
            served.process.wait(timeout=20)
