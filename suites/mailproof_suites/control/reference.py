"""Start and stop the reference server as `mailproof serve` runs it: a process of its own, known by its profile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from importlib.resources import files
from pathlib import Path
from types import TracebackType

WORLD = files("mailproof_fixtures") / "world.toml"
COMMAND = (sys.executable, "-m", "mailproof_server", "--organisation", str(WORLD))
_STARTING_S = 30.0
_STOPPING_S = 15.0
_POLL_S = 0.02


class ReferenceServerError(Exception):
    """The reference server did not come up; the text ends with the last lines it wrote."""


class ReferenceServer:
    """One ephemeral reference server.

    Args:
        folder: where its profile and its log are written; must exist.
        arguments: further options of `mailproof serve`.
        command: how to start it; tests bring their own.
    """

    def __init__(self, folder: Path, arguments: tuple[str, ...] = (), command: tuple[str, ...] = COMMAND) -> None:
        self.profile = folder / "reference.toml"
        self.log = folder / "reference.log"
        self._command = [*command, "--ready-file", str(self.profile), *arguments]
        self._process: subprocess.Popen[bytes] | None = None
        self._lifeline = -1

    @property
    def pid(self) -> int:
        """Of the running server. Raises ReferenceServerError when it does not run."""
        if self._process is None:
            raise ReferenceServerError("the reference server does not run")
        return self._process.pid

    def start(self) -> Path:
        """Start it and wait until its ports answer; the path of the profile that it wrote.

        Raises ReferenceServerError when it ends or does not get ready.
        """
        # A checkout under plain pytest has its source folders on sys.path only, which a child does not inherit.
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}
        # We hold the other end and never write: the server reads the end of it when we are gone, even by kill -9.
        ours, self._lifeline = os.pipe()
        with self.log.open("wb") as log:
            # In a session of its own, so that Ctrl-C reaches us first and the cases can still clean up.
            self._process = subprocess.Popen(
                [*self._command, "--lifeline", str(ours)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                start_new_session=True,
                pass_fds=(ours,),
            )
        os.close(ours)
        deadline = time.monotonic() + _STARTING_S
        while not self.profile.exists():
            if self._process.poll() is not None:
                raise ReferenceServerError(
                    f"the reference server ended with status {self._process.returncode}{self._tail()}"
                )
            if time.monotonic() > deadline:
                self.stop()
                raise ReferenceServerError(f"the reference server was not ready after {_STARTING_S:g} s{self._tail()}")
            time.sleep(_POLL_S)
        return self.profile

    def stop(self) -> None:
        """Ask it to end, and end it if it does not."""
        process, self._process = self._process, None
        lifeline, self._lifeline = self._lifeline, -1
        if lifeline >= 0:
            os.close(lifeline)
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOPPING_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def __enter__(self) -> Path:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _tail(self) -> str:
        lines = self.log.read_text(errors="replace").strip().splitlines()[-5:]
        return ":\n    " + "\n    ".join(lines) if lines else ""
