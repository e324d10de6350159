"""Random histories of three connections (RFC 9051 sections 2.3.1.1, 6.4, 7.5.1; RFC 7162 section 3.2)."""

import itertools
import os
import time

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import FlakyFailure

from mailproof_suites.case import ConnectImap, MakeMessage, World, expect, needs, requirement
from mailproof_suites.imap.machine.player import REQUIREMENTS
from mailproof_suites.imap.machine.script import CONNECTIONS, SCRIPTS, VARIABLE, Script, dump, load
from mailproof_suites.imap.machine.stage import Stage

EXAMPLES = int(os.environ.get("MAILPROOF_HISTORIES", "40"))
"""Histories for each run; they are the same ones in every run. More of them: `MAILPROOF_HISTORIES=1000`."""

SHRINK_S = 15.0
"""How long a history that failed is made shorter."""


@requirement(*REQUIREMENTS)
@needs("imap:UIDPLUS|IMAP4rev2", "imap:MOVE|IMAP4rev2", "imap:UNSELECT|IMAP4rev2")
def test_every_history_ends_as_the_model_has_it(
    world: World, connect_imap: ConnectImap, make_message: MakeMessage
) -> None:
    """Whatever three connections do in turn, each is told the truth, and a fourth look finds what must be there."""
    numbers = itertools.count(1)
    stage = Stage(
        lambda: [connect_imap() for _ in range(CONNECTIONS)],
        lambda: world.folder_name(f"-{next(numbers)}"),
        make_message,
    )
    if VARIABLE in os.environ:
        stage.play(load(os.environ[VARIABLE]))
        return
    failed: list[tuple[Script, expect.Violation]] = []
    known: dict[str, float] = {}

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        report_multiple_bugs=False,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(SCRIPTS)
    def play(script: Script) -> None:
        text, now = dump(script), time.monotonic()
        if known and now > min(known.values()) + SHRINK_S and text not in known:
            return  # the shortest so far is short enough
        try:
            stage.play(script)
        except expect.Violation as violation:
            known[text] = now
            failed.append((script, violation))
            raise

    try:
        play()
    except (expect.Violation, FlakyFailure):
        # The shortest script is played last; one that fails only now and then is told as it was first seen.
        script, violation = failed[-1]
        raise expect.fail(
            f"{violation.message}; play it again: python -m mailproof_suites.imap.machine '{dump(script)}'",
            expected=violation.expected,
            actual=violation.actual,
            requirement=violation.requirement or None,
        ) from violation
