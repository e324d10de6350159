"""Progress: redrawn on a terminal, plain lines in a log, and never a control sequence of a server's making."""

from __future__ import annotations

import io
import os
import pty
from collections.abc import Callable
from pathlib import Path

import pytest

from mailproof_suites.reporting.progress import Progress, clock_text
from mailproof_suites.verdicts import CaseResult, Run, Verdict

ESC = "\x1b"


class Clock:
    """Seconds that pass only when told."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def case(name: str, verdict: str = "pass", area: str = "imap") -> CaseResult:
    return CaseResult(id=name, requirements=["RFC9051:1-1"], area=area, verdict=Verdict(verdict), message="because")


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_log_gets_a_line_now_and_then(clock: Clock) -> None:
    stream = io.StringIO()
    progress = Progress(100, stream, False, interval_s=10, clock=clock)
    for number in range(50):
        clock.now_s += 1
        progress.case_done(case(f"c{number}"))
    lines = stream.getvalue().splitlines()
    assert lines[0] == "[0:10] 10/100 cases 10 % about 1:30 left 10 pass"
    assert len(lines) == 5
    assert ESC not in stream.getvalue()


def test_a_change_of_area_is_told_but_not_each_time_two_workers_alternate(clock: Clock) -> None:
    stream = io.StringIO()
    progress = Progress(100, stream, False, interval_s=10, clock=clock)
    clock.now_s += 3
    progress.case_done(case("a", area="imap"))
    progress.case_done(case("b", area="smtp"))
    assert stream.getvalue() == "[0:03] 2/100 cases 2 % about 2:27 left 2 pass\n"
    for number in range(20):
        clock.now_s += 0.05
        progress.case_done(case(f"c{number}", area=("imap", "smtp")[number % 2]))
    assert stream.getvalue().count("\n") == 1


def test_a_failure_is_told_at_once_in_one_line(clock: Clock) -> None:
    stream = io.StringIO()
    progress = Progress(2, stream, False, clock=clock)
    bad = case("a", "fail")
    bad.message, bad.expected, bad.actual = "the size", "1\n2", f"3 {ESC}]0;owned\x07"
    progress.case_done(bad)
    assert stream.getvalue() == "FAIL  RFC9051:1-1 a: the size: expected 1 2, got 3 \\x1b]0;owned\\x07\n"
    progress.case_done(case("b", "error"))
    assert stream.getvalue().splitlines()[1] == "ERROR RFC9051:1-1 b: because"


def test_the_end_is_told_and_the_last_count_is_never_missing(clock: Clock, golden_run: Run) -> None:
    stream = io.StringIO()
    progress = Progress(6, stream, False, clock=clock)
    for entry in golden_run.cases:
        progress.case_done(entry)
    progress.finish(golden_run, Path("reports/latest/report.html"))
    text = stream.getvalue()
    assert "[0:00] 6/6 cases 100 % 1 pass 2 fail 1 error 1 skip 1 known\n" in text
    assert text.endswith("Report: reports/latest/report.html\n")
    assert ESC not in text
    assert max(len(line) for line in text.splitlines()) > 80  # no line is broken at 80 columns


def test_an_unknown_total_is_no_percentage(clock: Clock) -> None:
    stream = io.StringIO()
    progress = Progress(0, stream, False, interval_s=1, clock=clock)
    clock.now_s += 2
    progress.case_done(case("a"))
    assert stream.getvalue() == "[0:02] 1 cases 1 pass\n"
    progress.expect(4)
    clock.now_s += 2
    progress.case_done(case("b"))
    assert stream.getvalue().splitlines()[1] == "[0:04] 2/4 cases 50 % about 0:04 left 2 pass"


def test_time_left_needs_a_pace(clock: Clock) -> None:
    progress = Progress(4, io.StringIO(), False, clock=clock)
    assert progress.seconds_left() is None
    clock.now_s += 3
    progress.case_done(case("a"))
    assert progress.seconds_left() == 9.0
    for name in "bcd":
        progress.case_done(case(name))
    assert progress.seconds_left() is None


def test_a_terminal_shows_bar_counts_and_the_running_case(clock: Clock, drawn: Callable[[Progress], str]) -> None:
    stream = io.StringIO()
    progress = Progress(4, stream, True, clock=clock, width=100)
    progress.case_started("imap/a.py::first")
    progress.case_started(f"imap/a.py::second{ESC}[2J")
    clock.now_s += 2
    progress.case_done(case("imap/a.py::first"))
    progress.case_started("imap/a.py::third")
    picture = drawn(progress)
    assert "1/4 cases  25 %  about 0:06 left" in picture
    assert "1 pass  0 fail  0 error  0 skip  0 known" in picture
    assert "imap/a.py::second\\x1b[2J and 1 more" in picture
    progress.stop()
    assert "[2J" not in stream.getvalue().replace("\\x1b[2J", "")


def test_a_terminal_is_left_clean_with_the_summary(clock: Clock, golden_run: Run) -> None:
    stream = io.StringIO()
    progress = Progress(6, stream, True, clock=clock, width=100)
    for entry in golden_run.cases:
        progress.case_done(entry)
    progress.finish(golden_run)
    progress.stop()
    text = stream.getvalue()
    assert f"{ESC}[?25h" in text  # the cursor is shown again
    assert text.count("acme violates 2 requirements") == 1
    assert "\u202e" not in text
    assert f"{ESC}[31m \u202e" not in text


def test_a_narrow_terminal_cuts_the_running_case(clock: Clock, drawn: Callable[[Progress], str]) -> None:
    progress = Progress(4, io.StringIO(), True, clock=clock, width=30)
    progress.case_started("imap/" + "x" * 200)
    last = drawn(progress).splitlines()[-1]
    progress.stop()
    assert len(last) <= 30
    assert last.endswith("…")


def read_to_the_end(leader: int) -> bytes:
    """Everything that was drawn: one read of a terminal gives what happens to be there."""
    shown = b""
    while True:
        try:
            piece = os.read(leader, 65536)
        except OSError:  # Linux's word for a terminal that nobody holds any more
            return shown
        if not piece:
            return shown
        shown += piece


def test_a_terminal_is_drawn_on_while_pytest_has_taken_its_descriptor(clock: Clock, tmp_path: Path) -> None:
    leader, follower = pty.openpty()
    terminal = os.fdopen(follower, "w", encoding="utf-8")
    progress = Progress(4, terminal, True, clock=clock, width=100)
    with (tmp_path / "captured").open("w") as captured:
        kept = os.dup(follower)
        os.dup2(captured.fileno(), follower)
        progress.case_done(case("a", "fail"))
        os.dup2(kept, follower)
        os.close(kept)
    progress.stop()
    terminal.close()
    shown = read_to_the_end(leader).decode()
    os.close(leader)
    assert "FAIL  RFC9051:1-1 a: because" in shown
    assert (tmp_path / "captured").read_text() == ""


@pytest.mark.parametrize("encoding", ["ascii", "iso-8859-1"])
def test_a_log_in_an_old_encoding_loses_nothing(clock: Clock, golden_run: Run, encoding: str) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    golden_run.cases[0].actual = "Grüße 😀"
    progress = Progress(6, stream, False, clock=clock)
    for entry in golden_run.cases:
        progress.case_done(entry)
    progress.finish(golden_run)
    stream.flush()
    text = raw.getvalue().decode(encoding)
    assert "RFC9051:6.4.8-3 MUST Each moved message gets a new UID. - the COPYUID" in text
    assert ("Gr\\xfc\\xdfe" if encoding == "ascii" else "Grüße") + " \\U0001f600" in text


@pytest.fixture
def drawn() -> Callable[[Progress], str]:
    """The moving part as text without its colours."""
    from rich.console import Console

    def draw(progress: Progress) -> str:
        console = Console(file=io.StringIO(), width=progress._console.width, record=True)
        console.print(progress._picture())
        return console.export_text(styles=False)

    return draw


@pytest.mark.parametrize(("seconds", "text"), [(7.4, "0:07"), (59.6, "1:00"), (754, "12:34"), (3723, "1:02:03")])
def test_clock_text(seconds: float, text: str) -> None:
    assert clock_text(seconds) == text
