"""Inside Locust's processes: which users there are, and what happens when a test starts and ends."""

from __future__ import annotations

import atexit
import os
import tempfile
import traceback
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from locust import events
from locust.runners import MasterRunner, WorkerRunner

from mailproof_loadtests import scenario, web_tab
from mailproof_loadtests.record import gather
from mailproof_loadtests.serving import reference_server
from mailproof_loadtests.settings import VARIABLE, Settings, read_settings, write_settings
from mailproof_loadtests.users.base import CheckedUser, company
from mailproof_suites.janitor import new_token

TARGET_VARIABLE = "MAILPROOF_TARGET"
EVERY = "all"
"""The scenario of a Locust that was started by itself: its user chooses among all user classes."""


def user_classes() -> list[type[CheckedUser]]:
    """Of the run's scenario."""
    if VARIABLE not in os.environ:
        _settle_alone()
    name = read_settings().scenario
    chosen = scenario.names() if name == EVERY else [name]
    return [user for each in chosen for user in scenario.load(each).users]


def is_stepped() -> bool:
    """Whether users are added until the budget breaks."""
    name = read_settings().scenario
    return name != EVERY and scenario.is_stepped(name)


def _settle_alone() -> None:
    """Settings for `locust -f …` without `mailproof load`: before Locust forks, so that all processes share them."""
    undo = ExitStack()
    owner = os.getpid()
    folder = Path(undo.enter_context(tempfile.TemporaryDirectory(prefix="mailproof-load-")))
    target, metrics_url = os.environ.get(TARGET_VARIABLE, ""), ""
    if not target:
        served = undo.enter_context(reference_server(folder))
        target, metrics_url = str(served.profile), served.metrics_url
    settings = Settings(target=target, scenario=EVERY, folder=str(folder), token=new_token(), metrics_url=metrics_url)
    write_settings(settings, folder / "settings.json")
    atexit.register(lambda: undo.close() if os.getpid() == owner else None)


def _on_init(environment: Any, **_: Any) -> None:
    if environment.web_ui is not None:
        web_tab.extend(environment, read_settings())


def _on_test_start(environment: Any, **_: Any) -> None:
    if isinstance(environment.runner, WorkerRunner):
        company().worker_index = environment.runner.worker_index


def _on_user_error(user_instance: Any, exception: BaseException, tb: Any, **_: Any) -> None:
    """What a step raised and `CheckedUser` does not know is our own fault, and the run is no verdict."""
    frame = traceback.extract_tb(tb)[-1]
    where = f"{Path(frame.filename).name}:{frame.lineno}"
    company().record.tally.errors.append(f"{type(user_instance).__name__}: {exception!r} at {where}")


def _on_quitting(environment: Any, **_: Any) -> None:
    """A wrong answer is a failure of the whole run, however few they are."""
    if not isinstance(environment.runner, MasterRunner):
        company().record.save()
    findings = gather(Path(read_settings().folder))[1]
    if findings:
        environment.process_exit_code = 1
    for finding in findings if read_settings().scenario == EVERY else ():
        print(f"WRONG ANSWER: {finding.rule}: expected {finding.expected}, got {finding.actual}\n{finding.wire_log}")


events.init.add_listener(_on_init)  # type: ignore[no-untyped-call]
events.test_start.add_listener(_on_test_start)  # type: ignore[no-untyped-call]
events.user_error.add_listener(_on_user_error)  # type: ignore[no-untyped-call]
events.quitting.add_listener(_on_quitting)  # type: ignore[no-untyped-call]
