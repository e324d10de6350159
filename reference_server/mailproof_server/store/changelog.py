"""Wake-ups after commits, to waiters of this process and to the other workers of the same store.

Every process binds a datagram socket `run/wake.<pid>.<token>` in the store's directory and finds its peers by listing
that directory. A datagram holds pairs (account, newest modseq) and nothing else: whoever is woken asks the store what
happened. So a datagram may be lost, doubled or late without harm, as long as a later one follows: a peer whose buffer
is full gets the newest modseq of each account in question once it has room again.
"""

import asyncio
import contextlib
import logging
import os
import secrets
import socket
import struct
from collections.abc import Callable, Mapping
from pathlib import Path

from mailproof_server.model.ids import AccountId, Modseq

log = logging.getLogger(__name__)

_PREFIX = "wake."
_PAIR = struct.Struct(">QQ")
_PAIRS_PER_DATAGRAM = 512
_RETRY_S = 0.002
_LONGEST_NAME_BYTES = 100

Wake = Callable[[Modseq], None]


class Changelog:
    """The `Feed` of one store in one process. All of it runs on the event loop."""

    def __init__(self, run_directory: Path) -> None:
        self._directory = run_directory
        self._watchers: dict[AccountId, list[Wake]] = {}
        self._unsent: dict[str, dict[AccountId, Modseq]] = {}
        self._name = f"{_PREFIX}{os.getpid()}.{secrets.token_hex(4)}"
        self._socket: socket.socket | None = None
        self._directory_fd = -1
        self._loop: asyncio.AbstractEventLoop | None = None
        self._retry: asyncio.TimerHandle | None = None

    def open(self) -> None:
        """Bind the socket and listen, on the running loop."""
        self._loop = asyncio.get_running_loop()
        self._directory_fd = os.open(self._directory, os.O_RDONLY | os.O_DIRECTORY)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind(self._address(self._name))
        self._loop.add_reader(self._socket, self._receive)

    def close(self) -> None:
        if self._socket is None or self._loop is None:
            return
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None
        self._loop.remove_reader(self._socket)
        self._socket.close()
        self._socket = None
        self._forget(self._name)
        os.close(self._directory_fd)

    def watch(self, account_id: AccountId, wake: Wake) -> Callable[[], None]:
        """Call `wake` after each commit that changed the account; returns the undo, which may be called twice."""
        watchers = self._watchers.setdefault(account_id, [])
        watchers.append(wake)
        active = True

        def undo() -> None:
            nonlocal active
            if active:
                active = False
                watchers.remove(wake)
                if not watchers and self._watchers.get(account_id) is watchers:
                    del self._watchers[account_id]

        return undo

    def publish(self, newest: Mapping[AccountId, Modseq]) -> None:
        """Tell the waiters here and the other workers."""
        self._wake(newest)
        if self._socket is None:
            return
        for name in os.listdir(self._directory_fd):  # noqa: PTH208 -- by descriptor, and this runs at every commit
            if name.startswith(_PREFIX) and name != self._name:
                self._send(name, newest)

    # -- parts -------------------------------------------------------------------------------------------------------
    def _wake(self, newest: Mapping[AccountId, Modseq]) -> None:
        for account_id, modseq in newest.items():
            for wake in tuple(self._watchers.get(account_id, ())):
                try:
                    wake(modseq)
                except Exception:
                    # A fault in one session must not keep the others asleep.
                    log.exception("a watcher of account %d failed", account_id)

    def _send(self, name: str, newest: Mapping[AccountId, Modseq]) -> None:
        if self._socket is None:
            return
        waiting = self._unsent.get(name)
        if waiting is not None:
            waiting.update(newest)
            return
        pairs = list(newest.items())
        for start in range(0, len(pairs), _PAIRS_PER_DATAGRAM):
            datagram = b"".join(_PAIR.pack(*pair) for pair in pairs[start : start + _PAIRS_PER_DATAGRAM])
            try:
                self._socket.sendto(datagram, self._address(name))
            except BlockingIOError:
                self._unsent[name] = dict(pairs[start:])
                self._retry_later()
                return
            except (ConnectionRefusedError, FileNotFoundError):
                # Its process is gone, be it killed: nobody else will ever answer under this name.
                self._forget(name)
                return

    def _retry_later(self) -> None:
        if self._retry is None and self._loop is not None:
            self._retry = self._loop.call_later(_RETRY_S, self._resend)

    def _resend(self) -> None:
        self._retry = None
        unsent, self._unsent = self._unsent, {}
        for name, newest in unsent.items():
            self._send(name, newest)

    def _receive(self) -> None:
        newest: dict[AccountId, Modseq] = {}
        while self._socket is not None:
            try:
                datagram = self._socket.recv(_PAIR.size * _PAIRS_PER_DATAGRAM)
            except BlockingIOError:
                break
            if len(datagram) % _PAIR.size == 0:
                for account_id, modseq in _PAIR.iter_unpack(datagram):
                    newest[AccountId(account_id)] = max(newest.get(AccountId(account_id), Modseq(0)), Modseq(modseq))
        self._wake(newest)

    def _forget(self, name: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name, dir_fd=self._directory_fd)

    def _address(self, name: str) -> str:
        """Socket addresses hold about a hundred bytes; a longer path is taken through the open directory (Linux)."""
        path = os.fspath(self._directory / name)
        if len(os.fsencode(path)) <= _LONGEST_NAME_BYTES:
            return path
        return f"/proc/self/fd/{self._directory_fd}/{name}"
