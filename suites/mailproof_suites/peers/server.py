"""What the block that runs a peer knows of each of its servers."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Protocol

from mailproof_suites.peers.authority import Authority
from mailproof_suites.peers.company import Company


class Server(Protocol):
    """One server on one port of 127.0.0.1, with everything of it in one folder."""

    endpoint: ClassVar[str]
    """"imaps", "smtps" or "sieve"."""
    folder: Path
    port: int
    log: Path

    @property
    def alive(self) -> bool:
        """Whether it runs, started by this object or by an earlier one for the same folder."""

    def start(self, company: Company, authority: Authority) -> None:
        """Write the configuration and start it; returns before the port answers. Raises PeerError."""

    def stop(self) -> None:
        """End it, sessions included; nothing to do where it does not run. Raises PeerError when it goes on."""


GREETINGS = {"imaps": b"* OK", "smtps": b"220", "sieve": b'"IMPLEMENTATION"'}
"""Endpoint -> how its first line begins."""
