"""The baseline file of `--baseline`: known deviations kept apart from the profile, so that CI can accept them.

[[deviation]]
requirement = "RFC9051:6.4.8-3"     # or: case = "imap/rfc9051/test_6_4_8_move.py::test_x"
reason = "fixed in 4.2"
link = "https://bugs.example/17"    # optional

One finding may explain several requirements and cases, and tell its evidence, which docs/interop prints:

[[deviation]]
server = "Acme"                     # which of the target's servers
requirements = ["RFC9051:6.4.8-3", "RFC6851:3.3-1"]
cases = ["imap/rfc9051/test_6_4_8_move.py::test_x"]
reason = "MOVE loses flags"
sentence = "RFC 9051 section 6.4.8: …"
wire = "C: a MOVE 1 box\\nS: …"

`[about]` (title, packages, setup, matters) introduces the page that is made of it.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from mailproof_suites.targets.errors import ConfigError, read_toml
from mailproof_suites.targets.profile import Deviation, check_deviations


class About(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a reader of the target's page should know first."""

    title: str = ""
    setup: str = ""
    """How the target was set up; Markdown."""
    matters: list[str] = []
    """The findings that a user of the server would want to hear of; Markdown, one line each."""


class Finding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that a target does otherwise, with everything that it explains."""

    reason: str
    server: str = ""
    requirement: str = ""
    case: str = ""
    requirements: list[str] = []
    cases: list[str] = []
    sentence: str = ""
    """The sentence that it breaks, with its place: `RFC 9051 section 9: …`."""
    wire: str = ""
    """Lines of the conversation that show it, `C: …` and `S: …`."""
    link: str = ""

    @property
    def told(self) -> str:
        """The reason as a run's messages give it."""
        return f"{self.server}: {self.reason}" if self.server else self.reason

    def deviations(self) -> list[Deviation]:
        """One for each requirement and each case that it explains."""
        explained = {
            "requirement": [*filter(None, [self.requirement]), *self.requirements],
            "case": [*filter(None, [self.case]), *self.cases],
        }
        return [
            Deviation(reason=self.told, link=self.link, **{kind: subject})
            for kind, subjects in explained.items()
            for subject in subjects
        ]


class Baseline(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    about: About = About()
    deviation: list[Finding] = []


def read_baseline(path: Path) -> Baseline:
    """A baseline file. Raises ConfigError, naming file and key."""
    baseline = read_toml(path, "baseline", Baseline)
    for number, finding in enumerate(baseline.deviation, start=1):
        if not finding.reason.strip():
            raise ConfigError(f"baseline {path}: deviation[{number}]: reason is empty")
        if not finding.deviations():
            raise ConfigError(f"baseline {path}: deviation[{number}]: give a requirement or a case")
    listed = [deviation for finding in baseline.deviation for deviation in finding.deviations()]
    check_deviations(f"baseline {path}", "deviation", listed)
    return baseline


def load_baseline(path: Path) -> list[Deviation]:
    """The deviations of a baseline file. Raises ConfigError, naming file and key."""
    return [deviation for finding in read_baseline(path).deviation for deviation in finding.deviations()]
