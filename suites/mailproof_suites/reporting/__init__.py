"""Reports of a run: every file of `--report DIR`, and the way back from it (contract, "Results of a run").

`write_all` is called once at the end of a run; `load_run` and `write_html` serve `mailproof report`, `load_run` and
`compare` serve `mailproof compare`. The submodules depend on `verdicts` alone, never on pytest or a client.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from mailproof_suites.reporting.allure_results import write_allure
from mailproof_suites.reporting.github import write_step_summary
from mailproof_suites.reporting.html import write_html
from mailproof_suites.reporting.junit import write_junit
from mailproof_suites.reporting.results import RunUnreadableError, load_run, write_results, write_run
from mailproof_suites.verdicts import Run

__all__ = ["Paths", "RunUnreadableError", "load_run", "write_all", "write_html"]


class Paths(msgspec.Struct, kw_only=True, frozen=True):
    """Where the files of a run are."""

    results: Path
    run: Path
    junit: Path
    allure: Path
    """A folder."""
    html: Path


def write_all(run: Run, report_dir: Path, environ: Mapping[str, str] | None = None) -> Paths:
    """Write every report of `run` into `report_dir`, each file whole or not at all, replacing those of an earlier run.

    `environ` (default: the process's) tells of the CI job; with GITHUB_STEP_SUMMARY in it, a table is appended there.
    The JSON comes first: were a later step to fail, the run could still be reported from it. Raises OSError.
    """
    environ = os.environ if environ is None else environ
    paths = Paths(
        run=write_run(run, report_dir),
        results=write_results(run, report_dir),
        junit=write_junit(run, report_dir),
        allure=write_allure(run, report_dir, environ),
        html=write_html(run, report_dir),
    )
    write_step_summary(run, environ)
    return paths
