"""One SMTP connection as the monitors see it: which commands still wait for their reply, what EHLO offered.

Octets that a case wrote by hand make the session ``uncertain`` for good: how many replies they deserve is unknown.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from mailproof_suites.clients.observer import SentCommand
from mailproof_suites.clients.smtp.client import parse_extensions
from mailproof_suites.clients.smtp.reply import Reply

GREETING = "greeting"
MESSAGE = "message"
"""What the reply after the final dot, or after a BDAT chunk, answers."""


@dataclass(slots=True)
class SmtpSession:
    """What is known about one connection."""

    waiting: deque[str] = field(default_factory=lambda: deque([GREETING]))
    """What each coming reply answers, in order: "greeting", a verb, "message"."""
    uncertain: bool = False
    extensions: dict[str, str] = field(default_factory=dict)
    authenticated: bool = False
    said_goodbye: bool = False
    """A 221 or 421 was received."""

    def answered(self) -> str | None:
        """What the reply at hand answers; None when that is not known or nothing is waiting."""
        return self.waiting[0] if self.waiting and not self.uncertain else None

    def offers(self, keyword: str) -> bool:
        """Whether the last EHLO listed this extension."""
        return keyword in self.extensions

    def sent(self, command: SentCommand) -> None:
        """A command, an answer to 334 or a message is about to be sent."""
        if command.raw:
            self.uncertain = True
        elif command.kind == "data" and command.name == "DATA":
            self.waiting.append(MESSAGE)
        else:
            self.waiting.append(command.name)

    def received(self, reply: Reply) -> None:
        """Advance the state by one reply."""
        answers = self.waiting.popleft() if self.waiting else None
        if reply.code in (221, 421):
            self.said_goodbye = True
        if self.uncertain:
            return
        if answers == "EHLO" and reply.code == 250:
            self.extensions = parse_extensions(reply)
        elif answers == "HELO" and reply.code == 250:
            self.extensions = {}
        elif answers == "AUTH" and reply.code == 235:
            self.authenticated = True
