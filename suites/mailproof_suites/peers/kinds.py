"""The peers that can be run, by name: their servers, their packages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mailproof_suites.peers import packages
from mailproof_suites.peers.courier import Courier
from mailproof_suites.peers.cyrus import Cyrus
from mailproof_suites.peers.dovecot import Dovecot
from mailproof_suites.peers.exim import Exim
from mailproof_suites.peers.loopback import free_ports
from mailproof_suites.peers.packages import ARCHIVES, Archives
from mailproof_suites.peers.pigeonhole import ManageSieve, SieveDovecot, SievePostfix
from mailproof_suites.peers.postfix import Postfix
from mailproof_suites.peers.server import Server

_UNPACKING = ("unshare", "dpkg-deb", "tar", "chroot")


@dataclass(frozen=True, slots=True)
class Kind:
    """One peer.

    Args:
        name: on the command line, and of its target profile.
        what: in one sentence, for the command's help.
        endpoints: of its servers, in the order of `make`'s ports.
        make: (folder, ports, archives) -> servers in the order in which they are started.
        installed: package -> files that show that it is installed.
        unpacked: packages that are unpacked for the run instead.
    """

    name: str
    what: str
    endpoints: tuple[str, ...]
    make: Callable[[Path, Sequence[int], Archives], list[Server]]
    installed: dict[str, tuple[str, ...]]
    unpacked: tuple[str, ...] = ()

    @property
    def archives(self) -> Archives:
        """Where the packages that are unpacked are kept."""
        return Archives(self.unpacked, ARCHIVES / self.name)

    def absent(self) -> list[str]:
        """Packages that `install` would get."""
        here = [name for name, shown in self.installed.items() if not all(Path(file).exists() for file in shown)]
        return here + self.archives.absent

    def missing(self) -> str:
        """Why the peer cannot run on this machine, as one line; empty when it can."""
        if os.name != "posix" or not Path("/proc").is_dir():
            return f"{self.name} runs on Linux only"
        if absent := self.absent():
            return (
                f"missing packages: {', '.join(absent)}; on Debian and Ubuntu: "
                f"python -m mailproof_suites.peers {self.name} --install"
            )
        if self.unpacked and (tools := [tool for tool in _UNPACKING if shutil.which(tool) is None]):
            return f"missing commands: {', '.join(tools)}"
        return "" if os.geteuid() == 0 else "needs root: mail servers start as root and give it up themselves"

    def install(self) -> None:
        """Get what is missing. Raises PeerError."""
        if any(not Path(file).exists() for shown in self.installed.values() for file in shown):
            packages.install(list(self.installed))
        if self.archives.absent:
            self.archives.fetch()

    def software(self) -> str:
        """Packages with their versions, as the target profile tells them."""
        versions = {name: packages.installed_version(name) for name in self.installed} | self.archives.versions()
        return ", ".join(f"{name} {version}" for name, version in versions.items() if version)


def _dovecot_postfix(folder: Path, ports: Sequence[int], archives: Archives) -> list[Server]:
    del archives
    dovecot = Dovecot(folder / "dovecot", ports[0])
    return [dovecot, Postfix(folder / "postfix", ports[1], dovecot)]


def _dovecot_sieve(folder: Path, ports: Sequence[int], archives: Archives) -> list[Server]:
    del archives
    inside = free_ports(1)[0]
    dovecot = SieveDovecot(folder / "dovecot", ports[0], ports[2], inside)
    postfix = SievePostfix(folder / "postfix", ports[1], dovecot, inside)
    return [dovecot, postfix, ManageSieve(folder / "sieve", ports[2], dovecot)]


def _cyrus(folder: Path, ports: Sequence[int], archives: Archives) -> list[Server]:
    return [Cyrus(folder / "cyrus", ports[0], archives)]


def _courier(folder: Path, ports: Sequence[int], archives: Archives) -> list[Server]:
    return [Courier(folder / "courier", ports[0], archives)]


def _exim(folder: Path, ports: Sequence[int], archives: Archives) -> list[Server]:
    dovecot = Dovecot(folder / "dovecot", ports[0])
    return [dovecot, Exim(folder / "exim", ports[1], archives, dovecot)]


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "dovecot-postfix",
            "Dovecot (IMAPS) and Postfix (SMTPS).",
            ("imaps", "smtps"),
            _dovecot_postfix,
            Dovecot.PACKAGES | Postfix.PACKAGES,
        ),
        Kind(
            "dovecot-sieve",
            "Dovecot with Pigeonhole (IMAPS, ManageSieve) and Postfix (SMTPS).",
            ("imaps", "smtps", "sieve"),
            _dovecot_sieve,
            SieveDovecot.PACKAGES | Postfix.PACKAGES,
        ),
        Kind("cyrus", "Cyrus IMAP (IMAPS).", ("imaps",), _cyrus, {}, Cyrus.PACKAGES),
        Kind(
            "exim",
            "Exim (SMTPS), delivering to Dovecot (IMAPS).",
            ("imaps", "smtps"),
            _exim,
            Dovecot.PACKAGES,
            Exim.PACKAGES,
        ),
        Kind("courier", "Courier IMAP (IMAPS).", ("imaps",), _courier, {}, Courier.PACKAGES),
    )
}
