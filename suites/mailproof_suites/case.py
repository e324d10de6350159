"""All that a file of cases imports: marks, expectations, and the types of the fixtures.

from mailproof_suites.case import Append, ImapClient, expect, needs, requirement

@requirement("RFC9051:6.4.8-1")
@needs("imap:MOVE")
def test_a_moved_message_is_gone(imap: ImapClient, folder: str, append: Append) -> None: ...
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from mailproof_suites import expect
from mailproof_suites.capabilities import Capabilities, needs
from mailproof_suites.clients.imap import Completion, ImapClient, Literal
from mailproof_suites.clients.smtp import Reply, SmtpClient
from mailproof_suites.clients.transcript import Transcript
from mailproof_suites.control.control import Control
from mailproof_suites.control.hook import ControlRefused
from mailproof_suites.messages import Post
from mailproof_suites.requirements import requirement
from mailproof_suites.targets import Account, Target
from mailproof_suites.world import World

__all__ = [
    "Account",
    "Append",
    "Capabilities",
    "Completion",
    "ConnectImap",
    "ConnectSmtp",
    "Control",
    "ControlRefused",
    "Deliver",
    "ImapClient",
    "Literal",
    "MakeMessage",
    "Post",
    "Reply",
    "SmtpClient",
    "Target",
    "Transcript",
    "WaitFor",
    "World",
    "expect",
    "needs",
    "requirement",
]


class ConnectImap(Protocol):
    """Type of the fixture `connect_imap`: `World.connect_imap`."""

    def __call__(
        self, account: Account | None = None, *, login: bool = True, name: str | None = None, **options: Any
    ) -> ImapClient:
        """One more IMAP connection."""


class ConnectSmtp(Protocol):
    """Type of the fixture `connect_smtp`: `World.connect_smtp`."""

    def __call__(
        self, account: Account | None = None, *, login: bool = True, name: str | None = None, **options: Any
    ) -> SmtpClient:
        """One more SMTP connection."""


class MakeMessage(Protocol):
    """Type of the fixture `make_message`: `Post.make_message`."""

    def __call__(
        self,
        subject: str | None = None,
        *,
        sender: str | None = None,
        to: str | Sequence[str] | None = None,
        headers: Mapping[str, str | None] | None = None,
        body: str | bytes = "",
    ) -> bytes:
        """A message of the case's own."""


class Append(Protocol):
    """Type of the fixture `append`: `Post.append` over the fixture `imap`, unless another client is given."""

    def __call__(
        self,
        folder: str | bytes,
        message: bytes | None = None,
        flags: Sequence[str] = (),
        date: str | None = None,
        client: ImapClient | None = None,
    ) -> int:
        """APPEND; the UID."""


class Deliver(Protocol):
    """Type of the fixture `deliver`: `Post.deliver`."""

    def __call__(
        self,
        message: bytes | None = None,
        *,
        to: Account | Sequence[Account] | None = None,
        sender: Account | None = None,
        client: SmtpClient | None = None,
    ) -> str:
        """Send by SMTP; the mark of the message."""


class WaitFor(Protocol):
    """Type of the fixture `wait_for`: `Post.wait_for`."""

    def __call__(
        self,
        mark: str,
        *,
        account: Account | None = None,
        folder: str = "INBOX",
        client: ImapClient | None = None,
        requirement: str | None = None,
    ) -> int:
        """Wait for a delivery; the UID."""
