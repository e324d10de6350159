"""What every peer needs: ports on loopback, commands that say why they failed, waiting until a server answers."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from mailproof_suites.peers.errors import PeerError

HOST = "127.0.0.1"
_COMMAND_S = 60.0
_POLL_S = 0.05


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody listens on, each another one."""
    sockets = [socket.create_server((HOST, 0)) for _ in range(count)]
    try:
        return [int(opened.getsockname()[1]) for opened in sockets]
    finally:
        for opened in sockets:
            opened.close()


def run(command: Sequence[str | Path], log: Path) -> None:
    """Run a command of a peer; its output goes to the end of `log`. Raises PeerError when it fails."""
    with log.open("ab") as output:
        try:
            # In a session of its own: Ctrl-C is for us, and the daemons that this command starts are stopped by us.
            done = subprocess.run(
                [str(part) for part in command],
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                timeout=_COMMAND_S,
            )
        except (OSError, subprocess.TimeoutExpired) as problem:
            raise PeerError(f"{command[0]}: {problem}") from problem
    if done.returncode:
        raise PeerError(f"{' '.join(map(str, command))}: status {done.returncode}{tail(log)}")


def tail(log: Path) -> str:
    """The last lines of a log, to go after a message; empty where there is none."""
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-5:] if log.exists() else []
    return ":\n    " + "\n    ".join(lines) if lines else ""


def wait_until(condition: Callable[[], bool], timeout_s: float) -> bool:
    """Look again and again; False when it did not come true in time."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_S)
    return True


def greets(port: int, ca_file: Path, greeting: bytes) -> bool:
    """Whether a TLS server on this port, trusted through this CA, begins its first line so."""
    context = ssl.create_default_context(cafile=str(ca_file))
    try:
        with (
            socket.create_connection((HOST, port), timeout=5) as plain,
            context.wrap_socket(plain, server_hostname="localhost") as secured,
        ):
            return secured.recv(len(greeting)).startswith(greeting)
    except OSError:
        return False


def pid_in(file: Path) -> int | None:
    """The process that a pid file names, if it runs."""
    try:
        number = int(file.read_text().split()[0])
        os.kill(number, 0)
        if Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return None  # it has ended, and its parent has not looked yet
    except (OSError, ValueError, IndexError):
        return None
    return number
