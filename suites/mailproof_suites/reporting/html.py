"""`report.html`: the run as one page that opens offline (contract, "Results of a run").

What a reader needs first (verdict, counts, violations, what was not verified) is in the page itself and needs no
script; the table of every requirement and case is built by `page/report.js` from the JSON that `_index` makes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from mailproof_suites.reporting import wirelog
from mailproof_suites.reporting.files import write_atomically
from mailproof_suites.reporting.page.render import embedded_json, page
from mailproof_suites.reporting.references import OTHER_AREA, address, areas_of_requirements, natural
from mailproof_suites.reporting.rows import all_rows
from mailproof_suites.reporting.shares import coverages, in_sum
from mailproof_suites.reporting.summary import findings, known_reason, unverified_sentence, verdict_sentence
from mailproof_suites.reporting.text import cut_middle, one_line, visible
from mailproof_suites.verdicts import CaseResult, RequirementRow, RowState, Run, Verdict

HTML_NAME = "report.html"
FINDING_LIMIT = 100
"""Violations listed at the top; the table holds the rest."""
ERROR_LIMIT = 10
TEXT_LIMIT = 20_000
"""Characters of one expected, actual or detail text."""
WIRE_LIMIT = 120_000
"""Characters of one wire log."""
WIRE_BUDGET = 4_000_000
"""Characters of all wire logs of cases that passed; those of all other cases are always there."""

AREA_LABELS = {
    "tls": "TLS",
    "imap": "IMAP",
    "smtp": "SMTP",
    "autodiscover": "AutoDiscover",
    "ews": "EWS",
    "activesync": "ActiveSync",
    "rules": "Rules",
    "auto_reply": "Automatic replies",
    "delegation": "Delegation",
    "sharing": "Sharing",
    "addresses": "Addresses",
    "tokens": "Tokens",
    "scheduling": "Scheduling",
    "web": "Web",
    "journeys": "Journeys",
    OTHER_AREA: "No case in this run",
}
STATE_WORDS = {
    RowState.FAIL: "violated",
    RowState.ERROR: "the harness failed",
    RowState.KNOWN: "a known deviation",
    RowState.PASS: "held",
    RowState.MONITOR: "watched by a monitor on every exchange, nothing wrong seen",
    RowState.SKIP: "not testable on this target",
    RowState.NO_CASE: "no case yet",
    RowState.UNTESTABLE: "untestable from outside",
    RowState.NOT_RUN: "left out of this run",
}
"""Every state in the order of a reader's interest."""
_OPEN = (RowState.NO_CASE, RowState.UNTESTABLE, RowState.NOT_RUN)
_REQUIREMENT_PARTS = (
    ("pass", "held", (RowState.PASS, RowState.MONITOR)),
    ("fail", "violated", (RowState.FAIL,)),
    ("error", "harness error", (RowState.ERROR,)),
    ("known", "known deviation", (RowState.KNOWN,)),
    ("skip", "not testable here", (RowState.SKIP,)),
    ("open", "not verified", _OPEN),
)
_CASE_PARTS = (
    ("pass", "pass", (Verdict.PASS,)),
    ("fail", "fail", (Verdict.FAIL,)),
    ("error", "error", (Verdict.ERROR,)),
    ("known", "known", (Verdict.KNOWN,)),
    ("skip", "skip", (Verdict.SKIP,)),
)


def write_html(run: Run, folder: Path) -> Path:
    """Write `folder/report.html`."""
    return write_atomically(folder / HTML_NAME, html_of(run).encode("utf-8"))


def html_of(run: Run) -> str:
    """The page of a run."""
    rows = all_rows(run)
    areas = areas_of_requirements(run)
    index, wires = _index(run, rows, areas)
    return page(
        "report.html.j2",
        "report.js",
        target=one_line(run.target),
        tone=_tone(run),
        sentence=verdict_sentence(run),
        unverified=unverified_sentence(run),
        facts=_facts(run),
        requirements=_tally(Counter(row.state for row in rows), _REQUIREMENT_PARTS, "requirements"),
        cases=_tally(Counter(case.verdict for case in run.cases), _CASE_PARTS, "cases"),
        findings=[
            {
                "requirement": one_line(finding.requirement),
                "level": finding.level.upper(),
                "text": one_line(finding.text) or one_line(finding.case.title),
                "expected": one_line(finding.case.expected, 240),
                "actual": one_line(finding.case.actual, 240),
                "message": one_line(finding.case.message, 480),
                "case_id": visible(finding.case.id),
                "more": finding.more,
            }
            for finding in findings(run)
        ],
        finding_limit=FINDING_LIMIT,
        error_limit=ERROR_LIMIT,
        errors=[
            {
                "id": visible(case.id),
                "title": one_line(case.title) or one_line(case.id),
                "message": one_line(case.message, 480),
            }
            for case in run.cases
            if case.verdict is Verdict.ERROR
        ],
        areas=_areas(rows, areas),
        coverage=_coverage(rows),
        known=_known(run, rows),
        open=_open(rows),
        environment=[(one_line(name), one_line(value)) for name, value in run.environment.items()],
        index_json=embedded_json(index),
        wire_json=embedded_json(wires),
    )


def _tone(run: Run) -> str:
    """Colour of the verdict sentence: what a colleague who looks over a shoulder should take away."""
    verdicts = Counter(case.verdict for case in run.cases)
    if verdicts[Verdict.FAIL]:
        return "fail"
    if run.unreachable or run.interrupted or verdicts[Verdict.ERROR]:
        return "error"
    return "pass" if verdicts[Verdict.PASS] else "skip"


def _facts(run: Run) -> list[tuple[str, str]]:
    started = one_line(run.started)
    try:
        moment = datetime.fromisoformat(run.started)
        started = f"{moment.day} {moment:%B %Y, %H:%M} {moment:%z}".strip()
    except ValueError:  # shown as it is
        pass
    facts = [("Started", started), ("Took", duration(run.seconds))]
    return [*facts, ("Fails at", f"{run.level.upper()} and above")] if run.level != "must" else facts


def duration(seconds: float) -> str:
    """`41.2 s`, `1 min 37 s`, `2 h 5 min`."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _tally(
    counts: Mapping[Any, int], parts: Sequence[tuple[str, str, tuple[RowState | Verdict, ...]]], view: str
) -> dict[str, Any]:
    """Counts as a legend and as a bar of 1,000 units; a part that is not empty is at least 6 units wide, to be seen."""
    total = sum(counts.values())
    shown: list[dict[str, Any]] = [
        {"kind": kind, "word": word, "count": count, "states": [state.value for state in states]}
        for kind, word, states in parts
        if (count := sum(counts[state] for state in states))
    ]
    widths = [max(6.0, 1000 * part["count"] / total) for part in shown]
    scale = 1000 / sum(widths) if widths else 1
    x = 0.0
    for part, units in zip(shown, widths, strict=True):
        part["x"], part["width"] = f"{x:.1f}", f"{units * scale:.1f}"
        x += units * scale
    words = ", ".join(f"{part['count']} {part['word']}" for part in shown)
    return {"total": total, "parts": shown, "words": words or "none", "view": view}


def _area_order(areas: Iterable[str]) -> list[str]:
    known = list(AREA_LABELS)
    return sorted(set(areas), key=lambda area: (area == OTHER_AREA, known.index(area) if area in known else 99, area))


def _label(area: str) -> str:
    return AREA_LABELS.get(area) or one_line(area) or AREA_LABELS[OTHER_AREA]


def _areas(rows: list[RequirementRow], areas: dict[str, str]) -> list[dict[str, Any]]:
    states: defaultdict[str, Counter[RowState]] = defaultdict(Counter)
    for row in rows:
        states[areas[row.id]][row.state] += 1
    return [
        {
            "name": visible(area),
            "label": _label(area),
            "counts": [
                (kind, word, sum(states[area][state] for state in members))
                for kind, word, members in _REQUIREMENT_PARTS
            ],
            "tally": _tally(states[area], _REQUIREMENT_PARTS, "requirements"),
        }
        for area in _area_order(states)
    ]


def _coverage(rows: list[RequirementRow]) -> list[dict[str, Any]]:
    """Every specification that the run was about, then all of them together; what was not proven, by its reason."""
    found = [
        each
        for each in coverages(rows)
        if any(row.state not in (RowState.NOT_RUN, RowState.UNTESTABLE) for row in each.rows)
    ]
    return [
        {
            "name": one_line(each.name),
            "rows": len(each.rows),
            "musts": len(each.musts),
            "proven_musts": each.proven_musts,
            "share": each.share,
            "proven": each.proven,
            "untestable": each.untestable,
            "open": [
                (one_line(reason), [(visible(row.id), row.level.upper(), one_line(row.text)) for row in entries])
                for reason, entries in (each.open.items() if each.name != "all" else ())
            ],
        }
        for each in [*found, *([in_sum(found)] if len(found) > 1 else [])]
    ]


def _known(run: Run, rows: list[RequirementRow]) -> list[tuple[str, list[str]]]:
    """(reason, requirement ids) of the known deviations that this run met."""
    by_reason: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.state is RowState.KNOWN:
            by_reason[known_reason(row.detail)].append(visible(row.id))
    told = {name for names in by_reason.values() for name in names}
    for case in run.cases:
        names = [visible(name) for name in case.requirements]
        if case.verdict is Verdict.KNOWN and told.isdisjoint(names):
            by_reason[known_reason(case.message)] += names
    return [(reason, list(dict.fromkeys(names))) for reason, names in by_reason.items()]


def _open(rows: list[RequirementRow]) -> list[dict[str, Any]]:
    """The requirements about which the run can say nothing, by kind and reason."""
    kinds = []
    for state in (RowState.SKIP, *_OPEN):
        by_reason: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
        for row in rows:
            if row.state is state:
                entry = {"id": visible(row.id), "level": row.level.upper(), "text": one_line(row.text)}
                by_reason[one_line(row.detail)].append(entry)
        count = sum(len(entries) for entries in by_reason.values())
        if count:
            word = {
                RowState.SKIP: "not testable on this target",
                RowState.NO_CASE: "with no case yet",
                RowState.UNTESTABLE: "untestable from outside",
                RowState.NOT_RUN: "left out of this run",
            }[state]
            reasons = sorted(by_reason.items(), key=lambda entry: (-len(entry[1]), entry[0]))
            kinds.append({"count": count, "word": word, "reasons": reasons})
    return kinds


def _index(
    run: Run, rows: list[RequirementRow], areas: dict[str, str]
) -> tuple[dict[str, Any], dict[str, list[wirelog.WireLine]]]:
    """Everything the table needs, and apart from it the wire logs, which the page reads when the first is opened."""
    at_of = {case.id: at for at, case in enumerate(run.cases)}
    by_requirement: defaultdict[str, list[int]] = defaultdict(list)
    for at, case in enumerate(run.cases):
        for name in dict.fromkeys([*case.requirements, *case.violated]):
            by_requirement[name].append(at)
    wires: dict[str, list[wirelog.WireLine]] = {}
    cases = [_case(case) for case in run.cases]
    budget = WIRE_BUDGET
    for at, case in enumerate(run.cases):
        if not case.transcript.strip():
            continue
        cases[at]["at"] = at
        text = cut_middle(case.transcript, WIRE_LIMIT)
        if case.verdict is Verdict.PASS:
            budget -= len(text)
        if case.verdict is not Verdict.PASS or budget >= 0:
            cases[at]["wire"] = 1
            wires[str(at)] = wirelog.parse(text)
        else:
            cases[at]["wire"] = 2
    requirements = [
        {
            "id": visible(row.id),
            "source": visible(row.source),
            "section": visible(row.section),
            "level": row.level.value,
            "text": one_line(row.text),
            "state": row.state.value,
            "detail": one_line(row.detail),
            "area": visible(areas[row.id]),
            "url": address(row.id),
            "checks": row.checks,
            "cases": list(
                dict.fromkeys([*by_requirement[row.id], *(at_of[name] for name in row.cases if name in at_of)])
            ),
        }
        for row in sorted(rows, key=lambda row: (natural(row.source), natural(row.section), natural(row.id)))
    ]
    used = _area_order([*areas.values(), *(case.area or OTHER_AREA for case in run.cases)])
    index = {
        "requirements": requirements,
        "cases": cases,
        "areas": {visible(area): _label(area) for area in used},
        "words": {state.value: word for state, word in STATE_WORDS.items()},
        "openStates": [state.value for state in _OPEN],
    }
    return index, wires


def _case(case: CaseResult) -> dict[str, Any]:
    return {
        "id": visible(case.id),
        "title": one_line(case.title) or one_line(case.id.rpartition("::")[2]),
        "reqs": [visible(name) for name in case.requirements],
        "violated": [visible(name) for name in case.violated],
        "area": visible(case.area or OTHER_AREA),
        "level": case.level.value,
        "v": case.verdict.value,
        "message": one_line(case.message),
        "expected": cut_middle(visible(case.expected), TEXT_LIMIT),
        "actual": cut_middle(visible(case.actual), TEXT_LIMIT),
        "detail": cut_middle(visible(case.detail), TEXT_LIMIT),
        "notes": [visible(note) for note in case.notes],
        "steps": [(one_line(step.name), step.verdict.value, one_line(step.message)) for step in case.steps],
        "s": round(case.seconds, 4),
        "worker": visible(case.worker),
        "wire": 0,
    }
