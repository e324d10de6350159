"""The pytest plugin that turns a pytest run over the suites into a verdict about a target.

It is loaded for every pytest run of this repository (`-p mailproof_suites.plugin`) and stays out of the way of tests
that are no cases: a case is a test inside this package, or one that is marked with `@requirement`.

Who does what under `-n`: the controller owns the run (`owner.py`: starts the reference server, opens the target,
gathers results, sets the exit status); a worker runs cases and sends each result inside the report of its teardown.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from mailproof_suites.capabilities import check_needs, needs_of
from mailproof_suites.casework import CASE, CaseWork, case_id
from mailproof_suites.context import CONTEXT, begin, join
from mailproof_suites.judging import AREAS, PACKAGE
from mailproof_suites.owner import Owner, argument_paths, left_out
from mailproof_suites.requirements import CatalogueError, catalogue
from mailproof_suites.verdicts import Level

pytest_plugins = ["mailproof_suites.fixtures"]

OWNER = "mailproof-owner"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("mailproof", "mailproof: conformance of a mail server")
    group.addoption("--target", metavar="FILE", help="target profile; without it the reference server is started")
    group.addoption("--only", metavar="AREA[,AREA]", help=f"only these areas: {', '.join(AREAS)}")
    group.addoption("--req", metavar="ID", action="append", default=[], help="only cases that prove this requirement")
    group.addoption(
        "--level", choices=list(Level), default=Level.MUST.value, help="lowest level that fails the run (default: must)"
    )
    group.addoption("--corpus", metavar="DIR", help="extra messages for the corpus cases (.eml files, mbox)")
    group.addoption("--cases", metavar="DIR", help="a folder of cases outside of the suites (also name it as argument)")
    group.addoption("--baseline", metavar="FILE", help="known deviations")
    group.addoption("--report", metavar="DIR", help="write results.json, junit.xml, allure-results, report.html there")
    group.addoption("--force", action="store_true", help="go on where foreign mail stands in folders that we would use")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "requirement(*ids): ids of the requirements that this case proves")
    config.addinivalue_line("markers", "needs(*needs): what the target must have for this case, such as imap:MOVE")
    files = {name: _existing(config, name) for name in ("target", "baseline", "corpus", "cases")}
    force = bool(config.getoption("--force"))
    areas = _areas(config)
    if is_worker(config):
        worker: dict[str, Any] = config.workerinput  # type: ignore[attr-defined]  # set by xdist
        if data := worker.get("mailproof"):
            context = join(data, worker["workerid"], files["baseline"], force=force, corpus=files["corpus"])
            config.stash[CONTEXT] = context
        return

    def make() -> Any:
        context = begin(files["target"], files["baseline"], force=force, corpus=files["corpus"])
        config.stash[CONTEXT] = context
        return context

    owner = Owner(config, make, areas, is_case)
    whole = files["cases"] or PACKAGE
    owner.gatherer.whole_suite = any(path == whole or path in whole.parents for path in argument_paths(config))
    owner.gatherer.own_cases_only = files["cases"] is not None
    config.pluginmanager.register(owner, OWNER)


def is_worker(config: pytest.Config) -> bool:
    """True inside a worker of xdist."""
    return hasattr(config, "workerinput")


def _existing(config: pytest.Config, option: str) -> Path | None:
    """The absolute path that an option names. Ends the run when nothing is there."""
    value = config.getoption(f"--{option}")
    if value is None:
        return None
    path = Path(config.invocation_params.dir, value)
    if not path.exists():
        pytest.exit(f"mailproof: --{option} {value}: no such file or folder", returncode=2)
    return path


def _areas(config: pytest.Config) -> list[str]:
    """What `--only` names. Ends the run when there is no such area."""
    areas = [area.strip() for area in (config.getoption("--only") or "").split(",") if area.strip()]
    if unknown := [area for area in areas if area not in AREAS]:
        pytest.exit(f"mailproof: --only {unknown[0]}: the areas are {', '.join(AREAS)}", returncode=2)
    return areas


# -- collecting --------------------------------------------------------------------------------------------------------


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """`pytest suites` means the suites, not the tests of the tester beside them."""
    own_tests = PACKAGE.parent / "tests"
    if collection_path != own_tests:
        return None
    asked = any(path == own_tests or own_tests in path.parents for path in argument_paths(config))
    return None if asked else True


def is_case(item: pytest.Item) -> bool:
    """A test of the suites, as opposed to any other test that pytest may run."""
    return PACKAGE in item.path.parents or item.get_closest_marker("requirement") is not None


@pytest.hookimpl(wrapper=True)
def pytest_pycollect_makeitem() -> Generator[None, Any, Any]:
    """Refuse a case whose requirements or needs are unknown: a typing mistake would hide a requirement."""
    made = yield
    for item in made if isinstance(made, list) else [made]:
        if isinstance(item, pytest.Function) and is_case(item):
            _check_marks(item)
    return made


def _check_marks(item: pytest.Item) -> None:
    name = case_id(item)
    try:
        known = catalogue()
        needs_of(item)
    except (CatalogueError, ValueError) as problem:
        raise pytest.Collector.CollectError(f"{name}: {problem}") from problem
    ids = requirement_ids(item)
    if not ids:
        raise pytest.Collector.CollectError(f"{name}: a case says what it proves: @requirement(…)")
    if unknown := [each for each in ids if each not in known]:
        raise pytest.Collector.CollectError(f"{name}: no requirement {unknown[0]!r} stands in any requirements.toml")


def requirement_ids(item: pytest.Item) -> list[str]:
    """The ids of a case, nearest mark first, each once."""
    ids = [name for mark in item.iter_markers("requirement") for name in mark.args]
    return list(dict.fromkeys(ids))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    areas, wanted = _areas(config), set(config.getoption("--req"))
    kept: list[pytest.Item] = []
    dropped: list[pytest.Item] = []
    for item in items:
        if not is_case(item):
            kept.append(item)
            continue
        work = CaseWork(item, requirement_ids(item))
        item.stash[CASE] = work
        work.label(item)
        chosen = (not areas or work.area in areas) and (not wanted or wanted & set(work.requirements))
        (kept if chosen else dropped).append(item)
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = kept


def pytest_deselected(items: list[pytest.Item]) -> None:
    """A worker tells the owner at its end which cases exist that it was not to run."""
    if items and is_worker(items[0].config):
        output: dict[str, Any] = items[0].config.workeroutput  # type: ignore[attr-defined]  # set by xdist
        output.setdefault("mailproof_left_out", {}).update(left_out(items))


# -- running one case --------------------------------------------------------------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begin the case, and see that the target has what it needs, before any fixture."""
    if (work := item.stash.get(CASE, None)) is not None:
        context = item.config.stash.get(CONTEXT, None)
        if context is None:
            raise pytest.UsageError("with -n, cases outside of the suites need --target")
        work.begin(context)
        check_needs(needs_of(item), context.target, context.capabilities)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn what happened into a verdict."""
    report = yield
    context = item.config.stash.get(CONTEXT, None)
    if context is not None and (work := item.stash.get(CASE, None)) is not None:
        work.phase(report, call.excinfo, context)
    return report
