"""What a file in `commands/` declares (RFC 5321 §4.1)."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from mailproof_server.protocols.smtp.errors import Situation
from mailproof_server.wire.smtp.command import Command as CommandLine
from mailproof_server.wire.smtp.reply import Reply

if TYPE_CHECKING:
    from mailproof_server.protocols.smtp.session import Session, SmtpServer

Run: TypeAlias = Callable[["Session", CommandLine], Awaitable[Reply]]
Keywords: TypeAlias = Callable[["SmtpServer"], Iterable[str]]


def _no_keywords(_server: "SmtpServer") -> Iterable[str]:
    return ()


@dataclass(frozen=True, slots=True)
class Command:
    """One verb of the table; made by `@command`."""

    verb: bytes
    run: Run
    needs_hello: bool
    needs_login: bool
    keywords: Keywords
    """The EHLO lines that this verb makes true."""
    situation: Situation
    """In which words its refusals are told."""


def command(
    verb: bytes,
    *,
    needs_hello: bool = False,
    needs_login: bool = False,
    keywords: Keywords = _no_keywords,
    situation: Situation = Situation.OTHER,
) -> Callable[[Run], Command]:
    """Declare the decorated function as the verb."""

    def declare(run: Run) -> Command:
        return Command(verb, run, needs_hello or needs_login, needs_login, keywords, situation)

    return declare
