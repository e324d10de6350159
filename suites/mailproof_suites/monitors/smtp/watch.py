"""The observer of one SMTP connection: asks every rule about every reply, then advances the session."""

from __future__ import annotations

from mailproof_suites.clients.errors import GrammarViolation
from mailproof_suites.clients.observer import ConnectionInfo, SentCommand
from mailproof_suites.clients.smtp.reply import Reply
from mailproof_suites.monitors.collector import Collector
from mailproof_suites.monitors.rule import HELD, Broken
from mailproof_suites.monitors.smtp.rules import CLOSE_REQUIREMENTS, SYNTAX, TABLE
from mailproof_suites.monitors.smtp.session import SmtpSession


class SmtpMonitor:
    """Watches one connection and reports to ``collector``."""

    def __init__(self, collector: Collector) -> None:
        self.collector = collector
        self.session = SmtpSession()
        self._connection: ConnectionInfo | None = None

    def on_open(self, connection: ConnectionInfo) -> None:
        """Remember the connection."""
        self._connection = connection

    def on_sent(self, command: SentCommand) -> None:
        """Note the command."""
        self.session.sent(command)

    def on_response(self, reply: Reply) -> None:
        """Check the reply against every rule that looks at its kind."""
        answers = self.session.answered()
        for kind in ("any", answers) if answers else ("any",):
            for rule in TABLE.for_kind(kind):
                finding = rule.check(self.session, reply)
                if finding is HELD:
                    self.collector.checked(rule.requirements)
                elif isinstance(finding, Broken):
                    self._report(rule.requirements, rule.name, finding, reply.raw)
        self.session.received(reply)

    def on_violation(self, violation: GrammarViolation) -> None:
        """A reply, or a part of one, that left the grammar."""
        finding = Broken(f"{violation.production}: {violation.expected}", violation.actual)
        self._report(SYNTAX, "the_reply_is_grammatical", finding, violation.raw)

    def on_close(self) -> None:
        """RFC 5321 section 4.1.1.10: the receiver "MUST NOT intentionally close the transmission channel until it
        receives and replies to a QUIT command", or has said 421."""
        if self._connection is None or not self._connection.ended_by_peer or self.session.uncertain:
            return
        if self.session.said_goodbye:
            self.collector.checked(CLOSE_REQUIREMENTS)
            return
        finding = Broken("221 (to QUIT) or 421 before the server closes", "closed without either")
        self._report(CLOSE_REQUIREMENTS, "the_server_says_goodbye_before_it_closes", finding, b"")

    def _report(self, requirements: tuple[str, ...], rule: str, finding: Broken, raw: bytes) -> None:
        name = self._connection.name if self._connection else ""
        self.collector.broken(requirements, rule, finding.expected, finding.actual, raw, name)
