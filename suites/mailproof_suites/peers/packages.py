"""Debian's packages: which are installed, in which version, and how to get them.

Mail servers conflict with one another in apt: only one may own port 25 and /usr/sbin/sendmail. Those that are not the
machine's own are therefore not installed but kept as archives, with what they depend on, and unpacked for each run.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote

from mailproof_suites.peers.errors import PeerError

ARCHIVES = Path("/var/cache/mailproof-peers")
_COMMAND_S = 600.0
_NEW = re.compile(r"^Inst (?P<name>\S+) (?:\[[^]]*\] )?\((?P<version>\S+)", re.MULTILINE)


def install(packages: Sequence[str]) -> None:
    """Install them. Raises PeerError."""
    _apt("apt-get", "install", "-y", "--no-install-recommends", *packages)


def installed_version(package: str) -> str:
    """Its version, Debian's revision included; empty when it is not installed."""
    command = ["dpkg-query", "-W", "-f", "${db:Status-Status} ${Version}", package]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=_COMMAND_S)
    status, _, version = done.stdout.partition(" ")
    return version if status == "installed" else ""


class Archives:
    """The archives of one peer.

    Args:
        packages: what the peer consists of; what they depend on comes along.
        folder: where the archives are kept.
    """

    def __init__(self, packages: Sequence[str], folder: Path) -> None:
        self.packages = tuple(packages)
        self.folder = folder

    @property
    def absent(self) -> list[str]:
        """Those of its packages that were not fetched yet."""
        return [package for package in self.packages if not self._files(package)]

    def versions(self) -> dict[str, str]:
        """Package -> version."""
        # apt writes an epoch's colon as %3a in the file's name.
        return {package: unquote(self._files(package)[0].name.split("_")[1]) for package in self.packages}

    def fetch(self) -> None:
        """Download them, and what they depend on and the machine has not. Raises PeerError."""
        told = _apt("apt-get", "--simulate", "--no-install-recommends", "install", *self.packages)
        wanted = [f"{match['name']}={match['version']}" for match in _NEW.finditer(told)]
        here = {name.partition("=")[0] for name in wanted}
        wanted += [package for package in self.packages if package not in here]  # installed: as an archive all the same
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        _apt("apt-get", "-o", "APT::Sandbox::User=root", "download", *wanted, folder=self.folder)

    def _files(self, package: str) -> list[Path]:
        return sorted(self.folder.glob(f"{package}_*.deb"))


def _apt(*command: str, folder: Path = Path("/")) -> str:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=_COMMAND_S, env=environment, cwd=folder
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise PeerError(f"{command[0]}: {problem}") from problem
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["no message"]
        raise PeerError(f"{' '.join(command[:3])}: status {done.returncode}: {last[0]}")
    return done.stdout
