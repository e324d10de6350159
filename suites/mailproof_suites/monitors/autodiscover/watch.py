"""The observer of one HTTPS connection to AutoDiscover: asks every rule about every answer."""

from __future__ import annotations

from mailproof_suites.clients.autodiscover import Answer
from mailproof_suites.clients.errors import GrammarViolation
from mailproof_suites.clients.http_message import HttpResponse
from mailproof_suites.clients.observer import ConnectionInfo, SentCommand
from mailproof_suites.monitors.autodiscover import answers, pox, soap
from mailproof_suites.monitors.collector import Collector
from mailproof_suites.monitors.rule import HELD, Broken, RuleTable

SYNTAX = ("AUTODISCOVER:HTTP-51",)
"""Of HTTP's own grammar."""
WELL_FORMED = ("AUTODISCOVER:XML-51",)
TABLE: RuleTable[str, Answer] = RuleTable([answers.TABLE, pox.TABLE, soap.TABLE])
REQUIREMENTS = TABLE.requirements | frozenset(SYNTAX) | frozenset(WELL_FORMED)

_ENDS = {
    "autodiscover.xml": "pox",
    "autodiscover.svc": "soap",
    "config-v1.1.xml": "autoconfig",
    "mail-v1.xml": "autoconfig",
    ".mobileconfig": "apple",
}


def dialect_of(path: str) -> str:
    """`pox`, `soap`, `json`, `autoconfig`, `apple`; empty for what is none of AutoDiscover's."""
    small = path.lower()
    if small.startswith("/autodiscover/autodiscover.json"):
        return "json"
    return next((dialect for end, dialect in _ENDS.items() if small.endswith(end)), "")


class AutodiscoverMonitor:
    """Watches one connection and reports to `collector`."""

    def __init__(self, collector: Collector) -> None:
        self.collector = collector
        self._name = ""

    def on_open(self, connection: ConnectionInfo) -> None:
        """Remember the connection's name."""
        self._name = connection.name

    def on_sent(self, command: SentCommand) -> None:
        """The response knows its request."""

    def on_response(self, response: HttpResponse) -> None:
        """Check the answer against every rule for its kind."""
        dialect = dialect_of(response.request.path)
        if not dialect:
            return
        answer = Answer(response)
        kinds = ["any"]
        if response.status == 200 and response.request.method != "HEAD":
            if dialect in ("pox", "soap", "autoconfig") and not self._is_well_formed(answer):
                return
            kinds.append(dialect)
        elif dialect == "soap" and response.status == 500:
            kinds.append("fault")
        for kind in kinds:
            for rule in TABLE.for_kind(kind):
                finding = rule.check(dialect, answer)
                if finding is HELD:
                    self.collector.checked(rule.requirements)
                elif isinstance(finding, Broken):
                    self._report(rule.requirements, rule.name, finding, response.head + response.body)

    def _is_well_formed(self, answer: Answer) -> bool:
        try:
            answer.root  # noqa: B018 -- parsing is the check
        except GrammarViolation as violation:
            self._report(WELL_FORMED, "the_answer_is_well_formed", _told(violation), violation.raw)
            return False
        self.collector.checked(WELL_FORMED)
        return True

    def on_violation(self, violation: GrammarViolation) -> None:
        """A response that left HTTP's grammar."""
        self._report(SYNTAX, "the_response_is_grammatical", _told(violation), violation.raw)

    def on_close(self) -> None:
        """Servers may close as they like."""

    def _report(self, requirements: tuple[str, ...], rule: str, finding: Broken, raw: bytes) -> None:
        self.collector.broken(requirements, rule, finding.expected, finding.actual, raw, self._name)


def _told(violation: GrammarViolation) -> Broken:
    return Broken(f"{violation.production}: {violation.expected}", violation.actual)
