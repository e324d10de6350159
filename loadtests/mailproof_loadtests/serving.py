"""The reference server as a target of load: with room for many connections, and with its metrics."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mailproof_suites.control.reference import ReferenceServer

_CONFIG = """data = "store"
[listen]
imaps_port = 0
smtps_port = 0
https_port = 0
metrics_port = {metrics_port}
[log]
level = "warning"
[limits]
connections_per_user = 20000
connections_per_address = 20000
[net]
connections = 20000
connections_per_address = 20000
"""


@dataclass(frozen=True, slots=True)
class Served:
    """A running reference server."""

    profile: Path
    metrics_url: str
    pid: int


@contextmanager
def reference_server(folder: Path, options: tuple[str, ...] = ()) -> Iterator[Served]:
    """Start one in `folder` for the time of the block. Raises ReferenceServerError."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        metrics_port = free.getsockname()[1]
    config = folder / "server.toml"
    config.write_text(_CONFIG.format(metrics_port=metrics_port), encoding="utf-8")
    server = ReferenceServer(folder, ("--config", str(config), *options))
    with server as profile:
        yield Served(profile, f"http://127.0.0.1:{metrics_port}/metrics", server.pid)
