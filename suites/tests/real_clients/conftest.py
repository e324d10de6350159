"""What the tests with real clients share: a reference server, accounts of their own, programs that may be absent.

A program that is not installed skips its tests and says how to get it; one that is there must work.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from mailproof_suites.capabilities import sign_in
from mailproof_suites.clients.imap import ImapClient
from mailproof_suites.control.reference import ReferenceServer
from mailproof_suites.targets import Account, Target, load_profile

PACKAGES = {
    "curl": "curl",
    "fetchmail": "fetchmail",
    "mbsync": "isync",
    "msmtp": "msmtp",
    "neomutt": "neomutt",
    "offlineimap": "offlineimap3",
    "swaks": "swaks libnet-ssleay-perl libauthen-sasl-perl",
}
"""Program -> Debian's packages."""
_RUNNING_S = 120.0


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """The reference server, as `mailproof serve` runs it."""
    with ReferenceServer(tmp_path_factory.mktemp("reference")) as profile:
        yield load_profile(profile)


@pytest.fixture(scope="module")
def spares(target: Target) -> Iterator[Account]:
    """Accounts that no other test uses, one after the other; a server has twenty, so each module starts its own."""
    return iter([account for account in target.accounts if not account.role])


@dataclass(frozen=True)
class Desk:
    """One user at one test: account, server, an empty home folder."""

    target: Target
    account: Account
    home: Path

    @property
    def imaps_port(self) -> int:
        """Port of IMAPS."""
        assert self.target.imaps is not None
        return self.target.imaps.port

    @property
    def smtps_port(self) -> int:
        """Port of SMTPS."""
        assert self.target.smtps is not None
        return self.target.smtps.port

    @property
    def ca(self) -> str:
        """The test CA's file."""
        return self.target.tls.ca_file

    def imap(self) -> ImapClient:
        """Our own client, signed in, to see what the program did."""
        client = ImapClient("localhost", self.imaps_port, ca_file=self.target.ca_path)
        sign_in(client, self.account)
        return client

    def write(self, name: str, text: str) -> Path:
        """A file in the home folder that nobody else can read, as clients ask for."""
        path = self.home / name
        path.write_text(text)
        path.chmod(0o600)
        return path

    def run(
        self, *command: object, text: str | bytes = "", environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a program to its end, with this home folder and no configuration of the machine's user."""
        kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
        octets = text if isinstance(text, bytes) else text.encode()
        done = subprocess.run(
            [str(part) for part in command],
            check=False,
            input=octets,
            capture_output=True,
            timeout=_RUNNING_S,
            cwd=self.home,
            env={**kept, "HOME": str(self.home), "LC_ALL": "C.UTF-8", "TERM": "xterm", **(environment or {})},
        )
        decoded = [stream.decode(errors="replace") for stream in (done.stdout, done.stderr)]
        return subprocess.CompletedProcess(done.args, done.returncode, *decoded)


@pytest.fixture
def desk(target: Target, spares: Iterator[Account], tmp_path: Path) -> Desk:
    """A fresh account and an empty home folder."""
    return Desk(target, next(spares), tmp_path)


Program = Callable[[str], str]


@pytest.fixture(scope="session")
def program() -> Program:
    """`program("mbsync")`: its path, or a skip that names its package."""

    def find(name: str) -> str:
        path = shutil.which(name)
        if path is None:
            pytest.skip(f"{name} is not installed; on Debian: apt-get install {PACKAGES[name]}")
        return path

    return find


def succeeded(done: subprocess.CompletedProcess[str]) -> str:
    """The output of a program that ended well; else a failure that shows everything it said."""
    assert done.returncode == 0, f"{done.args[0]}: status {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout
