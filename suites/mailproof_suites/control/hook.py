"""The operator's work on a target, done by a program that the profile names (`[control]`, docs/targets.md).

One line of JSON each way:

    > {"id": 1, "command": ["user", "add", "x@example.test"], "input": null}
    < {"id": 1, "status": 0, "output": {"address": "x@example.test"}}

`status` is 0, another number for a refusal (with `error`, and perhaps `refusal`, its kind), or "unsupported".
The module knows no pytest: other tools drive the same programs.
"""

# ruff: noqa: N818 -- the names are said in sentences ("the command was refused"), the family name ends in Error

from __future__ import annotations

import itertools
import json
import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

_ENDING_S = 5.0
_CHUNK_OCTETS = 65_536
_LONGEST_ANSWER_OCTETS = 64 * 1024 * 1024


class ControlError(Exception):
    """The control program did not do what was asked; the text names the command."""


class ControlUnsupported(ControlError):
    """The program says that its server has nothing of the kind."""


class ControlRefused(ControlError):
    """The server refused; `text` is its reason, `kind` the refusal's name where the program tells it."""

    def __init__(self, command: str, text: str, kind: str = "") -> None:
        super().__init__(f"{command}: {text}")
        self.text = text
        self.kind = kind


class ControlBroken(ControlError):
    """The program cannot be started, ended, kept silent, or answered what is no answer."""


class Hook:
    """One control program, started at the first call, started again when it has died.

    Args:
        command: the program and its arguments.
        folder: where it runs.
        timeout_s: longest wait for one answer.
    """

    def __init__(self, command: Sequence[str], folder: Path, timeout_s: float) -> None:
        self._command = list(command)
        self._folder = folder
        self._timeout_s = timeout_s
        self._numbers = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._complaints: IO[bytes] | None = None
        self._unread = bytearray()

    def call(self, *words: str, input: Any = None) -> Any:  # noqa: A002 -- the protocol's own word
        """Have one command done; its output.

        Args:
            words: the command, as on a command line.
            input: what the command would read from a file: a text, or the object that a document holds.

        Raises ControlRefused, ControlUnsupported, ControlBroken. After the last of them the program is started anew.
        """
        shown = " ".join(words)
        number = next(self._numbers)
        line = json.dumps({"id": number, "command": list(words), "input": input}).encode() + b"\n"
        process = self._running()
        deadline = time.monotonic() + self._timeout_s
        try:
            self._write(process, line, deadline)
            answer = self._answer(process, deadline)
        except (OSError, ControlBroken) as problem:
            told = self._tail()
            self.close()
            raise ControlBroken(f"{shown}: {problem}{told}") from problem
        if not isinstance(answer, dict) or answer.get("id") != number or "status" not in answer:
            self.close()
            raise ControlBroken(f"{shown}: the control program answered {json.dumps(answer)[:200]}")
        if answer["status"] == "unsupported":
            raise ControlUnsupported(f"{shown}: {answer.get('error') or 'the control program does not support it'}")
        if answer["status"] != 0:
            raise ControlRefused(shown, str(answer.get("error", answer["status"])), str(answer.get("refusal", "")))
        return answer.get("output")

    def nouns(self) -> list[str]:
        """What the program can do: `user`, `user.add`, … Raises as `call`."""
        told = self.call("help")
        if not isinstance(told, dict) or not all(isinstance(verbs, list) for verbs in told.values()):
            raise ControlBroken('help: expected an object like {"user": ["add", "remove"]}')
        return sorted([*told, *(f"{noun}.{verb}" for noun, verbs in told.items() for verb in verbs)])

    def close(self) -> None:
        """End the program; a later call starts it again."""
        process, self._process = self._process, None
        self._unread.clear()
        if process is not None:
            _end(process)
        if self._complaints is not None:
            self._complaints.close()
            self._complaints = None

    # -- the program ---------------------------------------------------------------------------------------------------

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 -- lives as long as the program
        # A checkout under plain pytest has its source folders on sys.path only, which a child does not inherit.
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}
        try:
            # In a session of its own, so that Ctrl-C reaches us first and the cases can still clean up.
            self._process = subprocess.Popen(
                self._command,
                cwd=self._folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._complaints,
                bufsize=0,
                env=environment,
                start_new_session=True,
            )
        except OSError as problem:
            self.close()
            raise ControlBroken(f"{self._command[0]}: {problem.strerror or problem}") from problem
        assert self._process.stdin is not None
        os.set_blocking(self._process.stdin.fileno(), False)
        return self._process

    def _write(self, process: subprocess.Popen[bytes], line: bytes, deadline: float) -> None:
        assert process.stdin is not None
        at = 0
        while at < len(line):
            self._wait(process.stdin, selectors.EVENT_WRITE, deadline)
            at += process.stdin.write(line[at : at + _CHUNK_OCTETS]) or 0

    def _answer(self, process: subprocess.Popen[bytes], deadline: float) -> Any:
        assert process.stdout is not None
        while (end := self._unread.find(b"\n")) < 0:
            self._wait(process.stdout, selectors.EVENT_READ, deadline)
            chunk = process.stdout.read(_CHUNK_OCTETS)
            if not chunk:
                raise ControlBroken(f"the control program ended with status {process.wait(_ENDING_S)}")
            self._unread += chunk
            if len(self._unread) > _LONGEST_ANSWER_OCTETS:
                raise ControlBroken("the control program's answer does not end")
        raw = bytes(self._unread[:end])
        del self._unread[: end + 1]
        try:
            return json.loads(raw)
        except ValueError as problem:
            raise ControlBroken(f"the control program answered {raw[:200]!r}, which is not JSON") from problem

    def _wait(self, pipe: IO[bytes], event: int, deadline: float) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, event)
            if not selector.select(max(deadline - time.monotonic(), 0)):
                raise ControlBroken(f"the control program did not answer within {self._timeout_s:g} s")

    def _tail(self) -> str:
        """The last lines that the program complained with."""
        if self._complaints is None:
            return ""
        self._complaints.seek(max(0, self._complaints.seek(0, os.SEEK_END) - 2000))
        lines = self._complaints.read().decode(errors="replace").strip().splitlines()[-5:]
        return ":\n    " + "\n    ".join(lines) if lines else ""


def _end(process: subprocess.Popen[bytes]) -> None:
    """The end of its input asks a program to end; one that does not is ended."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    try:
        process.wait(_ENDING_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stdout.close()
