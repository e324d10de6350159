"""What runs against other servers found, as Markdown: `python -m mailproof_suites.reporting.interop RUN… --docs DIR`.

`DIR/NAME.md` is the page of one target: versions, counts, and each known deviation with the sentence that it breaks and
the wire that shows it, from the target's list (`targets/NAME.deviations.toml`). `DIR.md` beside the folder is the
matrix of servers and areas. A failure that no list explains is shown as such: nothing is left out as yet unjudged.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

import click
import msgspec

from mailproof_suites.reporting.files import write_atomically
from mailproof_suites.reporting.references import address, natural
from mailproof_suites.reporting.results import RunUnreadableError, load_run
from mailproof_suites.reporting.rows import all_rows
from mailproof_suites.reporting.text import one_line, visible
from mailproof_suites.targets import ConfigError
from mailproof_suites.targets.baseline import Baseline, Finding, read_baseline
from mailproof_suites.verdicts import CaseResult, RowState, Run, Verdict

LISTS = Path(str(files("mailproof_suites") / "targets"))
_COUNTED = (Verdict.PASS, Verdict.KNOWN, Verdict.SKIP, Verdict.FAIL, Verdict.ERROR)
_HELD = (RowState.PASS, RowState.MONITOR)
_NAME = re.compile(r"[\w.-]+", re.ASCII)
_NOT_ADVERTISED = re.compile(r"(?P<protocol>IMAP|SMTP) capability (?P<names>.+) is not advertised")
_MADE_BY = "Made by `python -m mailproof_suites.reporting.interop RUN… --docs docs/interop`; not to be edited."


class Target:
    """One run with the list of what is known about its target.

    Args:
        run: whose target's name is also the page's.
        lists: folder of `NAME.deviations.toml`; a target without one has nothing known.

    Raises ConfigError for a list that cannot be read, and for a name that cannot be a file's.
    """

    def __init__(self, run: Run, lists: Path) -> None:
        if not _NAME.fullmatch(run.target):
            raise ConfigError(f"target {run.target!r}: its name cannot be a page's: letters, digits, dots, hyphens")
        self.name = run.target
        path = lists / f"{run.target}.deviations.toml"
        self.listed = read_baseline(path) if path.is_file() else None
        self._baseline = self.listed or Baseline()
        self.run = _judged(run, self._baseline.deviation)
        self.title = self._baseline.about.title or self.name
        self.about = self._baseline.about
        self.findings = self._baseline.deviation
        self.software = run.environment.get("software", "not told by the run")
        self.areas = sorted({case.area for case in run.cases})

    def counts(self, area: str) -> Counter[Verdict]:
        """Cases by verdict in one area."""
        return Counter(case.verdict for case in self.run.cases if case.area == area)

    def states(self) -> Counter[RowState]:
        """Requirements by what the run found."""
        return Counter(row.state for row in all_rows(self.run))

    def shown(self, finding: Finding) -> int:
        """How many cases of the run met this finding."""
        begin = f"known: {finding.told}"
        return sum(c.verdict is Verdict.KNOWN and c.message.startswith(begin) for c in self.run.cases)

    def violated(self) -> set[str]:
        """Requirements that the target breaks, known or not."""
        return {row.id for row in all_rows(self.run) if row.state in (RowState.KNOWN, RowState.FAIL)}

    def missing(self) -> list[str]:
        """Capabilities for whose lack cases were skipped."""
        found = {
            f"SMTP's {match['names']}" if match["protocol"] == "SMTP" else match["names"]
            for case in self.run.cases
            if case.verdict is Verdict.SKIP and (match := _NOT_ADVERTISED.fullmatch(case.message))
        }
        return sorted(found)


def _judged(run: Run, findings: Sequence[Finding]) -> Run:
    """The run as it would be with the list as its baseline: failures that the list explains are known."""
    reasons = {each.subject: each.reason for finding in findings for each in finding.deviations()}
    cases = [_excused(case, reasons) for case in run.cases]
    broken = {name for case in cases if case.verdict is Verdict.FAIL for name in case.violated or case.requirements}
    rows = [
        msgspec.structs.replace(row, state=RowState.KNOWN)
        if row.state is RowState.FAIL and row.id not in broken
        else row
        for row in run.requirements
    ]
    return msgspec.structs.replace(run, cases=cases, requirements=rows)


def _excused(case: CaseResult, reasons: Mapping[str, str]) -> CaseResult:
    named = case.violated or case.requirements
    if case.verdict is not Verdict.FAIL or case.message.startswith("stale deviation"):
        return case
    explained = [case.id] if case.id in reasons else named if named and set(named) <= set(reasons) else []
    if not explained:
        return case
    message = f"known: {reasons[explained[0]]}; {case.message}"
    return msgspec.structs.replace(case, verdict=Verdict.KNOWN, message=message)


def index_page(targets: Sequence[Target], folder: str) -> str:
    """The matrix; `folder` is the name of the pages' folder beside it."""
    tested = {case.area for target in targets for case in target.run.cases if case.verdict is not Verdict.SKIP}
    areas = sorted(tested)  # an area that no server could be tested in tells nothing
    lines = [
        "# Interoperability",
        "",
        "What the suites find on servers that are not ours, and how each finding was judged. A failure there is either",
        "that server's deviation, which is listed with the sentence that it breaks and what was on the wire, or a",
        "false alarm of ours, which is mended. A sentence that can be read in two ways is decided in",
        "[interpretations.md](../suites/interpretations.md).",
        "",
        _MADE_BY,
        "",
        "## Servers and areas",
        "",
        "Cases that passed / met a known deviation / were skipped / failed.",
        "",
        f"| server | {' | '.join(areas)} | deviations |",
        f"|---|{'---|' * len(areas)}---|",
    ]
    for target in targets:
        cells = [_cell(target.counts(area)) for area in areas]
        link = f"[{_text(target.title)}]({folder}/{target.name}.md)"
        lines.append(f"| {link} | {' | '.join(cells)} | {len(target.findings)} |")
    lines += [
        "",
        "## Servers and requirements",
        "",
        "A requirement holds where its cases passed, or a monitor checked it and found nothing wrong.",
        "",
        "| server | hold | known deviation | violated | not testable there | run |",
        "|---|---|---|---|---|---|",
    ]
    for target in targets:
        states = target.states()
        held = sum(states[state] for state in _HELD)
        rest = " | ".join(str(states[state]) for state in (RowState.KNOWN, RowState.FAIL, RowState.SKIP))
        lines.append(f"| {_text(target.title)} | {held} | {rest} | {target.run.started[:10]} |")
    lines += ["", "| server | software |", "|---|---|"]
    lines += [f"| {_text(target.title)} | {_text(target.software)} |" for target in targets]
    lines += _matters(targets)
    lines += _shared(targets)
    lines += ["", "## Real clients", "", "See [clients.md](clients.md)."]
    return "\n".join(lines) + "\n"


def _cell(counts: Mapping[Verdict, int]) -> str:
    if not sum(counts.values()):
        return "–"
    failed = counts.get(Verdict.FAIL, 0) + counts.get(Verdict.ERROR, 0)
    return " / ".join(str(counts.get(verdict, 0)) for verdict in (Verdict.PASS, Verdict.KNOWN, Verdict.SKIP)) + (
        f" / **{failed}**" if failed else " / 0"
    )


def _matters(targets: Sequence[Target]) -> list[str]:
    told = [(target.title, line) for target in targets for line in target.about.matters]
    if not told:
        return []
    return ["", "## What a user should hear of", "", *(f"- {_text(title)}: {line}" for title, line in told)]


def _shared(targets: Sequence[Target]) -> list[str]:
    """What several servers break: where many do, the suspicion falls on our reading of the sentence."""
    violated = {target.title: target.violated() for target in targets}
    texts = {row.id: row for target in targets for row in all_rows(target.run)}
    counts = Counter(name for names in violated.values() for name in names)
    common = sorted((name for name, count in counts.items() if count > 1), key=natural)
    if not common:
        return []
    lines = [
        "",
        "## What more than one server breaks",
        "",
        "Where many err in the same way, the reading of the sentence may be what is wrong.",
        "",
        "| requirement | level | text | servers |",
        "|---|---|---|---|",
    ]
    for name in common:
        who = ", ".join(title for title, names in violated.items() if name in names)
        lines.append(f"| {_reference(name)} | {texts[name].level} | {_text(texts[name].text)} | {_text(who)} |")
    return lines


def target_page(target: Target) -> str:
    """The page of one target."""
    lines = [f"# {_text(target.title)}", "", _MADE_BY, "", f"Software: {_text(target.software)}. Run of "]
    lines[-1] += f"{target.run.started[:10]}, {target.run.seconds:.0f} s."
    if target.about.setup.strip():
        lines += ["", target.about.setup.strip()]
    if target.listed is not None:
        lines += [
            "",
            "```",
            f"python -m mailproof_suites.peers {target.name} --ready-file target.toml &",
            "mailproof check --target target.toml --level may \\",
            f"    --baseline suites/mailproof_suites/targets/{target.name}.deviations.toml",
            "```",
        ]
    lines += ["", "## Counts", "", f"| area | {' | '.join(_COUNTED)} |", f"|---|{'---|' * len(_COUNTED)}"]
    for area in target.areas:
        counts = target.counts(area)
        lines.append(f"| {area} | {' | '.join(str(counts[verdict]) for verdict in _COUNTED)} |")
    states = target.states()
    held, broken = sum(states[state] for state in _HELD), states[RowState.FAIL]
    told = f"{held} hold, {states[RowState.KNOWN]} meet a known deviation, {broken} are violated"
    lines += ["", f"Requirements: {told}, {states[RowState.SKIP]} are not testable there."]
    if absent := target.missing():
        lines += ["", f"Skipped, because not advertised: {_text(', '.join(absent))}."]
    if target.about.matters:
        lines += ["", "## What matters", "", *(f"- {line}" for line in target.about.matters)]
    lines += _unexplained(target)
    lines += _deviations(target)
    return "\n".join(lines) + "\n"


def _unexplained(target: Target) -> list[str]:
    bad = [case for case in target.run.cases if case.verdict in (Verdict.FAIL, Verdict.ERROR)]
    if not bad:
        return []
    lines = ["", "## Not explained", "", "| case | verdict | message |", "|---|---|---|"]
    lines += [f"| {_code(case.id)} | {case.verdict} | {_text(case.message)} |" for case in bad]
    return lines


def _deviations(target: Target) -> list[str]:
    lines: list[str] = []
    for server in dict.fromkeys(finding.server for finding in target.findings):
        lines += ["", f"## {server}'s deviations" if server else "## Deviations"]
        for finding in (each for each in target.findings if each.server == server):
            lines += ["", f"### {_text(finding.reason[:1].upper() + finding.reason[1:])}", ""]
            if finding.sentence:
                lines += [_text(finding.sentence), ""]
            if finding.wire:
                lines += ["```", *visible(finding.wire).strip("\n").replace("```", "` ` `").split("\n"), "```", ""]
            entries = finding.deviations()
            named = [_reference(entry.requirement) for entry in entries if entry.requirement]
            named += [_code(entry.case) for entry in entries if entry.case]
            shown = target.shown(finding)
            lines.append(f"Listed: {', '.join(named)}. Met by {shown} case{'' if shown == 1 else 's'} of the run.")
            if finding.link:
                lines.append(f"See {finding.link}")
    return lines


def _reference(requirement: str) -> str:
    url = address(requirement)
    return f"[{_text(requirement)}]({url})" if url else _text(requirement)


def _text(text: str) -> str:
    """One line of Markdown that shows `text` as it is, in a table, too."""
    return re.sub(r"([\\`*_\[<>|])", r"\\\1", one_line(text))


def _code(text: str) -> str:
    """A code span; in a table a bar has to be escaped even there."""
    shown = one_line(text).replace("|", "\\|")
    fence = "`" * (1 + max((len(ticks) for ticks in re.findall("`+", shown)), default=0))
    return f"{fence} {shown} {fence}" if len(fence) > 1 else f"`{shown}`"


def write_pages(runs: Sequence[Run], docs: Path, lists: Path = LISTS) -> list[Path]:
    """Write `docs/NAME.md` for each run, and `docs.md` beside the folder. Raises ConfigError, OSError."""
    targets = [Target(run, lists) for run in runs]
    written = [write_atomically(docs / f"{target.name}.md", target_page(target).encode()) for target in targets]
    return [write_atomically(docs.with_suffix(".md"), index_page(targets, docs.name).encode()), *written]


@click.command()
@click.argument("places", metavar="RUN…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--docs", type=click.Path(file_okay=False, path_type=Path), default=Path("docs/interop"), metavar="DIR")
def main(places: tuple[Path, ...], docs: Path) -> None:
    """Write DIR.md and DIR/NAME.md from each RUN: a report folder, a run.json or a results.json."""
    try:
        written = write_pages([load_run(place) for place in places], docs)
    except (RunUnreadableError, ConfigError) as problem:
        click.echo(f"mailproof: {problem}", err=True)
        sys.exit(2)
    for path in written:
        click.echo(path)


if __name__ == "__main__":
    main()
