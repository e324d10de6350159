"""How many connections one user and one address may hold at a time, and closing those of a user."""

from collections import Counter
from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeVar

from mailproof_server.model.account import Principal
from mailproof_server.model.errors import TooMany
from mailproof_server.model.ids import PrincipalId
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.services.revocations import Revocations


class Connection:
    """One connection's place in the count; leave it exactly when the connection ends. Usable with `with`."""

    def __init__(self, connections: "Connections", protocol: str, address: str, close: Callable[[], None]) -> None:
        self._connections = connections
        self._undo_watch: Callable[[], None] | None = None
        self._has_left = False
        self.protocol = protocol
        self.address = address
        self.close = close
        self.principal_id: PrincipalId | None = None

    def sign_in(self, principal: Principal) -> None:
        """Count the connection to the principal from now on. Raises TooMany, and then nothing has changed."""
        self._connections._claim(self, principal)

    def leave(self) -> None:
        """Give the place back; a second time does nothing."""
        if not self._has_left:
            self._has_left = True
            self._connections._release(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()


def _nothing() -> None:
    """Of a connection that cannot be closed from outside."""


class Connections:
    """Of this process: with several workers, each counts its own."""

    def __init__(self, limits: ServiceLimits, revocations: Revocations) -> None:
        self._limits = limits
        self._revocations = revocations
        self._by_address: Counter[str] = Counter()
        self._by_user: Counter[PrincipalId] = Counter()
        self._open: set[Connection] = set()

    def enter(
        self,
        principal: Principal | None,
        protocol: str,
        address: str,
        *,
        close: Callable[[], None] = _nothing,
    ) -> Connection:
        """Take a place for a connection from `address`; None while nobody has signed in on it (`sign_in` later).

        `close()` is called when the principal's sign-in no longer holds. Raises TooMany.
        """
        if self._by_address[address] >= self._limits.connections_per_address:
            raise TooMany("Too many connections from this address")
        connection = Connection(self, protocol, address, close)
        if principal is not None:
            self._claim(connection, principal)
        self._by_address[address] += 1
        self._open.add(connection)
        return connection

    def close_all(self, principal_id: PrincipalId) -> None:
        """Close the connections on which the principal has signed in."""
        for connection in [each for each in self._open if each.principal_id == principal_id]:
            connection.close()

    def signed_in(self) -> list[Connection]:
        """Those on which somebody has signed in."""
        return [each for each in self._open if each.principal_id is not None]

    def count(self, protocol: str | None = None) -> int:
        """Open connections, of one protocol or of all."""
        return sum(1 for each in self._open if protocol in (None, each.protocol))

    def _claim(self, connection: Connection, principal: Principal) -> None:
        if self._by_user[principal.id] >= self._limits.connections_per_user:
            raise TooMany("Too many connections of this user")
        self._unclaim(connection)
        connection.principal_id = principal.id
        connection._undo_watch = self._revocations.watch(principal.id, connection.close)
        self._by_user[principal.id] += 1

    def _unclaim(self, connection: Connection) -> None:
        if connection._undo_watch is not None and connection.principal_id is not None:
            connection._undo_watch()
            connection._undo_watch = None
            _give_back(self._by_user, connection.principal_id)
            connection.principal_id = None

    def _release(self, connection: Connection) -> None:
        self._unclaim(connection)
        self._open.discard(connection)
        _give_back(self._by_address, connection.address)


Key = TypeVar("Key", PrincipalId, str)


def _give_back(counter: Counter[Key], key: Key) -> None:
    """Counters forget a key whose count is zero: addresses come and go by the million."""
    counter[key] -= 1
    if not counter[key]:
        del counter[key]
