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
        self._connection = ""

    def on_open(self, connection: ConnectionInfo) -> None:
        """Remember the connection's name."""
        self._connection = connection.name

    def on_sent(self, command: SentCommand) -> None:
        """Note the command."""
        self.session.sent(command)

    def on_response(self, response: Response) -> None:
        """Check the response against every rule that looks at its kind."""
        self.collector.checked(SYNTAX)
        for kind in kinds_of(response):
            for rule in TABLE.for_kind(kind):
                finding = rule.check(self.session, response)
                if finding is HELD:
                    self.collector.checked(rule.requirements)
                elif isinstance(finding, Broken):
                    self._report(rule.requirements, rule.name, finding, response.raw)
        self.session.received(response)

    def on_violation(self, violation: GrammarViolation) -> None:
        """A response that left the grammar."""
        finding = Broken(f"{violation.production}: {violation.expected}", violation.actual)
        self._report(requirements_of(violation), "the_response_is_grammatical", finding, violation.raw)
        self.session.broken(violation.raw)

    def on_close(self) -> None:
        """Nothing is judged at the end: a client may leave whenever it likes."""

    def _report(self, requirements: tuple[str, ...], rule: str, finding: Broken, raw: bytes) -> None:
        self.collector.broken(requirements, rule, finding.expected, finding.actual, raw, self._connection)


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
