"""The data of a run: verdicts of cases and of requirements (ARCHITECTURE §4, contract "Results of a run").

Everything here is plain data without behaviour beyond counting, so that the plugin (which makes it), the
reports (which show it) and `compare` (which reads it back) depend on nothing else.

How a verdict comes about:

    Violation raised by a case, or seen by a monitor  -> fail   (the target's defect)
    any other exception                               -> error  (the harness's own failure, never hidden in fail)
    pytest.skip with a reason                         -> skip   (not advertised, endpoint or role absent)
    a fail that the profile or the baseline lists     -> known
    a listed deviation whose cases all pass           -> fail   ("stale deviation")
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

import msgspec

RESULTS_FORMAT = 1
"""Value of `format` in results.json."""


class Verdict(StrEnum):
    """Outcome of one case."""

    PASS = "pass"  # noqa: S105 -- a verdict, not a password
    FAIL = "fail"
    ERROR = "error"
    SKIP = "skip"
    KNOWN = "known"


class Level(StrEnum):
    """Strength of a requirement (RFC 2119 words). A row of FEATURES counts as `must`."""

    MUST = "must"
    SHOULD = "should"
    MAY = "may"

    @property
    def weight(self) -> int:
        """3 for must, 2 for should, 1 for may: `--level X` fails the run for every weight >= X's."""
        return {"must": 3, "should": 2, "may": 1}[self.value]


class RowState(StrEnum):
    """What a run found out about one requirement."""

    PASS = "pass"  # noqa: S105 -- a verdict, not a password
    FAIL = "fail"
    ERROR = "error"
    SKIP = "skip"
    KNOWN = "known"
    MONITOR = "monitor"
    """No case of its own; a monitor checked it on `checks` exchanges and found nothing wrong."""
    UNTESTABLE = "untestable"
    """The catalogue says why no black-box test can decide it (`detail`)."""
    NO_CASE = "no case yet"
    NOT_RUN = "not run"
    """Cases exist, but this run's selection (`--only`, `-k`, `--req`, an interruption) left them out."""


class Step(msgspec.Struct, kw_only=True):
    """One named step inside a case (`expect.step`)."""

    name: str
    verdict: Verdict = Verdict.PASS
    message: str = ""
    at_s: float = 0.0
    """Seconds since the case began."""
    seconds: float = 0.0


class CaseResult(msgspec.Struct, kw_only=True):
    """Everything known about one case after it ran."""

    id: str
    """`imap/rfc9051/test_6_4_8_move.py::test_x[param]`, relative to the package of suites."""
    title: str = ""
    """First line of the case's docstring, or its name read as a sentence."""
    requirements: list[str] = []
    area: str = ""
    """One of the contract's areas: tls, imap, smtp, …, journeys."""
    level: Level = Level.MUST
    """The highest level among its requirements."""
    verdict: Verdict = Verdict.PASS
    message: str = ""
    """One line: why it failed, was skipped, is known; empty for a plain pass."""
    expected: str = ""
    actual: str = ""
    detail: str = ""
    """Multi-line text for a reader: the traceback of an `error`, the place of a violation in the case."""
    violated: list[str] = []
    """Requirement ids that the violation names (a monitor names its own, which the case may not list)."""
    seconds: float = 0.0
    started: float = 0.0
    """Unix time, seconds."""
    transcript: str = ""
    """Wire log, secrets masked."""
    notes: list[str] = []
    """Observations that are no verdict ("no alert before EOF")."""
    steps: list[Step] = []
    monitored: dict[str, int] = {}
    """Requirement id -> number of exchanges on which a monitor checked it during this case."""
    worker: str = "main"


class RequirementRow(msgspec.Struct, kw_only=True):
    """One requirement of the catalogue, or one row of FEATURES, with what this run found."""

    id: str
    """`RFC9051:6.4.8-3`, or `NET-02` for a row of FEATURES."""
    source: str
    """`RFC 9051`, or `FEATURES`."""
    section: str
    """Section number in the source, or the chapter's title in FEATURES."""
    level: Level
    text: str
    state: RowState
    detail: str = ""
    """Why untestable, why skipped, or which deviation is known."""
    cases: list[str] = []
    """Ids of the cases that name it."""
    checks: int = 0
    """Number of exchanges on which a monitor checked it."""


class Run(msgspec.Struct, kw_only=True):
    """One run against one target."""

    target: str
    started: str
    """ISO 8601 with offset, the harness's clock."""
    seconds: float
    cases: list[CaseResult] = []
    requirements: list[RequirementRow] = []
    environment: dict[str, str] = {}
    """Free key/value pairs: endpoints, versions, capabilities, options of the run."""
    level: Level = Level.MUST
    """Lowest level that fails the run (`--level`)."""
    interrupted: bool = False
    unreachable: str = ""
    """Why the target could not be reached; empty when it could."""
    exit_status: int = 0
    format: int = RESULTS_FORMAT

    def summary(self) -> dict[str, int]:
        """Number of cases per verdict, every verdict present."""
        return summarise(self.cases)


def summarise(cases: Iterable[CaseResult]) -> dict[str, int]:
    """Number of cases per verdict, every verdict present (the contract's `summary`)."""
    counts = Counter(case.verdict.value for case in cases)
    return {verdict.value: counts.get(verdict.value, 0) for verdict in Verdict}
