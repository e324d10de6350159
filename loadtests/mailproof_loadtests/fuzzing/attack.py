"""Sending bursts over many connections, and judging what comes back.

After each burst a connection is brought back to its senses (`recovery`) and must then answer: a server may answer the
burst as it likes, and may end the connection, but only after it has said why. What is a finding:

    silent      no sign of life although nothing that was sent can still be waited for
    cut         the connection ended without a word
    internal    the server says itself that it met an unexpected error
"""

import re
import socket
import ssl
import threading
import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Protocol

from mailproof_loadtests.fuzzing import imap, smtp
from mailproof_loadtests.fuzzing.served import Account, Target, UnreachableError

COMMANDS_PER_BURST = 60
MAX_PADDING = 256 * 1024
PATIENCE_S = 20.0
SHORT_PATIENCE_S = 0.3
BURSTS_PER_CONNECTION = 50
MAX_FINDINGS = 20
MAX_FOLDERS = 40
"""An account with more is tidied at the next sign-in."""
_TAIL_BYTES = 4096
_LISTED = re.compile(rb'^\* L(?:IST|SUB) \([^)]*\) "/" ([^\r\n{]+)\r$', re.MULTILINE)
_KEPT = frozenset({b"INBOX", b"Drafts", b"Archive", b'"Sent Items"', b'"Deleted Items"', b'"Junk E-mail"'})
_INTERNAL = re.compile(rb"SERVERBUG|\n451 4\.3\.0 Internal|\n[45]\d\d [^\r\n]*[Ii]nternal error")


class Dialect(Protocol):
    """What a protocol's module offers."""

    def awaited_octets(self, sent: bytes) -> int: ...

    def recovery(self, padding: int, mark: int) -> bytes: ...

    def signs_of_life(self, mark: int) -> re.Pattern[bytes]: ...

    def is_farewell(self, tail: bytes) -> bool: ...

    def answered(self, received: bytes) -> int: ...


@dataclass(frozen=True, slots=True)
class Finding:
    kind: str
    burst_number: int
    """The burst is made of the seed and this number."""
    sent: bytes
    tail: bytes
    """The last octets that came."""

    def __str__(self) -> str:
        return f"{self.kind} after burst {self.burst_number}: {self.sent[-1500:]!r}\n  came: {self.tail[-300:]!r}"


@dataclass(slots=True)
class Tally:
    """Shared by all threads of one attack."""

    wanted: int
    done: int = 0
    """Commands that were answered; what a server that ends the session never looked at does not count."""
    bursts: int = 0
    connections: int = 0
    ended: int = 0
    """Connections that the server ended with a word."""
    given_up: int = 0
    """Connections that wait for more octets than one would send."""
    findings: list[Finding] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_over(self) -> bool:
        return self.done >= self.wanted or len(self.findings) >= MAX_FINDINGS

    def next_burst(self) -> int | None:
        """The number of a burst to make; None when there have been enough."""
        with self.lock:
            if self.is_over:
                return None
            self.bursts += 1
            return self.bursts


class Connection:
    """One TLS connection; reading keeps no more than the tail."""

    def __init__(self, target: Target, protocol: str, answered: Callable[[bytes], int]) -> None:
        endpoint = target.imaps if protocol == "imaps" else target.smtps
        if endpoint is None:
            raise UnreachableError(f"the target has no {protocol} endpoint")
        context = ssl.create_default_context(cafile=None if target.ca_file is None else str(target.ca_file))
        try:
            plain = socket.create_connection(endpoint, timeout=PATIENCE_S)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket = context.wrap_socket(plain, server_hostname=endpoint[0])
        except OSError as error:
            raise UnreachableError(f"{protocol}: {error}") from error
        self.tail = b""
        self.is_closed = False
        self.is_internal = False
        self.answered = 0
        self._count = answered

    def send(self, octets: bytes) -> None:
        try:
            self._socket.settimeout(PATIENCE_S)
            self._socket.sendall(octets)
        except OSError:
            pass  # the server has closed, or closes: reading tells what its last words were

    def read_until(self, sign: re.Pattern[bytes], patience_s: float, kept: bytearray | None = None) -> bool:
        """Whether the sign came; False as well when the connection ended. `kept` takes everything that comes."""
        deadline = time.monotonic() + patience_s
        while (left_s := deadline - time.monotonic()) > 0:
            try:
                self._socket.settimeout(left_s)
                octets = self._socket.recv(65536)
            except TimeoutError:
                return False
            except OSError:
                octets = b""
            if not octets:
                self.is_closed = True
                return False
            if kept is not None:
                kept += octets
            seen = self.tail + octets
            self.is_internal = self.is_internal or _INTERNAL.search(seen) is not None
            found = sign.search(seen) is not None
            self.answered += self._count(octets)
            self.tail = seen[-_TAIL_BYTES:]
            if found:
                return True
        return False

    def close(self) -> None:
        self._socket.close()


class Attacker(threading.Thread):
    """Bursts until there were enough, on one connection after the other."""

    def __init__(self, target: Target, protocol: str, seed: int, index: int, tally: Tally) -> None:
        super().__init__(name=f"{protocol}-{index}", daemon=True)
        self._target = target
        self._protocol = protocol
        self._dialect: Dialect = imap if protocol == "imaps" else smtp
        self._seed = seed
        self._index = index
        self._tally = tally
        self.failure: Exception | None = None

    def run(self) -> None:
        try:
            while not self._tally.is_over:
                self._one_connection()
        except Exception as error:  # noqa: BLE001 -- told by the main thread, which ends the attack
            self.failure = error
            self._tally.wanted = 0

    def _one_connection(self) -> None:
        with self._tally.lock:
            self._tally.connections += 1
            number = self._tally.connections
        account = self._target.accounts[(self._index + number) % len(self._target.accounts)]
        connection = Connection(self._target, self._protocol, self._dialect.answered)
        try:
            if self._protocol == "smtps":
                require_help(connection)
            # Every sixth comes as a stranger: what lies before sign-in is attacked as well.
            if number % 6:
                sign_in(connection, self._protocol, account)
                if self._protocol == "imaps":
                    tidy(connection)
            for _ in range(BURSTS_PER_CONNECTION):
                burst_number = self._tally.next_burst()
                if burst_number is None or not self._attack(connection, burst_number, account):
                    break
        finally:
            connection.close()

    def _attack(self, connection: Connection, number: int, account: Account) -> bool:
        """One burst; whether the connection can take another."""
        rng = Random(f"{self._seed}/{number}")  # noqa: S311 -- reproducible, not secret
        if self._protocol == "imaps":
            sent = imap.burst(rng, COMMANDS_PER_BURST)
        else:
            sent = smtp.burst(rng, COMMANDS_PER_BURST, b"<%b>" % account.address.encode("ascii"))
        dialect = self._dialect
        awaited = dialect.awaited_octets(sent)
        may_hang = awaited > MAX_PADDING
        connection.tail = b""  # or the sign of life after the burst before would be taken for one after this
        connection.send(sent + dialect.recovery(0 if may_hang else awaited, number))
        is_alive = connection.read_until(dialect.signs_of_life(number), SHORT_PATIENCE_S if may_hang else PATIENCE_S)
        kind = ""
        if connection.is_internal:
            kind = "internal"
        elif connection.is_closed:
            if dialect.is_farewell(connection.tail):
                self._count(ended=1)
            else:
                kind = "cut"
        elif not is_alive and may_hang:
            self._count(given_up=1)
        elif not is_alive:
            kind = "silent"
        with self._tally.lock:
            self._tally.done += connection.answered
            connection.answered = 0
            if kind:
                self._tally.findings.append(Finding(kind, number, sent, connection.tail))
        return is_alive and not kind

    def _count(self, *, ended: int = 0, given_up: int = 0) -> None:
        with self._tally.lock:
            self._tally.ended += ended
            self._tally.given_up += given_up


def sign_in(connection: Connection, protocol: str, account: Account) -> None:
    """Raises UnreachableError when the target does not let us in."""
    if protocol == "imaps":
        connection.send(b"in LOGIN %b {%d+}\r\n%b\r\n" % _octets(account))
        expected = re.compile(rb"(?:^|\n)in OK")
    else:
        plain = b64encode(f"\0{account.address}\0{account.password}".encode())
        connection.send(b"EHLO fuzz.example\r\nAUTH PLAIN %b\r\n" % plain)
        expected = re.compile(rb"\n235 ")
    if not connection.read_until(expected, PATIENCE_S):
        raise UnreachableError(f"{account.address} cannot sign in: {connection.tail[-200:]!r}")


def tidy(connection: Connection) -> None:
    """Remove what earlier bursts have left: spoiled names pile up by the thousand, and a store that only grows is
    not what is measured."""
    listing = bytearray()
    connection.send(b't1 LIST "" *\r\nt2 LSUB "" *\r\n')
    if not connection.read_until(re.compile(rb"(?:^|\n)t2 "), PATIENCE_S, listing):
        return
    folders = sorted((each for each in _LISTED.findall(bytes(listing)) if each not in _KEPT), reverse=True)
    if len(folders) > MAX_FOLDERS:
        commands = [b"t3 UNSUBSCRIBE %b\r\nt3 DELETE %b\r\n" % (each, each) for each in folders]
        empty = b"t4 SELECT INBOX\r\nt4 STORE 1:* +FLAGS.SILENT \\Deleted\r\nt4 CLOSE\r\n"
        connection.send(b"".join(commands) + empty + b"t5 NOOP\r\n")
        connection.read_until(re.compile(rb"(?:^|\n)t5 "), PATIENCE_S)
    connection.answered = 0


def require_help(connection: Connection) -> None:
    """Replies of SMTP have no tags: that to HELP tells a sign of life from all others. Raises UnreachableError."""
    connection.send(b"HELP\r\n")
    if not connection.read_until(re.compile(rb"\n214[ -][^\r\n]*\r\n"), PATIENCE_S):
        raise UnreachableError(f"HELP is not answered by 214: {connection.tail[-200:]!r}")


def _octets(account: Account) -> tuple[bytes, int, bytes]:
    password = account.password.encode()
    return account.address.encode(), len(password), password


def attack(
    target: Target, protocol: str, *, commands: int, seed: int, connections: int, watch: Callable[[Tally], bool]
) -> Tally:
    """Run it to the end. `watch` is called twice a second; False ends it at once. Raises UnreachableError."""
    tally = Tally(commands)
    attackers = [Attacker(target, protocol, seed, index, tally) for index in range(connections)]
    for attacker in attackers:
        attacker.start()
    while any(attacker.is_alive() for attacker in attackers):
        attackers[0].join(0.5) if attackers[0].is_alive() else time.sleep(0.1)
        if not watch(tally):
            tally.wanted = 0
            break
    for attacker in attackers:
        attacker.join(PATIENCE_S * 2)
    for attacker in attackers:
        if attacker.failure is not None:
            raise attacker.failure
    return tally
