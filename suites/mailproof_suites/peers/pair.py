"""Dovecot and Postfix together: one folder, one test CA, one profile; both end with the block that began them."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from mailproof_suites.peers import dovecot, postfix
from mailproof_suites.peers.authority import Authority
from mailproof_suites.peers.company import made_up_company, profile
from mailproof_suites.peers.dovecot import Dovecot
from mailproof_suites.peers.errors import PeerError
from mailproof_suites.peers.loopback import free_ports, greets, tail, wait_until
from mailproof_suites.peers.postfix import Postfix

NAME = "dovecot-postfix"
_MARK = "mailproof-peer"
"""A file that tells our folders from other people's."""
_LONGEST_FOLDER = 70
"""A Unix socket's path has room for 107 octets; Postfix and Dovecot append up to 30."""
_STARTING_S = 30.0


class Running:
    """Both servers, while they run."""

    def __init__(self, folder: Path, ports: tuple[int, int]) -> None:
        self.folder = folder
        self.profile = folder / "target.toml"
        self.dovecot = Dovecot(folder / "dovecot", ports[0])
        self.postfix = Postfix(folder / "postfix", ports[1])

    def ended(self) -> str:
        """The server that has ended by itself, with the last lines of its log; empty while both run."""
        for server in (self.dovecot, self.postfix):
            if not server.alive:
                return f"{type(server).__name__} ended{tail(server.log)}"
        return ""

    def stop(self) -> None:
        """End both. Raises PeerError when one goes on."""
        try:
            self.postfix.stop()
        finally:
            self.dovecot.stop()


def missing() -> str:
    """Why the pair cannot run on this machine, as one line; empty when it can."""
    if os.name != "posix" or not Path("/proc").is_dir():
        return "dovecot-postfix runs on Linux only"
    absent = [
        package
        for module in (dovecot, postfix)
        for package in module.PACKAGES
        if not all(Path(binary).exists() for binary in module.BINARIES)
    ]
    if absent:
        return (
            f"not installed: {', '.join(absent)}; on Debian and Ubuntu: DEBIAN_FRONTEND=noninteractive apt-get install "
            f"-y {' '.join((*dovecot.PACKAGES, *postfix.PACKAGES))}"
        )
    return "" if os.geteuid() == 0 else "needs root: Postfix and Dovecot start as root and give it up themselves"


@contextmanager
def running(folder: Path | None = None, ports: tuple[int, int] | None = None) -> Iterator[Running]:
    """Both servers for the time of the block; the folder is removed afterwards.

    Args:
        folder: new or empty, or left by a run that was killed, whose servers are then stopped first; None: a temporary
            one. Every user must be able to enter it, since the servers give up root.
        ports: of IMAPS and SMTPS; None: free ones.

    Raises PeerError.
    """
    if why := missing():
        raise PeerError(why)
    with ExitStack() as undo:
        folder = Path(tempfile.mkdtemp(prefix="mailproof-peer-")) if folder is None else folder.resolve()
        _prepare(folder)
        undo.callback(shutil.rmtree, folder)
        first, second = ports or (0, 0)
        free = free_ports(2)
        pair = Running(folder, (first or free[0], second or free[1]))
        undo.callback(pair.stop)
        _start(pair)
        yield pair


@contextmanager
def dovecot_postfix(folder: Path | None = None) -> Iterator[Path]:
    """The same for tests: the path of the target profile."""
    with running(folder) as pair:
        yield pair.profile


def _start(pair: Running) -> None:
    authority = Authority(pair.folder)
    authority.write()
    company = made_up_company()
    pair.dovecot.start(company, authority)
    pair.postfix.start(company, authority, pair.dovecot)
    for server, greeting in ((pair.dovecot, b"* OK"), (pair.postfix, b"220")):
        if not wait_until(lambda: greets(server.port, authority.ca, greeting), _STARTING_S):  # noqa: B023 -- used at once
            raise PeerError(f"{type(server).__name__} does not answer on port {server.port}{tail(server.log)}")
    ports = {"imaps": pair.dovecot.port, "smtps": pair.postfix.port}
    write_private(pair.profile, profile(NAME, authority.ca, ports, company))


def write_private(path: Path, text: str) -> None:
    """Atomically, readable by the owner alone: it holds passwords."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    temporary.replace(path)


def _prepare(folder: Path) -> None:
    """Make sure that the folder is there, ours, empty, and can be used by both servers."""
    if not re.fullmatch(r"[\w./-]+", str(folder), re.ASCII) or len(str(folder)) > _LONGEST_FOLDER:
        raise PeerError(
            f"--folder {folder}: at most {_LONGEST_FOLDER} letters, digits, dots, hyphens and slashes: the path stands "
            "in Postfix's configuration and in names of sockets"
        )
    if folder.exists() and not folder.is_dir():
        raise PeerError(f"--folder {folder}: not a folder")
    if folder.is_dir() and any(folder.iterdir()):
        if not (folder / _MARK).is_file():
            raise PeerError(f"--folder {folder}: not empty; the folder is removed at the end, so give a new one")
        Running(folder, (0, 0)).stop()
        shutil.rmtree(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)
        (folder / _MARK).touch()
        for name in ("dovecot", "postfix"):
            (folder / name).mkdir()
    except OSError as problem:
        raise PeerError(f"--folder {folder}: {problem.strerror or problem}") from problem
    for parent in folder.parents:
        if not parent.stat().st_mode & 0o001:
            shutil.rmtree(folder)
            raise PeerError(f"--folder {folder}: other users cannot enter {parent}, and the servers give up root")
