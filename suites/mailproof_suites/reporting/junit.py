"""`junit.xml` in pytest's xunit2 form, for the CI systems that draw tables and trends from it.

One `<testsuite>` per area, one `<testcase>` per case, one `<property name="requirement">` per requirement id.
A known deviation is `<skipped>`: a CI system has no third colour, and the run did not fail because of it.
XML 1.0 §2.2 forbids most control characters even as references, so all text passes `visible` first.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from mailproof_suites.reporting.files import write_atomically
from mailproof_suites.reporting.text import cut_middle, one_line, visible
from mailproof_suites.verdicts import CaseResult, Run, Verdict

JUNIT_NAME = "junit.xml"
WIRE_LOG_LIMIT = 200_000
"""Characters of one wire log. GitLab refuses a JUnit file over 30 MB, and a single FETCH may hold a whole message."""


def write_junit(run: Run, folder: Path) -> Path:
    """Write `folder/junit.xml`."""
    root = junit_of(run)
    indent(root)
    return write_atomically(folder / JUNIT_NAME, tostring(root, encoding="utf-8", xml_declaration=True) + b"\n")


def junit_of(run: Run) -> Element:
    """The `<testsuites>` element of a run."""
    name = visible(f"mailproof: {run.target}")
    root = Element("testsuites", {"name": name, **_counts(run.cases), "time": _time(run.seconds)})
    for area in dict.fromkeys(case.area for case in run.cases):
        cases = [case for case in run.cases if case.area == area]
        seconds = sum(case.seconds for case in cases)
        attributes = {"name": visible(area) or "other", **_counts(cases), "time": _time(seconds)}
        suite = SubElement(root, "testsuite", {**attributes, "timestamp": visible(run.started)})
        properties = SubElement(suite, "properties")
        SubElement(properties, "property", name="target", value=visible(run.target))
        for case in cases:
            _add_case(suite, case)
    return root


def _add_case(suite: Element, case: CaseResult) -> None:
    path, _, name = case.id.partition("::")
    classname = path.removesuffix(".py").replace("/", ".")
    element = SubElement(
        suite, "testcase", classname=visible(classname), name=visible(name) or visible(path), time=_time(case.seconds)
    )
    properties = SubElement(element, "properties")
    for requirement in case.requirements:
        SubElement(properties, "property", name="requirement", value=visible(requirement))
    for requirement in case.violated:
        SubElement(properties, "property", name="violated", value=visible(requirement))
    SubElement(properties, "property", name="level", value=case.level.value)
    SubElement(properties, "property", name="verdict", value=case.verdict.value)
    match case.verdict:
        case Verdict.FAIL:
            failure = SubElement(element, "failure", type="violation", message=one_line(case.message))
            failure.text = _explanation(case)
        case Verdict.ERROR:
            error = SubElement(element, "error", type="harness", message=one_line(case.message))
            error.text = _explanation(case)
        case Verdict.SKIP:
            SubElement(element, "skipped", type="not testable", message=one_line(case.message))
        case Verdict.KNOWN:
            message = one_line(f"known deviation: {case.message.removeprefix('known: ')}")
            SubElement(element, "skipped", type="known deviation", message=message).text = _explanation(case)
        case Verdict.PASS:
            pass
    if case.transcript and case.verdict in (Verdict.FAIL, Verdict.ERROR, Verdict.KNOWN):
        SubElement(element, "system-out").text = cut_middle(visible(case.transcript), WIRE_LOG_LIMIT)


def _explanation(case: CaseResult) -> str:
    """The text inside `<failure>`: what was wanted, what came, where; each part only when there is one."""
    parts = [
        case.title,
        case.expected and f"expected: {case.expected}",
        case.actual and f"actual:   {case.actual}",
        "\n".join(f"note: {note}" for note in case.notes),
        case.detail,
    ]
    return visible("\n\n".join(part for part in parts if part))


def _counts(cases: list[CaseResult]) -> dict[str, str]:
    verdicts = Counter(case.verdict for case in cases)
    return {
        "tests": str(len(cases)),
        "failures": str(verdicts[Verdict.FAIL]),
        "errors": str(verdicts[Verdict.ERROR]),
        "skipped": str(verdicts[Verdict.SKIP] + verdicts[Verdict.KNOWN]),
    }


def _time(seconds: float) -> str:
    return f"{seconds:.3f}"
