"""Dialogues as text, fed to a monitor without any socket: ``C:`` lines are sent, ``S:`` lines are received.

``{n}`` at the end of a line begins a literal that is the rest of the line after ``\\n``, as on the wire; ``<crlf>``
inside a line stands for CRLF. A ``C:`` line with a synchronising literal waits for one continuation.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

import pytest

from mailproof_suites.clients.errors import GrammarViolation
from mailproof_suites.clients.imap import Broken, Dialect, parse_response
from mailproof_suites.clients.imap.command import command_name
from mailproof_suites.clients.observer import ConnectionInfo, SentCommand
from mailproof_suites.clients.smtp.client import verb_of
from mailproof_suites.clients.smtp.reply import continues, parse_reply
from mailproof_suites.monitors import Collector
from mailproof_suites.monitors.imap.watch import ImapMonitor
from mailproof_suites.monitors.smtp.watch import SmtpMonitor

Play: TypeAlias = Callable[[str], Collector]

_ASKING = {"AUTHENTICATE": 8, "IDLE": 1}


@pytest.fixture
def play_imap() -> Play:
    """Plays an IMAP dialogue and returns what the monitor collected; a line ``S: <eof>`` is the server's closing."""
    return _play_imap


def _play_imap(script: str) -> Collector:
    collector = Collector()
    monitor = ImapMonitor(collector)
    connection = ConnectionInfo("imap", "server.test", 993, "A")
    monitor.on_open(connection)
    dialect = Dialect()
    for side, line in _lines(script):
        if side == "C":
            monitor.on_sent(_imap_command(line))
        elif side == "R":
            tag, _, rest = line.partition(b" ")
            monitor.on_sent(SentCommand(command_name([rest.decode()]), line, tag, raw=True, asks=8))
        elif line == b"<eof>":
            connection.ended_by_peer = True
        else:
            response = parse_response(line + b"\r\n", dialect)
            if isinstance(response, Broken):
                monitor.on_violation(response.violation)
            else:
                monitor.on_response(response)
    monitor.on_close()
    return collector


def _imap_command(line: bytes) -> SentCommand:
    if line == b"DONE":
        return SentCommand("", line, kind="data")
    tag, _, rest = line.partition(b" ")
    words = rest.decode("latin-1").split(" ")
    name = command_name(words[:2])
    return SentCommand(name, line, tag, literals=len(re.findall(rb"\{\d+\}", line)), asks=_ASKING.get(name, 0))


@pytest.fixture
def play_smtp() -> Play:
    """Plays an SMTP dialogue; a line ``S: <eof>`` is the server's closing, ``C: .`` the end of a message."""
    return _play_smtp


def _play_smtp(script: str) -> Collector:
    collector = Collector()
    monitor = SmtpMonitor(collector)
    connection = ConnectionInfo("smtp", "server.test", 465, "S")
    monitor.on_open(connection)
    reply: list[bytes] = []
    for side, line in _lines(script):
        if side == "R":
            monitor.on_sent(SentCommand(verb_of(line), line, raw=True))
        elif side == "C":
            kind = "data" if line == b"." or line.startswith(b"=") else "command"
            name = "DATA" if line == b"." else "AUTH" if kind == "data" else verb_of(line)
            monitor.on_sent(SentCommand(name, line, kind=kind))
        elif line == b"<eof>":
            connection.ended_by_peer = True
        else:
            reply.append(line + (b"" if line.endswith(b"\n") else b"\r\n"))
            if not continues(line):
                _hear(monitor, reply)
                reply = []
    monitor.on_close()
    return collector


def _hear(monitor: SmtpMonitor, lines: list[bytes]) -> None:
    try:
        reply = parse_reply(lines)
    except GrammarViolation as violation:
        monitor.on_violation(violation)
        return
    for fault in reply.violations:
        monitor.on_violation(fault)
    monitor.on_response(reply)


def _lines(script: str) -> list[tuple[str, bytes]]:
    """Side and octets of each line; ``R:`` is sent by hand."""
    found = []
    for line in script.strip().splitlines():
        side, _, text = line.strip().partition(": ")
        octets = text.replace("<crlf>", "\r\n").replace("<lf>", "\n").replace("<8bit>", "\xe9").encode("latin-1")
        found.append((side, octets))
    return found
