"""The observer of one IMAP connection: asks every rule about every response, then advances the session."""

from __future__ import annotations

from collections.abc import Iterator

from mailproof_suites.clients.errors import GrammarViolation
from mailproof_suites.clients.imap.values import Continuation, Response, Tagged, Untagged
from mailproof_suites.clients.observer import ConnectionInfo, SentCommand
from mailproof_suites.monitors.collector import Collector
from mailproof_suites.monitors.imap.grammar import SYNTAX, requirements_of
from mailproof_suites.monitors.imap.rules import TABLE
from mailproof_suites.monitors.imap.session import ImapSession, codes
from mailproof_suites.monitors.rule import HELD, Broken


class ImapMonitor:
    """Watches one connection and reports to ``collector``."""

    def __init__(self, collector: Collector) -> None:
        self.collector = collector
        self.session = ImapSession(collector, epoch=collector.epoch)
        self._connection: ConnectionInfo | None = None
        self._last: Response | None = None

    def on_open(self, connection: ConnectionInfo) -> None:
        """Remember the connection."""
        self._connection = connection

    def on_sent(self, command: SentCommand) -> None:
        """Note the command."""
        self.session.sent(command)

    def on_response(self, response: Response) -> None:
        """Check the response against every rule that looks at its kind."""
        self.collector.checked(SYNTAX)
        for kind in kinds_of(response):
            self._check(kind, response)
        self.session.received(response)
        self._last = response

    def _check(self, kind: str, response: Response) -> None:
        for rule in TABLE.for_kind(kind):
            finding = rule.check(self.session, response)
            if finding is HELD:
                self.collector.checked(rule.requirements)
            elif isinstance(finding, Broken):
                self._report(rule.requirements, rule.name, finding, response.raw)

    def on_violation(self, violation: GrammarViolation) -> None:
        """A response that left the grammar."""
        finding = Broken(f"{violation.production}: {violation.expected}", violation.actual)
        self._report(requirements_of(violation), "the_response_is_grammatical", finding, violation.raw)
        self.session.broken(violation.raw)

    def on_close(self) -> None:
        """Judge an end that the server made: a client may leave whenever it likes."""
        if self._connection is not None and self._connection.ended_by_peer and self._last is not None:
            self._check("close", self._last)

    def _report(self, requirements: tuple[str, ...], rule: str, finding: Broken, raw: bytes) -> None:
        name = self._connection.name if self._connection is not None else ""
        self.collector.broken(requirements, rule, finding.expected, finding.actual, raw, name)


def kinds_of(response: Response) -> Iterator[str]:
    """The kinds under which rules can look at a response."""
    yield "any"
    if isinstance(response, Tagged):
        yield "tagged"
    elif isinstance(response, Continuation):
        yield "+"
    elif isinstance(response, Untagged):
        yield response.name
    for code in codes(response):
        yield f"code:{code.name}"
        yield "code:any"
