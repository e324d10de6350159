"""A server that is not installed: its packages laid over the machine's own files, in namespaces of its own.

Paths in Debian's binaries are compiled in, /etc among them. Here the packages' archives are unpacked into an overlay of
the root directory that only this server sees (overlayfs, mount namespace) and that vanishes with it; a process
namespace makes its end certain, since the kernel ends all of a namespace with its first process.
"""

from __future__ import annotations

import grp
import os
import shlex
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mailproof_suites.peers.errors import PeerError
from mailproof_suites.peers.loopback import pid_in, wait_until
from mailproof_suites.peers.packages import Archives

_STOPPING_S = 10.0
_FIRST_ID = 64100
"""Of the packages' users: above the ids of people, below those of `nobody`."""

_ENTER = """\
set -e
umask 022
mount -t tmpfs -o mode=0755 tmpfs {place}
mkdir {place}/upper {place}/work {root}
mount -t overlay -o lowerdir=/,upperdir={place}/upper,workdir={place}/work overlay {root}
for archive in {archives}/*.deb; do
    [ -e "$archive" ] || continue
    dpkg-deb --fsys-tarfile "$archive" | tar -x --keep-directory-symlink -C {root}
done
mount --rbind /dev {root}/dev
mount -t proc proc {root}/proc
mount -t tmpfs -o mode=0755 tmpfs {root}/run
mount -t tmpfs -o mode=1777 tmpfs {root}/tmp
mkdir -p {root}{shared}
mount --bind {shared} {root}{shared}
cat {folder}/group >> {root}/etc/group
cat {folder}/passwd >> {root}/etc/passwd
chroot {root} /bin/sh {folder}/start
"""


@dataclass(frozen=True, slots=True)
class User:
    """A user that a package's installation would make, with a group of the same name."""

    name: str
    home: str = "/nonexistent"
    group: str = ""
    """Of the machine, instead of one of its own: "mail"."""


class Jail:
    """One server within its packages.

    Args:
        folder: for files of the jail; made when it is started.
        shared: the folder of the whole peer, the one that is the same inside and outside.
        archives: what is unpacked.
        users: made inside, in this order.
    """

    def __init__(self, folder: Path, shared: Path, archives: Archives, users: Sequence[User] = ()) -> None:
        self.log = folder / "server.log"
        self._folder = folder
        self._shared = shared
        self._archives = archives
        self._users = users
        self._pid_file = folder / "pid"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def alive(self) -> bool:
        """Whether it runs, started by this object or by an earlier one for the same folder."""
        if self._process is not None:
            return self._process.poll() is None
        return pid_in(self._pid_file) is not None

    def start(self, script: str) -> None:
        """Run a shell script as root inside; the server's life is the script's. Raises PeerError."""
        place = self._folder / "files"
        place.mkdir(parents=True)
        (self._folder / "start").write_text(script)
        numbered = list(enumerate(self._users, _FIRST_ID))
        (self._folder / "group").write_text("".join(f"{u.name}:x:{n}:\n" for n, u in numbered if not u.group))
        (self._folder / "passwd").write_text(
            "".join(f"{u.name}:x:{n}:{_gid(u.group) or n}::{u.home}:/usr/sbin/nologin\n" for n, u in numbered)
        )
        quoted = {
            "folder": self._folder,
            "shared": self._shared,
            "place": place,
            "root": place / "root",
            "archives": self._archives.folder,
        }
        enter = _ENTER.format(**{name: shlex.quote(str(path)) for name, path in quoted.items()})
        command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", enter]
        with self.log.open("ab") as log:
            try:
                self._process = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
                )
            except OSError as problem:
                raise PeerError(f"unshare: {problem}") from problem
        self._pid_file.write_text(f"{self._process.pid}\n")

    def stop(self) -> None:
        """End everything inside; nothing to do where it does not run. Raises PeerError when it goes on."""
        outer = self._process.pid if self._process is not None else pid_in(self._pid_file)
        if outer is None or not self.alive:
            return
        # The namespace's first process, not `unshare` itself: `unshare` ends once the kernel has ended all the others.
        for first in Path(f"/proc/{outer}/task/{outer}/children").read_text().split():
            os.kill(int(first), signal.SIGKILL)
        if not wait_until(lambda: not self.alive, _STOPPING_S):
            raise PeerError(f"a server did not stop; its process is named in {self._pid_file}")


def _gid(group: str) -> int | None:
    return grp.getgrnam(group).gr_gid if group else None
