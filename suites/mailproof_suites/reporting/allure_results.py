"""`allure-results/`: the run in Allure's result format, written from the run itself, without allure-pytest.

Format facts: one `<uuid>-result.json` per case with status, labels, links, steps and attachments; beside them
`categories.json` (kinds of defects), `environment.properties` (Java properties) and `executor.json` (the CI job).
Status mapping: fail = failed (product defect), error = broken (harness), skip and known = skipped, told apart by the
message, since Allure has no status for a known deviation.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from mailproof_suites.reporting.allure_labels import labels_of, link_of
from mailproof_suites.reporting.files import folder_swapped_in
from mailproof_suites.reporting.text import one_line, visible
from mailproof_suites.verdicts import CaseResult, RequirementRow, Run, Verdict

ALLURE_NAME = "allure-results"
_STATUS = {
    Verdict.PASS: "passed",
    Verdict.FAIL: "failed",
    Verdict.ERROR: "broken",
    Verdict.SKIP: "skipped",
    Verdict.KNOWN: "skipped",
}
CATEGORIES = [
    {"name": "Requirement violated by the target", "matchedStatuses": ["failed"]},
    {"name": "Harness error: nothing was found out", "matchedStatuses": ["broken"]},
    {"name": "Known deviation", "matchedStatuses": ["skipped"], "messageRegex": "known deviation: .*"},
    {"name": "Not testable on this target", "matchedStatuses": ["skipped"], "messageRegex": "not testable: .*"},
]
"""Also stands in reports/categories.json, for `pytest --alluredir` and hand-made reports."""

_NAMESPACE = uuid.UUID("6d61696c-7072-4f6f-8620-616c6c757265")


def write_allure(run: Run, folder: Path, environ: Mapping[str, str]) -> Path:
    """Write `folder/allure-results/`, replacing that of an earlier run; `environ` tells of the CI job."""
    rows = {row.id: row for row in run.requirements}
    with folder_swapped_in(folder / ALLURE_NAME) as fresh:
        for number, case in enumerate(run.cases):
            result, attachments = _result(run, case, number, rows)
            (fresh / f"{result['uuid']}-result.json").write_bytes(msgspec.json.encode(result))
            for name, text in attachments.items():
                (fresh / name).write_text(text, encoding="utf-8")
        _write_json(fresh / "categories.json", CATEGORIES)
        (fresh / "environment.properties").write_text(environment_properties(run), encoding="ascii")
        executor = executor_of(environ)
        if executor:
            _write_json(fresh / "executor.json", executor)
    return folder / ALLURE_NAME


def _write_json(path: Path, data: object) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(data)) + b"\n")


def _result(
    run: Run, case: CaseResult, number: int, rows: dict[str, RequirementRow]
) -> tuple[dict[str, object], dict[str, str]]:
    """The result of one case and its attachments (file name -> text)."""
    path, _, function = case.id.partition("::")
    plain, _, parameter = function.partition("[")
    full_name = f"{path.removesuffix('.py').replace('/', '.')}#{plain}"
    identity = str(uuid.uuid5(_NAMESPACE, visible(f"{run.target} {run.started} {number} {case.id}")))
    start, stop = _span(case.started or _started(run), case.seconds)
    ids = list(dict.fromkeys([*case.requirements, *case.violated]))
    folders, _, module = path.removesuffix(".py").rpartition("/")
    labels = [
        *labels_of(ids, case.area, case.level, rows),
        ("parentSuite", folders.replace("/", ".") or "suites"),
        ("suite", module),
        ("thread", case.worker),
        ("host", run.target),
        ("framework", "mailproof"),
        ("language", "python"),
    ]
    attachments: dict[str, str] = {}
    if case.transcript:
        attachments[f"{identity}-wire-attachment.txt"] = visible(case.transcript)
    result: dict[str, object] = {
        "uuid": identity,
        "name": one_line(case.title) or visible(function),
        "fullName": visible(full_name),
        # One case in two targets is two histories: a trend that jumps between servers says nothing.
        "testCaseId": _digest(full_name),
        "historyId": _digest(run.target, full_name, parameter),
        "description": visible(_description(ids, rows)),
        "status": _STATUS[case.verdict],
        "statusDetails": _details(case),
        "stage": "finished",
        "start": start,
        "stop": stop,
        "labels": [{"name": name, "value": visible(value)} for name, value in labels],
        "links": [{"type": "tms", "url": visible(link_of(name)), "name": visible(name)} for name in ids],
        "parameters": [{"name": "case", "value": visible(parameter.removesuffix("]"))}] if parameter else [],
        "steps": _steps(case, start, stop),
        "attachments": [{"name": "wire log", "source": name, "type": "text/plain"} for name in attachments],
    }
    return result, attachments


def _description(ids: list[str], rows: dict[str, RequirementRow]) -> str:
    """Markdown: the requirements in words."""
    return "\n\n".join(f"**{rows[name].level.upper()}** {name}: {rows[name].text}" for name in ids if name in rows)


def _details(case: CaseResult) -> dict[str, object]:
    message = one_line(case.message)
    match case.verdict:
        case Verdict.SKIP:
            message = f"not testable: {message}"
        case Verdict.KNOWN:
            message = f"known deviation: {message.removeprefix('known: ')}"
        case Verdict.FAIL:
            message = visible("\n".join([message, *_expectation(case)]))
        case _:
            pass
    return {
        "message": message,
        "trace": visible(case.detail),
        "known": case.verdict is Verdict.KNOWN,
        "muted": False,
        "flaky": False,
    }


def _expectation(case: CaseResult) -> list[str]:
    return [f"{name}: {text}" for name, text in (("expected", case.expected), ("actual", case.actual)) if text]


def _steps(case: CaseResult, start: int, stop: int) -> list[dict[str, object]]:
    """The case's own steps, then what was expected against what came, then notes: in the order one reads them."""
    steps: list[dict[str, object]] = []
    for step in case.steps:
        at = start + round(step.at_s * 1000)
        details = {"message": visible(step.message)} if step.message else {}
        steps.append(_step(step.name, _STATUS[step.verdict], at, at + round(step.seconds * 1000), details))
    if case.expected or case.actual:
        pair = _step("expected against actual", _STATUS[case.verdict], stop, stop, {"message": one_line(case.message)})
        pair["parameters"] = [
            {"name": "expected", "value": visible(case.expected)},
            {"name": "actual", "value": visible(case.actual)},
        ]
        steps.append(pair)
    steps += [_step(f"note: {note}", "passed", stop, stop, {}) for note in case.notes]
    return steps


def _step(name: str, status: str, start: int, stop: int, details: dict[str, str]) -> dict[str, object]:
    return {
        "name": one_line(name),
        "status": status,
        "statusDetails": details,
        "stage": "finished",
        "start": start,
        "stop": stop,
    }


def _span(started: float, seconds: float) -> tuple[int, int]:
    """Start and stop in milliseconds since the epoch."""
    start = round(started * 1000)
    return start, start + round(seconds * 1000)


def _started(run: Run) -> float:
    try:
        return datetime.fromisoformat(run.started).timestamp()
    except ValueError:  # a hand-made results.json; Allure shows the epoch, which is honest enough
        return 0.0


def _digest(*parts: str) -> str:
    """An identifier without any security purpose, as allure-pytest makes it."""
    return hashlib.md5("\0".join(visible(part) for part in parts).encode(), usedforsecurity=False).hexdigest()


def environment_properties(run: Run) -> str:
    """Target, level, counts and the run's environment as a Java properties file (ASCII; the rest as \\uXXXX)."""
    entries = {
        "target": run.target,
        "started": run.started,
        "level": run.level.value,
        **{f"requirements.{state}": str(count) for state, count in _states(run).items()},
        **run.environment,
    }
    return "".join(f"{_property(key, is_key=True)} = {_property(value)}\n" for key, value in entries.items())


def _states(run: Run) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in run.requirements:
        name = row.state.value.replace(" ", "_")
        counts[name] = counts.get(name, 0) + 1
    return counts


def _property(text: str, *, is_key: bool = False) -> str:
    line = one_line(text).replace("\\", "\\\\")
    if is_key:
        for char in " :=#!":
            line = line.replace(char, f"\\{char}")
    elif line[:1] in ("#", "!", ":", "="):
        line = "\\" + line
    units = line.encode("utf-16-be")
    codes = [int.from_bytes(units[at : at + 2], "big") for at in range(0, len(units), 2)]
    return "".join(chr(code) if 0x20 <= code < 0x7F else f"\\u{code:04x}" for code in codes)


def executor_of(environ: Mapping[str, str]) -> dict[str, object]:
    """Who ran the job, by the variables that GitHub, GitLab and Jenkins set; empty outside them."""
    if environ.get("GITHUB_ACTIONS") == "true":
        server = f"{environ.get('GITHUB_SERVER_URL', '')}/{environ.get('GITHUB_REPOSITORY', '')}"
        return _executor(
            "GitHub Actions", "github", server, environ.get("GITHUB_RUN_NUMBER"),
            f"{environ.get('GITHUB_WORKFLOW', 'workflow')} #{environ.get('GITHUB_RUN_NUMBER', '')}",
            f"{server}/actions/runs/{environ.get('GITHUB_RUN_ID', '')}",
        )  # fmt: skip
    if environ.get("GITLAB_CI") == "true":
        return _executor(
            "GitLab CI", "gitlab", environ.get("CI_PROJECT_URL", ""), environ.get("CI_PIPELINE_IID"),
            f"{environ.get('CI_JOB_NAME', 'job')} #{environ.get('CI_PIPELINE_IID', '')}", environ.get("CI_JOB_URL", ""),
        )  # fmt: skip
    if environ.get("JENKINS_URL"):
        return _executor(
            "Jenkins", "jenkins", environ["JENKINS_URL"], environ.get("BUILD_NUMBER"),
            f"{environ.get('JOB_NAME', 'job')} #{environ.get('BUILD_NUMBER', '')}", environ.get("BUILD_URL", ""),
        )  # fmt: skip
    return {}


def _executor(name: str, kind: str, url: str, number: str | None, build: str, build_url: str) -> dict[str, object]:
    executor: dict[str, object] = {
        "name": name,
        "type": kind,
        "url": url,
        "buildName": build,
        "buildUrl": build_url,
        "reportName": "mailproof",
    }
    if number and number.isdigit():
        executor["buildOrder"] = int(number)
    return executor
