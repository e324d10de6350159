"""Where histories are played: connections that last, and two fresh mailboxes for each history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from mailproof_suites.case import ImapClient
from mailproof_suites.imap.machine.player import Player
from mailproof_suites.imap.machine.script import Step


class Make(Protocol):
    """Makes a message with this subject."""

    def __call__(self, subject: str) -> bytes: ...


class Stage:
    """Plays one history after another; connections are opened anew after a history that failed."""

    def __init__(self, connect: Callable[[], list[ImapClient]], name: Callable[[], str], make: Make) -> None:
        """`connect()` opens the connections, signed in; `name()` gives a mailbox name that nobody else uses."""
        self._connect = connect
        self._name = name
        self._make = make
        self._clients: list[ImapClient] = []

    def play(self, script: Sequence[Step]) -> None:
        """Raises what `Player` raises; the mailboxes are gone afterwards."""
        clients = self._ready()
        here, away = self._name(), self._name()
        whole = False
        try:
            for name in (here, away):
                clients[0].create(name)
            player = Player(clients, here, away, self._make)
            player.play(script)
            away = player.away.name
            whole = True
        finally:
            if whole:
                for client in clients:
                    client.unselect()
                for name in (here, away):
                    clients[0].delete(name)
            else:
                self._drop()  # what they were in the middle of is not known; the case's cleaner removes the mailboxes

    def _ready(self) -> list[ImapClient]:
        if not self._clients:
            self._clients = self._connect()
            # One that resynchronises, one that is told mod-sequences, one that knows nothing of either.
            if "QRESYNC" in self._clients[0].capabilities:
                self._clients[0].enable("QRESYNC")
        return self._clients

    def _drop(self) -> None:
        clients, self._clients = self._clients, []
        for client in clients:
            client.close()
