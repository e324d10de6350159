"""Live progress of a run on a terminal, plain lines elsewhere, and the closing summary.

Events come from the process that leads the run (never from a worker): `case_started` and `case_done` as cases run,
`finish` once. Wire data is made visible before it is printed, so a server cannot send a terminal its ESC sequences.
"""

from __future__ import annotations

import io
import os
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from mailproof_suites.reporting.closing import closing_lines
from mailproof_suites.reporting.summary import explain
from mailproof_suites.reporting.text import one_line
from mailproof_suites.verdicts import CaseResult, Run, Verdict

STYLES = {
    Verdict.PASS: "green",
    Verdict.FAIL: "bold red",
    Verdict.ERROR: "bold yellow",
    Verdict.SKIP: "dim",
    Verdict.KNOWN: "magenta",
}
_TOLD_AT_ONCE = (Verdict.FAIL, Verdict.ERROR)
_PLAIN_INTERVAL_S = 10.0


class Progress:
    """Shows how far a run is.

    `total` is the number of cases (0 while unknown, see `expect`), `stream` where to print, `is_terminal` whether
    lines may be redrawn. A failure is told at once, above the moving part. `clock` counts seconds; tests bring their
    own. Everything is printed from the caller's thread, but for rich's redraw timer on a terminal.
    """

    def __init__(
        self,
        total: int,
        stream: TextIO,
        is_terminal: bool,
        *,
        interval_s: float = _PLAIN_INTERVAL_S,
        clock: Callable[[], float] = time.monotonic,
        width: int | None = None,
    ) -> None:
        self._total = total
        self._clock = clock
        self._began = clock()
        self._interval_s = interval_s
        self._counts: Counter[Verdict] = Counter()
        self._running: dict[str, None] = {}
        self._area = ""
        self._printed_at = self._began
        self._printed_done = 0
        self._stream = stream
        self._own = _own_descriptor(stream) if is_terminal else None
        self._console = Console(
            file=self._own or stream,
            force_terminal=is_terminal,
            highlight=False,
            markup=False,
            emoji=False,
            width=width,
        )
        self._live: Live | None = None
        if is_terminal:
            self._live = Live(
                console=self._console,
                get_renderable=self._picture,
                refresh_per_second=5,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._live.start()

    def expect(self, total: int) -> None:
        """Say how many cases there are, once that is known."""
        self._total = total

    def case_started(self, case_id: str) -> None:
        """A case begins; with several workers, several are running."""
        self._running[case_id] = None

    def case_done(self, case: CaseResult) -> None:
        """A case ended; prints its failure at once, and in plain mode a line now and then."""
        self._running.pop(case.id, None)
        self._counts[case.verdict] += 1
        if case.verdict in _TOLD_AT_ONCE:
            self._tell(case)
        if self._live is None:
            left_area = self._area not in ("", case.area)
            self._area = case.area
            # Two workers may be in two areas, so that every case leaves the area of the one before.
            wait_s = self._interval_s / 5 if left_area else self._interval_s
            if self._clock() - self._printed_at >= wait_s:
                self._print_plain()

    def finish(self, run: Run, report: Path | None = None) -> None:
        """End the moving part and print the summary; `report` is the path to name as the place to read on."""
        self.stop()
        for line, verdict in closing_lines(run, report):
            self._print(line, STYLES[verdict] if verdict else "")

    def stop(self) -> None:
        """Take the moving part away without a summary (a usage error, Ctrl-C); harmless when repeated."""
        if self._live is not None:
            self._live.stop()
            self._live = None
            if self._own is not None:
                self._console.file = self._stream
                self._own.close()
        elif self._done > self._printed_done:
            self._print_plain()

    @property
    def _done(self) -> int:
        return sum(self._counts.values())

    def seconds_left(self) -> float | None:
        """Estimate from the pace so far; None before there is one."""
        if not self._done or self._total <= self._done:
            return None
        return (self._clock() - self._began) / self._done * (self._total - self._done)

    def _tell(self, case: CaseResult) -> None:
        names = " ".join(one_line(name) for name in case.violated or case.requirements)
        line = f"{case.verdict.upper():5} {names} {one_line(case.id)}: {explain(case, 240)}"
        self._print(line, STYLES[case.verdict])

    def _print(self, line: str, style: str = "") -> None:
        # Never wrapped by us: a reader copies ids and paths out of these lines.
        self._console.print(Text(_fitting(line, self._console.encoding), style=style), soft_wrap=True)

    def _print_plain(self) -> None:
        self._printed_at = self._clock()
        self._printed_done = self._done
        self._print(" ".join([*self._figures(), *self._count_words()]))

    def _figures(self) -> list[str]:
        elapsed = clock_text(self._clock() - self._began)
        if not self._total:
            return [f"[{elapsed}]", f"{self._done} cases"]
        figures = [f"[{elapsed}]", f"{self._done}/{self._total} cases", f"{100 * self._done // self._total} %"]
        left = self.seconds_left()
        return figures if left is None else [*figures, f"about {clock_text(left)} left"]

    def _count_words(self) -> list[str]:
        return [f"{self._counts[verdict]} {verdict.value}" for verdict in Verdict if self._counts[verdict]]

    def _picture(self) -> RenderableType:
        """The moving part: a bar, the counts, the case that has been running longest."""
        grid = Table.grid(padding=(0, 1), expand=False)
        grid.add_row(
            ProgressBar(total=self._total or None, completed=self._done, width=30, pulse=not self._total),
            Text("  ".join(self._figures()[1:])),
        )
        counts = Text("  ").join(
            Text(f"{self._counts[verdict]} {verdict.value}", style=STYLES[verdict] if self._counts[verdict] else "dim")
            for verdict in Verdict
        )
        names = list(self._running)  # a copy: rich's timer draws while cases start and end
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        running = Text(one_line(names[0]) + more if names else "", style="dim", no_wrap=True, overflow="ellipsis")
        return Group(grid, counts, running)


def _own_descriptor(stream: TextIO) -> TextIO | None:
    """The terminal by a descriptor of our own; None for a stream that has none (a buffer in a test).

    pytest points descriptor 1 at a file while a case runs, and rich's timer draws at any moment: through `stream` it
    would draw into that file.
    """
    try:
        descriptor = os.dup(stream.fileno())
    except (AttributeError, io.UnsupportedOperation):
        return None
    stream.flush()
    return os.fdopen(descriptor, "w", encoding=stream.encoding, errors="replace")


def _fitting(line: str, encoding: str) -> str:
    """`line` as far as the stream's encoding has it (a log in ISO 8859-1), the rest escaped."""
    try:
        line.encode(encoding)
    except UnicodeEncodeError:
        plain = line.replace("—", "-").replace("…", "...")
        return plain.encode(encoding, "backslashreplace").decode(encoding)
    return line


def clock_text(seconds: float) -> str:
    """`0:07`, `12:34`, `1:02:03`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
