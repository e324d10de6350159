"""The servers of a peer together: one folder, one test CA, one profile; all end with the block that began them."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from mailproof_suites.peers.authority import Authority
from mailproof_suites.peers.company import made_up_company, profile
from mailproof_suites.peers.errors import PeerError
from mailproof_suites.peers.kinds import KINDS, Kind
from mailproof_suites.peers.loopback import free_ports, greets, tail, wait_until
from mailproof_suites.peers.secret_files import write_private
from mailproof_suites.peers.server import GREETINGS

_MARK = "mailproof-peer"
"""A file that tells our folders from other people's, and says which peer it was."""
_LONGEST_FOLDER = 70
"""A Unix socket's path has room for 107 octets; servers append up to 30."""
_STARTING_S = 30.0


class Running:
    """All servers of one peer, while they run.

    Args:
        kind: which peer.
        folder: everything of theirs.
        ports: by endpoint; 0: not needed, since nothing will be started.
    """

    def __init__(self, kind: Kind, folder: Path, ports: Sequence[int]) -> None:
        self.kind = kind
        self.folder = folder
        self.profile = folder / "target.toml"
        self.servers = kind.make(folder, ports, kind.archives)

    def __str__(self) -> str:
        ports = ", ".join(f"{server.endpoint.upper()} {server.port}" for server in self.servers)
        return f"{self.kind.name}: {ports}, profile {self.profile}"

    def ended(self) -> str:
        """The server that has ended by itself, with the last lines of its log; empty while all run."""
        for server in self.servers:
            if not server.alive:
                return f"{type(server).__name__} ended{tail(server.log)}"
        return ""

    def start(self) -> None:
        """Start all and write the profile. Raises PeerError."""
        authority = Authority(self.folder)
        authority.write()
        company = made_up_company()
        for server in self.servers:
            server.folder.mkdir()
            server.start(company, authority)
            greeting = GREETINGS[server.endpoint]
            wait_until(lambda: not server.alive or greets(server.port, authority.ca, greeting), _STARTING_S)  # noqa: B023 -- used at once
            if not greets(server.port, authority.ca, greeting):
                raise PeerError(f"{type(server).__name__} does not answer on port {server.port}{tail(server.log)}")
        ports = {server.endpoint: server.port for server in self.servers}
        write_private(self.profile, profile(self.kind.name, self.kind.software(), authority.ca, ports, company))

    def stop(self) -> None:
        """End all, the last one first. Raises PeerError when one goes on."""
        with ExitStack() as stack:
            for server in self.servers:
                stack.callback(server.stop)


@contextmanager
def running(name: str, folder: Path | None = None, ports: Sequence[int] = ()) -> Iterator[Running]:
    """All servers of a peer for the time of the block; the folder is removed afterwards.

    Args:
        name: a key of `KINDS`.
        folder: new or empty, or left by a run that was killed, whose servers are then stopped first; None: a temporary
            one. Every user must be able to enter it, since the servers give up root.
        ports: by the peer's endpoints; 0 or none: free ones.

    Raises PeerError.
    """
    kind = KINDS[name]
    if why := kind.missing():
        raise PeerError(why)
    with ExitStack() as undo:
        folder = Path(tempfile.mkdtemp(prefix="mailproof-peer-")) if folder is None else folder.resolve()
        _prepare(kind, folder)
        undo.callback(shutil.rmtree, folder)
        free = free_ports(len(kind.endpoints))
        asked = [*ports, *[0] * len(free)]
        peer = Running(kind, folder, [wanted or found for wanted, found in zip(asked, free, strict=False)])
        undo.callback(peer.stop)
        peer.start()
        yield peer


@contextmanager
def dovecot_postfix(folder: Path | None = None) -> Iterator[Path]:
    """Dovecot and Postfix for tests: the path of the target profile."""
    with running("dovecot-postfix", folder) as peer:
        yield peer.profile


def _prepare(kind: Kind, folder: Path) -> None:
    """Make sure that the folder is there, ours, empty, and can be used by all servers."""
    if not re.fullmatch(r"[\w./-]+", str(folder), re.ASCII) or len(str(folder)) > _LONGEST_FOLDER:
        raise PeerError(
            f"--folder {folder}: at most {_LONGEST_FOLDER} letters, digits, dots, hyphens and slashes: the path stands "
            "in the servers' configurations and in names of sockets"
        )
    if folder.exists() and not folder.is_dir():
        raise PeerError(f"--folder {folder}: not a folder")
    if folder.is_dir() and any(folder.iterdir()):
        if not (folder / _MARK).is_file():
            raise PeerError(f"--folder {folder}: not empty; the folder is removed at the end, so give a new one")
        earlier = KINDS.get((folder / _MARK).read_text(), kind)
        Running(earlier, folder, [0] * len(earlier.endpoints)).stop()
        shutil.rmtree(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)
        (folder / _MARK).write_text(kind.name)
    except OSError as problem:
        raise PeerError(f"--folder {folder}: {problem.strerror or problem}") from problem
    for parent in folder.parents:
        if not parent.stat().st_mode & 0o001:
            shutil.rmtree(folder)
            raise PeerError(f"--folder {folder}: other users cannot enter {parent}, and the servers give up root")
