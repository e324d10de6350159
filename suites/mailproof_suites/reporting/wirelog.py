"""Read a case's wire log back into lines with a direction, so that reports can colour sent and received.

A log is text as `clients.transcript` renders it, one line of the wire per line, and this is the only place in the
reports that knows its shape:

    seconds connection direction text

`direction` is `>` (sent), `<` (received) or `*` (a remark: connected, closed). A line without that head continues the
line before it, or is a remark when none came before.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from mailproof_suites.reporting.text import visible

Direction = Literal[">", "<", "*"]

_LINE = re.compile(r" *(?P<time>\d+\.\d+) (?P<connection>\S*) *(?<= )(?P<direction>[<>*])(?: (?P<text>.*))?$")


class WireLine(msgspec.Struct, frozen=True, array_like=True):
    """One line of a wire log; written as a JSON array to keep a report with thousands of cases small."""

    direction: Direction
    connection: str
    """Name of the connection within the case."""
    time: str
    """Seconds since the log began, as it prints them; empty on a continued line."""
    text: str
    """The line, invisible characters escaped."""


def parse(transcript: str) -> list[WireLine]:
    """The lines of a wire log in order; never raises, whatever a server sent."""
    lines: list[WireLine] = []
    for line in visible(transcript).rstrip("\n").split("\n") if transcript.strip() else ():
        match = _LINE.match(line)
        if match is None:
            last = lines[-1] if lines else WireLine("*", "", "", "")
            lines.append(WireLine(last.direction, last.connection, "", line))
            continue
        direction: Direction = ">" if match["direction"] == ">" else "<" if match["direction"] == "<" else "*"
        lines.append(WireLine(direction, match["connection"], match["time"], match["text"] or ""))
    return lines
