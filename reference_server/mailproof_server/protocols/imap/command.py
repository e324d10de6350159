"""What a command file declares, and what a command answers (RFC 9051 6, 7.1)."""

import enum
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from mailproof_server.wire.imap.stream import CommandLine, Continuation

if TYPE_CHECKING:
    from mailproof_server.protocols.imap.session import Session


class State(enum.Flag):
    """Where a session stands (RFC 9051 3)."""

    NOT_AUTHENTICATED = enum.auto()
    AUTHENTICATED = enum.auto()
    SELECTED = enum.auto()


ANY = State.NOT_AUTHENTICATED | State.AUTHENTICATED | State.SELECTED
SIGNED_IN = State.AUTHENTICATED | State.SELECTED


@dataclass(frozen=True, slots=True)
class Reply:
    """The tagged completion: `code` without brackets, `text` for people."""

    status: bytes
    text: bytes
    code: bytes | None = None

    def line(self, tag: bytes) -> bytes:
        """The whole response line."""
        if self.code is None:
            return b"%b %b %b\r\n" % (tag, self.status, self.text)
        return b"%b %b [%b] %b\r\n" % (tag, self.status, self.code, self.text)


def ok(text: bytes, code: bytes | None = None) -> Reply:
    return Reply(b"OK", text, code)


def no(text: bytes, code: bytes | None = None) -> Reply:
    return Reply(b"NO", text, code)


def bad(text: bytes, code: bytes | None = None) -> Reply:
    return Reply(b"BAD", text, code)


Run: TypeAlias = Callable[["Session", CommandLine], Awaitable[Reply]]
Gate: TypeAlias = Callable[["Session", Continuation], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Command:
    """One command of the table; made by `@command`."""

    name: bytes
    """As sent, in upper case, e.g. `FETCH`."""
    states: State
    run: Run
    capabilities: tuple[bytes, ...] = ()
    """What advertises it. A session whose set holds none of them does not know the command."""
    extra: tuple[bytes, ...] = ()
    """Further capabilities that this file makes true, e.g. `CONDSTORE` for STORE's modifiers."""
    uid: bool = False
    """Also `UID <name>`."""
    holds_numbers: bool = False
    """No EXPUNGE may be reported while it runs without UID (RFC 9051 7.5.1: FETCH, STORE, SEARCH and their kin)."""
    gate: Gate | None = None
    """Asked when a message literal is announced: raises a Refusal before the message is sent."""


def command(
    name: bytes,
    states: State,
    *,
    capability: bytes | Iterable[bytes] = (),
    extra: Iterable[bytes] = (),
    uid: bool = False,
    holds_numbers: bool = False,
    gate: Gate | None = None,
) -> Callable[[Run], Command]:
    """Declare the decorated function as the command `name`."""
    capabilities = (capability,) if isinstance(capability, bytes) else tuple(capability)

    def declare(run: Run) -> Command:
        return Command(name, states, run, capabilities, tuple(extra), uid, holds_numbers, gate)

    return declare
