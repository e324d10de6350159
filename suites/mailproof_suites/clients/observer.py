"""What a client tells whoever watches it: one observer per connection, called in the order of the wire.

The monitors are such observers. An observer must not talk on the connection and must not raise for what a server did:
it records. `on_sent` comes before the octets leave, so that no answer can overtake the knowledge of its command.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from mailproof_suites.clients.errors import GrammarViolation


@dataclass(slots=True)
class ConnectionInfo:
    """The connection being watched: ``protocol`` is "imap" or "smtp", ``name`` the one the transcript uses.

    The client sets ``ended_by_peer`` just before `on_close`, if the server ended the connection.
    """

    protocol: str
    host: str
    port: int
    name: str
    ended_by_peer: bool = False


@dataclass(frozen=True, slots=True)
class SentCommand:
    """One thing the client sent.

    ``tag`` (IMAP; empty when there is none), ``name`` the verb in capitals (``UID FETCH`` is one name) and ``line``
    the octets without the final CRLF. ``raw`` marks octets that a case wrote by hand (`send_raw`): name and tag are
    then a guess, and several commands may hide in them. ``kind``: "command", or "data" for what follows a
    continuation (DONE, SASL answers, a message after 354). IMAP only: ``literals`` counts the synchronising literals,
    each of which waits for a continuation before the command is whole; ``asks`` is how many more continuations the
    server may send (AUTHENTICATE, IDLE).
    """

    name: str
    line: bytes
    tag: bytes = b""
    raw: bool = False
    kind: str = "command"
    literals: int = 0
    asks: int = 0


class Observer(Protocol):
    """Watches one connection."""

    def on_open(self, connection: ConnectionInfo) -> None:
        """The TLS session stands; the greeting has not been read yet."""

    def on_sent(self, command: SentCommand) -> None:
        """``command`` is about to leave."""

    def on_response(self, response: Any) -> None:
        """A whole response was read: `imap.Response` or `smtp.Reply`."""

    def on_violation(self, violation: GrammarViolation) -> None:
        """A response broke the grammar; no `on_response` comes for it."""

    def on_close(self) -> None:
        """The connection is over; ``ended_by_peer`` of its `ConnectionInfo` tells who ended it."""
